import type { Server } from 'node:http'
import pino, { type Logger } from 'pino'
import { type AnswerQuestion, createAnswer, createSearch, type Search } from './answer.ts'
import { type Caller, currentCaller, OwnReply, watchCallers } from './caller.ts'
import { type Config, type Environment, readConfig } from './config.ts'
import { createDescribe, type Describe } from './describe.ts'
import { createEmbed, withinBudget } from './embed.ts'
import { CallerGoneError, ConfigError, TableError } from './errors.ts'
import { createGenerate } from './generate.ts'
import { toPageResponse } from './page.ts'
import { parseRequest } from './request.ts'
import { type Response, toErrorResponse, toJsonResponse } from './response.ts'
import { createRetrieve } from './retrieve.ts'
import { toStreamResponse } from './stream.ts'
import { openTable } from './table.ts'

/** The function as the runtime takes it. */
export interface KnativeFunction {
  readonly init: () => Promise<void>
  readonly handle: () => Promise<{ readonly body: OwnReply }>
  readonly shutdown: () => Promise<void>
}

/** What `init` makes once and every question uses. */
interface Service {
  readonly answer: AnswerQuestion
  readonly search: Search
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
      const caller = currentCaller()
      const { status, headers, body } = await respond(service, caller).catch((error: unknown) => {
        if (!(error instanceof CallerGoneError)) service.log.warn({ err: error }, 'a request was not answered')
        return toErrorResponse(error)
      })
      return { body: new OwnReply(status, headers, body) }
    },
    async shutdown() {
      unwatch?.()
    },
  }
}

/** A request -> what it asks for -> the reply; every failure is the caller's to see. */
async function respond({ answer, search, describe }: Service, caller: Caller): Promise<Response> {
  const wanted = await parseRequest(caller)
  switch (wanted.kind) {
    case 'page':
      return toPageResponse()
    case 'description':
      return toJsonResponse(await describe())
    case 'search':
      return toJsonResponse(await search(wanted.question, caller.signal))
    case 'answer':
      return wanted.question.stream
        ? await toStreamResponse((tell) => answer(wanted.question, caller.signal, tell))
        : toJsonResponse(await answer(wanted.question, caller.signal, () => undefined))
  }
}

async function createService(config: Config): Promise<Service> {
  const { chunks, manifest } = await openTable(config.tableUri)
  const embed =
    manifest.embedding && withinBudget(createEmbed(config.ollamaHost, manifest.embedding.model), config.embedTimeoutMs)
  const parts = {
    retrieve: createRetrieve(chunks, manifest, embed),
    generate: createGenerate(config),
    tokenize: async (text: string) => (await chunks.tokenize(text, { column: 'text' })).map(({ text: term }) => term),
    manifest,
    settings: config,
  }
  return {
    answer: createAnswer(parts),
    search: createSearch(parts),
    describe: createDescribe(config, manifest),
    log: pino({ level: config.logLevel }),
  }
}

export const { init, handle, shutdown } = createFunction(process.env)

/** `npm start` and the image run this file; under the runtime's own command it is only imported. */
async function main(): Promise<Server> {
  const { port } = readConfig(process.env)
  // The table is opened in threads of LanceDB's own, while this one reads the runtime.
  const [, { default: runtime }] = await Promise.all([init(), import('faas-js-runtime')])
  const server = await runtime.start({ handle, shutdown }, { port })
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
