import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Search, SearchResult } from '../function/contract.ts'
import { ConfigError } from '../function/errors.ts'

const questionSchema = z.strictObject({
  id: z.string(),
  question: z.string().min(1),
  relevant: z.array(z.string()),
  key: z.array(z.string()),
  kind: z.string(),
})

/** A question with the pages that answer it and phrases that the answering passage holds; both empty for one that the documents do not answer. */
export type EvalQuestion = z.infer<typeof questionSchema>

/** How one question went; ranks count from 1 and are undefined where nothing relevant was among the first 20 passages. */
export interface Outcome {
  readonly question: EvalQuestion
  readonly pageRank: number | undefined
  readonly keyFound: boolean
  readonly refused: boolean
  readonly milliseconds: number
}

/** Figures over a set of questions, each from 0 to 1; undefined where no question counts for one. */
export interface Figures {
  readonly questions: number
  readonly 'page@1': number | undefined
  readonly 'page@5': number | undefined
  readonly 'page@10': number | undefined
  readonly 'MRR@10': number | undefined
  readonly 'key@5': number | undefined
  /** The share refused: wrong for a question that the documents answer, right for one they do not. */
  readonly refused: number | undefined
  readonly p50: number
  readonly p95: number
}

export const measures = ['page@1', 'page@5', 'page@10', 'MRR@10', 'key@5', 'refused'] as const
export type Measure = (typeof measures)[number]

const topK = 20

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

/** Asks every question on the path that /search takes, one after another. */
export async function evaluate(
  questions: readonly EvalQuestion[],
  search: Search,
  onAsked: (done: number) => void,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const question of questions) {
    const started = performance.now()
    const result = await search({ text: question.question, topK, stream: false }, new AbortController().signal)
    outcomes.push(toOutcome(question, result, performance.now() - started))
    onAsked(outcomes.length)
  }
  return outcomes
}

function toOutcome(question: EvalQuestion, { answered, sources }: SearchResult, milliseconds: number): Outcome {
  const pages = [...new Set(sources.map(({ source }) => source))]
  const rank = pages.findIndex((page) => question.relevant.includes(page)) + 1
  const keys = question.key.map(withoutMarkup)
  const keyFound = sources
    .slice(0, 5)
    .filter(({ source }) => question.relevant.includes(source))
    .some(({ text }) => keys.some((key) => withoutMarkup(text).includes(key)))
  return { question, pageRank: rank === 0 ? undefined : rank, keyFound, refused: !answered, milliseconds }
}

/** White space, case and Markdown's marks aside, so that a phrase is found however it was set. */
function withoutMarkup(text: string): string {
  return text
    .replace(/[*_`#>|\\]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
}

function isAnswerable({ relevant }: EvalQuestion): boolean {
  return relevant.length > 0
}

/** Outcomes -> figures; retrieval counts over the questions that have an answer, MRR as the mean of 1 / rank up to rank 10. */
export function toFigures(outcomes: readonly Outcome[]): Figures {
  const answerable = outcomes.filter(({ question }) => isAnswerable(question))
  const within = (limit: number): number | undefined =>
    mean(answerable.map(({ pageRank }) => ((pageRank ?? Number.POSITIVE_INFINITY) <= limit ? 1 : 0)))
  const times = outcomes.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  const quantile = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return {
    questions: outcomes.length,
    'page@1': within(1),
    'page@5': within(5),
    'page@10': within(10),
    'MRR@10': mean(answerable.map(({ pageRank }) => (pageRank !== undefined && pageRank <= 10 ? 1 / pageRank : 0))),
    'key@5': mean(
      answerable.filter(({ question }) => question.key.length > 0).map(({ keyFound }) => (keyFound ? 1 : 0)),
    ),
    refused: mean(outcomes.map(({ refused }) => (refused ? 1 : 0))),
    p50: quantile(0.5),
    p95: quantile(0.95),
  }
}

/** The figures of each kind of question, of all that have an answer, and of all that have none. */
export function byKind(outcomes: readonly Outcome[]): Record<string, Figures> {
  const kinds = [
    ...new Set(outcomes.filter(({ question }) => isAnswerable(question)).map(({ question }) => question.kind)),
  ].sort()
  const groups = Object.fromEntries(
    kinds.map((kind) => [kind, outcomes.filter(({ question }) => question.kind === kind && isAnswerable(question))]),
  )
  const answerable = outcomes.filter(({ question }) => isAnswerable(question))
  const unanswerable = outcomes.filter(({ question }) => !isAnswerable(question))
  const all = { ...groups, overall: answerable, ...(unanswerable.length === 0 ? {} : { unanswerable }) }
  return Object.fromEntries(Object.entries(all).map(([kind, group]) => [kind, toFigures(group)]))
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
}
