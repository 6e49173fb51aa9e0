import type { z } from 'zod'
import { type Question, questionBodySchema, questionParametersSchema } from '../contract.ts'
import { CallerError } from '../errors.ts'
import { isEvent, parseEvent, type QuestionEvent } from './event.ts'
import type { Caller } from './runtime.ts'

/** What a request wants: an answer, passages alone, a reply to an event, or what is shown without a question. */
export type Wanted =
  | { readonly kind: 'answer' | 'search'; readonly question: Question }
  | { readonly kind: 'event'; readonly question: Question; readonly event: QuestionEvent }
  | { readonly kind: 'page' | 'description' | 'metrics' }
  | { readonly kind: 'options'; readonly allowed: string }

const maxQuestionCharacters = 2_000
const maxBodyBytes = 1_048_576
const bodyTimeoutMs = 20_000
const twoQuestions = 'There is a question in the URL and one in the body. Send one of them.'
/** What is served where. */
export const paths: Readonly<Record<string, string>> = {
  '/': 'GET, HEAD, POST, OPTIONS',
  '/query': 'GET, HEAD, POST, OPTIONS',
  '/search': 'GET, HEAD, POST, OPTIONS',
  '/metrics': 'GET, HEAD, OPTIONS',
  '/health/liveness': 'GET, HEAD, OPTIONS',
  '/health/readiness': 'GET, HEAD, OPTIONS',
}

/** Whether a browser asks for the page itself; whatever body such a request has is not read. */
export function wantsPage({ method, path, query, headers }: Caller): boolean {
  return (
    (method === 'GET' || method === 'HEAD') &&
    path === '/' &&
    query.size === 0 &&
    prefers(headers.accept ?? '', 'text/html')
  )
}

/** An HTTP request -> what it wants. Throws CallerError, whose message says what to send instead. */
export async function parseRequest(caller: Caller): Promise<Wanted> {
  const { method, path, headers } = caller
  const allowed = Object.hasOwn(paths, path) ? paths[path] : undefined
  if (allowed === undefined) {
    throw new CallerError('unknown-path', 'There is nothing here. Ask at /query?q=… or /search?q=…')
  }
  if (!allowed.split(', ').includes(method)) {
    throw new CallerError('method-not-allowed', `${method} is not served here. Use ${allowed}.`, { allowed })
  }
  if (method === 'OPTIONS') return { kind: 'options', allowed }
  if (path === '/metrics') return { kind: 'metrics' }
  if (wantsPage(caller)) return { kind: 'page' }
  // A HEAD is for the headers alone, and no model works for those.
  if (method === 'HEAD') return { kind: 'description' }
  if (method === 'POST' && isEvent(headers)) return await parseEventRequest(caller)
  const body = await parseBody(caller)
  const parameters = [...caller.query.keys()].length === 0 ? undefined : parseParameters(caller.query, 'the URL')
  if (body !== undefined && parameters !== undefined) {
    throw new CallerError('unusable-question', twoQuestions)
  }
  const asked = body ?? parameters
  if (asked === undefined) {
    if (path === '/' && method === 'GET') return { kind: 'description' }
    throw new CallerError(
      'unusable-question',
      'There is no question. Send it as ?q=… or as the JSON body {"question": "…"}.',
    )
  }
  const stream = asked.stream ?? prefers(headers.accept ?? '', 'text/event-stream')
  const { traceparent } = headers
  const question = { text: cleanQuestion(asked.text), topK: asked.topK, stream, traceparent: traceparent?.toString() }
  return { kind: path === '/search' ? 'search' : 'answer', question }
}

async function parseEventRequest({ path, query, headers, body }: Caller): Promise<Wanted> {
  if (path === '/search') throw new CallerError('unusable-event', 'Events are answered at / and at /query.')
  if (query.has('q')) throw new CallerError('unusable-event', twoQuestions)
  const event = parseEvent(headers, decode(await readBody(headers['content-length'], body)))
  const { question, topK } =
    typeof event.data === 'string' ? { question: event.data } : check(questionBodySchema, event.data, 'the data')
  const traceparent = headers.traceparent?.toString() ?? event.attributes.traceparent
  return { kind: 'event', event, question: { text: cleanQuestion(question), topK, stream: false, traceparent } }
}

/** Whether this type is accepted by name, and not JSON before it. */
function prefers(accept: string, preferred: string): boolean {
  const wanted = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const weight = Number(parameters.find((part) => part.startsWith('q='))?.slice(2) ?? 1)
    return { type, weight: Number.isNaN(weight) ? 1 : weight }
  })
  const [best] = wanted
    .filter(({ type }) => type === preferred || type === 'application/json')
    .sort((a, b) => b.weight - a.weight)
  return best?.type === preferred && best.weight > 0
}

interface Asked {
  readonly text: string
  readonly topK: number | undefined
  readonly stream: boolean | undefined
}

/** The question in the body, or undefined where the body is empty, whatever its content type. */
async function parseBody({ headers, body }: Caller): Promise<Asked | undefined> {
  const bytes = await readBody(headers['content-length'], body)
  if (bytes.length === 0) return undefined
  const [type = ''] = (headers['content-type'] ?? 'application/json').toLowerCase().split(';')
  const isForm = type.trim() === 'application/x-www-form-urlencoded'
  if (headers['content-encoding'] !== undefined || !(isForm || /^application\/(.+\+)?json$/.test(type.trim()))) {
    throw new CallerError('unsupported-body', 'Send the question as application/json, {"question": "…"}, uncompressed.')
  }
  const text = decode(bytes)
  if (text.trim() === '') return undefined
  if (isForm) {
    if (/^\s*\{/.test(text)) {
      throw new CallerError(
        'unusable-question',
        'The body looks like JSON and says it is a form. Send it with the header content-type: application/json.',
      )
    }
    return parseParameters(new URLSearchParams(text), 'the form')
  }
  const { question, topK, stream } = check(questionBodySchema, parseJson(text), 'the body')
  return { text: question, topK, stream }
}

/** The whole body, within its size and its time: the runtime itself would wait for ever for the second half of one. */
async function readBody(contentLength: string | undefined, body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const late = Promise.withResolvers<never>()
  const detail = `The body had not arrived after ${bodyTimeoutMs / 1000} s. Send it in one go.`
  const timer = setTimeout(() => late.reject(new CallerError('body-too-slow', detail)), bodyTimeoutMs)
  try {
    return await Promise.race([late.promise, collectBody(contentLength, body)])
  } finally {
    clearTimeout(timer)
  }
}

async function collectBody(contentLength: string | undefined, body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const tooLarge = (): CallerError =>
    new CallerError('body-too-large', `The body is larger than ${maxBodyBytes} bytes.`)
  if (Number(contentLength) > maxBodyBytes) throw tooLarge()
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body) {
    length += piece.length
    if (length > maxBodyBytes) throw tooLarge()
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new CallerError('unusable-question', 'The body is not UTF-8 text.', { cause })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CallerError('unusable-question', 'The body is not JSON. Send {"question": "…"}.', { cause })
  }
}

function parseParameters(parameters: URLSearchParams, where: string): Asked {
  const names = [...parameters.keys()]
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  if (repeated !== undefined)
    throw new CallerError('unusable-question', `${quote(repeated)} stands more than once in ${where}.`)
  const { q, topK, stream } = check(questionParametersSchema, Object.fromEntries(parameters), where)
  return { text: q, topK, stream }
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown, where: string): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const field = where === 'the body' || where === 'the data' ? 'question' : 'q'
  const detail =
    issue?.code === 'unrecognized_keys'
      ? `${issue.keys.slice(0, 3).map(quote).join(', ')} in ${where} means nothing here. Send ${field}, and if you like topK and stream.`
      : issue?.path[0] === undefined
        ? `${where.charAt(0).toUpperCase()}${where.slice(1)} must be an object such as {"question": "…"}.`
        : issue.path[0] === 'q'
          ? `There is no q in ${where}. Send the question as q=….`
          : issue.message
  throw new CallerError('unusable-question', detail, { cause: parsed.error })
}

/** Control characters and lone surrogates carry no meaning and break what reads them next. */
function cleanQuestion(text: string): string {
  const clean = text
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .normalize('NFC')
    .trim()
  if (clean === '')
    throw new CallerError(
      'unusable-question',
      'The question is empty. Send it as ?q=… or as the JSON body {"question": "…"}.',
    )
  const characters = [...clean].length
  if (characters > maxQuestionCharacters) {
    throw new CallerError(
      'unusable-question',
      `The question has ${characters} characters; at most ${maxQuestionCharacters} are read. Ask it shorter.`,
    )
  }
  return clean
}

function quote(name: string): string {
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name)
}
