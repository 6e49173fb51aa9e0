import { createAdmission } from './admission.ts'
import { createAnswer, createSearch } from './answer/answer.ts'
import type { Config } from './config.ts'
import type { AnswerQuestion, Search } from './contract.ts'
import { createEngine } from './embedding/engine.ts'
import { OllamaError } from './errors.ts'
import { type Authorize, createAuthorize } from './http/access.ts'
import { createWriter } from './ollama/generate.ts'
import { createDescribe, type Describe } from './operations/describe.ts'
import { createObserver, type Observer } from './operations/observe.ts'
import { createReadDocument, type ReadDocument } from './retrieval/document.ts'
import { createLexicon } from './retrieval/lexicon/lexicon.ts'
import { createRetrieve, type InTurn } from './retrieval/retrieve.ts'
import { checkContents, isSmall } from './table/files.ts'
import { openTable, smokeQuery } from './table/open.ts'

/** Everything that a start makes once and every request uses. */
export interface Service {
  readonly answer: AnswerQuestion
  readonly search: Search
  readonly describe: Describe
  readonly authorize: Authorize
  readonly readDocument: ReadDocument
  readonly observer: Observer
  /** Once the start is over, has what embeds read, and Ollama's models loaded as they will be used: the first question finds them there. Where it does not, the log says why. */
  readonly warm: () => Promise<void>
  readonly hasToken: boolean
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

/** Opens the table and puts the parts together. Throws TableError. */
export async function createService(config: Config): Promise<Service> {
  const table = await openTable(config.tableUri, config.store)
  const { chunks, manifest } = table
  const loadLexicon = createLexicon(table)
  const model = createAdmission(config.maxConcurrentAnswers, config.maxWaitingAnswers)
  const observer = createObserver(config, manifest, model)
  const engine = manifest.embedding && createEngine(manifest.embedding, config)
  const embed = engine && observer.embed(engine.embed)
  const writer = createWriter(config)
  const { log } = observer
  const parts = {
    retrieve: createRetrieve(table, embed, { inTurn: fewAtOnce(), loadLexicon }),
    generate: writer.generate,
    admission: model,
    loadLexicon,
    manifest,
    settings: config,
  }
  const answer = createAnswer(parts)
  const search = createSearch(parts)
  // A small one was read when it was opened.
  const whyDamaged = isSmall(manifest)
    ? () => undefined
    : checkLater(() => checkContents(config.tableUri, manifest), observer, checkContentsAfterMs)
  const whyNoAnswer = createSmokeTest(() => smokeQuery(chunks, manifest), smokeQueryEveryMs)
  return {
    answer: (question, signal, tell) => observer.question(question, tell, (seen) => answer(question, signal, seen)),
    search: (question, signal, tell) => observer.question(question, tell, (seen) => search(question, signal, seen)),
    describe: createDescribe(config, manifest),
    authorize: createAuthorize(config.apiToken),
    readDocument: createReadDocument(chunks),
    observer,
    hasToken: config.apiToken !== null,
    indexVersion: manifest.version,
    whyNotReady: async () => whyDamaged() ?? (await whyNoAnswer()),
    async warm() {
      const say = (error: unknown): void => {
        const { message } = Object(error)
        if (error instanceof OllamaError)
          log.info({ reason: message, ollamaHost: config.ollamaHost }, 'the model is not loaded ahead')
        else log.error({ err: error }, 'questions are searched by words alone')
      }
      const warmEngine = async (): Promise<void> => await engine?.warm()
      const asksModels = config.generator !== 'extractive'
      await Promise.all([
        asksModels || manifest.embedding?.engine === 'built-in' ? warmEngine().catch(say) : undefined,
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
