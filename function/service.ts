import { availableParallelism } from 'node:os'
import { createAdmission } from './admission.ts'
import { createAnswer, createSearch } from './answer/answer.ts'
import type { Config, Environment } from './config.ts'
import type { AnswerQuestion, Search } from './contract/replies.ts'
import { createEngine } from './embedding/engine.ts'
import { CallerError, CallerGoneError, OllamaError, type TableError } from './errors.ts'
import { type Authorize, createAuthorize } from './http/access.ts'
import { createWriter } from './ollama/generate.ts'
import { createDescribe, type Describe } from './operations/describe.ts'
import { createObserver, type Observer } from './operations/observe.ts'
import { openTraces, type Traces } from './operations/traces.ts'
import { createReadDocument, type ReadDocument } from './retrieval/document.ts'
import { createLexicon } from './retrieval/lexicon/lexicon.ts'
import { createRetrieve, type InTurn } from './retrieval/retrieve.ts'
import { checkContents, isSmall } from './table/files.ts'
import { type OpenTable, openTable, smokeQuery, toUnreadable } from './table/open.ts'
import { createRenewal } from './table/renewal.ts'

/** Everything that a start makes once and every request uses. */
export interface Service {
  readonly answer: AnswerQuestion
  readonly search: Search
  readonly describe: Describe
  readonly authorize: Authorize
  readonly readDocument: ReadDocument
  readonly observer: Observer
  readonly traces: Traces
  /** Once the start is over, has what embeds read, and Ollama's models loaded as they will be used: the first question finds them there. Where it does not, the log says why. */
  readonly warm: () => Promise<void>
  readonly hasToken: boolean
  /** A question that the documents answer, to begin with. */
  readonly example: string
  /** Which documents are served. */
  readonly indexVersion: string
  /** Undefined where the table answers; Ollama is not asked. */
  readonly whyNotReady: () => Promise<string | undefined>
}

/** Readiness is asked every second or so; a table that answered just now still does. */
const smokeQueryEveryMs = 5_000
/** Once a start is over: reading a large table must not share its processor. */
const checkContentsAfterMs = 1_000
const maxRetrievals = 4
const maxWaitingRetrievals = 1_000

/** What serves one table; made anew when the table is replaced. */
type Served = Pick<Service, 'answer' | 'search' | 'describe' | 'readDocument' | 'indexVersion' | 'whyNotReady'>

/** Opens the table and puts the parts together; a table in a folder may be replaced while it is served. Throws TableError. */
export async function createService(config: Config, environment: Environment = {}): Promise<Service> {
  const opened = await openTable(config.tableUri, config.store)
  const { embedding } = opened.manifest
  const engine = embedding && createEngine(embedding, config)
  const model = createAdmission(config.maxConcurrentAnswers, config.maxWaitingAnswers)
  const observer = createObserver(config, opened.manifest, model)
  const writer = createWriter(config)
  const { log } = observer
  const traces = await openTraces(environment, config, (message) => log.warn(message))
  const inTurn = fewAtOnce()
  const say = (error: unknown): void => {
    const { message } = Object(error)
    if (error instanceof OllamaError)
      log.info({ reason: message, ollamaHost: config.ollamaHost }, 'the model is not loaded ahead')
    else log.error({ err: error }, 'questions are searched by words alone')
  }
  const warmEngine = async (): Promise<void> => {
    try {
      await engine?.warm()
    } catch (error) {
      say(error)
    }
  }
  // A thread on a processor of its own keeps no start waiting.
  const beside = embedding?.engine === 'built-in' && availableParallelism() > 1
  if (beside) void warmEngine()

  function serve(table: OpenTable): Served {
    const { chunks, manifest } = table
    const loadLexicon = createLexicon(table)
    // Tables of one model share what embeds for it.
    const own =
      JSON.stringify(manifest.embedding) === JSON.stringify(embedding)
        ? engine
        : manifest.embedding && createEngine(manifest.embedding, config)
    const embed = own && manifest.embedding && observer.embed(traces.embed(own.embed, manifest.embedding))
    const readable = tellUnreadable(() => smokeQuery(chunks, manifest), toUnreadable(config.tableUri, manifest))
    const parts = {
      retrieve: traces.retrieve(readable(createRetrieve(table, embed, { inTurn, loadLexicon })), manifest.version),
      writer: { look: writer.look, generate: traces.generate(writer.generate) },
      admission: model,
      loadLexicon,
      manifest,
      onQuotedInstead: observer.quotedInstead,
      settings: config,
    }
    // A small one was read when it was opened.
    const whyDamaged = isSmall(manifest)
      ? () => undefined
      : checkLater(() => checkContents(config.tableUri, manifest), observer, checkContentsAfterMs)
    const whyNoAnswer = createSmokeTest(() => smokeQuery(chunks, manifest), smokeQueryEveryMs)
    return {
      answer: createAnswer(parts),
      search: createSearch(parts),
      describe: createDescribe(config, manifest),
      readDocument: readable(createReadDocument(chunks)),
      indexVersion: manifest.version,
      whyNotReady: async () => whyDamaged() ?? (await whyNoAnswer()),
    }
  }

  let served = serve(opened)
  const renew = createRenewal(config.tableUri, opened.manifest, {
    take(table) {
      served = serve(table)
      observer.table(table.manifest)
      log.info({ version: table.manifest.version }, 'the table was replaced; the new one is served')
    },
    failed: (error) =>
      log.warn(
        { err: error },
        'what is at the place of the table now cannot be opened: the one that was opened is served on',
      ),
  })
  return {
    async answer(question, signal, tell) {
      await renew()
      return await observer.question(question, tell, (seen) => served.answer(question, signal, seen))
    },
    async search(question, signal, tell) {
      await renew()
      return await observer.question(question, tell, (seen) => served.search(question, signal, seen))
    },
    async describe() {
      await renew()
      return await served.describe()
    },
    authorize: createAuthorize(config.apiToken),
    readDocument: (id) => served.readDocument(id),
    observer,
    traces,
    hasToken: config.apiToken !== null,
    example: opened.manifest.examples[0] ?? 'What is this about?',
    get indexVersion() {
      return served.indexVersion
    },
    whyNotReady: async () => await served.whyNotReady(),
    async warm() {
      const asksModels = config.generator !== 'extractive'
      await Promise.all([
        !beside && (asksModels || embedding?.engine === 'built-in') ? warmEngine() : undefined,
        asksModels ? writer.load().catch(say) : undefined,
      ])
    },
  }
}

/** Few searches at once, whatever the number of callers. */
function fewAtOnce(): InTurn {
  const admission = createAdmission(maxRetrievals, maxWaitingRetrievals)
  return async (signal, search) => {
    const place = admission.admit()
    try {
      const endTurn = await place.turn(signal)
      return await search().finally(endTurn)
    } finally {
      place.leave()
    }
  }
}

/** Reads the table's files once it is served. Returns why it must not be, or undefined where nothing is known against it. */
export function checkLater(
  check: () => Promise<void>,
  { log }: Pick<Observer, 'log'>,
  afterMs: number,
): () => string | undefined {
  let reason: string | undefined
  const run = (): Promise<void> =>
    check().catch((error: unknown) => {
      reason = 'the table is damaged'
      log.error({ err: error }, reason)
    })
  setTimeout(() => void run(), afterMs).unref()
  return () => reason
}

/** A way to read the table -> the same, which throws a TableError where the table no longer answers: asking again mends that for nobody. */
export function tellUnreadable(
  ask: () => Promise<void>,
  toError: (cause: unknown) => TableError,
): <Given extends unknown[], Result>(
  read: (...given: Given) => Promise<Result>,
) => (...given: Given) => Promise<Result> {
  return (read) =>
    async (...given) => {
      try {
        return await read(...given)
      } catch (error) {
        if ([CallerError, CallerGoneError, OllamaError].some((kind) => error instanceof kind)) throw error
        await ask().catch((cause: unknown) => {
          throw toError(cause)
        })
        throw error
      }
    }
}

/** Why the table does not answer, or undefined where it does; asked anew when its last good answer, the one at the start first, is older than `everyMs`. */
export function createSmokeTest(ask: () => Promise<void>, everyMs: number): Service['whyNotReady'] {
  let answeredAt = performance.now()
  return async () => {
    if (performance.now() - answeredAt < everyMs) return undefined
    try {
      await ask()
      answeredAt = performance.now()
      return undefined
    } catch {
      return 'the table does not answer'
    }
  }
}
