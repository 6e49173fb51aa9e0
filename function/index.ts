import type { Server } from 'node:http'
import type { HealthCheck } from 'faas-js-runtime'
import { type Config, type Environment, readConfig } from './config.ts'
import { CallerError, ConfigError, TableError } from './errors.ts'
import { toCorsHeaders } from './http/access.ts'
import type { Connections } from './http/connections.ts'
import { isEvent, toEventResponse } from './http/event.ts'
import { toPageResponse } from './http/page.ts'
import { isOpenAi, parseRequest, toRoute } from './http/request.ts'
import {
  isKnown,
  type Response,
  toEmptyResponse,
  toEntityTag,
  toErrorResponse,
  toJsonResponse,
  toMetricsResponse,
  toNotModifiedResponse,
  toOptionsResponse,
  toSearchResponse,
} from './http/response.ts'
import { type Caller, currentCaller, OwnReply, onceListening, openDoor, usualProbes } from './http/runtime.ts'
import { toStreamResponse } from './http/stream.ts'
import { checkPort } from './port.ts'
import { createService, type Service } from './service.ts'

/** The function as the runtime takes it. */
export interface KnativeFunction {
  readonly init: () => Promise<void>
  readonly handle: () => Promise<{ readonly body: OwnReply }>
  readonly shutdown: () => Promise<void>
  readonly liveness: HealthCheck
  readonly readiness: HealthCheck
  /** A question that the documents answer; once `init` is done. */
  readonly example: () => string
}

/** While an instance ends, for whoever keeps a connection to use it once more and be told to go. */
const restMs = 5_000
/** After the last answer's budget, for its bytes to leave. */
const lastBytesMs = 5_000
/** And then for unanswered questions to be sent. */
const flushMs = 3_000
/** Models are read once the first readiness check has passed: what a start waits for is not to share its processor with that. Or after this time, where nobody checks. */
const warmUpAfterMs = 1_000

/** The function for an environment; nothing is read or opened before `init`, which throws ConfigError or TableError. */
export function createFunction(environment: Environment): KnativeFunction {
  let config: Config
  let service: Service
  let connections: Connections
  let interrupted = false
  let warmed = false
  const warm = (): void => {
    if (!warmed) void service.warm()
    warmed = true
  }
  return {
    async init() {
      config = readConfig(environment)
      service = await createService(config, environment)
      connections = openDoor(config)
      onceListening(service.observer.ready)
      // Whoever presses Ctrl-C waits for answers, not for a browser's idle connection.
      process.prependListener('SIGINT', () => {
        interrupted = true
      })
      const { log } = service.observer
      // The runtime would exit 0 without a word.
      process.prependListener('uncaughtException', (error, origin) => {
        log.fatal({ err: error, origin }, 'nothing caught this: exiting')
        process.exit(1)
      })
      setTimeout(warm, warmUpAfterMs).unref()
    },
    async handle() {
      const caller = currentCaller()
      return await service.traces.request(caller, toRoute(caller.path), async () => {
        const { status, headers, body } = await respond(service, caller, config.corsOrigins).catch((error: unknown) => {
          if (!caller.signal.aborted) service.observer.rejected(error)
          return toFailure(error, caller)
        })
        return {
          status,
          body: new OwnReply(status, { ...headers, ...toCorsHeaders(caller, config.corsOrigins) }, body),
        }
      })
    },
    async shutdown() {
      await connections.drain(config.answerTimeoutMs + restMs + lastBytesMs, interrupted ? 0 : restMs)
      await Promise.all([service.observer.flush(interrupted ? 0 : flushMs), service.traces.end()])
    },
    liveness: withPath(usualProbes.livenessPath, () => 'OK'),
    readiness: withPath(usualProbes.readinessPath, async (_request, response) => {
      const reason = connections.isDraining() ? 'shutting down' : await service.whyNotReady()
      if (reason === undefined) setImmediate(warm)
      else response.statusCode = 503
      return reason ?? 'OK'
    }),
    example: () => service.example,
  }
}

/** Its path is what the runtime takes it from; otherwise variables of the runtime's own would move it. */
function withPath(path: string, check: HealthCheck): HealthCheck {
  return Object.assign(check, { path })
}

/** What went wrong, in the shape that the caller reads. */
async function toFailure(error: unknown, caller: Caller): Promise<Response> {
  if (isOpenAi(caller.path) || caller.path.startsWith('/v1/'))
    return (await import('./protocols/openai/errors.ts')).toOpenAiError(error)
  return toErrorResponse(error, caller.method === 'POST' && isEvent(caller.headers))
}

/** A request -> what it asks for -> the reply. Throws what went wrong. */
async function respond(service: Service, caller: Caller, corsOrigins: Config['corsOrigins']): Promise<Response> {
  if (caller.method !== 'OPTIONS') service.authorize(caller)
  if (caller.isLate && caller.path !== '/metrics') {
    throw new CallerError('shutting-down', 'This instance is shutting down. Ask again: another one answers.')
  }
  const wanted = await parseRequest(caller)
  switch (wanted.kind) {
    case 'page':
    case 'docs':
      return await toPageResponse(wanted.kind, caller.headers['accept-encoding']?.toString())
    case 'description':
      return toJsonResponse(await service.describe())
    case 'metrics':
      return toMetricsResponse(await service.observer.metrics())
    case 'options':
      return toOptionsResponse(wanted.allowed, caller.headers['access-control-request-headers'])
    case 'nothing':
      return toEmptyResponse()
    case 'search': {
      const entityTag = toEntityTag(wanted.question, service.indexVersion)
      if (caller.method === 'GET' && isKnown(entityTag, caller.headers['if-none-match']))
        return toNotModifiedResponse(entityTag)
      const result = await service.search(wanted.question, caller.signal)
      return toSearchResponse(result, entityTag)
    }
    case 'openapi':
      return toJsonResponse((await import('./protocols/openapi/openapi.ts')).toOpenApi(service.hasToken))
    case 'mcp':
      return await (await import('./protocols/mcp.ts')).respondToMcp(caller, service, corsOrigins)
    case 'openai':
      return await (await import('./protocols/openai/endpoints.ts')).respondToOpenAi(caller, service)
    case 'event':
      return toEventResponse(wanted.event, await service.answer(wanted.question, caller.signal))
    case 'answer':
      return wanted.question.stream
        ? await toStreamResponse((tell) => service.answer(wanted.question, caller.signal, tell))
        : toJsonResponse(await service.answer(wanted.question, caller.signal))
  }
}

const own = createFunction(process.env)
export const { init, handle, shutdown, liveness, readiness } = own

/** `npm start` and the image run this file; under the runtime's own command it is only imported. */
async function main(): Promise<Server> {
  const { port } = readConfig(process.env)
  // The table is opened in threads of LanceDB's own, while this one reads the runtime.
  const [, { default: runtime }] = await Promise.all([init(), import('faas-js-runtime'), checkPort(port)])
  const server = await runtime.start({ handle, shutdown, liveness, readiness }, { port })
  // Standard output is JSON lines alone.
  console.error(
    `Listening on http://localhost:${port}. Ask it something:\n\n  curl "http://localhost:${port}/query?q=${encodeURIComponent(own.example())}"\n`,
  )
  return server
}

if (import.meta.main) {
  void main().catch((error: unknown) => {
    const known = error instanceof ConfigError || error instanceof TableError
    console.error(known ? error.message : error)
    process.exit(1)
  })
}
