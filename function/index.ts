import type { Server } from 'node:http'
import runtime from 'faas-js-runtime'
import pino, { type Logger } from 'pino'
import { type Answer, createAnswer, createSearch, type SearchResult } from './answer.ts'
import { currentCaller, watchCallers } from './caller.ts'
import { type Config, type Environment, readConfig } from './config.ts'
import { createDescribe, type Describe } from './describe.ts'
import { createEmbed, withinBudget } from './embed.ts'
import { CallerGoneError, ConfigError, TableError } from './errors.ts'
import { createGenerate } from './generate.ts'
import { parseRequest, type Question } from './request.ts'
import { type Response, toErrorResponse, toJsonResponse } from './response.ts'
import { createRetrieve } from './retrieve.ts'
import { openTable } from './table.ts'
import { createTokenize } from './words.ts'

/** The function as the runtime takes it. */
export interface KnativeFunction {
  readonly init: () => Promise<void>
  readonly handle: () => Promise<Response>
  readonly shutdown: () => Promise<void>
}

/** What `init` makes once and every question uses. */
interface Service {
  readonly answer: (question: Question, signal: AbortSignal) => Promise<Answer>
  readonly search: (question: Question, signal: AbortSignal) => Promise<SearchResult>
  readonly describe: Describe
  readonly log: Logger
}

/** The function for an environment; nothing is read or opened before `init`, which throws ConfigError or TableError. */
export function createFunction(environment: Environment): KnativeFunction {
  let service: Service
  let unwatch: (() => void) | undefined
  return {
    async init() {
      service = await createService(readConfig(environment))
      unwatch = watchCallers()
    },
    async handle() {
      try {
        const caller = currentCaller()
        const wanted = await parseRequest(caller)
        if (wanted.kind === 'description') return toJsonResponse(await service.describe())
        return toJsonResponse(await service[wanted.kind](wanted.question, caller.signal))
      } catch (error) {
        if (!(error instanceof CallerGoneError)) service.log.warn({ err: error }, 'a request was not answered')
        return toErrorResponse(error)
      }
    },
    async shutdown() {
      unwatch?.()
    },
  }
}

async function createService(config: Config): Promise<Service> {
  const { chunks, manifest } = await openTable(config.tableUri, config.store)
  const embed =
    manifest.embedding && withinBudget(createEmbed(config.ollamaHost, manifest.embedding.model), config.embedTimeoutMs)
  const parts = {
    retrieve: createRetrieve(chunks, manifest, embed),
    generate: createGenerate(config),
    tokenize: createTokenize(chunks),
    manifest,
    settings: config,
  }
  const events = createAnswer(parts)
  const answer = async (question: Question, signal: AbortSignal): Promise<Answer> => {
    const pieces = events(question, signal)
    for (;;) {
      const next = await pieces.next()
      if (next.done) return next.value
    }
  }
  return {
    answer,
    search: createSearch(parts),
    describe: createDescribe(config, manifest),
    log: pino({ level: config.logLevel }),
  }
}

export const { init, handle, shutdown } = createFunction(process.env)

/** `npm start` and the image run this file; under the runtime's own command it is only imported. */
async function main(): Promise<Server> {
  const { port } = readConfig(process.env)
  const server = await runtime.start({ init, handle, shutdown }, { port })
  console.log(
    `Listening on http://localhost:${port}. Ask it something:\n\n  curl -X POST 'http://localhost:${port}/query?q=What%20is%20Kubernetes%3F'\n`,
  )
  return server
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    const known = error instanceof ConfigError || error instanceof TableError
    console.error(known ? error.message : error)
    process.exit(1)
  })
}
