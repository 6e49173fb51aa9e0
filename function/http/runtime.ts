import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type IncomingHttpHeaders, type IncomingMessage, Server, ServerResponse, STATUS_CODES } from 'node:http'
import { Server as NetServer } from 'node:net'
import { type Duplex, PassThrough } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { CallerGoneError } from '../errors.ts'
import { type Connections, watchConnections } from './connections.ts'
import { type Response, toUnreadableResponse } from './response.ts'

/** Who asked, and what they sent before the runtime touched it; the signal fires when they have gone. */
export interface Caller {
  readonly method: string
  readonly path: string
  /** Without its question mark, not decoded. */
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly body: AsyncIterable<Uint8Array>
  readonly signal: AbortSignal
  /** They came when this instance had long told everybody to go. */
  readonly isLate: boolean
  /** They sent one Host, as HTTP/1.1 asks for (RFC 9112, 3.2). Node is given an empty one, since it would refuse them without a word. */
  readonly hasOneHost: boolean
}

/** Where the platform looks how the function is, beside the usual paths; the stock runtime has the same two settings. */
export interface Probes {
  readonly livenessPath: string
  readonly readinessPath: string
}

const callers = new AsyncLocalStorage<Caller>()
const channel = 'http.server.request.start'
const restTimeoutMs = 5_000
const readTimeoutMs = 60_000
/** What the runtime serves, whatever its variables say: `liveness` and `readiness` are given these paths. */
export const usualProbes: Probes = { livenessPath: '/health/liveness', readinessPath: '/health/readiness' }

/**
 * Sees every request before the runtime does, on the channel that Node's own HTTP server publishes. The runtime serves `/`
 * alone, lets query parameters overwrite its context, and answers bad JSON in its own words; so it is shown a bare `GET /`
 * for everything but its own health checks, and the function reads the request from here. It also exits on SIGTERM whatever
 * is under way; so the connections are watched here.
 */
export function openDoor(probes: Probes): Connections {
  const connections = watchConnections()
  const servers = new Set<Server>()
  const health = new Map([
    [probes.livenessPath, usualProbes.livenessPath],
    [probes.readinessPath, usualProbes.readinessPath],
    ...Object.values(usualProbes).map((path) => [path, path] as const),
  ])

  const onRequest = (event: unknown): void => {
    const { request, response, server } = event as RequestStart
    if (!servers.has(server)) server.removeAllListeners('clientError').on('clientError', refuseBytes)
    servers.add(server)
    connections.begin(request.socket, response)
    introduce(request, response, health, connections)
  }
  subscribe(channel, onRequest)
  return connections
}

/** Says when the runtime's server listens: the table was opened before, so from then on every question is answered. */
export function onceListening(then: () => void): void {
  const name = 'tracing:net.server.listen:asyncEnd'
  const listen = (event: unknown): void => {
    if (!((event as { server: NetServer }).server instanceof Server)) return
    unsubscribe(name, listen)
    then()
  }
  subscribe(name, listen)
}

/** The runtime listens on `::` alone: where the kernel has no IPv6, this makes it every address of IPv4. */
export function listenWithoutIpv6(): void {
  const { listen } = NetServer.prototype
  NetServer.prototype.listen = function (this: NetServer, ...given: unknown[]): NetServer {
    const [options, ...rest] = given
    const here = typeof options === 'object' ? { ...options, host: '0.0.0.0' } : options
    return Reflect.apply(listen, this, [here, ...rest])
  }
}

/** The caller of the request that is being handled. */
export function currentCaller(): Caller {
  const caller = callers.getStore()
  if (caller === undefined) throw new Error('no request is being handled: openDoor() was not called')
  return caller
}

/**
 * A body for the runtime that brings its own status and headers and drops the runtime's. Sending the head first is also what
 * keeps the runtime from ending the response before the stream's first byte.
 */
export class OwnReply extends PassThrough {
  readonly #status: number
  readonly #headers: Readonly<Record<string, string>>
  /** Undefined where the body comes in pieces. */
  readonly #whole: string | Buffer | undefined

  constructor(status: number, headers: Readonly<Record<string, string>>, body: Response['body']) {
    super()
    this.#status = status
    const isWhole = typeof body === 'string' || Buffer.isBuffer(body)
    const hasLength = isWhole && status !== 204 && status !== 304
    this.#headers = hasLength ? { ...headers, 'content-length': String(Buffer.byteLength(body)) } : headers
    this.#whole = isWhole ? body : undefined
    if (isWhole) this.end()
    else body.on('error', (error) => this.destroy(error)).pipe(this)
  }

  override pipe<Destination extends NodeJS.WritableStream>(destination: Destination): Destination {
    if (destination instanceof ServerResponse && !destination.headersSent) {
      for (const name of destination.getHeaderNames()) if (name !== 'connection') destination.removeHeader(name)
      destination.writeHead(this.#status, this.#headers)
      if (this.#whole !== undefined) {
        // Head and body in one packet.
        destination.end(this.#whole)
        this.resume()
        return destination
      }
      destination.flushHeaders()
    }
    return super.pipe(destination)
  }
}

/** Bytes that Node cannot read as HTTP never become a request; the runtime would answer them in its own form. */
function refuseBytes(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (socket.writable && error.code !== 'ECONNRESET') socket.write(toRawResponse(toUnreadableResponse(error.code)))
  socket.destroy()
}

function toRawResponse({ status, headers, body }: Response): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}content-length: ${Buffer.byteLength(String(body))}\r\n\r\n${body}`
}

/** Whoever still sends what was refused may have to finish before they read why: the rest goes nowhere, for a while. */
async function dropRest(request: IncomingMessage): Promise<void> {
  request.resume()
  if (request.complete) return
  await setTimeout(restTimeoutMs, undefined, { ref: false })
  if (!request.complete) request.destroy()
}

/** Ends a response of which nothing was read for `afterMs`: what waits for such a reader fills the memory. A model may take longer. */
export function letGoIdleReader(response: ServerResponse, afterMs: number): void {
  response.setTimeout(afterMs, () => {
    if ((response.socket?.writableLength ?? 0) > 0) response.destroy()
  })
}

interface RequestStart {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly server: Server
}

function introduce(
  request: IncomingMessage,
  response: ServerResponse,
  health: ReadonlyMap<string, string>,
  connections: Connections,
): void {
  // A proxy may send the address in full.
  const url = (request.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '')
  const split = url.indexOf('?')
  const path = (split === -1 ? url : url.slice(0, split)).replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '') || '/'
  const method = request.method ?? 'GET'
  const headers = request.headers
  const query = split === -1 ? '' : url.slice(split + 1)
  // Node reads `expect` only after this: whoever waits for a 100 before the body is to get it.
  const expect = headers.expect?.toLowerCase() === '100-continue' ? { expect: headers.expect } : {}
  request.headers = { host: headers.host ?? '', ...expect }
  const probed = health.get(path)
  if (probed !== undefined && (method === 'GET' || method === 'HEAD')) {
    request.url = probed
    return
  }

  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new CallerGoneError('the caller has gone'))
  })
  response.once('finish', () => void dropRest(request))
  letGoIdleReader(response, readTimeoutMs)
  const hosts = request.headersDistinct.host?.length ?? 0
  callers.enterWith({
    method,
    path,
    query,
    headers,
    body: request.iterator({ destroyOnReturn: false }),
    signal: gone.signal,
    isLate: connections.hear(request.socket),
    hasOneHost: hosts === 1 || (hosts === 0 && request.httpVersion !== '1.1'),
  })
  request.method = 'GET'
  request.url = '/'
}
