// How well what a refusal is decided on tells questions with an answer from those without.
import { isAnswerable, isUnanswerable, type Outcome } from './evaluate.ts'
import { type Share, toShare } from './interval.ts'
import { lineUp, toCell } from './table.ts'

/** What is refused where a signal must reach a threshold, as shares of the questions with an answer and of those without. */
interface Point {
  readonly threshold: number
  readonly wrongly: number
  readonly rightly: number
}

/** One signal over a set of questions: the chance that it ranks an answerable question higher, and its points from the lowest threshold on. */
export interface Curve {
  readonly area: number
  readonly points: readonly Point[]
}

/** Shares of answerable questions that one may be ready to refuse. */
const bearable = [0.01, 0.02, 0.03, 0.05, 0.1]

/** The names of what there is to decide on. */
export function signalsOf(outcomes: readonly Outcome[]): string[] {
  return [...new Set(outcomes.flatMap(({ evidence }) => Object.keys(evidence)))].filter((name) =>
    outcomes.some(({ evidence }) => typeof evidence[name] === 'number'),
  )
}

/** A signal that says nothing counts as the lowest. */
function signalOf({ evidence }: Outcome, signal: string): number {
  return evidence[signal] ?? Number.NEGATIVE_INFINITY
}

/** The curve of one signal; undefined where there are no questions of either sort. */
export function toCurve(outcomes: readonly Outcome[], signal: string): Curve | undefined {
  const answerable = outcomes.filter(isAnswerable).map((outcome) => signalOf(outcome, signal))
  const unanswerable = outcomes.filter(isUnanswerable).map((outcome) => signalOf(outcome, signal))
  if (answerable.length === 0 || unanswerable.length === 0) return undefined
  const below = (values: readonly number[], threshold: number): number =>
    values.filter((value) => value < threshold).length / values.length
  const thresholds = [...new Set([...answerable, ...unanswerable])].sort((a, b) => a - b)
  const points = [...thresholds, Number.POSITIVE_INFINITY].map((threshold) => ({
    threshold,
    wrongly: below(answerable, threshold),
    rightly: below(unanswerable, threshold),
  }))
  const ranked = unanswerable.reduce(
    (sum, value) => sum + answerable.reduce((won, other) => won + (other > value ? 1 : other === value ? 0.5 : 0), 0),
    0,
  )
  return { area: ranked / (answerable.length * unanswerable.length), points }
}

/** The highest threshold that refuses at most this share of the answerable questions. */
export function thresholdAt({ points }: Curve, wrongly: number): Point {
  const within = points.filter((point) => point.wrongly <= wrongly)
  return within.at(-1) ?? { threshold: Number.NEGATIVE_INFINITY, wrongly: 0, rightly: 0 }
}

/** For each signal, what is rightly refused where so much may be refused wrongly, and from which threshold. */
export function toCurveTable(outcomes: readonly Outcome[]): string {
  const rows = signalsOf(outcomes).flatMap((signal) => {
    const curve = toCurve(outcomes, signal)
    if (curve === undefined) return []
    const cells = bearable.map((share) => {
      const { threshold, rightly } = thresholdAt(curve, share)
      return Number.isFinite(threshold) ? `${rightly.toFixed(2)} below ${threshold.toFixed(3)}` : '-'
    })
    return [[signal, curve.area.toFixed(3), ...cells]]
  })
  return lineUp([['rightly refused, at wrongly', 'area', ...bearable.map((share) => `${share * 100} %`)], ...rows])
}

/** What a threshold chosen on the others does to one corpus. */
export interface LeftOut {
  readonly threshold: number
  readonly wronglyRefused: Share | undefined
  readonly rightlyRefused: Share | undefined
}

/** Each corpus with the threshold that refuses at most this share of the answerable questions of all others, each of them counted alike. */
export function leaveOneOut(
  byCorpus: ReadonlyMap<string, readonly Outcome[]>,
  signal: string,
  wrongly: number,
): Map<string, LeftOut> {
  const leftOut = new Map<string, LeftOut>()
  for (const [name, outcomes] of byCorpus) {
    const others = [...byCorpus].filter(([other]) => other !== name).map(([, own]) => own)
    const threshold = commonThreshold(others, signal, wrongly)
    const refused = (counting: readonly Outcome[]): Share | undefined => toShare(shareEach(counting, signal, threshold))
    leftOut.set(name, {
      threshold,
      wronglyRefused: refused(outcomes.filter(isAnswerable)),
      rightlyRefused: refused(outcomes.filter(isUnanswerable)),
    })
  }
  return leftOut
}

/** For each question, the share of its frames that fall below the threshold. */
function shareEach(outcomes: readonly Outcome[], signal: string, threshold: number): number[] {
  return [...Map.groupBy(outcomes, ({ question }) => question).values()].map(
    (own) => own.filter((outcome) => signalOf(outcome, signal) < threshold).length / own.length,
  )
}

function commonThreshold(corpora: ReadonlyArray<readonly Outcome[]>, signal: string, wrongly: number): number {
  const answerable = corpora
    .map((outcomes) => outcomes.filter(isAnswerable).map((outcome) => signalOf(outcome, signal)))
    .filter((values) => values.length > 0)
  const thresholds = [...new Set(answerable.flat())].sort((a, b) => a - b)
  const refused = (threshold: number): number =>
    answerable.reduce((sum, values) => sum + values.filter((value) => value < threshold).length / values.length, 0) /
    answerable.length
  return thresholds.findLast((threshold) => refused(threshold) <= wrongly) ?? Number.NEGATIVE_INFINITY
}

/** What leaving each corpus out shows of one signal, a line a corpus. */
export function toLeftOutTable(
  byCorpus: ReadonlyMap<string, readonly Outcome[]>,
  signal: string,
  wrongly: number,
): string {
  return lineUp([
    [`${signal}, left out`, 'threshold', 'wrongly refused', 'rightly refused'],
    ...[...leaveOneOut(byCorpus, signal, wrongly)].map(([name, { threshold, wronglyRefused, rightlyRefused }]) => [
      name,
      threshold.toFixed(3),
      toCell(wronglyRefused),
      toCell(rightlyRefused),
    ]),
  ])
}
