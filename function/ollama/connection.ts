// One HTTP request to Ollama: with its credentials, bounded by the caller's signal alone, and whatever is no success thrown as a Refusal.
// Node's fetch would give up on headers after 300 s whatever the budgets say, and Ollama sends them with the first token.
import { type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import { Readable } from 'node:stream'
import { z } from 'zod'
import type { Config } from '../config.ts'

/** Where Ollama is, and what it is to be sent as `Authorization`. */
export type OllamaAddress = Pick<Config, 'ollamaHost' | 'ollamaAuthorization'>

/** A reply that is not what was asked for: another status than 2xx, or a web page. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  /** What Ollama's own `error` says; undefined where the reply has none, so that it is not Ollama's. */
  readonly said: string | undefined
  readonly page: boolean
  readonly location: string | undefined
  /** Whether credentials had been sent. */
  readonly authorized: boolean

  constructor(status: number, text: string, details: Pick<Refusal, 'page' | 'location' | 'authorized'>) {
    super(`${status}: ${text.slice(0, 500)}`)
    this.status = status
    this.said = toSaid(text)
    this.page = details.page
    this.location = details.location
    this.authorized = details.authorized
  }
}

/** There was no reply at all; the cause is what Node says of it. */
export class NoReply extends Error {
  override readonly name = 'NoReply'
}

/** A line of a stream that is not JSON. */
class NotJson extends Error {
  override readonly name = 'NotJson'
}

type Init = Pick<RequestInit, 'method' | 'headers' | 'body'>
const maxCharacters = 65_536

/** Sends a request and gives the reply in fetch's own form. Throws Refusal or NoReply, or the signal's reason once it is aborted. */
export async function send(address: OllamaAddress, url: string, init: Init, signal: AbortSignal): Promise<Response> {
  const body = typeof init.body === 'string' ? init.body : ''
  const headers = Object.fromEntries(new Headers(init.headers))
  const message = await ask(address, url, { method: init.method ?? 'GET', headers, body }, signal)
  const status = message.statusCode ?? 0
  const stream = body.includes('"stream":true') ? Readable.from(jsonLines(message)) : message
  return new Response(status === 204 ? null : Readable.toWeb(stream), {
    status,
    headers: { 'content-type': message.headers['content-type'] ?? '' },
  })
}

/** Reads what a path answers as JSON, without fetch's own classes: they take a process 50 ms to load. Throws as `send` does, or SyntaxError. */
export async function readJson(address: OllamaAddress, path: string, signal: AbortSignal): Promise<unknown> {
  const init = { method: 'GET', headers: { accept: 'application/json' }, body: '' }
  const message = await ask(address, `${address.ollamaHost}${path}`, init, signal)
  return JSON.parse(await readSome(message))
}

interface Sent {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A request -> a reply that is a success, and no web page. */
async function ask(
  { ollamaAuthorization }: OllamaAddress,
  url: string,
  { method, headers, body }: Sent,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const authorization = ollamaAuthorization ?? headers.authorization
  const sent = { ...headers, ...(authorization === undefined ? {} : { authorization }) }
  try {
    const message = await exchange(url, { method, headers: sent }, body, signal)
    const status = message.statusCode ?? 0
    const page = /html/i.test(message.headers['content-type'] ?? '')
    if (status >= 200 && status <= 299 && !page) return message
    const { location } = message.headers
    throw new Refusal(status, await readSome(message), { page, location, authorized: authorization !== undefined })
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}

function exchange(
  url: string,
  options: { readonly method: string; readonly headers: Record<string, string> },
  body: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const request = (url.startsWith('https:') ? requestSecure : requestPlain)(url, options)
    // One that is kept may be closed at the other end just when it is used again, and whether Ollama got the request is then not known.
    request.shouldKeepAlive = false
    let message: IncomingMessage | undefined
    // Node's own `signal` would destroy a connection that is over, and nobody would catch that.
    const abort = (): void => {
      if (message?.complete !== true) request.destroy(new Error('aborted'))
    }
    signal.addEventListener('abort', abort, { once: true })
    request.once('close', () => signal.removeEventListener('abort', abort))
    request.once('response', (response) => {
      message = response
      // Whoever reads it hears of it; where nobody does any more, it is nobody's.
      response.on('error', () => undefined)
      resolve(response)
    })
    request.on('error', (cause) => reject(new NoReply(`nothing answers at ${new URL(url).origin}`, { cause })))
    request.end(body)
  })
}

/** The lines of a stream as they come, each known to be JSON. */
async function* jsonLines(message: IncomingMessage): AsyncGenerator<Buffer> {
  let rest = ''
  for await (const piece of message.setEncoding('utf8')) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') yield checkJson(line)
  }
  if (rest.trim() !== '') yield checkJson(rest)
}

function checkJson(line: string): Buffer {
  try {
    JSON.parse(line)
  } catch (cause) {
    throw new NotJson(`a line that is not JSON: ${line.slice(0, 200)}`, { cause })
  }
  return Buffer.from(`${line}\n`)
}

async function readSome(message: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of message.setEncoding('utf8')) {
    text += piece
    if (text.length > maxCharacters) break
  }
  return text
}

const errorSchema = z.object({ error: z.string() })

function toSaid(text: string): string | undefined {
  try {
    return errorSchema.parse(JSON.parse(text)).error
  } catch {
    return undefined
  }
}
