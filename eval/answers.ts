// npm run eval -- --answers: what the configured model writes, and what of it stands on the passages; beside the quoted answers to the same questions.
import { createAdmission } from '../function/admission.ts'
import { createAnswer } from '../function/answer/answer.ts'
import type { Config } from '../function/config.ts'
import type { Answer, AnswerQuestion } from '../function/contract/replies.ts'
import { AnswerError } from '../function/errors.ts'
import { createWriter, type Generate } from '../function/ollama/generate.ts'
import { createLexicon } from '../function/retrieval/lexicon/lexicon.ts'
import { createRetrieve } from '../function/retrieval/retrieve.ts'
import { type EvalQuestion, isAnswerable, isUnanswerable, withoutMarkup } from './evaluate.ts'
import { type Share, toShare } from './interval.ts'
import type { OpenCorpus } from './run.ts'
import { lineUp, toCell } from './table.ts'

/** How one question was answered. */
export interface AnswerOutcome {
  readonly question: EvalQuestion
  /** The answer, or undefined where none came. */
  readonly answer: Answer | undefined
  /** Why none came. */
  readonly error: string | undefined
  readonly promptTokens: number | undefined
  readonly firstTokenMs: number | undefined
  readonly totalMs: number
}

/** Shares of 1: the first of written answers to answerable questions; `refused` of the unanswerable ones alone. */
export const answerMeasures = ['cited', 'supported', 'page', 'key', 'answered', 'refused'] as const
export type AnswerMeasure = (typeof answerMeasures)[number]

export interface AnswerFigures extends Readonly<Record<AnswerMeasure, Share | undefined>> {
  readonly questions: number
  readonly notices: number
  readonly failed: number
  /** Medians; undefined where nothing was counted. */
  readonly promptTokens: number | undefined
  readonly firstTokenMs: number | undefined
  readonly totalMs: number | undefined
}

/** So many questions of a list, spread over the whole of it. */
export function spread<Item>(items: readonly Item[], limit: number | undefined): Item[] {
  if (limit === undefined || limit >= items.length) return [...items]
  return Array.from({ length: limit }, (_, index) => items[Math.floor((index * items.length) / limit)]).filter(
    (item) => item !== undefined,
  )
}

/** Answers each question twice: quoted, and as a stream by the model. */
export async function answerAll(
  { table, embed, questions }: OpenCorpus,
  config: Config,
  onAsked: (done: number) => void,
): Promise<{ readonly quoted: AnswerOutcome[]; readonly written: AnswerOutcome[] }> {
  const seen: { promptTokens: number | undefined } = { promptTokens: undefined }
  const loadLexicon = createLexicon(table)
  const { look, generate } = createWriter(config)
  const counting: Generate = (prompt, signal, turn, told = {}) =>
    generate(prompt, signal, turn, {
      ...told,
      ended: (ending) => {
        seen.promptTokens = ending.promptTokens
        told.ended?.(ending)
      },
    })
  const answerAs = (generator: Config['generator']): AnswerQuestion =>
    createAnswer({
      retrieve: createRetrieve(table, embed, { loadLexicon }),
      writer: { look, generate: counting },
      admission: createAdmission(1, 1),
      loadLexicon,
      manifest: table.manifest,
      settings: { ...config, generator },
    })
  const [quote, write] = [answerAs('extractive'), answerAs('ollama')]
  const quoted: AnswerOutcome[] = []
  const written: AnswerOutcome[] = []
  for (const question of questions) {
    quoted.push(await ask(question, quote))
    seen.promptTokens = undefined
    const outcome = await ask(question, write)
    written.push({ ...outcome, promptTokens: seen.promptTokens })
    onAsked(written.length)
  }
  return { quoted, written }
}

async function ask(question: EvalQuestion, answer: AnswerQuestion): Promise<AnswerOutcome> {
  const started = performance.now()
  let firstTokenMs: number | undefined
  const reply = answer(
    { text: question.question, topK: undefined, stream: true, history: question.history },
    new AbortController().signal,
    ({ type }) => {
      if (type === 'token') firstTokenMs ??= performance.now() - started
    },
  )
  const outcome = await reply.then(
    (answer) => ({ answer, error: undefined }),
    (error: unknown) => ({ answer: undefined, error: whyNot(error) }),
  )
  return { question, ...outcome, promptTokens: undefined, firstTokenMs, totalMs: performance.now() - started }
}

function whyNot(error: unknown): string {
  const cause = error instanceof AnswerError ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}

export function toAnswerFigures(outcomes: readonly AnswerOutcome[]): AnswerFigures {
  const answers = outcomes.flatMap(({ question, answer }) => (answer === undefined ? [] : [{ question, answer }]))
  const answerable = answers.filter(isAnswerable)
  const given = answerable.filter(({ answer }) => answer.answered)
  const bits = (found: readonly boolean[]): Share | undefined => toShare(found.map((each) => (each ? 1 : 0)))
  const judged = given.filter(({ answer }) => statementsOf(answer) > 0)
  const cited = given.filter(({ answer }) => answer.citations.length > 0)
  return {
    questions: outcomes.length,
    cited: bits(given.map(({ answer }) => answer.citations.length > 0)),
    supported: toShare(judged.map(({ answer }) => citedStatements(answer).size / statementsOf(answer))),
    page: toShare(cited.map(onPage)),
    key: bits(answerable.filter(({ question }) => question.key.length > 0).map(hasKey)),
    answered: bits(answerable.map(({ answer }) => answer.answered)),
    refused: bits(answers.filter(isUnanswerable).map(({ answer }) => saysNothing(answer))),
    notices: answers.filter(({ answer }) => answer.notice !== undefined).length,
    failed: outcomes.length - answers.length,
    promptTokens: median(outcomes.flatMap(({ promptTokens }) => promptTokens ?? [])),
    firstTokenMs: median(outcomes.flatMap(({ firstTokenMs }) => firstTokenMs ?? [])),
    totalMs: median(outcomes.map(({ totalMs }) => totalMs)),
  }
}

interface Given {
  readonly question: EvalQuestion
  readonly answer: Answer
}

function citedStatements({ citations }: Answer): ReadonlySet<number> {
  return new Set(citations.map(({ start }) => start))
}

function statementsOf(answer: Answer): number {
  return citedStatements(answer).size + (answer.unsupported?.length ?? 0)
}

/** An answer that says so itself, or of which no statement is borne out. */
function saysNothing(answer: Answer): boolean {
  return !answer.answered || answer.citations.length === 0
}

/** The share of the cited statements that stand on a page known to answer. */
function onPage({ question, answer }: Given): number {
  const pages = new Map(answer.sources.map(({ number, source }) => [number, source]))
  const right = answer.citations.filter(({ number }) => question.relevant.includes(pages.get(number) ?? ''))
  return new Set(right.map(({ start }) => start)).size / Math.max(1, citedStatements(answer).size)
}

function hasKey({ question, answer }: Given): boolean {
  // Markers may stand inside of what is looked for.
  const text = withoutMarkup(answer.answer.replace(/\s*(?:\[\d+\])+/g, ''))
  return question.key.some((key) => text.includes(withoutMarkup(key)))
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

/** A line for each sort of answer. */
export function toAnswerTable(corpus: string, rows: Readonly<Record<string, AnswerFigures>>): string {
  const seconds = (ms: number | undefined): string => (ms === undefined ? '-' : (ms / 1000).toFixed(1))
  return lineUp([
    [corpus, 'questions', ...answerMeasures, 'notices', 'failed', 'prompt tokens', 'first word s', 'total s'],
    ...Object.entries(rows).map(([name, figures]) => [
      name,
      String(figures.questions),
      ...answerMeasures.map((measure) => toCell(figures[measure])),
      String(figures.notices),
      String(figures.failed),
      figures.promptTokens === undefined ? '-' : String(figures.promptTokens),
      seconds(figures.firstTokenMs),
      seconds(figures.totalMs),
    ]),
  ])
}

/** The minima that the written answers fall below. */
export function answersFallenBelow(
  corpus: string,
  figures: AnswerFigures,
  minima: ReadonlyArray<{ readonly measure: string; readonly least: number }>,
): string[] {
  return minima.flatMap(({ measure, least }) => {
    const known = answerMeasures.find((name) => name === measure)
    if (known === undefined) return []
    const reached = figures[known]?.value
    if (reached === undefined) return [`${corpus}: no answer counts for ${measure}, so it cannot be held to ${least}.`]
    return reached >= least ? [] : [`${corpus}: ${measure} is ${reached.toFixed(3)}, below ${least}.`]
  })
}
