import t from 'tap'
import type { Outcome } from '../../eval/evaluate.ts'
import { fallenBelow } from '../../eval/minima.ts'
import { makeOutcome } from '../fixtures/outcome.ts'

const outcome = (id: string, others: Partial<Outcome> = {}, relevant = ['a.md']): Outcome =>
  makeOutcome(relevant, others, id)

t.test('what falls below is named with the questions to blame, framed ones with their frame', async (t) => {
  const plain = [outcome('first'), outcome('second', { pageRank: 7, keyFound: false }), outcome('none', {}, [])]
  const framed = [
    outcome('first', { frame: 'work', refused: true }),
    outcome('none', { frame: 'work', refused: true }, []),
  ]
  const run = { corpus: 'docs', mode: 'full-text', plain, framed } as const
  const fallen = (measure: Parameters<typeof fallenBelow>[2][number]['measure'], least: number): string[] =>
    fallenBelow(run, 'full-text', [{ measure, least }])
  t.same(fallen('page@5', 0.9), ['full-text: page@5 is 0.500, below 0.9. The questions that fell:\n  second second?'])
  t.match(fallen('key@5', 0.9), [/key@5 is 0\.500[\s\S]*second/])
  t.match(fallen('page@10', 1), [])
  t.match(fallen('refused', 0.5), [/^full-text: refused is 0\.000[\s\S]*none none\?/])
  t.match(fallen('answered', 0.97), [/^full-text, framed: answered is 0\.000[\s\S]*first first\? \(work\)/])
  t.match(
    fallenBelow({ ...run, plain: [outcome('first')], framed: [] }, 'hybrid', [{ measure: 'refused', least: 0.1 }]),
    ['hybrid: no question counts for refused, so it cannot be held to 0.1.'],
  )
  t.match(
    fallenBelow({ ...run, plain: [outcome('none', {}, [])], framed: [] }, 'hybrid', [
      { measure: 'answered', least: 0.1 },
    ]),
    [/no question counts for answered/],
  )
})
