import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { parseAddress, unquote, withoutCredentials } from './address.ts'
import { ConfigError } from './errors.ts'
import { parseOverrides, parseSinkUrl, type Sink } from './sink.ts'

// Little is parsed, and zod would compile code for each schema when it is first used: an answer after a cold start waits for that. This file comes before all others that make schemas.
z.config({ jitless: true })

/** One environment variable: what it is when unset, what it may be in words, and how its text is read. */
interface Variable<Value> {
  readonly default: string
  readonly allowed: string
  readonly schema: z.ZodType<Value, string>
  /** Where it is wrong: what of it is shown. */
  readonly toShown?: (given: string) => string
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
    allowed:
      'host, host:port or http(s)://host:port, with user:password@ before the host and a path after it if need be',
    schema: z.string().transform((given, context) => {
      const address = parseAddress(given)
      if (!('why' in address)) return address
      context.addIssue({ code: 'custom', message: address.why })
      return z.NEVER
    }),
    toShown: withoutCredentials,
  },
  OLLAMA_API_KEY: {
    default: 'none',
    allowed: 'a key without spaces, or none',
    schema: z
      .string()
      .transform((given) => unquote(given).replace(/^bearer +/i, ''))
      .pipe(z.string().regex(/^[\x21-\x7e]+$/)),
    toShown: hidden,
  },
  OLLAMA_MODEL: {
    default: 'gemma3:1b',
    allowed: 'the name of a chat model',
    schema: z.string().transform(unquote).pipe(z.string().regex(/^\S+$/)),
  },
  EMBEDDING_MODEL: text('built-in', "built-in, the name of an embedding model of Ollama's, or none"),
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
  MAX_CONCURRENT_ANSWERS: wholeNumber(1, 1, 1_000),
  MAX_WAITING_ANSWERS: wholeNumber(32, 0, 100_000),
  API_TOKEN: {
    default: 'none',
    allowed: 'a token without spaces, or none',
    schema: z.string().regex(/^[\x21-\x7e]+$/),
    toShown: hidden,
  },
  CORS_ORIGINS: {
    default: 'none',
    allowed: '*, none, or origins such as https://a.example,https://b.example',
    schema: z
      .string()
      .transform(toOrigins)
      .pipe(z.union([z.literal('*'), z.array(z.string())])),
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    default: 'none',
    allowed: 'the address of a collector, such as http://otel-collector:4318, or none',
    schema: z.string().regex(/^(none|https?:\/\/.+)$/),
  },
  LOG_LEVEL: {
    ...oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    default: 'info',
  },
  K_SINK: {
    default: 'none',
    allowed: 'an address with http:// or https://, or none',
    schema: z.string().transform(parseSinkUrl).pipe(z.string().nullable()),
    toShown: withoutCredentials,
  },
  K_CE_OVERRIDES: {
    default: '{}',
    allowed: '{"extensions": {"name": "value"}}, each name of a-z and 0-9 and none of CloudEvents\' own',
    schema: z.string().transform(parseOverrides).pipe(z.record(z.string(), z.string())),
  },
  K_CA_CERTS: {
    default: 'none',
    allowed: 'certificates in PEM, or none',
    schema: z
      .string()
      .regex(/^(none|-----BEGIN CERTIFICATE-----.*)$/s)
      .transform((given) => (given === 'none' ? null : given)),
  },
  UNANSWERED_TEXT: oneOf('false', 'true'),
  FUNC_PORT: wholeNumber(8080, 1, 65_535),
  PORT: wholeNumber(8080, 1, 65_535),
  LIVENESS_URL: path('/health/liveness'),
  READINESS_URL: path('/health/readiness'),
} satisfies Record<string, Variable<unknown>>

/** What the environment asks for; every `…Ms` is in milliseconds, `numCtx` in tokens. */
export interface Config {
  readonly tableUri: string
  readonly store: StoreAccess
  /** Without credentials and without a slash at its end. */
  readonly ollamaHost: string
  /** What every request to Ollama carries as `Authorization`; never shown. */
  readonly ollamaAuthorization: string | null
  readonly ollamaModel: string
  /** `built-in`, a model of Ollama's, or null for a full-text table. Read by ingest only: the function takes the model from the table's manifest. */
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
  /** Where traces are sent; null where none are made. */
  readonly otlpEndpoint: string | null
  /** Where questions that the documents did not answer are sent; null where nowhere. */
  readonly sink: Sink | null
  /** Whether what is sent there has the question's own words. */
  readonly unansweredText: boolean
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
    const set = environment[name]
    // Of a secret that is only spaces nobody means that there is none.
    const given = set?.trim() || (variable.toShown === hidden && set) || variable.default
    const parsed = variables[name].schema.safeParse(given)
    if (!parsed.success) {
      const shown = variable.toShown?.(given) ?? given
      const why = parsed.error.issues.find(({ code }) => code === 'custom')?.message
      throw new ConfigError(
        `${name} is ${shown === '' ? 'not usable' : `"${shown}"`}: ${why === undefined ? 'it' : `${why} It`} must be ${variable.allowed}.`,
      )
    }
    return parsed.data as z.output<(typeof variables)[Name]['schema']>
  }
  const embeddingModel = read('EMBEDDING_MODEL')
  const apiToken = read('API_TOKEN')
  const otlpEndpoint = read('OTEL_EXPORTER_OTLP_ENDPOINT')
  const ollama = read('OLLAMA_HOST')
  const sink = read('K_SINK')
  return {
    tableUri: read('TABLE_URI'),
    store: toStoreAccess(environment),
    ollamaHost: ollama.url,
    ollamaAuthorization: toAuthorization(ollama.authorization, read('OLLAMA_API_KEY')),
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
    otlpEndpoint: otlpEndpoint === 'none' ? null : otlpEndpoint,
    sink: sink === null ? null : { url: sink, extensions: read('K_CE_OVERRIDES'), certificates: read('K_CA_CERTS') },
    unansweredText: read('UNANSWERED_TEXT') === 'true',
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

function hidden(): string {
  return ''
}

/** One request carries one of the two. */
function toAuthorization(basic: string | null, key: string): string | null {
  if (key === 'none') return basic
  if (basic === null) return `Bearer ${key}`
  throw new ConfigError('OLLAMA_HOST has a user or a password in it, and OLLAMA_API_KEY is set: unset one of the two.')
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
