import type { Config } from './config.ts'
import { OllamaError } from './errors.ts'
import { extract, type Tokenize } from './extract.ts'
import type { Generate } from './generate.ts'
import type { Passage } from './passages.ts'
import { createCitationFilter, toPrompt } from './prompt.ts'
import type { Question } from './request.ts'
import type { Retrieve } from './retrieve.ts'
import type { Manifest } from './table.ts'

/** A passage as a citation points to it: `number` counts from 1, `score` is its fused rank (0 to 1). */
export interface Source {
  readonly number: number
  readonly source: string
  readonly title: string
  readonly heading: string
  /** Only in formats that have pages, counted from 1. */
  readonly page?: number
  readonly text: string
  readonly score: number
  readonly cited: boolean
}

/** Which documents an answer was drawn from. */
export interface IndexInfo {
  readonly version: string
  readonly documents: number
  readonly chunks: number
  readonly retrieval: 'hybrid' | 'full-text'
  readonly embeddingModel: string | null
}

/** The reply to a question. */
export interface Answer {
  readonly answer: string
  readonly answered: boolean
  readonly reason?: string
  readonly sources: readonly Source[]
  readonly generator: 'ollama' | 'extractive'
  readonly model: string | null
  readonly index: IndexInfo
  readonly timings: { readonly retrieveMs: number; readonly generateMs: number; readonly totalMs: number }
  readonly notice?: string
}

/** The reply to a search: retrieval only. */
export type SearchResult = Pick<Answer, 'answered' | 'reason' | 'sources' | 'index' | 'notice'> & {
  readonly timings: { readonly retrieveMs: number; readonly totalMs: number }
}

/** What a reader sees while an answer is made, in this order: the sources once, then the text piece by piece. */
type AnswerEvent =
  | { readonly type: 'sources'; readonly sources: readonly Source[] }
  | { readonly type: 'token'; readonly text: string }

export interface AnswerParts {
  readonly retrieve: Retrieve
  readonly generate: Generate
  readonly tokenize: Tokenize
  readonly manifest: Manifest
  readonly settings: Pick<Config, 'generator' | 'topK' | 'numCtx' | 'ollamaModel'>
}

/** Answers in pieces, and returns the whole. Throws OllamaError with the sources that had been found. */
export type AnswerQuestion = (question: Question, signal: AbortSignal) => AsyncGenerator<AnswerEvent, Answer>
export type Search = (question: Question, signal: AbortSignal) => Promise<SearchResult>

/** An error after retrieval: what had been found is not lost. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError'
  readonly sources: readonly Source[]

  constructor(cause: OllamaError, sources: readonly Source[]) {
    super(cause.message, { cause })
    this.sources = sources
  }
}

export function createSearch({
  retrieve,
  manifest,
  settings,
}: Pick<AnswerParts, 'retrieve' | 'manifest' | 'settings'>): Search {
  return async (question, signal) => {
    const started = performance.now()
    const { passages, notice, refusal } = await retrieve(question.text, question.topK ?? settings.topK, signal)
    const retrieveMs = since(started)
    return {
      answered: refusal === undefined,
      ...(refusal === undefined ? {} : { reason: refusal }),
      sources: toSources(passages),
      index: toIndexInfo(manifest),
      timings: { retrieveMs, totalMs: since(started) },
      ...(notice === undefined ? {} : { notice }),
    }
  }
}

/** THE STORY: a question -> passages -> prompt -> the model's words, or the passages' own -> an answer that cites them. */
export function createAnswer({ retrieve, generate, tokenize, manifest, settings }: AnswerParts): AnswerQuestion {
  return async function* answer(question, signal) {
    const started = performance.now()
    const retrieval = await retrieve(question.text, question.topK ?? settings.topK, signal)
    const retrieveMs = since(started)
    const { passages, refusal } = retrieval
    const sources = toSources(passages)
    yield { type: 'sources', sources }

    const notices = retrieval.notice === undefined ? [] : [retrieval.notice]
    const finish = (text: string, how: Pick<Answer, 'generator' | 'model'>, cited: ReadonlySet<number>): Answer => ({
      answer: text,
      answered: refusal === undefined,
      ...(refusal === undefined ? {} : { reason: refusal }),
      sources: toSources(passages, cited),
      ...how,
      index: toIndexInfo(manifest),
      timings: { retrieveMs, generateMs: Math.max(0, since(started) - retrieveMs), totalMs: since(started) },
      ...(notices.length === 0 ? {} : { notice: notices.join(' ') }),
    })

    if (refusal !== undefined)
      return finish('The documents do not say.', { generator: 'extractive', model: null }, new Set())

    if (settings.generator !== 'extractive') {
      const citations = createCitationFilter(passages.length)
      let text = ''
      try {
        for await (const token of generate(toPrompt(question.text, passages, settings.numCtx), signal)) {
          const certain = citations.push(token)
          text += certain
          if (certain !== '') yield { type: 'token', text: certain }
        }
        const rest = citations.end()
        if (rest !== '') yield { type: 'token', text: rest }
        return finish(text + rest, { generator: 'ollama', model: settings.ollamaModel }, citations.cited)
      } catch (error) {
        if (!(error instanceof OllamaError)) throw error
        if (text !== '' || !degrades(error, settings.generator)) throw new AnswerError(error, sources)
        notices.push(
          `This answer is extractive: sentences quoted from the documents, not written by a model. ${error.message}`,
        )
      }
    }

    const quotes = await extract(question.text, passages, tokenize)
    for (const [index, quote] of quotes.entries()) yield { type: 'token', text: index === 0 ? quote : `\n${quote}` }
    const text = quotes.join('\n')
    return finish(text, { generator: 'extractive', model: null }, citedIn(quotes, passages.length))
  }
}

/** `GENERATOR=auto` answers without a model where there is none to be had; every other failure is the caller's to see. */
function degrades(error: OllamaError, generator: Config['generator']): boolean {
  return generator === 'auto' && (error.kind === 'unreachable' || error.kind === 'model-missing')
}

function citedIn(quotes: readonly string[], count: number): ReadonlySet<number> {
  const numbers = quotes.map((quote) => Number(/\[(\d+)\]$/.exec(quote)?.[1])).filter((number) => number <= count)
  return new Set(numbers)
}

function toSources(passages: readonly Passage[], cited: ReadonlySet<number> = new Set()): Source[] {
  return passages.map(({ source, title, heading, page, text, score }, index) => ({
    number: index + 1,
    source,
    title,
    heading,
    ...(page === null ? {} : { page }),
    text,
    score: Number(score.toFixed(4)),
    cited: cited.has(index + 1),
  }))
}

/** A manifest -> what an answer says of its documents. */
export function toIndexInfo(manifest: Manifest): IndexInfo {
  return {
    version: manifest.version,
    documents: manifest.documents,
    chunks: manifest.chunks,
    retrieval: manifest.embedding === null ? 'full-text' : 'hybrid',
    embeddingModel: manifest.embedding?.model ?? null,
  }
}

function since(started: number): number {
  return Math.round(performance.now() - started)
}
