import t from 'tap'
import { toCounter } from '../../../index/formats/counter.ts'

t.test('a list counts in figures, letters or Roman numerals', async (t) => {
  const cases = [
    [3, '1', '3'],
    [1, 'a', 'a'],
    [28, 'A', 'AB'],
    [4, 'i', 'iv'],
    [1999, 'I', 'MCMXCIX'],
    [0, 'a', '0'],
    [1_000_000_000, 'i', '1000000000'],
  ] as const
  for (const [value, type, expected] of cases) t.equal(toCounter(value, type), expected)
})
