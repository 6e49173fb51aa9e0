// A collector that speaks OTLP over HTTP, with protobuf read as far as a span needs it.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Owner } from './running.ts'

export interface SentSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  /** 1 within the process, 2 of a server, 3 of a client. */
  readonly kind: number
  readonly attributes: Readonly<Record<string, unknown>>
  /** 2 for an error. */
  readonly status: number
  readonly milliseconds: number
  readonly resource: Readonly<Record<string, unknown>>
}

export interface Collector {
  readonly endpoint: string
  readonly spans: readonly SentSpan[]
  readonly headers: readonly IncomingHttpHeaders[]
  /** Resolves with the spans once one has this name. */
  readonly until: (name: string) => Promise<readonly SentSpan[]>
}

/** Takes spans at /v1/traces; `respond` answers in its place, or never. */
export async function startCollector(t: Owner, respond?: (response: ServerResponse) => void): Promise<Collector> {
  const spans: SentSpan[] = []
  const headers: IncomingHttpHeaders[] = []
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    headers.push(request.headers)
    if (request.url === '/v1/traces') spans.push(...readRequest(Buffer.concat(pieces)))
    if (respond !== undefined) respond(response)
    else response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    headers,
    async until(name) {
      while (!spans.some((span) => span.name === name)) await new Promise((resolve) => setTimeout(resolve, 20))
      return spans
    },
  }
}

type Value = bigint | Buffer
/** The fields of a message by their numbers; https://protobuf.dev/programming-guides/encoding/ */
type Fields = Map<number, Value[]>

function readFields(bytes: Buffer): Fields {
  const fields: Fields = new Map()
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const take = (length: number): Buffer => {
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const wire = tag & 7
    const value = wire === 0 ? varint() : wire === 1 ? take(8) : wire === 5 ? take(4) : take(Number(varint()))
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value])
  }
  return fields
}

const messages = (fields: Fields, number: number): Fields[] =>
  (fields.get(number) ?? []).map((value) => readFields(value as Buffer))
const text = (fields: Fields, number: number, encoding: BufferEncoding = 'utf8'): string =>
  ((fields.get(number)?.[0] as Buffer | undefined) ?? Buffer.alloc(0)).toString(encoding)
const fixed = (fields: Fields, number: number): Buffer => {
  const [value] = fields.get(number) ?? []
  if (!Buffer.isBuffer(value)) throw new Error(`field ${number} is not there`)
  return value
}

/** trace_service.proto, trace.proto, common.proto of OTLP 1. */
function readRequest(bytes: Buffer): SentSpan[] {
  return messages(readFields(bytes), 1).flatMap((resourceSpans) => {
    const resource = Object.assign({}, ...messages(resourceSpans, 1).map((one) => readAttributes(one, 1)))
    return messages(resourceSpans, 2).flatMap((scope) =>
      messages(scope, 2).map((span) => ({
        traceId: text(span, 1, 'hex'),
        spanId: text(span, 2, 'hex'),
        parentSpanId: text(span, 4, 'hex'),
        name: text(span, 5),
        kind: Number(span.get(6)?.[0] ?? 0),
        attributes: readAttributes(span, 9),
        status: Number(messages(span, 15)[0]?.get(3)?.[0] ?? 0),
        milliseconds: Number(fixed(span, 8).readBigUInt64LE() - fixed(span, 7).readBigUInt64LE()) / 1e6,
        resource,
      })),
    )
  })
}

function readAttributes(fields: Fields, number: number): Record<string, unknown> {
  return Object.fromEntries(
    messages(fields, number).map((pair) => [text(pair, 1), readValue(messages(pair, 2)[0] ?? new Map())]),
  )
}

function readValue(value: Fields): unknown {
  if (value.has(1)) return text(value, 1)
  if (value.has(2)) return value.get(2)?.[0] === 1n
  if (value.has(3)) return Number(value.get(3)?.[0])
  if (value.has(4)) return fixed(value, 4).readDoubleLE()
  return messages(value, 5).flatMap((list) => messages(list, 1).map(readValue))
}
