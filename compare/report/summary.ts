// What a comparison comes to: each list in the order in which somebody who is about to release wants to see it.
import type { Outcome } from '../answers.ts'
import type { Comparison } from '../compare.ts'
import { unspaced } from '../diff.ts'

export interface Summary {
  /** Were answered and now are not. */
  readonly lost: readonly Outcome[]
  /** Another page comes first. */
  readonly moved: readonly Outcome[]
  /** Of those, how many lost the page that they are about. */
  readonly worse: number
  /** The same page comes first, and other words are quoted. */
  readonly requoted: readonly Outcome[]
  /** How many of those, which come last, begin with what was quoted first before. */
  readonly beginAsBefore: number
  readonly gained: readonly Outcome[]
  readonly asBefore: number
  readonly unanswered: number
  readonly answered: BeforeAfter
  /** Of the questions about pages that are in both tables: how often that page comes first. */
  readonly rightFirst: BeforeAfter & { readonly of: number }
}

interface BeforeAfter {
  readonly before: number
  readonly after: number
}

/** What nobody meant comes first: pages that were not touched, then pages that changed, then those that were taken away. */
const surprise = (outcome: Outcome): number => (isGone(outcome) ? 2 : outcome.sideEffect ? 0 : 1)
const harm = ({ verdict }: Outcome): number => (verdict === 'worse' ? 0 : verdict === undefined ? 1 : 2)

/** Whether the page that came first, or that should, was taken away. */
function isGone({ status, relevantGone }: Outcome): boolean {
  return status.before === 'gone' || relevantGone
}

export function toSummary({ outcomes, pages }: Pick<Comparison, 'outcomes' | 'pages'>): Summary {
  const ordered = [...outcomes].sort((a, b) => harm(a) - harm(b) || surprise(a) - surprise(b))
  const kindOf = (kind: Outcome['kind']): Outcome[] => outcomes.filter((outcome) => outcome.kind === kind)
  const moved = ordered.filter((outcome) => outcome.moved)
  const requoted = ordered.filter((outcome) => outcome.requoted && !outcome.moved)
  const [opening, others] = [requoted.filter((each) => each.sameOpening), requoted.filter((each) => !each.sameOpening)]
  const inBoth = outcomes.filter(({ relevant }) =>
    relevant.some((page) => pages.statusOfOld(page) !== 'gone' && pages.statusOfNew(page) !== 'added'),
  )
  const both = kindOf('answered').length
  const [lost, gained] = [ordered.filter(({ kind }) => kind === 'lost'), kindOf('gained')]
  return {
    lost: lost.sort((a, b) => surprise(a) - surprise(b)),
    moved,
    worse: moved.filter(({ verdict }) => verdict === 'worse').length,
    requoted: [...others, ...opening],
    beginAsBefore: opening.length,
    gained,
    asBefore: both - moved.length - requoted.length,
    unanswered: kindOf('unanswered').length,
    answered: { before: both + lost.length, after: both + gained.length },
    rightFirst: {
      before: inBoth.filter(({ rank }) => rank.before === 1).length,
      after: inBoth.filter(({ rank }) => rank.after === 1).length,
      of: inBoth.length,
    },
  }
}

/** What became of a question, in a few words each. */
export function toRemarks(outcome: Outcome): string[] {
  const { kind, moved, requoted, sameOpening, verdict, sideEffect, relevant, relevantGone } = outcome
  const gone = isGone(outcome) && kind !== 'gained'
  return [
    gone ? (relevantGone || relevant.length === 0 ? 'its page is gone' : 'the page that answered it is gone') : '',
    moved && verdict === 'worse' ? 'for the worse' : '',
    moved && verdict === 'better' ? 'for the better' : '',
    sideEffect && !gone ? 'side effect: its pages were not touched' : '',
    requoted && !moved && sameOpening ? 'begins as before' : '',
  ].filter((remark) => remark !== '')
}

/** The verdict in a sentence. */
export function toVerdict(
  { lost, moved, worse, requoted }: Summary,
  { identical, outcomes, pages }: Comparison,
): string {
  if (identical) return 'Nothing changed: both have the same documents, by the same settings.'
  if (outcomes.length === 0) return 'No question was asked, so what becomes of the answers is not known.'
  const { gone, added, changed } = pages
  const changes = moved.length + requoted.length
  const touched = gone.length + added.length + changed.length + pages.moved.length
  const forTheWorse =
    worse === 0 ? '' : `, ${worse === changes ? '' : `${worse.toLocaleString('en')} of them `}for the worse`
  const asItWas = `Every answer is as it was${touched === 0 ? '' : `, though ${count(touched, 'page is not', 'pages are not')}`}`
  const parts = [
    lost.length === 0
      ? ''
      : `${count(lost.length, 'question that was', 'questions that were')} answered now ${lost.length === 1 ? 'is' : 'are'} not`,
    changes === 0 ? '' : `${count(changes, 'answer changes', 'answers change')}${forTheWorse}`,
    lost.length + changes === 0 ? asItWas : '',
    gone.length === 0 ? '' : count(gone.length, 'page is gone', 'pages are gone'),
  ]
  return `${parts.filter((part) => part !== '').join('; ')}.`
}

export function count(number: number, one: string, more: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : more}`
}

/** The page whose words stand at a place of what was quoted as one text: several pages may be quoted. */
export function toQuotedPage({ quotes, pages }: Outcome['before'], at: number): string {
  let end = 0
  const quote = quotes.find(({ text }) => {
    end += text.trim().length + 1
    return at < end
  })
  return quote?.source ?? pages[0] ?? ''
}

/** What was quoted, as one text; or why there is nothing. */
export function toQuoted({ quotes, reason = '' }: Outcome['before']): string {
  return quotes.length === 0 ? unspaced(reason) : quotes.map(({ text }) => text.trim()).join('\n')
}

/** The questions by where they are from, and how many there would be. */
export function toQuestionsLine({ questions: { from, possible }, outcomes }: Comparison): string {
  const asked = outcomes.length
  return possible > asked
    ? `${asked.toLocaleString('en')} of the ${possible.toLocaleString('en')} questions that ${from} make`
    : `${count(asked, 'question', 'questions')} from ${from}`
}

/** The first twelve digits: as much as tells versions apart. */
export function shorten(version: string): string {
  return version.replace(/^(sha256:.{12}).*/, '$1')
}
