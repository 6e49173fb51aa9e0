// Traces, where a collector is named: a span for each request, search, embedding and model's answer, with the attributes of OpenTelemetry's GenAI conventions.
import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Turn } from '../admission.ts'
import type { Config, Environment } from '../config.ts'
import type { Embed } from '../embedding/embed.ts'
import { OllamaError } from '../errors.ts'
import type { Generate } from '../ollama/generate.ts'
import type { Manifest } from '../table/manifest.ts'
import { version } from './describe.ts'

/** What is said of a span; undefined is not said. */
export type Attributes = Readonly<Record<string, string | number | boolean | string[] | undefined>>

interface Start {
  readonly name: string
  readonly kind: 'server' | 'client' | 'internal'
  readonly attributes: Attributes
}

/** A span that has begun; only its first end counts. */
export interface Span {
  readonly note: (attributes: Attributes) => void
  /** `error` is the class of what went wrong. */
  readonly end: (error?: string) => void
  /** Spans that begin within are its children. */
  readonly within: <Result>(work: () => Result) => Result
  /** W3C Trace Context, for whoever is to join this trace. */
  readonly traceparent: string
}

/** Begins spans below the one within which that happens, or below that of the caller, and sends them. */
export interface Tracer {
  readonly begin: (start: Start, caller?: IncomingHttpHeaders) => Span
  /** Sends what is left, for at most `atMostMs`. */
  readonly end: (atMostMs: number) => Promise<void>
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly signal: AbortSignal
}
interface Replied {
  readonly status: number
  readonly body: Readable
}

/** Puts spans around what it is given. */
export interface Traces {
  /** `route` is the path where it is one that is served. The span lasts until the last byte is out. */
  readonly request: <Reply extends Replied>(
    asked: Asked,
    route: string | undefined,
    answer: () => Promise<Reply>,
  ) => Promise<Reply>
  readonly retrieve: <Rest extends unknown[], Found extends { readonly passages: readonly Scored[] }>(
    retrieve: (question: string, topK: number, ...rest: Rest) => Promise<Found>,
    indexVersion: string,
  ) => (question: string, topK: number, ...rest: Rest) => Promise<Found>
  readonly embed: (embed: Embed, embedding: NonNullable<Manifest['embedding']>) => Embed
  readonly generate: (generate: Generate) => Generate
  readonly end: () => Promise<void>
}
interface Scored {
  readonly id: string
  readonly score: number
}

/** A collector that does not answer keeps no instance from ending. */
const endWithinMs = 2_000

/** Without a collector everything is as it was. */
export const noTraces: Traces = {
  request: (_asked, _route, answer) => answer(),
  retrieve: (retrieve) => retrieve,
  embed: (embed) => embed,
  generate: (generate) => generate,
  end: async () => undefined,
}

/** Traces to the collector that the environment names; what sends them is loaded for that alone. `warn` hears what could not be sent. */
export async function openTraces(
  environment: Environment,
  config: Pick<Config, 'otlpEndpoint' | 'ollamaModel' | 'ollamaHost'>,
  warn: (message: string) => void,
): Promise<Traces> {
  const isOff = /^true$/i.test(environment.OTEL_SDK_DISABLED ?? '') || environment.OTEL_TRACES_EXPORTER === 'none'
  if (config.otlpEndpoint === null || isOff) return noTraces
  const { createTracer } = await import('./otel.ts')
  return createTraces(createTracer(environment, version, warn), config, tellsContents(environment))
}

/** Questions and answers are not in traces unless they are asked for, by the variable that other instrumentations have for it. */
function tellsContents({ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: given = '' }: Environment): boolean {
  return /^(true|span_only|span_and_event)$/i.test(given)
}

/** The spans, as a tracer sends them. */
export function createTraces(
  tracer: Tracer,
  { ollamaModel, ollamaHost }: Pick<Config, 'ollamaModel' | 'ollamaHost'>,
  withContents: boolean,
): Traces {
  const content = (value: () => string): string | undefined => (withContents ? value() : undefined)
  const ollama = { 'gen_ai.provider.name': 'ollama', ...toServer(ollamaHost) }

  async function within<Result>(span: Span, work: () => Promise<Result>): Promise<Result> {
    try {
      return await span.within(work)
    } catch (error) {
      span.end(toErrorType(error))
      throw error
    } finally {
      span.end()
    }
  }

  return {
    async request({ method, path, headers, signal }, route, answer) {
      // Prometheus asks every few seconds.
      if (path === '/metrics') return await answer()
      const attributes = {
        'http.request.method': method,
        'http.route': route,
        'url.path': path,
        'url.scheme': headers['x-forwarded-proto'] === 'https' ? 'https' : 'http',
      }
      const name = route === undefined ? method : `${method} ${route}`
      const span = tracer.begin({ name, kind: 'server', attributes }, headers)
      // The log names the trace, whoever began it.
      headers.traceparent ??= span.traceparent
      const reply = await span.within(answer)
      span.note({ 'http.response.status_code': reply.status })
      const end = (): void => span.end(reply.status >= 500 ? String(reply.status) : undefined)
      reply.body.once('close', end)
      signal.addEventListener('abort', end, { once: true })
      return reply
    },
    retrieve(retrieve, indexVersion) {
      return async (question, topK, ...rest) => {
        const attributes = {
          'gen_ai.operation.name': 'retrieval',
          'gen_ai.data_source.id': indexVersion,
          'gen_ai.request.top_k': topK,
          'gen_ai.retrieval.query.text': content(() => question),
        }
        const name = `retrieval ${indexVersion.slice(0, 'sha256:'.length + 12)}`
        const span = tracer.begin({ name, kind: 'internal', attributes })
        return await within(span, async () => {
          const found = await retrieve(question, topK, ...rest)
          span.note({
            'ragfunction.passages': found.passages.length,
            'gen_ai.retrieval.documents': content(() =>
              JSON.stringify(found.passages.map(({ id, score }) => ({ id, score }))),
            ),
          })
          return found
        })
      }
    },
    embed(embed, { engine, model, dimension }) {
      const isOllama = engine === 'ollama'
      const attributes = {
        'gen_ai.operation.name': 'embeddings',
        ...(isOllama ? ollama : { 'gen_ai.provider.name': 'ragfunction' }),
        'gen_ai.request.model': model,
        'gen_ai.embeddings.dimension.count': dimension,
      }
      return async (texts, signal) => {
        const kind = isOllama ? 'client' : 'internal'
        const span = tracer.begin({ name: `embeddings ${model}`, kind, attributes })
        return await within(span, () => embed(texts, signal))
      }
    },
    generate: (generate) =>
      async function* (prompt, signal, turn, told = {}) {
        const attributes = {
          'gen_ai.operation.name': 'chat',
          ...ollama,
          'gen_ai.request.model': ollamaModel,
          'gen_ai.request.stream': true,
          'gen_ai.request.max_tokens': prompt.maxAnswerTokens,
          'gen_ai.request.temperature': 0,
          'gen_ai.input.messages': content(() => toMessages(prompt.messages)),
        }
        let begunAt = performance.now()
        let span: Span | undefined
        const begin = (): Span => (span ??= tracer.begin({ name: `chat ${ollamaModel}`, kind: 'client', attributes }))
        // The wait for other questions is not the model's.
        const turned: Turn = async (...given) => {
          const endTurn = await turn(...given)
          begunAt = performance.now()
          begin()
          return endTurn
        }
        const ended: NonNullable<typeof told.ended> = (ending) => {
          begin().note({
            'gen_ai.response.finish_reasons': [ending.cut ? 'length' : 'stop'],
            'gen_ai.usage.input_tokens': ending.promptTokens,
            'gen_ai.usage.output_tokens': ending.answerTokens,
          })
          told.ended?.(ending)
        }
        let text = ''
        let failed: string | undefined
        try {
          for await (const token of generate(prompt, signal, turned, { ...told, ended })) {
            if (text === '' && token !== '')
              begin().note({ 'gen_ai.response.time_to_first_chunk': (performance.now() - begunAt) / 1000 })
            text += token
            yield token
          }
        } catch (error) {
          begin()
          failed = toErrorType(error)
          throw error
        } finally {
          span?.note({ 'gen_ai.output.messages': content(() => toMessages([{ role: 'assistant', content: text }])) })
          span?.end(failed)
        }
      },
    end: () => tracer.end(endWithinMs),
  }
}

function toErrorType(error: unknown): string {
  if (error instanceof OllamaError) return error.kind
  return error instanceof Error ? error.name : '_OTHER'
}

function toServer(host: string): Attributes {
  const { hostname, port, protocol } = new URL(host)
  return { 'server.address': hostname, 'server.port': Number(port) || (protocol === 'https:' ? 443 : 80) }
}

/** Messages in the form that the conventions have for them. */
function toMessages(messages: ReadonlyArray<{ readonly role: string; readonly content: string }>): string {
  return JSON.stringify(messages.map(({ role, content }) => ({ role, parts: [{ type: 'text', content }] })))
}
