// An HTTP request -> what it wants.
import type { Question } from '../contract/questions.ts'
import { CallerError } from '../errors.ts'
import { readBody } from './body.ts'
import { isEvent, parseEvent, type QuestionEvent } from './event.ts'
import {
  type Asked,
  asks,
  cleanQuestion,
  howToAsk,
  joinAsked,
  parseParameters,
  parseQuestionBody,
  parseQuestionObject,
  parseQuestionText,
} from './question.ts'
import type { Caller } from './runtime.ts'

/** What a request wants: an answer, passages alone, a reply to an event, or what is shown without a question. */
export type Wanted =
  | { readonly kind: 'answer' | 'search'; readonly question: Question }
  | { readonly kind: 'event'; readonly question: Question; readonly event: QuestionEvent }
  | { readonly kind: 'page' | 'description' | 'metrics' | 'nothing' | 'openai' | 'mcp' | 'openapi' | 'docs' }
  | { readonly kind: 'options'; readonly allowed: string }

/** What is served where. */
export const paths: Readonly<Record<string, string>> = {
  '/': 'GET, HEAD, POST, OPTIONS',
  '/query': 'GET, HEAD, POST, OPTIONS',
  '/search': 'GET, HEAD, POST, OPTIONS',
  '/v1/chat/completions': 'POST, OPTIONS',
  '/v1/responses': 'POST, OPTIONS',
  '/v1/models': 'GET, OPTIONS',
  '/mcp': 'GET, POST, DELETE, OPTIONS',
  '/openapi.json': 'GET, HEAD, OPTIONS',
  '/docs': 'GET, HEAD, OPTIONS',
  '/metrics': 'GET, HEAD, OPTIONS',
  '/health/liveness': 'GET, HEAD, OPTIONS',
  '/health/readiness': 'GET, HEAD, OPTIONS',
}

/** Whether a browser asks for the page itself, however the link to it was decorated; whatever body such a request has is not read. */
export function wantsPage({ method, path, query, headers }: Caller): boolean {
  return (
    (method === 'GET' || method === 'HEAD') &&
    path === '/' &&
    !asks(query) &&
    prefers(headers.accept ?? '', 'text/html')
  )
}

/** Whether a path is one of OpenAI's, with or without the /v1 that clients put before it. */
export function isOpenAi(path: string): boolean {
  return /^(\/v1)?\/(chat\/completions|responses|models(\/[^/]+)?)$/.test(path)
}

/** The path under which `paths` has it; undefined where nothing is served. */
export function toRoute(path: string): string | undefined {
  const served = isOpenAi(path) ? `/v1${path.replace(/^\/v1/, '').replace(/^(\/models)\/.*/, '$1')}` : path
  return Object.hasOwn(paths, served) ? served : undefined
}

/** An HTTP request -> what it wants. Throws CallerError, whose message says what to send instead. */
export async function parseRequest(caller: Caller): Promise<Wanted> {
  const { method, path, headers } = caller
  if (!caller.hasOneHost)
    throw new CallerError('unreadable', 'A request has one Host header. Send the name of the service in it: Host: …')
  const allowed = paths[toRoute(path) ?? '']
  if (allowed === undefined) {
    const where = /^\/v1(\/|$)/.test(path) ? '/v1/chat/completions or /v1/responses' : '/query?q=… or /search?q=…'
    throw new CallerError('unknown-path', `There is nothing here. Ask at ${where}`)
  }
  if (!allowed.split(', ').includes(method)) {
    throw new CallerError('method-not-allowed', `${method} is not served here. Use ${allowed}.`, { allowed })
  }
  if (method === 'OPTIONS') return { kind: 'options', allowed }
  if (isOpenAi(path)) return { kind: 'openai' }
  if (path === '/mcp') return { kind: 'mcp' }
  if (path === '/openapi.json') return { kind: 'openapi' }
  if (path === '/docs') return { kind: 'docs' }
  if (path === '/metrics') return { kind: 'metrics' }
  if (wantsPage(caller)) return { kind: 'page' }
  // A HEAD is for the headers alone, and no model works for those.
  if (method === 'HEAD') return { kind: 'description' }
  if (method === 'POST' && isEvent(headers)) return await parseEventRequest(caller)
  // A browser's EventSource asks again when a stream ends, for ever: no content is how it is told to stop (HTML, 9.2.3).
  if (headers['last-event-id'] !== undefined) return { kind: 'nothing' }

  const body = method === 'POST' ? await readQuestionBody(caller) : undefined
  const parameters = parseParameters(caller.query, 'the URL')
  const asked = body === undefined ? parameters : joinAsked(body, parameters)
  if (asked.text === undefined) {
    if (path === '/' && method === 'GET') return { kind: 'description' }
    throw new CallerError('unusable-question', `There is no question. ${howToAsk}`)
  }
  const stream = asked.stream ?? prefers(headers.accept ?? '', 'text/event-stream')
  const { traceparent } = headers
  const question = {
    text: cleanQuestion(asked.text),
    topK: asked.topK,
    stream,
    history: asked.history ?? [],
    traceparent: traceparent?.toString(),
  }
  return { kind: path === '/search' ? 'search' : 'answer', question }
}

async function readQuestionBody({ headers, body }: Caller): Promise<Asked> {
  return await parseQuestionBody(await readBody(headers, body), headers)
}

async function parseEventRequest({ path, query, headers, body }: Caller): Promise<Wanted> {
  if (path === '/search') throw new CallerError('unusable-event', 'Events are answered at / and at /query.')
  const event = parseEvent(headers, await readBody(headers, body))
  const inData =
    typeof event.data === 'string' ? parseQuestionText(event.data) : parseQuestionObject(event.data, 'the data')
  const { text, topK, history = [] } = joinAsked(inData, parseParameters(query, 'the URL'))
  if (text === undefined) throw new CallerError('unusable-event', 'There is no question in the data of the event.')
  const traceparent = headers.traceparent?.toString() ?? event.attributes.traceparent
  return { kind: 'event', event, question: { text: cleanQuestion(text), topK, stream: false, history, traceparent } }
}

/** Whether an Accept header names this type, and does not prefer JSON to it. */
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
