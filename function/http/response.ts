import { hash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Question } from '../contract/questions.ts'
import type { Answer, Problem, SearchResult } from '../contract/replies.ts'
import {
  AnswerError,
  CallerError,
  type CallerErrorKind,
  OllamaError,
  type OllamaErrorKind,
  TableError,
} from '../errors.ts'

/** What the caller gets. */
export interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer | Readable
}

const callerProblems: Readonly<Record<CallerErrorKind, readonly [status: number, title: string]>> = {
  'unusable-question': [400, 'The question cannot be used'],
  'unusable-event': [400, 'The event cannot be used'],
  unauthorized: [401, 'Not authorised'],
  forbidden: [403, 'Not from there'],
  'unknown-path': [404, 'Not found'],
  'unknown-document': [404, 'Not found'],
  'method-not-allowed': [405, 'Method not allowed'],
  'body-too-slow': [408, 'The body took too long'],
  'body-too-large': [413, 'The body is too large'],
  unreadable: [400, 'The request cannot be read'],
  'headers-too-large': [431, 'The headers are too large'],
  'unsupported-body': [415, 'The body is of another type'],
  'too-many': [429, 'Too many questions at once'],
  'shutting-down': [503, 'Shutting down'],
}

const ollamaProblems: Readonly<Record<OllamaErrorKind, readonly [status: number, title: string]>> = {
  failed: [502, 'Ollama failed'],
  nonsense: [502, 'Ollama failed'],
  'nothing-written': [502, 'The model wrote nothing'],
  'input-too-long': [502, 'Too long for the model'],
  'model-unfit': [502, 'The model cannot do this'],
  'not-ollama': [502, 'What answers is not Ollama'],
  unauthorized: [502, 'Ollama asks for credentials'],
  unreachable: [503, 'Ollama cannot be reached'],
  'model-missing': [503, 'The model is not there'],
  busy: [503, 'Ollama is busy'],
  timeout: [504, 'Out of time'],
}

const ownFault = [500, 'Something went wrong here'] as const
const unreadableTable = [500, 'The documents cannot be read'] as const

/** Every status and title that a problem may have. */
export const problems: ReadonlyArray<readonly [status: number, title: string]> = [
  ...Object.values(callerProblems),
  ...Object.values(ollamaProblems),
  ownFault,
  unreadableTable,
]

/** A letter beyond ASCII, or a space, in the address. */
const unencoded =
  'The address is not percent-encoded. Let curl do it: curl -G --data-urlencode "q=…" URL; or send the question as JSON.'

const unreadable: Readonly<Record<string, readonly [CallerErrorKind, string]>> = {
  HPE_HEADER_OVERFLOW: [
    'headers-too-large',
    'Address and headers are longer than 16 KiB together. Send a long question in the body.',
  ],
  HPE_INVALID_URL: ['unreadable', unencoded],
  HPE_INVALID_CONSTANT: ['unreadable', unencoded],
  HPE_INVALID_VERSION: ['unreadable', unencoded],
  ERR_HTTP_REQUEST_TIMEOUT: ['body-too-slow', 'The request had not arrived in time. Send it in one go.'],
}

export function toJsonResponse(
  reply: Answer | SearchResult | object,
  more: Readonly<Record<string, string>> = {},
): Response {
  const timings = 'timings' in reply ? { 'server-timing': toServerTiming(reply.timings) } : {}
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...timings, ...more },
    body: JSON.stringify(reply),
  }
}

export function toMetricsResponse({ text, contentType }: { text: string; contentType: string }): Response {
  return { status: 200, headers: { 'content-type': contentType, 'cache-control': 'no-store' }, body: text }
}

/** Headers that a page of another origin may send, where it does not say which it wants to. */
const usualHeaders = 'Authorization, Content-Type, Traceparent, Tracestate'

/** What may be done at a path; what a browser asks first when a page of another origin asks a question. */
export function toOptionsResponse(allowed: string, askedHeaders: string | undefined): Response {
  const headers = {
    allow: allowed,
    'access-control-allow-methods': allowed,
    // Tracing adds headers of its own, and events have any number: whatever is asked for, none of them harms.
    'access-control-allow-headers': askedHeaders ?? usualHeaders,
    'access-control-max-age': '7200',
  }
  return { status: 204, headers, body: '' }
}

/** The entity tag of a search's reply: weak, since its timings differ each time. */
export function toEntityTag({ text, topK }: Question, indexVersion: string): string {
  const digest = hash('sha256', JSON.stringify([indexVersion, topK ?? null, text]), 'base64url')
  return `W/"${digest.slice(0, 22)}"`
}

/** Whether the caller has this reply already (RFC 9110, 13.1.2). */
export function isKnown(entityTag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '')
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => opaque(tag) === opaque(entityTag))
}

/** A search's reply, to be kept under its tag. One that was degraded is not: it may be whole the next time. */
export function toSearchResponse(result: SearchResult, entityTag: string): Response {
  return toJsonResponse(result, result.notice === undefined ? { etag: entityTag, 'cache-control': 'no-cache' } : {})
}

/** What the caller has already is still so. */
export function toNotModifiedResponse(entityTag: string): Response {
  return { status: 304, headers: { etag: entityTag, 'cache-control': 'no-cache' }, body: '' }
}

/** Nothing to say, and no reason to ask again. */
export function toEmptyResponse(): Response {
  return { status: 204, headers: { 'cache-control': 'no-store' }, body: '' }
}

/** `{ retrieveMs: 6 }` -> `retrieve;dur=6`. */
function toServerTiming(timings: unknown): string {
  return Object.entries(timings ?? {})
    .map(([name, durationMs]) => `${name.replace(/Ms$/, '')};dur=${durationMs}`)
    .join(', ')
}

/** What Node says of bytes that it could not read as HTTP -> what their sender is told. */
export function toUnreadableResponse(code: string | undefined): Response {
  const [kind, detail] = unreadable[code ?? ''] ?? ['unreadable', 'These bytes are not HTTP/1.1.']
  const { status, headers, body } = toErrorResponse(new CallerError(kind, detail))
  return { status, headers: { ...headers, connection: 'close' }, body }
}

/** An error -> the problem its caller may see. Only messages written for callers are passed on. */
export function toProblem(error: unknown): Problem {
  const sources = error instanceof AnswerError ? { sources: error.sources } : {}
  const root = error instanceof AnswerError ? error.cause : error
  if (root instanceof CallerError) {
    const [status, title] = callerProblems[root.kind]
    return { type: 'about:blank', title, status, detail: root.message }
  }
  if (root instanceof OllamaError) {
    const [status, title] = ollamaProblems[root.kind]
    return { type: 'about:blank', title, status, detail: root.message, ...sources }
  }
  const isTable = root instanceof TableError
  const [status, title] = isTable ? unreadableTable : ownFault
  return {
    type: 'about:blank',
    title,
    status,
    detail: isTable
      ? 'The documents cannot be read here any more. Whoever runs this finds in its log what mends it; asking again does not.'
      : 'The fault is on this side, and its log says more. Ask again.',
    ...sources,
  }
}

/** An error -> its problem; for an event, what a retry may mend is a 5xx, so that the broker retries. */
export function toErrorResponse(error: unknown, forEvent = false): Response {
  const problem = toProblem(error)
  const status = forEvent && problem.status === 429 ? 503 : problem.status
  return {
    status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      ...(status === 401 ? { 'www-authenticate': 'Bearer realm="ragfunction"' } : {}),
      ...(error instanceof CallerError && error.allowed !== undefined ? { allow: error.allowed } : {}),
      ...(status === 429 || status === 503 ? { 'retry-after': '5' } : {}),
      // What is left of such a request is not worth waiting for.
      ...(status === 408 ? { connection: 'close' } : {}),
    },
    body: JSON.stringify({ ...problem, status }),
  }
}
