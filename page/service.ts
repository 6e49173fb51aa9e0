/** The requests that the page makes, and the token that they may need. */
import type { Turn } from '../function/contract/questions.ts'
import type { Description, Problem, StreamEvent } from '../function/contract/replies.ts'
import { eventsOf } from './events.ts'

/** What went wrong, in words for whoever asked. */
export interface Failure extends Partial<Problem> {
  readonly title: string
  readonly detail: string
  /** Whether a token is wanted, none having been sent, or another one. */
  readonly token?: 'missing' | 'wrong'
  readonly retryAfterSeconds?: number
}

/** What comes of a question: the events of its stream, `error` among them only as a failure in words. */
export type Reply = Exclude<StreamEvent, readonly ['error', unknown]> | readonly ['error', Failure]

/** Asks, after what was said before, and yields what comes until there is an answer or an error. Once the signal is aborted nothing more comes. */
export async function* askService(
  question: string,
  history: readonly Turn[],
  signal: AbortSignal,
): AsyncGenerator<Reply> {
  let begun = false
  try {
    for await (const reply of requestAnswer({ question, history, stream: true }, signal)) {
      if (signal.aborted) return
      yield reply
      begun = true
      if (reply[0] === 'answer' || reply[0] === 'error') return
    }
    yield [
      'error',
      { title: 'The answer broke off', detail: 'The connection ended before the answer was whole. Ask again.' },
    ]
  } catch {
    if (signal.aborted) return
    yield [
      'error',
      begun
        ? { title: 'The answer broke off', detail: 'The connection was lost. Ask again.' }
        : {
            title: 'The service cannot be reached',
            detail: 'No connection came about. Is the network there, and does the service still run?',
          },
    ]
  }
}

async function* requestAnswer(asked: object, signal: AbortSignal): AsyncGenerator<Reply> {
  const sent = authorization()
  const response = await fetch('query', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...sent },
    body: JSON.stringify(asked),
    signal,
  })
  if (!response.ok || response.body === null) yield ['error', await toFailure(response, 'authorization' in sent)]
  else if (response.headers.get('content-type')?.includes('text/event-stream')) yield* eventsOf(response.body)
  else yield ['answer', await response.json()]
}

async function toFailure(response: Response, withToken: boolean): Promise<Failure> {
  const problem: Partial<Problem> & { readonly message?: string } = await response.json().catch(() => ({}))
  const retryAfterSeconds = Number(response.headers.get('retry-after'))
  const refused = response.status === 401
  return {
    ...problem,
    title:
      refused && withToken
        ? 'The token was not accepted'
        : (problem.title ?? `The service answered ${response.status}`),
    detail: problem.detail ?? problem.message ?? 'It said nothing more. Ask again in a while.',
    ...(refused ? { token: withToken ? 'wrong' : 'missing' } : {}),
    ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}),
  }
}

/** What runs here; 'token' where that is not told without one, undefined where it is not to be had. */
export async function fetchDescription(): Promise<Description | 'token' | undefined> {
  const sent = authorization()
  const response = await fetch('./', { headers: { accept: 'application/json', ...sent } }).catch(() => undefined)
  // Another token may have been given meanwhile.
  if (response?.status === 401) return sent.authorization === authorization().authorization ? 'token' : undefined
  return response?.ok ? await response.json() : undefined
}

/** The token is kept for this tab alone. */
export function keepToken(token: string | undefined): void {
  if (token === undefined) sessionStorage.removeItem('token')
  else sessionStorage.setItem('token', token)
}

export function hasToken(): boolean {
  return Boolean(sessionStorage.getItem('token'))
}

/** The header that says the token, where there is one. */
export function authorization(): Record<string, string> {
  const token = sessionStorage.getItem('token')
  return token ? { authorization: `Bearer ${token}` } : {}
}
