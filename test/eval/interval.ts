import t from 'tap'
import { toDifference, toShare } from '../../eval/interval.ts'

t.test("shares have Wilson's interval, also where all or none count", async (t) => {
  const near = (value: number | undefined, expected: number): boolean => Math.abs((value ?? NaN) - expected) < 0.001
  // From Wilson's formula: 9 of 10, 0 of 20, 20 of 20.
  const cases: Array<[values: number[], low: number, high: number]> = [
    [[...Array(9).fill(1), 0], 0.5958, 0.9821],
    [Array(20).fill(0), 0, 0.1611],
    [Array(20).fill(1), 0.8389, 1],
  ]
  for (const [values, low, high] of cases) {
    const share = toShare(values)
    t.ok(near(share?.low, low), `${share?.low} is ${low}`)
    t.ok(near(share?.high, high), `${share?.high} is ${high}`)
  }
  t.equal(toShare([]), undefined)
})

t.test('half a question counts as half, and makes no more questions of one', async (t) => {
  t.same(toShare([0.5, 0.5]), toShare([1, 0]))
})

t.test('a difference has an interval around it', async (t) => {
  t.match(toDifference([0, 0, 0]), { value: 0, low: 0, high: 0 })
  const share = toDifference([-1, 0, 0, 1, 1])
  t.equal(share?.value, 0.2)
  t.ok(share !== undefined && share.low < 0 && share.high > 0.2)
  t.equal(toDifference([]), undefined)
})
