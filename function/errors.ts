import type { Source } from './contract/replies.ts'

/** Why a request is turned away; `kind` becomes a status in http/response.ts, the message tells the caller what to do. */
export class CallerError extends Error {
  override readonly name = 'CallerError'
  readonly kind: CallerErrorKind
  /** Only of `method-not-allowed`: the methods that are served there. */
  readonly allowed: string | undefined

  constructor(kind: CallerErrorKind, message: string, options?: ErrorOptions & { readonly allowed?: string }) {
    super(message, options)
    this.kind = kind
    this.allowed = options?.allowed
  }
}

export type CallerErrorKind =
  | 'unusable-question'
  | 'unusable-event'
  | 'unauthorized'
  | 'forbidden'
  | 'unknown-path'
  | 'unknown-document'
  | 'method-not-allowed'
  | 'unreadable'
  | 'headers-too-large'
  | 'body-too-slow'
  | 'body-too-large'
  | 'unsupported-body'
  | 'too-many'
  | 'shutting-down'

/** What Ollama did or did not do. The message is for the caller; what Ollama said is the `cause`, for the log. */
export class OllamaError extends Error {
  override readonly name = 'OllamaError'
  readonly kind: OllamaErrorKind
  /** Only of `input-too-long`, where Ollama said so: the tokens of the prompt, and those that the model's context has. */
  readonly tokens: { readonly prompt: number; readonly context: number } | undefined

  constructor(kind: OllamaErrorKind, message: string, options?: ErrorOptions & Pick<Partial<OllamaError>, 'tokens'>) {
    super(message, options)
    this.kind = kind
    this.tokens = options?.tokens
  }
}

export type OllamaErrorKind =
  | 'unreachable'
  | 'unauthorized'
  | 'not-ollama'
  | 'model-missing'
  | 'model-unfit'
  | 'busy'
  | 'input-too-long'
  | 'nothing-written'
  | 'failed'
  | 'nonsense'
  | 'timeout'

/** Whether `GENERATOR=auto` may quote instead, as long as nothing was written: whatever Ollama did, unless time ran out, which its caller has none left of. */
export function degrades(error: unknown): error is OllamaError {
  return error instanceof OllamaError && error.kind !== 'timeout'
}

/** An error after retrieval: what had been found is not lost. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError'
  readonly sources: readonly Source[]

  constructor(cause: unknown, sources: readonly Source[]) {
    super('the passages were found, but not answered from', { cause })
    this.sources = sources
  }
}

/** The caller has gone: nobody is left to answer. */
export class CallerGoneError extends Error {
  override readonly name = 'CallerGoneError'
}

/** The table cannot be used: missing, of another format, or damaged. The message says which command mends it. */
export class TableError extends Error {
  override readonly name = 'TableError'
}

/** The built-in model's file is missing or damaged. The message says what mends it; where it was looked for is the `cause`, for the log. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError'
}

/** A setting, an argument or a folder that the operator gave is wrong; the message names it and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
