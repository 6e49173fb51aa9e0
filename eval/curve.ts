// How well what a refusal is decided on tells questions with an answer from those without.
import { bearable } from './calibrate.ts'
import { isAnswerable, isUnanswerable, type Outcome } from './evaluate.ts'
import { lineUp } from './table.ts'

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
