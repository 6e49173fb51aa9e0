import { type Config as ClientConfig, Ollama } from 'ollama'
import { z } from 'zod'
import { CallerGoneError, OllamaError } from '../errors.ts'

/** Where Ollama is and how long it may take to accept a connection, in milliseconds. */
export interface OllamaSettings {
  readonly ollamaHost: string
  readonly connectTimeoutMs: number
}

/** A client of which every request ends with `signal`: the npm client itself can only stop a stream that has begun. */
export function createOllama(host: string, signal: AbortSignal): Ollama {
  const fetchUntilAborted: ClientConfig['fetch'] = (input, init) => fetch(input, { ...init, signal })
  return new Ollama({ host, fetch: fetchUntilAborted })
}

/** How long something may take: the signal aborts with OllamaError `timeout` unless it was ended before. */
export interface Budget {
  readonly signal: AbortSignal
  readonly end: () => void
}

/** Starts the clock; `what` begins the sentence that says what did not happen in time. */
export function startBudget(timeoutMs: number, what: string): Budget {
  const budget = new AbortController()
  const timer = setTimeout(() => {
    const detail = `${what} within ${timeoutMs / 1000} s. Ask again: a model that has been loaded answers sooner.`
    budget.abort(new OllamaError('timeout', detail))
  }, timeoutMs)
  return { signal: budget.signal, end: () => clearTimeout(timer) }
}

/** Waits until Ollama has answered anything at all; throws OllamaError `unreachable` when it has not within the connect budget. */
export async function reachOllama(
  { ollamaHost, connectTimeoutMs }: OllamaSettings,
  signal?: AbortSignal,
): Promise<void> {
  const budget = AbortSignal.timeout(connectTimeoutMs)
  try {
    const response = await fetch(`${ollamaHost}/api/version`, {
      signal: signal === undefined ? budget : AbortSignal.any([budget, signal]),
    })
    await response.body?.cancel()
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    throw unreachable(ollamaHost, cause)
  }
}

const tagsSchema = z.object({ models: z.array(z.object({ name: z.string() })) })

/** The models that Ollama has, as it names them; undefined where it does not say within `timeoutMs`. */
export async function listModels(host: string, timeoutMs: number): Promise<string[] | undefined> {
  try {
    const response = await fetch(`${host}/api/tags`, { signal: AbortSignal.timeout(timeoutMs) })
    return tagsSchema.parse(await response.json()).models.map(({ name }) => name)
  } catch {
    return undefined
  }
}

/** Whether a model is among those; a name without a tag is its `latest`. */
export function isPulled(model: string, models: readonly string[]): boolean {
  return models.includes(model.includes(':') ? model : `${model}:latest`)
}

/** Whatever a call to Ollama threw -> an error whose class, kind and message say whose fault it is and what mends it. */
export function toOllamaError(
  error: unknown,
  { host, model }: { readonly host: string; readonly model: string },
): Error {
  if (error instanceof OllamaError || error instanceof CallerGoneError) return error
  const status = statusOf(error)
  const said = error instanceof Error ? error.message : String(error)
  if (status === 404 && /model .*not found/i.test(said)) {
    return new OllamaError('model-missing', `Ollama has no model ${model}. Pull it: ollama pull ${model}`, {
      cause: error,
    })
  }
  if (status === 400 && /input length|context length|too long/i.test(said)) {
    return new OllamaError('input-too-long', `The input is longer than the context of ${model}.`, { cause: error })
  }
  if (status === 400 && /does not support/i.test(said)) {
    return new OllamaError('nonsense', `The model ${model} cannot do this (${said}). Choose another.`, { cause: error })
  }
  if (status === 503 || status === 429)
    return new OllamaError('busy', 'Ollama is busy. Ask again in a moment.', { cause: error })
  if (status === undefined && isConnectionFailure(error)) return unreachable(host, error)
  return new OllamaError('nonsense', 'Ollama failed while it answered. Its own log says why.', { cause: error })
}

/** Where it was looked for is for the log: callers need not know the addresses of a cluster. */
function unreachable(host: string, cause: unknown): OllamaError {
  return new OllamaError(
    'unreachable',
    'Ollama does not answer. Start it (ollama serve), or set OLLAMA_HOST to where it runs.',
    { cause: new Error(`nothing answers at ${host}`, { cause }) },
  )
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'status_code' in error && typeof error.status_code === 'number'
    ? error.status_code
    : undefined
}

/** What Node's fetch throws when there never was an HTTP answer; one that broke off is `terminated` instead. */
function isConnectionFailure(error: unknown): boolean {
  return error instanceof TypeError && error.message === 'fetch failed'
}
