import type { Admission, Place } from '../admission.ts'
import type { Config } from '../config.ts'
import type { Answer, AnswerQuestion, Citation, Question, Search, Source, Tell } from '../contract.ts'
import { AnswerError, CallerGoneError, degrades } from '../errors.ts'
import { startBudget } from '../ollama/client.ts'
import type { Generate, Told } from '../ollama/generate.ts'
import type { Tokenize } from '../retrieval/lexicon/lexicon.ts'
import type { Passage } from '../retrieval/passages.ts'
import type { Retrieve } from '../retrieval/retrieve.ts'
import { type Manifest, toIndexInfo } from '../table/manifest.ts'
import { createCitationFilter } from './citations.ts'
import { extract, type QuotedAnswer } from './extract.ts'
import { toPrompt } from './prompt.ts'

export interface AnswerParts {
  readonly retrieve: Retrieve
  readonly generate: Generate
  /** The places with the model; none is taken where no model is asked. */
  readonly admission: Pick<Admission, 'admit'>
  readonly tokenize: Tokenize
  readonly manifest: Manifest
  readonly settings: Pick<Config, 'generator' | 'topK' | 'numCtx' | 'ollamaModel' | 'answerTimeoutMs'>
}

export function createSearch({
  retrieve,
  manifest,
  settings,
}: Pick<AnswerParts, 'retrieve' | 'manifest'> & { readonly settings: Pick<Config, 'topK'> }): Search {
  return async (question, signal, tell) => {
    const started = performance.now()
    const { passages, notice, refusal } = await retrieve(question.text, question.topK ?? settings.topK, signal)
    const retrieveMs = since(started)
    const sources = toSources(passages)
    tell?.({ type: 'sources', sources, chunks: passages.map(({ id }) => id) })
    return {
      answered: refusal === undefined,
      ...(refusal === undefined ? {} : { reason: refusal }),
      sources,
      index: toIndexInfo(manifest),
      timings: { retrieveMs, totalMs: since(started) },
      ...(notice === undefined ? {} : { notice }),
    }
  }
}

/** THE STORY: a question -> passages -> prompt -> the model's words, or the passages' own -> an answer that cites them. */
export function createAnswer({
  retrieve,
  generate,
  admission,
  tokenize,
  manifest,
  settings,
}: AnswerParts): AnswerQuestion {
  return async (question, callerSignal, tell = () => undefined) => {
    const place = settings.generator === 'extractive' ? null : admission.admit()
    const started = performance.now()
    const budget = startBudget(settings.answerTimeoutMs, 'The answer was not finished')
    const signal = AbortSignal.any([callerSignal, budget.signal])
    let sources: Source[] | undefined
    try {
      const retrieval = await retrieve(question.text, question.topK ?? settings.topK, signal)
      signal.throwIfAborted()
      const { passages, refusal } = retrieval
      const retrieveMs = since(started)
      sources = toSources(passages)
      tell({ type: 'sources', sources, chunks: passages.map(({ id }) => id) })

      const { text, generator, cited, citations, notice } =
        refusal === undefined ? await write(question, passages, place, signal, tell) : refuse(tell)
      const notices = [retrieval.notice, notice].filter((given) => given !== undefined)
      const totalMs = since(started)
      return {
        answer: text,
        answered: refusal === undefined,
        ...(refusal === undefined ? {} : { reason: refusal }),
        sources: toSources(passages, cited),
        citations,
        generator,
        model: generator === 'ollama' ? settings.ollamaModel : null,
        index: toIndexInfo(manifest),
        timings: { retrieveMs, generateMs: totalMs - retrieveMs, totalMs },
        ...(notices.length === 0 ? {} : { notice: notices.join(' ') }),
      }
    } catch (error) {
      if (sources === undefined || error instanceof CallerGoneError) throw error
      throw new AnswerError(error, sources)
    } finally {
      budget.end()
      place?.leave()
    }
  }

  /** The model's words, or the passages' own where no model is wanted or to be had. */
  async function write(
    question: Question,
    passages: readonly Passage[],
    place: Place | null,
    signal: AbortSignal,
    tell: Tell,
  ): Promise<Written> {
    const quoted = await extract(question.text, passages, tokenize)
    if (place === null) return quote(quoted, tell)
    tell({ type: 'quotes', answer: quoted.pieces.join(''), citations: quoted.citations })
    const citations = createCitationFilter(passages.length)
    let text = ''
    const add = (piece: string): void => {
      text += piece
      if (piece !== '') tell({ type: 'token', text: piece })
    }
    try {
      const prompt = toPrompt(question.text, passages, settings.numCtx)
      let notice: string | undefined
      const told: Told = {
        waits: (wait) => tell({ type: 'status', ...wait }),
        ended({ cut }) {
          if (cut) notice = `The answer is cut off: the model wrote the ${prompt.maxAnswerTokens} tokens that it may.`
        },
      }
      for await (const token of generate(prompt, signal, place.turn, told)) add(citations.push(token))
      add(citations.end())
      return { text, generator: 'ollama', cited: citations.cited, citations: [], notice }
    } catch (error) {
      if (text !== '' || settings.generator !== 'auto' || !degrades(error)) throw error
      const notice = `This answer is extractive: sentences quoted from the documents, not written by a model. ${error.message}`
      return { ...quote(quoted, tell), notice }
    }
  }
}

function quote({ pieces, citations }: QuotedAnswer, tell: Tell): Written {
  for (const text of pieces) tell({ type: 'token', text })
  const cited = new Set(citations.map(({ number }) => number))
  return { text: pieces.join(''), generator: 'extractive', cited, citations, notice: undefined }
}

interface Written {
  readonly text: string
  readonly generator: Answer['generator']
  readonly cited: ReadonlySet<number>
  readonly citations: readonly Citation[]
  readonly notice: string | undefined
}

function refuse(tell: Tell): Written {
  const text = 'The documents do not say.'
  tell({ type: 'token', text })
  return { text, generator: 'extractive', cited: new Set(), citations: [], notice: undefined }
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

function since(started: number): number {
  return Math.round(performance.now() - started)
}
