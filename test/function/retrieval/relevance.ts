import t from 'tap'
import { type Evidence, refusalFor, weigh } from '../../../function/retrieval/relevance.ts'
import type { Row } from '../../../function/retrieval/rows.ts'
import { createVocabulary, toVocabularyText } from '../../../function/retrieval/vocabulary.ts'
import { createWords } from '../../../function/retrieval/words.ts'

const words = await createWords('English')
const vocabulary = createVocabulary(
  toVocabularyText(
    new Map([
      ['pod', 50],
      ['restart', 5],
      ['polici', 5],
      ['scale', 20],
      ['min', 4],
    ]),
  ),
  100,
)
const toRow = (text: string, heading = ''): Row => ({
  ...{ id: 'a.md#0', source: 'a.md', title: 'A', heading, position: 0, text, page: null, url: null, length: 10 },
  ...{ words: words.toTerms(text).join(' '), headings: words.toTerms(heading).join(' ') },
})
const ask = (question: string, rows: readonly Row[]): Evidence => weigh(words.read(question), rows, vocabulary, null)

t.test(
  'what counts is how much of what a question says one chunk holds, and how much the best hold together',
  async (t) => {
    const rows = [toRow('Pods restart.'), toRow('A text on pods.', 'Policies')]
    t.equal(ask('Do pods restart?', rows).one, 1)
    t.match(ask('restart policy', rows), { one: 0.5, all: 1 })
    t.ok(ask('vacation policy', rows).one < 0.5, 'a word that stands nowhere says the most')
    t.match(ask('Which is it?', rows), { one: 0, all: 0 })
    t.match(ask('pods', []), { one: 0, all: 0 })
    t.equal(ask('pods pods pods restart', rows).one, 1, 'however often it is said')
  },
)

t.test('a compound is held whole or in its parts', async (t) => {
  t.equal(ask('minScale', [toRow('the min-scale')]).one, 1)
  t.equal(ask('minScale', [toRow('the min. scale')]).one, 1)
  const half = ask('minScale', [toRow('the scale')]).one
  t.ok(half > 0 && half < 0.5, 'and in half of them by half')
})

t.test('either words or meaning are enough; a refusal needs both to fail', async (t) => {
  const thresholds = { minOne: 0.2, minAll: 0.4, minSimilarity: 0.5 }
  const cases: Array<[one: number, all: number, similarity: number | null, refused: boolean]> = [
    [0.5, 0.8, null, false],
    [0.1, 0.8, null, true],
    [0.3, 0.3, null, true],
    [0.1, 0.1, 0.6, false],
    [0.1, 0.1, 0.4, true],
    [0.5, 0.8, 0.1, false],
  ]
  for (const [one, all, similarity, refused] of cases) {
    const refusal = refusalFor({ one, all, oneMass: 1, allMass: 1, similarity }, thresholds)
    t.equal(refusal !== undefined, refused, `${one}, ${all}, ${similarity}`)
  }
})
