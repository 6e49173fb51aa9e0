import t from 'tap'
import { type Figure, isMet, median, quantile, type Target, toRatio, toTable } from '../../bench/figures.ts'

const figure = (value: number, beside: number | null, target: Target | null, part = 'start'): Figure => ({
  ...{ part, what: 'ready', unit: 'ms', value, target },
  beside: beside === null ? null : { what: 'an empty function', value: beside },
})

t.test('a quantile lies between its neighbours, whatever the order', async (t) => {
  const cases: Array<[number[], number, number]> = [
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 2, 3], 0.5, 2.5],
    [[10, 20], 0.95, 19.5],
    [[7], 0.99, 7],
  ]
  for (const [samples, share, expected] of cases) t.equal(quantile(samples, share), expected)
  t.equal(median([1, 2, 9]), 2)
  t.ok(Number.isNaN(median([])))
})

t.test('a ratio is to what was measured beside it', async (t) => {
  t.equal(toRatio(figure(150, 100, null)), 1.5)
  t.equal(toRatio(figure(150, null, null)), null)
})

t.test('a target is met or missed, or there is none', async (t) => {
  const cases: Array<[Figure, boolean | null]> = [
    [figure(100, 100, { kind: 'times', atMost: 1 }), true],
    [figure(101, 100, { kind: 'times', atMost: 1 }), false],
    [figure(15, null, { kind: 'value', atMost: 15 }), true],
    [figure(16, null, { kind: 'value', atMost: 15 }), false],
    [figure(300, null, { kind: 'rate', atLeast: 300 }), true],
    [figure(299, null, { kind: 'rate', atLeast: 300 }), false],
    [figure(91, 100, { kind: 'within', share: 0.1 }), true],
    [figure(89, 100, { kind: 'within', share: 0.1 }), false],
    [figure(5, null, { kind: 'times', atMost: 9 }), false],
    [figure(5, 5, null), null],
  ]
  for (const [given, expected] of cases) t.equal(isMet(given), expected, JSON.stringify(given))
})

t.test('the table names a part once, and says what is met', async (t) => {
  const table = toTable([
    figure(120.4, 150, { kind: 'times', atMost: 1 }),
    figure(5, 3, { kind: 'times', atMost: 1.15 }),
    figure(12.34, null, { kind: 'value', atMost: 15 }),
    figure(50, 100, { kind: 'within', share: 0.1 }, 'growth'),
    figure(5, 5, null, 'growth'),
  ])
  const cells = table
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
  t.strictSame(cells.slice(2), [
    ['start', 'ready', '120 ms', 'an empty function', '150 ms', '0.80', '≤ 1.00 ×', 'met'],
    ['', 'ready', '5.00 ms', 'an empty function', '3.00 ms', '1.67', '≤ 1.15 ×', 'MISSED'],
    ['', 'ready', '12.3 ms', '', '', '', '≤ 15 ms', 'met'],
    ['growth', 'ready', '50.0 ms', 'an empty function', '100 ms', '0.50', '± 10 %', 'MISSED'],
    ['', 'ready', '5.00 ms', 'an empty function', '5.00 ms', '1.00', '', ''],
  ])
  t.equal(
    new Set(
      table
        .trimEnd()
        .split('\n')
        .map(({ length }) => length),
    ).size,
    1,
    'and all lines are as long',
  )
})
