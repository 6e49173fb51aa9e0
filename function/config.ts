import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { ConfigError } from './errors.ts'

/** One environment variable: what it is when unset, what it may be in words, and how its text is read. */
interface Variable<Value> {
  readonly default: string
  readonly allowed: string
  readonly schema: z.ZodType<Value, string>
  /** Never shown, not even where it is wrong. */
  readonly secret?: boolean
}

const text = (byDefault: string, allowed: string): Variable<string> => ({
  default: byDefault,
  allowed,
  schema: z.string(),
})

const oneOf = <const Choice extends string>(...choices: readonly [Choice, ...Choice[]]): Variable<Choice> => ({
  default: choices[0],
  allowed: `one of ${choices.join(', ')}`,
  schema: z.enum(choices),
})

const wholeNumber = (byDefault: number, min: number, max: number): Variable<number> => ({
  default: String(byDefault),
  allowed: `a whole number from ${min} to ${max}`,
  schema: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max)),
})

const path = (byDefault: string): Variable<string> => ({
  default: byDefault,
  allowed: 'a path such as /healthz',
  schema: z.string().regex(/^(\/[\w.~-]+)+$/),
})

const milliseconds = (byDefault: number): Variable<number> => ({
  ...wholeNumber(byDefault, 1, 3_600_000),
  allowed: 'milliseconds, from 1 to 3600000',
})

/** Every variable the project reads; README's table lists the same names and defaults, held together by a test. */
export const variables = {
  TABLE_URI: {
    default: './table',
    allowed: 'a folder, file:///…, s3://… or db://…',
    schema: z.string().transform(toTableUri).pipe(z.string()),
  },
  OLLAMA_HOST: {
    default: 'http://127.0.0.1:11434',
    allowed: 'host, host:port or http(s)://host:port',
    schema: z.string().transform(toOllamaUrl).pipe(z.string()),
  },
  OLLAMA_MODEL: text('gemma3:1b', 'the name of a chat model'),
  EMBEDDING_MODEL: text('all-minilm', 'the name of an embedding model, or none'),
  GENERATOR: oneOf('auto', 'ollama', 'extractive'),
  TOP_K: wholeNumber(5, 1, 20),
  NUM_CTX: wholeNumber(4096, 1024, 1_048_576),
  KEEP_ALIVE: {
    default: '5m',
    allowed: 'a duration such as 30s, 5m or 24h, 0, or -1 to keep the model loaded',
    schema: z.string().regex(/^(-1|0|(\d+(\.\d+)?(ms|s|m|h))+)$/),
  },
  CONNECT_TIMEOUT_MS: milliseconds(3_000),
  EMBED_TIMEOUT_MS: milliseconds(5_000),
  FIRST_TOKEN_TIMEOUT_MS: milliseconds(180_000),
  ANSWER_TIMEOUT_MS: milliseconds(240_000),
  MAX_CONCURRENT_ANSWERS: wholeNumber(4, 1, 1_000),
  MAX_WAITING_ANSWERS: wholeNumber(32, 0, 100_000),
  API_TOKEN: {
    default: 'none',
    allowed: 'a token without spaces, or none',
    schema: z.string().regex(/^[\x21-\x7e]+$/),
    secret: true,
  },
  CORS_ORIGINS: {
    default: 'none',
    allowed: '*, none, or origins such as https://a.example,https://b.example',
    schema: z
      .string()
      .transform(toOrigins)
      .pipe(z.union([z.literal('*'), z.array(z.string())])),
  },
  LOG_LEVEL: {
    ...oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    default: 'info',
  },
  FUNC_PORT: wholeNumber(8080, 1, 65_535),
  PORT: wholeNumber(8080, 1, 65_535),
  LIVENESS_URL: path('/health/liveness'),
  READINESS_URL: path('/health/readiness'),
} satisfies Record<string, Variable<unknown>>

/** What the environment asks for; every `…Ms` is in milliseconds, `numCtx` in tokens. */
export interface Config {
  readonly tableUri: string
  readonly store: StoreAccess
  readonly ollamaHost: string
  readonly ollamaModel: string
  /** null for a full-text table. Read by ingest only: the function takes the model from the table's manifest. */
  readonly embeddingModel: string | null
  readonly generator: 'auto' | 'ollama' | 'extractive'
  readonly topK: number
  readonly numCtx: number
  readonly keepAlive: string
  readonly connectTimeoutMs: number
  readonly embedTimeoutMs: number
  readonly firstTokenTimeoutMs: number
  readonly answerTimeoutMs: number
  /** How many questions are with Ollama at once, and how many wait in order behind them. */
  readonly maxConcurrentAnswers: number
  readonly maxWaitingAnswers: number
  /** null where everybody may ask. */
  readonly apiToken: string | null
  readonly corsOrigins: '*' | readonly string[]
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
  readonly port: number
  /** Where the platform looks how the function is, beside /health/liveness and /health/readiness. */
  readonly livenessPath: string
  readonly readinessPath: string
}

/** What it takes to reach a table that is elsewhere, beyond what LanceDB itself reads from the environment. */
export interface StoreAccess {
  readonly storageOptions?: Readonly<Record<string, string>>
  readonly apiKey?: string
  readonly region?: string
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Reads the configuration from environment variables; an empty one counts as unset. Throws ConfigError naming the variable, its value and what is allowed. */
export function readConfig(environment: Environment): Config {
  const read = <Name extends keyof typeof variables>(name: Name): z.output<(typeof variables)[Name]['schema']> => {
    const variable: Variable<unknown> = variables[name]
    const given = environment[name]?.trim() || variable.default
    const parsed = variables[name].schema.safeParse(given)
    if (!parsed.success) {
      const shown = variable.secret ? 'not usable' : `"${given}"`
      throw new ConfigError(`${name} is ${shown}: it must be ${variable.allowed}.`)
    }
    return parsed.data as z.output<(typeof variables)[Name]['schema']>
  }
  const embeddingModel = read('EMBEDDING_MODEL')
  const apiToken = read('API_TOKEN')
  return {
    tableUri: read('TABLE_URI'),
    store: toStoreAccess(environment),
    ollamaHost: read('OLLAMA_HOST'),
    ollamaModel: read('OLLAMA_MODEL'),
    embeddingModel: embeddingModel === 'none' ? null : embeddingModel,
    generator: read('GENERATOR'),
    topK: read('TOP_K'),
    numCtx: read('NUM_CTX'),
    keepAlive: read('KEEP_ALIVE'),
    connectTimeoutMs: read('CONNECT_TIMEOUT_MS'),
    embedTimeoutMs: read('EMBED_TIMEOUT_MS'),
    firstTokenTimeoutMs: read('FIRST_TOKEN_TIMEOUT_MS'),
    answerTimeoutMs: read('ANSWER_TIMEOUT_MS'),
    maxConcurrentAnswers: read('MAX_CONCURRENT_ANSWERS'),
    maxWaitingAnswers: read('MAX_WAITING_ANSWERS'),
    apiToken: apiToken === 'none' ? null : apiToken,
    corsOrigins: read('CORS_ORIGINS'),
    logLevel: read('LOG_LEVEL'),
    port: environment.FUNC_PORT?.trim() ? read('FUNC_PORT') : read('PORT'),
    livenessPath: read('LIVENESS_URL'),
    readinessPath: read('READINESS_URL'),
  }
}

/** A folder by its absolute path, whichever way it is written; else the address as it is. */
function toTableUri(uri: string): string | undefined {
  if (!/^file:/i.test(uri)) return uri.includes('://') ? uri : resolve(uri)
  try {
    return /^file:\//i.test(uri) ? fileURLToPath(uri) : undefined
  } catch {
    // It names another machine, or escapes a slash.
    return undefined
  }
}

/** `0.0.0.0` is where a server listens; a client on the same machine finds it at 127.0.0.1. */
function toOllamaUrl(host: string): string | undefined {
  const withScheme = /^https?:\/\//.test(host) ? host : `http://${host.startsWith(':') ? '127.0.0.1' : ''}${host}`
  if (!URL.canParse(withScheme)) return undefined
  const url = new URL(withScheme)
  // fetch refuses an address with a password in it.
  if (url.username !== '' || url.password !== '') return undefined
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1'
  if (url.port === '' && withScheme !== host && !/:\d+\/?$/.test(host)) url.port = '11434'
  return url.href.replace(/\/$/, '')
}

/** Origins as browsers send them: scheme, host and port, nothing after. */
function toOrigins(origins: string): '*' | string[] | undefined {
  if (origins === '*') return '*'
  if (origins === 'none') return []
  const all = origins.split(',').map((origin) => origin.trim().replace(/\/$/, ''))
  return all.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin) ? all : undefined
}

/**
 * LanceDB reads AWS's usual variables by itself, but an endpoint of one's own has to be allowed over plain HTTP, and has a
 * region in name only. The key to LanceDB Cloud it does not read.
 */
function toStoreAccess(environment: Environment): StoreAccess {
  const { LANCEDB_API_KEY: apiKey, LANCEDB_REGION: cloudRegion } = environment
  const cloud = { ...(apiKey ? { apiKey } : {}), ...(cloudRegion ? { region: cloudRegion } : {}) }
  const endpoint = environment.AWS_ENDPOINT_URL_S3?.trim() || environment.AWS_ENDPOINT_URL?.trim()
  if (!endpoint) return cloud
  const region = environment.AWS_REGION?.trim() || environment.AWS_DEFAULT_REGION?.trim() || 'us-east-1'
  const plain = endpoint.startsWith('http://') ? { allow_http: 'true' } : {}
  return { ...cloud, storageOptions: { endpoint, region, ...plain } }
}
