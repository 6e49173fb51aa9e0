/** What the caller got wrong; `kind` becomes a status in response.ts, the message tells them what to do. */
export class CallerError extends Error {
  override readonly name = 'CallerError'
  readonly kind: CallerErrorKind

  constructor(kind: CallerErrorKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

export type CallerErrorKind =
  | 'unusable-question'
  | 'unknown-path'
  | 'method-not-allowed'
  | 'body-too-slow'
  | 'body-too-large'
  | 'unsupported-body'

/** What Ollama did or did not do. The message is for the caller; what Ollama said is the `cause`, for the log. */
export class OllamaError extends Error {
  override readonly name = 'OllamaError'
  readonly kind: OllamaErrorKind

  constructor(kind: OllamaErrorKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

export type OllamaErrorKind = 'unreachable' | 'model-missing' | 'busy' | 'input-too-long' | 'nonsense' | 'timeout'

/** The caller has gone: nobody is left to answer. */
export class CallerGoneError extends Error {
  override readonly name = 'CallerGoneError'
}

/** The table cannot be used: missing, of another format, or damaged. The message says which command mends it. */
export class TableError extends Error {
  override readonly name = 'TableError'
}

/** A setting, an argument or a folder that the operator gave is wrong; the message names it and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
