// What was sent: a request's body, read whole within its size, its time, and the memory that all bodies share; and any of it checked against its schema.
import type { IncomingHttpHeaders } from 'node:http'
import type { z } from 'zod'
import { inWords } from '../contract/questions.ts'
import { CallerError, type CallerErrorKind } from '../errors.ts'

/** A question has at most 2,000 characters: some 24 KB in the worst of escapes. */
const maxBodyBytes = 65_536
const bodyTimeoutMs = 20_000
/** Of all bodies that are being received: callers who send half of one must not fill a pod of 256 MiB. */
const maxBytesTogether = 16 << 20

let bytesTogether = 0

/** The whole body as text. Throws CallerError: too large, too slow, too many at once, compressed, or not UTF-8. */
export async function readBody(
  headers: IncomingHttpHeaders,
  body: AsyncIterable<Uint8Array>,
  maxBytes = maxBodyBytes,
): Promise<string> {
  const late = Promise.withResolvers<never>()
  const detail = `The body had not arrived after ${bodyTimeoutMs / 1000} s. Send it in one go.`
  const timer = setTimeout(() => late.reject(new CallerError('body-too-slow', detail)), bodyTimeoutMs)
  try {
    const bytes = await Promise.race([late.promise, collect(headers['content-length'], body, maxBytes)])
    const coding = headers['content-encoding']?.trim().toLowerCase() || 'identity'
    if (coding !== 'identity' && bytes.length > 0)
      throw new CallerError(
        'unsupported-body',
        'The body is compressed. Send it uncompressed, without content-encoding.',
      )
    return decode(bytes, /charset\s*=\s*"?([\w-]+)/i.exec(headers['content-type'] ?? '')?.[1])
  } finally {
    clearTimeout(timer)
  }
}

async function collect(
  contentLength: string | undefined,
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Buffer> {
  const tooLarge = (): CallerError =>
    new CallerError(
      'body-too-large',
      `The body is larger than ${maxBytes} bytes. Send a shorter question, or fewer of the turns before it.`,
    )
  if (Number(contentLength) > maxBytes) throw tooLarge()
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    for await (const piece of body) {
      length += piece.length
      bytesTogether += piece.length
      if (length > maxBytes) throw tooLarge()
      if (bytesTogether > maxBytesTogether)
        throw new CallerError('too-many', 'Too many bodies are being sent at once. Ask again in a moment.')
      pieces.push(piece)
    }
    return Buffer.concat(pieces)
  } finally {
    bytesTogether -= length
  }
}

/** UTF-8, whatever the header says of it; where it is not, as the header says. */
function decode(bytes: Buffer, charset: string | undefined): string {
  const read = (encoding: string): string => new TextDecoder(encoding, { fatal: true }).decode(bytes)
  try {
    const isUtf16 = charset?.toLowerCase().startsWith('utf-16') && bytes.includes(0)
    return isUtf16 ? read(charset ?? '') : read('utf-8')
  } catch (cause) {
    try {
      if (charset !== undefined) return read(charset)
    } catch {
      // An encoding that nobody knows, or other bytes than it has.
    }
    const detail =
      'The body is not UTF-8 text. Send it as UTF-8; in Windows PowerShell: -Body ([Text.Encoding]::UTF8.GetBytes($body))'
    throw new CallerError('unusable-question', detail, { cause })
  }
}

/** What is wrong with a value, and with which of its fields. */
type Fault = z.core.$ZodIssue

/** A value as its schema has it. Throws CallerError with the first fault, in words. */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  toDetail: (fault: Fault) => string = ({ message }) => message,
  kind: CallerErrorKind = 'unusable-question',
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(value, { error: inWords })
  if (success) return data
  // A wrong name explains a missing one.
  const fault = error.issues.find(({ code }) => code === 'unrecognized_keys') ?? error.issues[0]
  throw new CallerError(kind, fault === undefined ? 'It cannot be used.' : toDetail(fault), { cause: error })
}
