// Thresholds for refusing, chosen on some corpora and tried on another.
import { isAnswerable, isUnanswerable, type Outcome } from './evaluate.ts'
import { type Share, toShare } from './interval.ts'
import { lineUp, toCell } from './table.ts'

type Thresholds = Readonly<Record<string, number>>

/** Shares of answerable questions that one may be ready to refuse. */
export const bearable = [0.01, 0.02, 0.03, 0.05, 0.1]

/** Whether these thresholds refuse what has this evidence. */
export type Refuses = (evidence: Outcome['evidence'], thresholds: Thresholds) => boolean

/** What thresholds do to a set of questions; a question counts once, however many frames it was asked in. */
export interface Effect {
  readonly thresholds: Thresholds
  readonly wronglyRefused: Share | undefined
  readonly rightlyRefused: Share | undefined
}

/** All combinations of steps: a name and its values each. */
export function toGrid(steps: Readonly<Record<string, readonly number[]>>): Thresholds[] {
  return Object.entries(steps).reduce<Thresholds[]>(
    (grid, [name, values]) => grid.flatMap((chosen) => values.map((value) => ({ ...chosen, [name]: value }))),
    [{}],
  )
}

/** A corpus counts by its questions, and at most as this many: a large one is not to outvote all others, nor a small one to veto them. */
const mostQuestions = 70

/**
 * The thresholds of the grid that refuse the most unanswerable questions, and of the answerable ones no more than this share.
 * Undefined where none refuses so few.
 */
export function calibrate(
  corpora: ReadonlyArray<readonly Outcome[]>,
  refuses: Refuses,
  grid: readonly Thresholds[],
  wrongly: number,
): Thresholds | undefined {
  const answerable = corpora.map((outcomes) => toSet(outcomes.filter(isAnswerable)))
  const unanswerable = corpora.map((outcomes) => toSet(outcomes.filter(isUnanswerable)))
  const refused = (sets: ReadonlyArray<ReturnType<typeof toSet>>, thresholds: Thresholds): number => {
    const shares = sets.map(({ outcomes, weight }) => {
      const count = outcomes.filter(({ evidence }) => refuses(evidence, thresholds)).length
      return count === 0 ? 0 : (count / outcomes.length) * weight
    })
    return shares.reduce((sum, share) => sum + share, 0) / sets.reduce((sum, { weight }) => sum + weight, 0)
  }
  let best: { readonly thresholds: Thresholds; readonly rightly: number } | undefined
  for (const thresholds of grid) {
    if (refused(answerable, thresholds) > wrongly) continue
    const rightly = refused(unanswerable, thresholds)
    if (best === undefined || rightly > best.rightly) best = { thresholds, rightly }
  }
  return best?.thresholds
}

function toSet(outcomes: readonly Outcome[]): { readonly outcomes: readonly Outcome[]; readonly weight: number } {
  return { outcomes, weight: Math.min(mostQuestions, new Set(outcomes.map(({ question }) => question)).size) }
}

/** Each corpus under the thresholds that all others choose. */
export function leaveOneOut(
  byCorpus: ReadonlyMap<string, readonly Outcome[]>,
  refuses: Refuses,
  grid: readonly Thresholds[],
  wrongly: number,
): Map<string, Effect> {
  const effects = [...byCorpus].flatMap(([name, outcomes]) => {
    const others = [...byCorpus].filter(([other]) => other !== name).map(([, own]) => own)
    const thresholds = calibrate(others, refuses, grid, wrongly)
    return thresholds === undefined ? [] : [[name, toEffect(outcomes, refuses, thresholds)] as const]
  })
  return new Map(effects)
}

function toEffect(outcomes: readonly Outcome[], refuses: Refuses, thresholds: Thresholds): Effect {
  const share = (counting: readonly Outcome[]): Share | undefined =>
    toShare(
      [...Map.groupBy(counting, ({ question }) => question).values()].map(
        (own) => own.filter(({ evidence }) => refuses(evidence, thresholds)).length / own.length,
      ),
    )
  return {
    thresholds,
    wronglyRefused: share(outcomes.filter(isAnswerable)),
    rightlyRefused: share(outcomes.filter(isUnanswerable)),
  }
}

/** What leaving each corpus out shows, a line each; below it what all corpora together would choose. */
export function toLeftOutTable(
  name: string,
  byCorpus: ReadonlyMap<string, readonly Outcome[]>,
  refuses: Refuses,
  grid: readonly Thresholds[],
  wrongly: number,
): string {
  const corpora = [...byCorpus.values()]
  const together = calibrate(corpora, refuses, grid, wrongly)
  const effects = [
    ...leaveOneOut(byCorpus, refuses, grid, wrongly),
    ...(together === undefined ? [] : [['all', toEffect(corpora.flat(), refuses, together)] as const]),
  ]
  return lineUp([
    [`${name}, left out`, 'thresholds of the others', 'wrongly refused', 'rightly refused'],
    ...effects.map(([corpus, { thresholds, wronglyRefused, rightlyRefused }]) => [
      corpus,
      Object.entries(thresholds)
        .map(([signal, value]) => `${signal} ${value.toFixed(2)}`)
        .join(', '),
      toCell(wronglyRefused),
      toCell(rightlyRefused),
    ]),
  ])
}

/** What each set could rightly refuse under thresholds chosen on itself, where so much may be refused wrongly: the most that the rule can do. */
export function toBestTable(
  name: string,
  sets: ReadonlyMap<string, readonly Outcome[]>,
  refuses: Refuses,
  grid: readonly Thresholds[],
): string {
  const rows = [...sets].map(([set, outcomes]) => [
    set,
    ...bearable.map((wrongly) => {
      const thresholds = calibrate([outcomes], refuses, grid, wrongly)
      const share = thresholds && toEffect(outcomes, refuses, thresholds).rightlyRefused
      return share === undefined ? '-' : share.value.toFixed(2)
    }),
  ])
  return lineUp([[`${name}, rightly refused at wrongly`, ...bearable.map((share) => `${share * 100} %`)], ...rows])
}
