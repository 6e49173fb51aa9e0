import fc from 'fast-check'
import t from 'tap'
import { diff, diffWords, type Run, unspaced } from '../../compare/diff.ts'

const shown = (runs: ReadonlyArray<Run<string>>): string =>
  runs.map(({ kind, items }) => ({ same: '', old: '-', new: '+' })[kind] + items.join('').trim()).join('|')

t.test('what both have stands between what only one has', (t) => {
  const cases: Array<[string, string, string]> = [
    ['a b c', 'a b c', 'a b c'],
    ['', 'a', '+a'],
    ['a', '', '-a'],
    ['', '', ''],
    ['the pod is small and green', 'the pod is large and green', 'the pod is|-small|+large|and green'],
    ['one two', 'one two three', 'one two|+three'],
    ['一二三', '一三', '一|-二|三'],
  ]
  for (const [before, after, runs] of cases) t.equal(shown(diffWords(before, after)), runs, `${before} / ${after}`)
  t.end()
})

t.test('a chance word between two long changes belongs to them', (t) => {
  const runs = diffWords('red green blue is black white grey', 'one two three is four five six')
  t.equal(shown(runs), '-red green blue is black white grey|+one two three is four five six')
  t.end()
})

t.test('both texts can be read back from any difference', (t) => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 })
  fc.assert(
    fc.property(words, words, (before, after) => {
      const runs = diff(before, after, (word) => word)
      const side = (own: string): string[] =>
        runs.filter(({ kind }) => kind === 'same' || kind === own).flatMap(({ items }) => items)
      t.strictSame([side('old'), side('new')], [before, after])
    }),
    { numRuns: 200 },
  )
  t.end()
})

t.test('texts too long to compare are one gone and one new, their common ends aside', (t) => {
  const long = (name: string): string[] => Array.from({ length: 2_100 }, (_, index) => `${name}${index}`)
  const runs = diff(['x', ...long('a'), 'y'], ['x', ...long('b'), 'y'], (word) => word)
  t.strictSame(
    runs.map(({ kind, items }) => [kind, items.length]),
    [
      ['same', 1],
      ['old', 2_100],
      ['new', 2_100],
      ['same', 1],
    ],
  )
  t.end()
})

t.test('white space is nothing', (t) => {
  t.equal(unspaced('  a\n\n b\tc '), 'a b c')
  t.end()
})
