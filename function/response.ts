import type { Readable } from 'node:stream'
import { type Answer, AnswerError, type SearchResult, type Source } from './answer.ts'
import { CallerError, type CallerErrorKind, OllamaError, type OllamaErrorKind } from './errors.ts'
import { allowedMethods } from './request.ts'

/** What the caller gets. */
export interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Readable
}

/** RFC 9457. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly sources?: readonly Source[]
}

const callerProblems: Readonly<Record<CallerErrorKind, readonly [status: number, title: string]>> = {
  'unusable-question': [400, 'The question cannot be used'],
  'unknown-path': [404, 'Not found'],
  'method-not-allowed': [405, 'Method not allowed'],
  'body-too-slow': [408, 'The body took too long'],
  'body-too-large': [413, 'The body is too large'],
  'unsupported-body': [415, 'The body is of another type'],
}

const ollamaProblems: Readonly<Record<OllamaErrorKind, readonly [status: number, title: string]>> = {
  nonsense: [502, 'Ollama failed'],
  'input-too-long': [502, 'Ollama failed'],
  unreachable: [503, 'Ollama cannot be reached'],
  'model-missing': [503, 'The model is not there'],
  busy: [503, 'Ollama is busy'],
  timeout: [504, 'Out of time'],
}

export function toJsonResponse(reply: Answer | SearchResult | object): Response {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify(reply),
  }
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
  return {
    type: 'about:blank',
    title: 'Something went wrong here',
    status: 500,
    detail: 'The fault is on this side, and its log says more. Ask again.',
    ...sources,
  }
}

export function toErrorResponse(error: unknown): Response {
  const problem = toProblem(error)
  return {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      ...(problem.status === 405 ? { allow: allowedMethods } : {}),
      ...(problem.status === 503 ? { 'retry-after': '5' } : {}),
      // What is left of such a body is not worth reading.
      ...(problem.status === 408 || problem.status === 413 ? { connection: 'close' } : {}),
    },
    body: JSON.stringify(problem),
  }
}
