// The client for Ollama's API, and what is asked of Ollama apart from any question: whether it is there, and which models it has.
import { Ollama } from 'ollama'
import { z } from 'zod'
import { OllamaError } from '../errors.ts'
import { NoReply, type OllamaAddress, readJson, send } from './connection.ts'
import { toOllamaError } from './failures.ts'

/** Where Ollama is and how long it may take to accept a connection, in milliseconds. */
export interface OllamaSettings extends OllamaAddress {
  readonly connectTimeoutMs: number
}

/** A client of which every request ends with `signal`: the npm client itself can only stop a stream that has begun. */
export function createOllama(address: OllamaAddress, signal: AbortSignal): Ollama {
  return new Ollama({
    host: address.ollamaHost,
    fetch: (input, init) => send(address, String(input), init ?? {}, signal),
  })
}

/** How long something may take: the signal aborts with OllamaError `timeout` unless it was ended before. */
export interface Budget {
  readonly signal: AbortSignal
  /** Starts its time anew. */
  readonly renew: () => void
  readonly end: () => void
}

/** Starts the clock; `what` begins the sentence that says what did not happen in time. */
export function startBudget(timeoutMs: number, what: string): Budget {
  const budget = new AbortController()
  const timer = setTimeout(() => {
    const detail = `${what} within ${timeoutMs / 1000} s. Ask again: a model that has been loaded answers sooner.`
    budget.abort(new OllamaError('timeout', detail))
  }, timeoutMs)
  return { signal: budget.signal, renew: () => timer.refresh(), end: () => clearTimeout(timer) }
}

const runningSchema = z.object({
  models: z.array(z.object({ name: z.string(), context_length: z.number().optional() })),
})

/** A model in Ollama's memory, and the context that it was loaded with where Ollama says so. */
export interface Running {
  readonly name: string
  readonly context: number | undefined
}

/** Asks which models are in memory: undefined where Ollama answers something else. Throws OllamaError `unreachable` when it has not answered at all within the connect budget. */
export async function lookAtOllama(
  { connectTimeoutMs, ...address }: OllamaSettings,
  signal: AbortSignal,
): Promise<readonly Running[] | undefined> {
  const budget = AbortSignal.timeout(connectTimeoutMs)
  try {
    const reply = await readJson(address, '/api/ps', AbortSignal.any([budget, signal]))
    const { models } = runningSchema.parse(reply)
    return models.map(({ name, context_length }) => ({ name, context: context_length }))
  } catch (error) {
    signal.throwIfAborted()
    const late = budget.aborted && new NoReply(`no answer within ${connectTimeoutMs} ms`, { cause: error })
    if (late || error instanceof NoReply) throw toOllamaError(late || error, { model: '', to: 'chat' })
    // Whatever it is, the question itself will hear it.
    return undefined
  }
}

/** What Ollama said when it was asked which models it has: their names as it writes them, or why it did not say. */
export type Listing = { readonly models: readonly string[] } | { readonly error: OllamaError }

const tagsSchema = z.object({ models: z.array(z.object({ name: z.string() })) })

export async function listModels(address: OllamaAddress, timeoutMs: number): Promise<Listing> {
  const budget = AbortSignal.timeout(timeoutMs)
  try {
    const reply = await createOllama(address, budget).list()
    return { models: tagsSchema.parse(reply).models.map(({ name }) => name) }
  } catch (error) {
    if (error instanceof z.ZodError) {
      const detail =
        "What answers at OLLAMA_HOST is not Ollama: it has no list of models. Set it to Ollama's own address."
      return { error: new OllamaError('not-ollama', detail, { cause: error }) }
    }
    const cause = budget.aborted ? new NoReply(`no answer within ${timeoutMs} ms`, { cause: error }) : error
    const known = toOllamaError(cause, { model: '', to: 'tags' })
    return { error: known instanceof OllamaError ? known : new OllamaError('nonsense', known.message) }
  }
}

/** Whether a model is among those. */
export function isPulled(model: string, models: readonly string[]): boolean {
  return models.some((name) => toFullName(name) === toFullName(model))
}

/** A name as Ollama takes it: whatever the case; its registry, `library/` and `:latest` may be left out. */
export function toFullName(model: string): string {
  const name = model
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^registry\.ollama\.ai\//, '')
    .replace(/^library\//, '')
  return /[:@][^/]*$/.test(name) ? name : `${name}:latest`
}
