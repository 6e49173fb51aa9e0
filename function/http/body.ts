// A request's body: read whole, within its size, its time, and the memory that all bodies share.
import { CallerError } from '../errors.ts'

/** A question has at most 2,000 characters: some 24 KB in the worst of escapes. */
const maxBodyBytes = 65_536
const bodyTimeoutMs = 20_000
/** Of all bodies that are being received: callers who send half of one must not fill a pod of 256 MiB. */
const maxBytesTogether = 16 << 20

let bytesTogether = 0

/** The whole body as text. Throws CallerError: too large, too slow, too many at once, or not UTF-8. */
export async function readBody(
  contentLength: string | undefined,
  body: AsyncIterable<Uint8Array>,
  maxBytes = maxBodyBytes,
): Promise<string> {
  const late = Promise.withResolvers<never>()
  const detail = `The body had not arrived after ${bodyTimeoutMs / 1000} s. Send it in one go.`
  const timer = setTimeout(() => late.reject(new CallerError('body-too-slow', detail)), bodyTimeoutMs)
  try {
    return decode(await Promise.race([late.promise, collect(contentLength, body, maxBytes)]))
  } finally {
    clearTimeout(timer)
  }
}

async function collect(
  contentLength: string | undefined,
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Buffer> {
  const tooLarge = (): CallerError => new CallerError('body-too-large', `The body is larger than ${maxBytes} bytes.`)
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

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new CallerError('unusable-question', 'The body is not UTF-8 text.', { cause })
  }
}
