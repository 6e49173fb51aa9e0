// The same questions asked of both tables, and what became of each answer.
import { createAdmission } from '../function/admission.ts'
import { createAnswer } from '../function/answer/answer.ts'
import type { Config } from '../function/config.ts'
import type { Answer } from '../function/contract/replies.ts'
import type { Embed } from '../function/embedding/embed.ts'
import { createLexicon } from '../function/retrieval/lexicon/lexicon.ts'
import { createRetrieve } from '../function/retrieval/retrieve.ts'
import type { OpenTable } from '../function/table/open.ts'
import { unspaced } from './diff.ts'
import type { PageComparison, PageStatus } from './pages.ts'
import type { AskedQuestion } from './questions.ts'

/** What one table says: as the function says it that quotes. */
export interface Reply {
  readonly answered: boolean
  readonly reason: string | undefined
  /** The pages, each once: of what is quoted as it is quoted, then of the other passages, the best first. */
  readonly pages: readonly string[]
  /** The passage that is quoted first, or else the best: its heading, and what it says. */
  readonly heading: string
  readonly passage: string
  readonly quotes: readonly Quote[]
}

interface Quote {
  readonly source: string
  readonly text: string
}

/** `relevant` as the new table names them; ranks count pages from 1, and are undefined where none of them was found. */
export interface Outcome {
  readonly question: string
  readonly relevant: readonly string[]
  readonly before: Reply
  readonly after: Reply
  readonly kind: 'lost' | 'gained' | 'answered' | 'unanswered'
  /** Another page comes first, which says something else. Only of what both answer, as is `requoted`. */
  readonly moved: boolean
  /** The quoted answer has other words. */
  readonly requoted: boolean
  /** What is quoted first is as it was; what is quoted after it may not be. */
  readonly sameOpening: boolean
  /** The pages that should be found are not in the new table. */
  readonly relevantGone: boolean
  readonly rank: { readonly before: number | undefined; readonly after: number | undefined }
  readonly verdict: 'worse' | 'better' | undefined
  /** It is for no better, though none of the pages that the old answer stands on was touched: others displaced them. */
  readonly sideEffect: boolean
  /** What became of the page that came first, and where the one comes from that does now. */
  readonly status: { readonly before: PageStatus | undefined; readonly after: PageStatus | undefined }
}

type Ask = (question: AskedQuestion, signal: AbortSignal) => Promise<Reply>

/** Asks a table on the path that serves it, without a model that writes. */
export function createAsk(table: OpenTable, embed: Embed | null, config: Config): Ask {
  const loadLexicon = createLexicon(table)
  const answer = createAnswer({
    retrieve: createRetrieve(table, embed, { loadLexicon }),
    writer: { look: askNoModel, generate: askNoModel },
    admission: createAdmission(1, 0),
    loadLexicon,
    manifest: table.manifest,
    settings: { ...config, generator: 'extractive' },
  })
  return async ({ question: text, history }, signal) =>
    toReply(await answer({ text, topK: undefined, stream: false, history }, signal))
}

function askNoModel(): never {
  throw new Error('no model is asked')
}

export function toReply({ answered, reason, sources, citations, answer }: Answer): Reply {
  const quotes = citations.map(({ number, start, end }) => ({
    source: sources[number - 1]?.source ?? '',
    text: answer.slice(start, end),
  }))
  const first = sources[(citations[0]?.number ?? 1) - 1]
  return {
    answered,
    reason,
    pages: [...new Set([...quotes, ...sources].map(({ source }) => source))],
    heading: first?.heading ?? '',
    passage: first?.text ?? '',
    quotes,
  }
}

/** Asks both tables each question, and says what became of it. Rejects with the signal's reason once it is aborted. */
export async function askBoth(
  questions: readonly AskedQuestion[],
  ask: { readonly before: Ask; readonly after: Ask },
  pages: PageComparison,
  onAsked: (done: number) => void,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const question of questions) {
    signal.throwIfAborted()
    const [before, after] = await Promise.all([ask.before(question, signal), ask.after(question, signal)])
    outcomes.push(toOutcome(question, before, after, pages))
    onAsked(outcomes.length)
  }
  return outcomes
}

export function toOutcome(
  { question, relevant: named }: AskedQuestion,
  before: Reply,
  after: Reply,
  pages: PageComparison,
): Outcome {
  const { statusOfOld, statusOfNew, toNew, sayTheSame } = pages
  const both = before.answered && after.answered
  const relevant = [...new Set(named.map(toNew))]
  const [old, now] = [before.pages[0], after.pages[0]]
  const rank = {
    before: findRank(before.answered ? before.pages.map(toNew) : [], relevant),
    after: findRank(after.answered ? after.pages : [], relevant),
  }
  const stoodOn = [...new Set([...before.quotes.map(({ source }) => source), ...before.pages.slice(0, 1)])]
  const moved =
    both &&
    old !== undefined &&
    now !== undefined &&
    toNew(old) !== now &&
    !sayTheSame(old, now) &&
    unspaced(before.passage) !== unspaced(after.passage)
  const requoted = both && said(before) !== said(after)
  const kind = both ? 'answered' : before.answered ? 'lost' : after.answered ? 'gained' : 'unanswered'
  const verdict = judge(rank.before, rank.after)
  const differs = moved || requoted || kind === 'lost'
  return {
    question,
    relevant,
    before,
    after,
    kind,
    moved,
    requoted,
    sameOpening: unspaced(before.quotes[0]?.text ?? '') === unspaced(after.quotes[0]?.text ?? ''),
    relevantGone: relevant.length > 0 && relevant.every((page) => statusOfOld(page) === 'gone'),
    rank,
    verdict,
    sideEffect: differs && verdict !== 'better' && stoodOn.every((source) => isUntouched(source, pages)),
    status: {
      before: old === undefined ? undefined : statusOfOld(old),
      after: now === undefined ? undefined : statusOfNew(now),
    },
  }
}

function findRank(pages: readonly string[], relevant: readonly string[]): number | undefined {
  const index = pages.findIndex((page) => relevant.includes(page))
  return index < 0 ? undefined : index + 1
}

function judge(before = Number.POSITIVE_INFINITY, after = Number.POSITIVE_INFINITY): Outcome['verdict'] {
  return before === after ? undefined : before < after ? 'worse' : 'better'
}

function isUntouched(source: string, { statusOfOld, sayTheSame, toNew }: PageComparison): boolean {
  const status = statusOfOld(source)
  return status === 'same' || (status === 'moved' && sayTheSame(source, toNew(source)))
}

/** The quotations, white space and order aside. */
function said({ quotes }: Reply): string {
  return quotes
    .map(({ text }) => unspaced(text))
    .sort()
    .join('\n')
}
