import type { Server } from 'node:http'
import type { HealthCheck } from 'faas-js-runtime'
import { createAuthorize, toCorsHeaders } from './access.ts'
import { createAdmission } from './admission.ts'
import { createAnswer, createSearch, type Tell } from './answer.ts'
import { type Caller, currentCaller, type Door, OwnReply, openDoor } from './caller.ts'
import { type Config, type Environment, readConfig } from './config.ts'
import { createDescribe } from './describe.ts'
import { createEmbed, type Embed, withinBudget } from './embed.ts'
import { CallerError, ConfigError, TableError } from './errors.ts'
import { isEvent, toEventResponse } from './event.ts'
import { createGenerate, loadModel } from './generate.ts'
import { createObserver } from './observe.ts'
import { toPageResponse } from './page.ts'
import { parseRequest, type Question } from './request.ts'
import { type Response, toErrorResponse, toJsonResponse, toMetricsResponse, toOptionsResponse } from './response.ts'
import { createRetrieve, type Retrieve } from './retrieve.ts'
import { toStreamResponse } from './stream.ts'
import { type OpenTable, openTable, smokeQuery } from './table.ts'
import { createTokenize } from './words.ts'

/** The function as the runtime takes it. */
export interface KnativeFunction {
  readonly init: () => Promise<void>
  readonly handle: () => Promise<{ readonly body: OwnReply }>
  readonly shutdown: () => Promise<void>
  readonly liveness: HealthCheck
  readonly readiness: HealthCheck
}

/** What `init` makes once and every question uses. */
type Service = Awaited<ReturnType<typeof createService>>

/** After the last answer's budget, for its bytes to leave. */
const lastBytesMs = 5_000
/** Once the runtime listens: what a start waits for is not to share its processor with this. */
const warmUpAfterMs = 100
/** Readiness is asked every second or so; a table that answered just now still does. */
const smokeQueryEveryMs = 5_000
const maxRetrievals = 4
const maxWaitingRetrievals = 1_000

/** The function for an environment; nothing is read or opened before `init`, which throws ConfigError or TableError. */
export function createFunction(environment: Environment): KnativeFunction {
  let config: Config
  let service: Service
  let door: Door
  return {
    async init() {
      config = readConfig(environment)
      service = await createService(config)
      door = openDoor()
      const { log } = service.observer
      // The runtime would exit 0 without a word.
      process.prependListener('uncaughtException', (error, origin) => {
        log.fatal({ err: error, origin }, 'nothing caught this: exiting')
        process.exit(1)
      })
      if (config.generator !== 'extractive') {
        const load = (): Promise<void> =>
          loadModel(config).catch((error: unknown) => log.info({ err: error }, 'the model is not loaded ahead'))
        setTimeout(() => void load(), warmUpAfterMs).unref()
      }
    },
    async handle() {
      const caller = currentCaller()
      const { status, headers, body } = await respond(service, caller, door).catch((error: unknown) => {
        if (!caller.signal.aborted) service.observer.rejected(error)
        return toErrorResponse(error, caller.method === 'POST' && isEvent(caller.headers))
      })
      return { body: new OwnReply(status, { ...headers, ...toCorsHeaders(caller, config.corsOrigins) }, body) }
    },
    async shutdown() {
      await door.drain(config.answerTimeoutMs + lastBytesMs)
    },
    liveness: () => 'OK',
    async readiness(_request, response) {
      const reason = door.isDraining() ? 'shutting down' : await service.whyNotReady()
      if (reason === undefined) service.observer.ready()
      else response.statusCode = 503
      return reason ?? 'OK'
    },
  }
}

/** A request -> what it asks for -> the reply. Throws what went wrong. */
async function respond(service: Service, caller: Caller, door: Door): Promise<Response> {
  const { observer } = service
  if (caller.method !== 'OPTIONS') service.authorize(caller)
  if (door.isDraining() && caller.path !== '/metrics') {
    throw new CallerError('shutting-down', 'This instance is shutting down. Ask again: another one answers.')
  }
  const wanted = await parseRequest(caller)
  const trace = String(caller.headers.traceparent ?? '')
  const answer = (question: Question, tell: Tell = () => undefined, parent = trace) =>
    observer.question({ question, trace: parent, tell }, (seen) => service.answer(question, caller.signal, seen))
  switch (wanted.kind) {
    case 'page':
      return toPageResponse()
    case 'description':
      return toJsonResponse(await service.describe())
    case 'metrics':
      return toMetricsResponse(await observer.metrics())
    case 'options':
      return toOptionsResponse(wanted.allowed)
    case 'search':
      return toJsonResponse(
        await observer.question({ question: wanted.question, trace, tell: () => undefined }, (seen) =>
          service.search(wanted.question, caller.signal, seen),
        ),
      )
    case 'event':
      return toEventResponse(
        wanted.event,
        await answer(wanted.question, () => undefined, trace || wanted.event.attributes.traceparent),
      )
    case 'answer':
      return wanted.question.stream
        ? await toStreamResponse((tell) => answer(wanted.question, tell))
        : toJsonResponse(await answer(wanted.question))
  }
}

async function createService(config: Config) {
  const table = await openTable(config.tableUri, config.store)
  const { chunks, manifest } = table
  const model = createAdmission(config.maxConcurrentAnswers, config.maxWaitingAnswers)
  const observer = createObserver(config, manifest, model)
  const embed =
    manifest.embedding &&
    observer.embed(withinBudget(createEmbed(config.ollamaHost, manifest.embedding.model), config.embedTimeoutMs))
  const parts = {
    retrieve: retrieveInTurn(table, embed),
    generate: createGenerate(config, model.turn),
    admission: config.generator === 'extractive' ? null : model,
    tokenize: createTokenize(chunks),
    manifest,
    settings: config,
  }
  return {
    answer: createAnswer(parts),
    search: createSearch(parts),
    describe: createDescribe(config, manifest),
    authorize: createAuthorize(config.apiToken),
    observer,
    whyNotReady: createSmokeTest(table),
  }
}

/** Few retrievals at once, whatever the number of callers. A question is embedded before its turn: a slow Ollama keeps nobody from the table. */
function retrieveInTurn({ chunks, manifest }: OpenTable, embed: Embed | null): Retrieve {
  const admission = createAdmission(maxRetrievals, maxWaitingRetrievals)
  return async (question, topK, signal) => {
    const leave = admission.admit()
    try {
      const vectors = embed?.([`${manifest.embedding?.queryPrefix}${question}`], signal) ?? Promise.resolve([])
      await vectors.catch(() => undefined)
      const endTurn = await admission.turn(signal)
      try {
        return await createRetrieve(chunks, manifest, embed && (() => vectors))(question, topK, signal)
      } finally {
        endTurn()
      }
    } finally {
      leave()
    }
  }
}

/** Why the table does not answer, or undefined where it does; asked anew when the last good answer is some seconds old. */
function createSmokeTest({ chunks, manifest }: OpenTable): () => Promise<string | undefined> {
  let answeredAt = performance.now()
  return async () => {
    if (performance.now() - answeredAt < smokeQueryEveryMs) return undefined
    try {
      await smokeQuery(chunks, manifest)
      answeredAt = performance.now()
      return undefined
    } catch {
      return 'the table does not answer'
    }
  }
}

export const { init, handle, shutdown, liveness, readiness } = createFunction(process.env)

/** `npm start` and the image run this file; under the runtime's own command it is only imported. */
async function main(): Promise<Server> {
  const { port } = readConfig(process.env)
  // The table is opened in threads of LanceDB's own, while this one reads the runtime.
  const [, { default: runtime }] = await Promise.all([init(), import('faas-js-runtime')])
  const server = await runtime.start({ handle, shutdown, liveness, readiness }, { port })
  console.log(
    `Listening on http://localhost:${port}. Ask it something:\n\n  curl -X POST 'http://localhost:${port}/query?q=What%20is%20Kubernetes%3F'\n`,
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
