import t from 'tap'
import { signalsOf, thresholdAt, toCurve, toCurveTable } from '../../eval/curve.ts'
import type { Outcome } from '../../eval/evaluate.ts'
import { makeOutcome } from '../fixtures/outcome.ts'

const outcome = (relevant: string[], share: number | null): Outcome =>
  makeOutcome(relevant, { evidence: { share, similarity: null } })
const answerable = (...shares: Array<number | null>): Outcome[] => shares.map((share) => outcome(['a.md'], share))
const unanswerable = (...shares: Array<number | null>): Outcome[] => shares.map((share) => outcome([], share))

t.test('a signal that separates has an area of 1, one that does not of a half', async (t) => {
  const outcomes = [...answerable(0.6, 0.9), ...unanswerable(0.1, 0.5)]
  t.same(signalsOf(outcomes), ['share'])
  const curve = toCurve(outcomes, 'share')
  t.equal(curve?.area, 1)
  t.match(curve?.points.at(-1), { wrongly: 1, rightly: 1 })
  t.equal(toCurve([...answerable(0.5), ...unanswerable(0.5)], 'share')?.area, 0.5)
  t.equal(toCurve(answerable(0.5), 'share'), undefined)
})

t.test('a threshold refuses no more than may be refused wrongly; nothing known is the lowest', async (t) => {
  const outcomes = [...answerable(0.2, 0.6, 0.7, 0.9), ...unanswerable(null, 0.1, 0.5, 0.8)]
  const curve = toCurve(outcomes, 'share')
  t.match(curve && thresholdAt(curve, 0), { threshold: 0.2, wrongly: 0, rightly: 0.5 })
  t.match(curve && thresholdAt(curve, 0.25), { threshold: 0.6, wrongly: 0.25, rightly: 0.75 })
  t.match(toCurveTable(outcomes), /share +0\.\d{3} +0\.50 below 0\.200/)
})
