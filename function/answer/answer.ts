import type { Admission, Place } from '../admission.ts'
import type { Config } from '../config.ts'
import type { Question } from '../contract/questions.ts'
import type { Answer, AnswerQuestion, Citation, Search, Source, Span, Tell, Wait } from '../contract/replies.ts'
import { AnswerError, CallerGoneError, degrades, OllamaError } from '../errors.ts'
import { startBudget } from '../ollama/client.ts'
import { nothingWritten } from '../ollama/failures.ts'
import type { Ending, Writer } from '../ollama/generate.ts'
import type { LoadLexicon } from '../retrieval/lexicon/lexicon.ts'
import type { Passage } from '../retrieval/passages.ts'
import type { Retrieval, Retrieve } from '../retrieval/retrieve.ts'
import { type Manifest, toIndexInfo } from '../table/manifest.ts'
import { extract, type QuotedAnswer } from './extract.ts'
import { createFit, type Room } from './fit.ts'
import { type Cited, createCite } from './grounding/cite.ts'
import { createCheck } from './grounding/support.ts'
import { type Prompt, toPrompt } from './prompt.ts'
import { read } from './read.ts'

export interface AnswerParts {
  readonly retrieve: Retrieve
  readonly writer: Pick<Writer, 'look' | 'generate'>
  /** The places with the model; none is taken where no model is asked. */
  readonly admission: Pick<Admission, 'admit'>
  readonly loadLexicon: LoadLexicon
  readonly manifest: Manifest
  /** Is told why the passages are quoted where a model was to write. */
  readonly onQuotedInstead?: (error: OllamaError) => void
  readonly settings: Pick<Config, 'generator' | 'topK' | 'numCtx' | 'ollamaModel' | 'answerTimeoutMs'>
}

export function createSearch({
  retrieve,
  manifest,
  settings,
}: Pick<AnswerParts, 'retrieve' | 'manifest'> & { readonly settings: Pick<Config, 'topK'> }): Search {
  return async (question, signal, tell) => {
    const started = performance.now()
    const context = toContext(question).join('\n')
    const topK = question.topK ?? settings.topK
    const { passages, notice, refusal } = await retrieve(question.text, topK, signal, context)
    const retrieveMs = since(started)
    const sources = toSources(passages)
    tell?.({ type: 'sources', sources, chunks: passages.map(({ id }) => id), answered: refusal === undefined })
    return {
      answered: refusal === undefined,
      ...(refusal === undefined ? {} : { reason: refusal }),
      ...toSearched(question),
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
  writer,
  admission,
  loadLexicon,
  manifest,
  onQuotedInstead,
  settings,
}: AnswerParts): AnswerQuestion {
  const fit = createFit(settings.numCtx)
  return async (question, callerSignal, tell = () => undefined) => {
    const place = settings.generator === 'extractive' ? null : admission.admit()
    const started = performance.now()
    const budget = startBudget(settings.answerTimeoutMs, 'The answer was not finished')
    const signal = AbortSignal.any([callerSignal, budget.signal])
    let sources: Source[] | undefined
    try {
      const topK = question.topK ?? settings.topK
      const searching = retrieve(question.text, topK, signal, toContext(question).join('\n'))
      // That is known by the time that the passages are there.
      const model = place && { place, isThere: writer.look(signal) }
      model?.isThere.catch(() => undefined)
      const retrieval = await searching
      signal.throwIfAborted()
      const { passages, refusal } = retrieval
      const retrieveMs = since(started)
      sources = toSources(passages)
      tell({ type: 'sources', sources, chunks: passages.map(({ id }) => id), answered: refusal === undefined })

      const written =
        refusal === undefined ? await write(question, retrieval, model, signal, tell) : refuse(refusal, tell)
      const { text, generator, usage, citations, unsupported, reason } = written
      const notices = [retrieval.notice, ...written.notices].filter((given) => given !== undefined)
      const totalMs = since(started)
      return {
        answer: text,
        answered: reason === undefined,
        ...(reason === undefined ? {} : { reason }),
        ...toSearched(question),
        sources: toSources(passages, citations),
        citations,
        ...(unsupported === undefined ? {} : { unsupported }),
        generator,
        model: generator === 'ollama' ? settings.ollamaModel : null,
        ...(usage === undefined ? {} : { usage }),
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

  /** The model's words, or the passages' own where no model is wanted or to be had, or where nothing that it says is borne out. */
  async function write(
    question: Question,
    { passages, unmentioned }: Retrieval,
    model: Model | null,
    signal: AbortSignal,
    tell: Tell,
  ): Promise<Written> {
    const reading = read(question.text, passages, await loadLexicon(), toContext(question).join(' '))
    const quoted = extract(reading)
    if (model === null) return quote(quoted, tell)
    tell({ type: 'quotes', answer: quoted.pieces.join(''), citations: quoted.citations })
    let begun = false
    const add = (text: string): void => {
      begun ||= text !== ''
      // Where nobody reads along, only that the model has begun is told.
      if (text !== '' || !question.stream) tell({ type: 'token', text: question.stream ? text : '' })
    }
    /** One prompt, and what the model makes of it. */
    async function ask(prompt: Prompt, { place }: Model): Promise<Written> {
      if (prompt.read.size === 0) throw new OllamaError('input-too-long', noRoom)
      const cite = createCite(createCheck(reading, prompt.read), {
        count: passages.length,
        holds: (text) => passages.some((passage) => passage.text.includes(text)),
        whole: !question.stream,
      })
      let ending: Ending = { cut: false, promptTokens: undefined, answerTokens: undefined }
      const told = {
        waits: (wait: Wait) => tell({ type: 'status', ...wait }),
        ended: (how: Ending) => {
          ending = how
        },
      }
      for await (const token of writer.generate(prompt, signal, place.turn, told)) add(cite.push(token))
      add(cite.end())
      const cited = cite.cited()
      if (cited.text === '') {
        const what = cited.wroteNothing ? 'thoughts' : 'citations'
        throw nothingWritten(settings.ollamaModel, { what, cut: ending.cut, tokens: prompt.maxAnswerTokens })
      }
      const written = judge(cited, quoted, question, tell)
      const cut = fit.counted(ending.promptTokens, prompt)
      const notices = written.generator === 'ollama' ? [cut, ...noticesOf(prompt, ending, passages.length)] : []
      const { promptTokens, answerTokens } = ending
      const counted = promptTokens !== undefined && answerTokens !== undefined && written.generator === 'ollama'
      const usage = counted ? { promptTokens, answerTokens } : undefined
      return { ...written, usage, notices: [...written.notices, ...notices] }
    }
    const toFitting = ({ numCtx, factor }: Room): Prompt =>
      toPrompt(question.text, reading, numCtx, factor, {
        earlier: toContext(question),
        unmentioned,
        manner: question.manner,
      })
    try {
      await model.isThere
      const prompt = toFitting(fit.room())
      return await ask(prompt, model).catch(async (error: unknown) => {
        const room = begun ? undefined : fit.refused(error, prompt)
        if (room === undefined) throw error
        return await ask(toFitting(room), model)
      })
    } catch (error) {
      if (begun || settings.generator !== 'auto' || !degrades(error)) throw error
      onQuotedInstead?.(error)
      return quote(quoted, tell, error.message)
    }
  }

  /** What becomes of an answer by what it stands on. */
  function judge(
    { text, citations, unsupported, supported, refusals }: Cited,
    quoted: QuotedAnswer,
    { stream }: Question,
    tell: Tell,
  ): Written {
    const written = { text, generator: 'ollama', citations, unsupported, reason: undefined, notices: [] } as const
    if (supported > 0) return written
    if (refusals > 0) return { ...written, reason: 'The model found no answer in the passages.' }
    tell({ type: 'unsupported' })
    if (settings.generator !== 'auto') return { ...written, notices: [nothingBorneOut] }
    if (stream) return { ...written, notices: [`${nothingBorneOut} Read instead what is quoted from the documents.`] }
    return quote(quoted, tell, 'Nothing that the model wrote is borne out by the passages.')
  }
}

/** A place with the model, and whether Ollama is there at all: rejects where it is not. */
interface Model {
  readonly place: Place
  readonly isThere: Promise<void>
}

/** What is to be said of an answer that was cut, or written without having read all passages. */
function noticesOf({ maxAnswerTokens, read }: Prompt, { cut }: Ending, count: number): string[] {
  return [
    ...(cut ? [`The answer is cut off: the model wrote the ${maxAnswerTokens} tokens that it may.`] : []),
    ...(read.size < count
      ? [`The model read ${read.size} of the ${count} passages: there is no room for more in NUM_CTX.`]
      : []),
  ]
}

const noRoom = 'Beside this question there is no room for a passage in NUM_CTX. Ask in fewer words, or raise NUM_CTX.'
const nothingBorneOut = 'No statement of this answer is borne out by the passages.'

function quote({ pieces, citations }: QuotedAnswer, tell: Tell, why?: string): Written {
  for (const text of pieces) tell({ type: 'token', text })
  const notice = `This answer is extractive: sentences quoted from the documents, not written by a model. ${why}`
  return {
    text: pieces.join(''),
    generator: 'extractive',
    citations,
    unsupported: undefined,
    reason: undefined,
    notices: why === undefined ? [] : [notice],
  }
}

interface Written {
  readonly text: string
  readonly generator: Answer['generator']
  readonly citations: readonly Citation[]
  /** Undefined where nothing was to be checked. */
  readonly unsupported: readonly Span[] | undefined
  /** Why it is no answer; undefined where it is one. */
  readonly reason: string | undefined
  readonly usage?: Answer['usage']
  readonly notices: ReadonlyArray<string | undefined>
}

function refuse(reason: string, tell: Tell): Written {
  const text = 'The documents do not say.'
  tell({ type: 'token', text })
  return { text, generator: 'extractive', citations: [], unsupported: undefined, reason, notices: [] }
}

/** The latest questions before this one are searched for along with it: "and how do I undo that?" says little alone. Measured in eval/README.md. */
const maxEarlier = 2

function toContext({ history = [] }: Question): string[] {
  return history
    .filter(({ role }) => role === 'user')
    .map(({ content }) => content)
    .slice(-maxEarlier)
}

function toSearched(question: Question): Pick<Answer, 'searched'> {
  const context = toContext(question)
  return context.length === 0 ? {} : { searched: [...context, question.text].join(' ') }
}

function toSources(passages: readonly Passage[], citations: readonly Citation[] = []): Source[] {
  const cited = new Set(citations.map(({ number }) => number))
  return passages.map(({ source, title, heading, page, url, text, score }, index) => ({
    number: index + 1,
    source,
    title,
    heading,
    ...(page === null ? {} : { page }),
    ...(url === null ? {} : { url }),
    text,
    score: Number(score.toFixed(4)),
    cited: cited.has(index + 1),
  }))
}

function since(started: number): number {
  return Math.round(performance.now() - started)
}
