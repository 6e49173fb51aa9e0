import pino, { type Logger } from 'pino'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Admission } from '../admission.ts'
import type { Config } from '../config.ts'
import type { Question } from '../contract/questions.ts'
import type { Answer, IndexInfo, SearchResult, Tell, Unanswered } from '../contract/replies.ts'
import type { Embed } from '../embedding/embed.ts'
import { AnswerError, CallerError, CallerGoneError, OllamaError } from '../errors.ts'
import { type Manifest, toIndexInfo } from '../table/manifest.ts'
import type { Outbox } from './outbox.ts'

/** What the operator sees: a log line for every question, and metrics in the Prometheus exposition format. */
export interface Observer {
  readonly log: Logger
  /** Answers a question through `answer`, passes on what it tells, and notes how it went. */
  readonly question: <Reply extends Answer | SearchResult>(
    question: Question,
    tell: Tell | undefined,
    answer: (tell: Tell) => Promise<Reply>,
  ) => Promise<Reply>
  /** Notes why the documents are quoted where a model was to write: once, until a model writes again or there is another reason. */
  readonly quotedInstead: (error: OllamaError) => void
  /** Counts how often a question could not be embedded. */
  readonly embed: (embed: Embed) => Embed
  /** Notes a request that ended with an error before it was a question. */
  readonly rejected: (error: unknown) => void
  /** Notes that the start is over. */
  readonly ready: () => void
  /** The table that is served from now on. */
  readonly table: (manifest: Manifest) => void
  readonly metrics: () => Promise<{ readonly text: string; readonly contentType: string }>
  /** Waits for what is to be sent of unanswered questions, at most so long. */
  readonly flush: (atMostMs: number) => Promise<void>
}

const shortBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const longBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 240]
/** Of a table that is renewed again and again, so many versions are counted apart: the one that is served, and the one before. */
const maxVersions = 2
/** Counted from 0, so that a share is 0 and not missing where a version never ended so. */
const usualEndings = [
  { outcome: 'answered', generator: 'ollama' },
  { outcome: 'answered', generator: 'extractive' },
  { outcome: 'unsupported', generator: 'ollama' },
  { outcome: 'not_in_documents', generator: 'extractive' },
  { outcome: 'searched', generator: 'none' },
] as const

export function createObserver(
  { logLevel, ...config }: Pick<Config, 'logLevel' | 'sink' | 'unansweredText'>,
  manifest: Manifest,
  model: Admission,
): Observer {
  const log = pino({ level: logLevel, serializers: { err: toLogged } })
  const registry = new Registry()
  const registers = [registry]
  const questions = new Counter({
    name: 'ragfunction_questions_total',
    help: 'Questions and searches by how they ended, what wrote the answer and which documents it was drawn from',
    labelNames: ['outcome', 'generator', 'index_version'],
    registers,
  })
  const rejections = new Counter({
    name: 'ragfunction_rejected_requests_total',
    help: 'Requests turned away before they were answered, by reason',
    labelNames: ['reason'],
    registers,
  })
  const embeddingFallbacks = new Counter({
    name: 'ragfunction_embedding_fallbacks_total',
    help: 'Questions that could not be embedded and were searched by words alone',
    registers,
  })
  const unansweredEvents = new Counter({
    name: 'ragfunction_unanswered_events_total',
    help: 'Events for the sink of unanswered questions, by what became of them',
    labelNames: ['fate'],
    registers,
  })
  const retrieveSeconds = new Histogram({
    name: 'ragfunction_retrieve_duration_seconds',
    help: 'From a question to its passages',
    buckets: shortBuckets,
    registers,
  })
  const firstTokenSeconds = new Histogram({
    name: 'ragfunction_first_token_duration_seconds',
    help: 'From a question to the first word of the model, the wait for a turn included',
    buckets: longBuckets,
    registers,
  })
  const generateSeconds = new Histogram({
    name: 'ragfunction_generate_duration_seconds',
    help: 'From the passages to the end of the answer, by what wrote it',
    labelNames: ['generator'],
    buckets: longBuckets,
    registers,
  })
  const coldStart = new Gauge({
    name: 'ragfunction_cold_start_seconds',
    help: 'From the start of the process until it was ready',
    registers,
  })
  new Gauge({
    name: 'ragfunction_answers_in_progress',
    help: 'Questions that are with Ollama',
    registers,
    collect() {
      this.set(model.atWork())
    },
  })
  new Gauge({
    name: 'ragfunction_answers_waiting',
    help: 'Questions that wait for their turn with Ollama',
    registers,
    collect() {
      this.set(model.waiting())
    },
  })
  const indexInfo = new Gauge({
    name: 'ragfunction_index_info',
    help: 'Always 1; the labels say which documents are served',
    labelNames: ['version', 'retrieval', 'embedding_model', 'documents', 'chunks'],
    registers,
  })
  const describeTable = (served: Manifest): void => {
    const { version, retrieval, embeddingModel, documents, chunks } = toIndexInfo(served)
    indexInfo.reset()
    indexInfo.set({ version, retrieval, embedding_model: embeddingModel ?? 'none', documents, chunks }, 1)
    versions = [version, ...versions.filter((earlier) => earlier !== version)].slice(0, maxVersions)
    for (const labels of usualEndings) questions.inc({ ...labels, index_version: version }, 0)
    void forget(questions, versions)
  }
  let versions: readonly string[] = []
  describeTable(manifest)

  let outbox: Promise<Outbox> | undefined
  const report = async (question: Question, reply: Answer | SearchResult, outcome: Unanswered['outcome']) => {
    const { sink, unansweredText: text } = config
    if (sink === null) return
    // Most instances have none to send.
    const { toUnansweredEvent } = await import('./unanswered.ts')
    outbox ??= import('./outbox.ts').then(({ createOutbox }) =>
      createOutbox(sink, (fate) => unansweredEvents.inc({ fate }), log),
    )
    const event = toUnansweredEvent(question, reply, outcome, { text, extensions: sink.extensions })
    ;(await outbox).add(event)
  }

  /** Errors of questions, which have had their line. */
  const noted = new WeakSet<object>()
  let whyQuoted: string | undefined
  return {
    log,
    table: describeTable,
    async question(question, tell, answer) {
      const begun = performance.now()
      const seen: { firstTokenMs?: number; chunks: readonly string[]; isUnsupported?: true } = { chunks: [] }
      const [served = ''] = versions
      const note = (outcome: string, details: Details, error?: unknown): void => {
        const indexVersion = details.index?.version ?? served
        questions.inc({ outcome, generator: details.generator ?? 'none', index_version: indexVersion })
        const timings = details.timings ?? { totalMs: Math.round(performance.now() - begun) }
        const line = {
          outcome,
          generator: details.generator,
          model: details.model ?? undefined,
          indexVersion,
          firstTokenMs: seen.firstTokenMs,
          ...timings,
          chunks: seen.chunks,
          notice: details.notice,
          traceId: toTraceId(question.traceparent),
          question: log.isLevelEnabled('debug') ? question.text : undefined,
          // Without what was found, which is long and the documents' own text.
          err: error instanceof CallerGoneError ? undefined : rootOf(error),
        }
        // The reply goes out first: nobody is to wait until a line is written.
        setImmediate(() => log[toLevel(outcome, error)](line, 'question'))
      }
      try {
        const reply = await answer((event) => {
          if (event.type === 'unsupported') {
            seen.isUnsupported = true
            return
          }
          if (event.type === 'sources') seen.chunks = event.chunks
          else if (event.type === 'token') seen.firstTokenMs ??= Math.round(performance.now() - begun)
          tell?.(event)
        })
        retrieveSeconds.observe(reply.timings.retrieveMs / 1000)
        if ('generator' in reply && reply.answered) {
          generateSeconds.observe({ generator: reply.generator }, reply.timings.generateMs / 1000)
          if (reply.generator === 'ollama') firstTokenSeconds.observe((seen.firstTokenMs ?? 0) / 1000)
        }
        const unanswered = !reply.answered ? 'not_in_documents' : seen.isUnsupported ? 'unsupported' : undefined
        note(unanswered ?? ('answer' in reply ? 'answered' : 'searched'), reply)
        if (whyQuoted !== undefined && 'generator' in reply && reply.generator === 'ollama') {
          whyQuoted = undefined
          setImmediate(() => log.info('a model writes again'))
        }
        if (unanswered !== undefined)
          report(question, reply, unanswered).catch((error: unknown) =>
            log.error({ err: error }, 'an unanswered question cannot be sent'),
          )
        return reply
      } catch (error) {
        if (error instanceof CallerError) throw error
        noted.add(Object(error))
        note(toOutcome(error), {}, error)
        throw error
      }
    },
    quotedInstead(error) {
      // Each answer says it to its caller, in its notice.
      const level = error.message === whyQuoted ? 'debug' : 'warn'
      whyQuoted = error.message
      setImmediate(() => log[level]({ err: error }, 'the documents are quoted, since no model wrote'))
    },
    embed: (embed) => async (texts, signal) =>
      await embed(texts, signal).catch((error: unknown) => {
        if (!signal.aborted) embeddingFallbacks.inc()
        throw error
      }),
    rejected(error) {
      if (error instanceof CallerError) rejections.inc({ reason: error.kind })
      else if (!noted.has(Object(error))) log.error({ err: error }, 'a request was not answered')
    },
    ready() {
      coldStart.set(process.uptime())
    },
    async metrics() {
      // Node's own are many, and observers that a start need not wait for: they begin with the first scrape.
      if (registry.getSingleMetric('process_cpu_seconds_total') === undefined)
        collectDefaultMetrics({ register: registry })
      // prom-client writes Nan where nothing was measured yet; the format knows NaN.
      const text = (await registry.metrics()).replace(/ Nan$/gm, ' NaN')
      return { text, contentType: registry.contentType }
    },
    async flush(atMostMs) {
      await (await outbox)?.flush(atMostMs)
    },
  }
}

type QuestionLabel = 'outcome' | 'generator' | 'index_version'

/** What is noted of a reply. */
interface Details {
  readonly generator?: Answer['generator']
  readonly model?: string | null
  readonly index?: IndexInfo
  readonly timings?: object
  readonly notice?: string
}

/** Takes out the series of all versions but these. */
async function forget(questions: Counter<QuestionLabel>, versions: readonly string[]): Promise<void> {
  for (const { labels } of (await questions.get()).values)
    if (!versions.includes(String(labels.index_version))) questions.remove(labels)
}

/** An error with the messages of its causes. Where Ollama is at fault, no line of our code says more of it. */
function toLogged(error: Error): object {
  if (!(error instanceof OllamaError)) return pino.stdSerializers.err(error)
  return { type: error.name, kind: error.kind, message: toMessages(error).join(' ') }
}

/** What an error and its causes say; fetch's has none itself where each of several addresses failed. */
function toMessages(error: unknown): string[] {
  if (!(error instanceof Error)) return error === undefined ? [] : [String(error)]
  const causes = error instanceof AggregateError ? error.errors : [error.cause]
  return [error.message, ...causes.flatMap(toMessages)].filter((message) => message !== '')
}

function rootOf(error: unknown): unknown {
  return error instanceof AnswerError ? error.cause : error
}

function toOutcome(error: unknown): string {
  const root = rootOf(error)
  if (root instanceof CallerGoneError) return 'caller_gone'
  return root instanceof OllamaError ? `ollama_${root.kind.replaceAll('-', '_')}` : 'failed'
}

/** A fault on this side is an error; Ollama's is a warning. */
function toLevel(outcome: string, error: unknown): 'info' | 'warn' | 'error' {
  if (error === undefined || error instanceof CallerGoneError) return 'info'
  return outcome === 'failed' ? 'error' : 'warn'
}

/** `00-TRACE-SPAN-01` -> TRACE (W3C Trace Context); undefined where there is none. */
function toTraceId(traceparent: string | undefined): string | undefined {
  return /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/.exec(traceparent ?? '')?.[1]
}
