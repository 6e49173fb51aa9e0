// Asks questions whose answers are known, as they are or in frames of ordinary speech, and counts how it went.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { type AnswerParts, createSearch } from '../function/answer/answer.ts'
import type { SearchResult } from '../function/contract/replies.ts'
import { ConfigError } from '../function/errors.ts'
import { type Frame, framesFor } from './frames.ts'
import { type Share, toDifference, toShare } from './interval.ts'

/** What was said before a question, as chat clients write it, or as MTRAG does. */
const turnSchema = z.union([
  z.object({ role: z.enum(['user', 'assistant']), content: z.string() }),
  z.object({ speaker: z.string(), text: z.string() }).transform(({ speaker, text }) => ({
    role: speaker === 'user' ? ('user' as const) : ('assistant' as const),
    content: text,
  })),
])

/** A question as a line of JSON has it. */
export const questionSchema = z.object({
  id: z.string(),
  question: z.string().min(1),
  history: z.array(turnSchema).default([]),
  relevant: z.array(z.string()),
  key: z.array(z.string()).default([]),
  kind: z.string(),
})

/** A question with the pages that answer it and phrases that the answering passage holds; both empty for one that the documents do not answer. */
export type EvalQuestion = z.infer<typeof questionSchema>

type Evidence = Readonly<Record<string, number | null>>

/** How one question went; ranks count from 1 and are undefined where nothing relevant was among the first 20 passages. */
export interface Outcome {
  readonly question: EvalQuestion
  /** What it was framed in, by kind; undefined where it was asked as it is. */
  readonly frame: string | undefined
  readonly pageRank: number | undefined
  readonly keyFound: boolean
  readonly refused: boolean
  readonly evidence: Evidence
  readonly milliseconds: number
}

export const measures = ['page@1', 'page@5', 'page@10', 'MRR@10', 'key@5', 'refused'] as const
type Measure = (typeof measures)[number]

/**
 * Figures over a set of questions, each from 0 to 1; undefined where no question counts for one. `refused` is wrong for a
 * question that the documents answer, and right for one they do not.
 */
export type Figures = Readonly<Record<Measure, Share | undefined>> & {
  readonly questions: number
  readonly p50: number
  readonly p95: number
}

/** What a question got, and what a refusal was decided on. */
type Ask = (
  text: string,
  history?: EvalQuestion['history'],
) => Promise<Pick<SearchResult, 'answered' | 'sources'> & { readonly evidence: Evidence }>

const topK = 20
/** Asks for more than it says, so that neither an answer nor a refusal is right or wrong. */
const unclear = 'underspecified'

/** Reads questions, one JSON object a line. Throws ConfigError naming the line that cannot be used. */
export async function readQuestions(path: string): Promise<EvalQuestion[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ConfigError(`There is no file ${path}. Name the questions: --questions FILE.jsonl`, { cause })
  })
  const lines = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line, index) => ({ line, where: `${path}, line ${index + 1}` }))
  const questions = lines.filter(({ line }) => line.trim() !== '').map(({ line, where }) => parseQuestion(line, where))
  if (questions.length === 0) throw new ConfigError(`There are no questions in ${path}.`)
  return questions
}

function parseQuestion(line: string, where: string): EvalQuestion {
  try {
    return questionSchema.parse(JSON.parse(line))
  } catch (cause) {
    throw new ConfigError(
      `${where} is not a question: it must be {"id", "question", "relevant": [], "key": [], "kind"}.`,
      { cause },
    )
  }
}

/** Asks on the path that /search takes, one question after another. */
export function createAsk({ retrieve, ...parts }: Pick<AnswerParts, 'retrieve' | 'manifest' | 'settings'>): Ask {
  let evidence: Evidence = {}
  const search = createSearch({
    ...parts,
    retrieve: async (...given) => {
      const retrieval = await retrieve(...given)
      evidence = retrieval.evidence
      return retrieval
    },
  })
  return async (text, history) => {
    const { answered, sources } = await search(
      { text, topK, stream: false, history: history ?? [] },
      new AbortController().signal,
    )
    return { answered, sources, evidence }
  }
}

/** Asks every question as it is, or in each of its frames where their language is named. */
export async function evaluate(
  questions: readonly EvalQuestion[],
  ask: Ask,
  onAsked: (done: number) => void,
  speech?: string,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const [index, question] of questions.entries()) {
    for (const frame of speech === undefined ? [undefined] : framesFor(index, speech)) {
      const started = performance.now()
      const text = `${frame?.before ?? ''}${question.question}${frame?.after ?? ''}`
      const asked = await ask(text, question.history)
      outcomes.push(toOutcome(question, frame, asked, performance.now() - started))
    }
    onAsked(index + 1)
  }
  return outcomes
}

function toOutcome(
  question: EvalQuestion,
  frame: Frame | undefined,
  { answered, sources, evidence }: Awaited<ReturnType<Ask>>,
  milliseconds: number,
): Outcome {
  const pages = [...new Set(sources.map(({ source }) => source))]
  const rank = pages.findIndex((page) => question.relevant.includes(page)) + 1
  const keys = question.key.map(withoutMarkup)
  const keyFound = sources
    .slice(0, 5)
    .filter(({ source }) => question.relevant.includes(source))
    .some(({ text }) => keys.some((key) => withoutMarkup(text).includes(key)))
  return {
    question,
    frame: frame?.kind,
    pageRank: rank === 0 ? undefined : rank,
    keyFound,
    refused: !answered,
    evidence,
    milliseconds,
  }
}

/** White space, case and Markdown's marks aside, so that a phrase is found however it was set. */
export function withoutMarkup(text: string): string {
  return text
    .replace(/[*_`#>|\\]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
}

export function isAnswerable({ question }: Pick<Outcome, 'question'>): boolean {
  return question.relevant.length > 0
}

export function isUnanswerable({ question }: Pick<Outcome, 'question'>): boolean {
  return question.relevant.length === 0 && question.kind !== unclear
}

/** What each measure counts of one outcome. */
const counts: Readonly<Record<Measure, (outcome: Outcome) => number>> = {
  'page@1': (outcome) => found(outcome, 1),
  'page@5': (outcome) => found(outcome, 5),
  'page@10': (outcome) => found(outcome, 10),
  'MRR@10': (outcome) => (found(outcome, 10) === 0 ? 0 : 1 / (outcome.pageRank ?? 1)),
  'key@5': ({ keyFound }) => (keyFound ? 1 : 0),
  refused: ({ refused }) => (refused ? 1 : 0),
}

function found({ pageRank }: Outcome, limit: number): number {
  return (pageRank ?? Number.POSITIVE_INFINITY) <= limit ? 1 : 0
}

/** Outcomes -> figures. Retrieval counts over the questions that have an answer; MRR is the mean of 1 / rank up to rank 10. */
export function toFigures(outcomes: readonly Outcome[]): Figures {
  const answerable = outcomes.filter(isAnswerable)
  const withKey = answerable.filter(({ question }) => question.key.length > 0)
  const share = (measure: Measure, counting: readonly Outcome[]): Share | undefined =>
    toShare([...eachQuestion(counting, counts[measure]).values()])
  const times = outcomes.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  const quantile = (part: number): number => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0
  return {
    questions: eachQuestion(outcomes, () => 1).size,
    'page@1': share('page@1', answerable),
    'page@5': share('page@5', answerable),
    'page@10': share('page@10', answerable),
    'MRR@10': share('MRR@10', answerable),
    'key@5': share('key@5', withKey),
    refused: share('refused', outcomes),
    p50: quantile(0.5),
    p95: quantile(0.95),
  }
}

/** The mean of a count over all frames of each question. */
function eachQuestion(outcomes: readonly Outcome[], count: (outcome: Outcome) => number): Map<EvalQuestion, number> {
  const grouped = Map.groupBy(outcomes, ({ question }) => question)
  return new Map(
    [...grouped].map(([question, own]) => [question, own.reduce((sum, each) => sum + count(each), 0) / own.length]),
  )
}

/** The figures of each kind of question, of all that have an answer, and of each kind that has none. */
export function byKind(outcomes: readonly Outcome[]): Record<string, Figures> {
  const answerable = outcomes.filter(isAnswerable)
  const others = outcomes.filter((outcome) => !isAnswerable(outcome))
  return { ...ofEachKind(answerable), overall: toFigures(answerable), ...ofEachKind(others) }
}

function ofEachKind(outcomes: readonly Outcome[]): Record<string, Figures> {
  const kinds = [...Map.groupBy(outcomes, ({ question }) => question.kind)].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(kinds.map(([kind, group]) => [kind, toFigures(group)]))
}

/** What a frame does to the questions in it; `page@5` is the difference to the same questions asked as they are. */
export interface FrameFigures {
  readonly questions: number
  readonly wronglyRefused: Share | undefined
  readonly 'page@5': Share | undefined
  readonly rightlyRefused: Share | undefined
}

/** The figures of each kind of frame and of all, beside the questions asked as they are. */
export function byFrame(plain: readonly Outcome[], framed: readonly Outcome[]): Record<string, FrameFigures> {
  const kinds = [...Map.groupBy(framed, ({ frame }) => frame ?? '')].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    [...kinds, ['overall', framed] as const].map(([kind, group]) => [kind, toFrameFigures(plain, group)]),
  )
}

function toFrameFigures(plain: readonly Outcome[], framed: readonly Outcome[]): FrameFigures {
  const answerable = framed.filter(isAnswerable)
  const before = eachQuestion(plain.filter(isAnswerable), counts['page@5'])
  const after = eachQuestion(answerable, counts['page@5'])
  const share = (outcomes: readonly Outcome[]): Share | undefined =>
    toShare([...eachQuestion(outcomes, counts.refused).values()])
  return {
    questions: eachQuestion(framed, () => 1).size,
    wronglyRefused: share(answerable),
    'page@5': toDifference([...after].map(([question, value]) => value - (before.get(question) ?? 0))),
    rightlyRefused: share(framed.filter(isUnanswerable)),
  }
}
