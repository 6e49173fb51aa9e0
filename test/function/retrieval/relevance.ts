import t from 'tap'
import { createVocabulary, toVocabularyText } from '../../../function/retrieval/lexicon/vocabulary.ts'
import { createWords } from '../../../function/retrieval/lexicon/words.ts'
import { type Evidence, refusalFor, weigh } from '../../../function/retrieval/relevance.ts'
import type { Row } from '../../../function/retrieval/rows.ts'

const words = await createWords('English')
const counts = new Map([
  ['pod', 50],
  ['restart', 5],
  ['polici', 5],
  ['scale', 20],
  ['min', 4],
])
const vocabulary = createVocabulary(toVocabularyText(counts), 100)
const toRow = (text: string, heading = ''): Row => ({
  ...{ id: 'a.md#0', source: 'a.md', title: 'A', heading, position: 0, text, page: null, url: null, length: 10 },
  ...{ words: words.toTerms(text).join(' '), headings: words.toTerms(heading).join(' ') },
})
const ask = (question: string, rows: readonly Row[]): Evidence =>
  weigh(question.split('|').map(words.read), rows, vocabulary, null)

t.test(
  'what counts is how much of what a question says one chunk holds, and how much the best hold together',
  async (t) => {
    const rows = [toRow('Pods restart.'), toRow('A text on pods.', 'Policies')]
    t.match(ask('Do pods restart?', rows), { all: 1, similarity: null })
    t.equal(ask('restart policy', rows).all, 1)
    t.ok(ask('restart policy', rows).one < 1, 'since each is in another chunk')
    t.ok(ask('restart', rows).one > ask('pod', rows).one, 'the rarer counts more')
    t.ok(ask('vacation policy', rows).all < 0.8, 'and a word that stands nowhere counts, too')
    t.ok(ask('pods, Anna', rows).all > 0.5, 'but less than one that is common')
    t.match(ask('Which is it?', rows), { one: 0, all: 0 })
    t.match(ask('pods', []), { one: 0, all: 0 })
    t.equal(ask('pods pods restart', rows).one, ask('pods restart', rows).one, 'however often it is said')
  },
)

t.test('what else is said does not count against a question', async (t) => {
  const rows = [toRow('Pods restart.')]
  const plain = ask('Do pods restart?', rows)
  for (const around of ['I work at Siemens in Munich', 'Thanks, Anna', 'お世話になっております'])
    t.strictSame(ask(`${around}|Do pods restart?`, rows), plain, around)
})

t.test('a compound is held whole, in its parts, or as far as the rarest part that is there', async (t) => {
  const whole = ask('minScale', [toRow('the min-scale')])
  t.equal(whole.all, 1)
  t.strictSame(ask('minScale', [toRow('the min. scale')]), whole)
  const part = ask('minScale', [toRow('the scale')]).all
  t.ok(part > 0 && part < 1)
})

t.test('one chunk that holds enough, or a near meaning: a refusal needs both to fail', async (t) => {
  const thresholds = { minOne: 0.75, minAll: 0.5, minSimilarity: 0.5 }
  const cases: Array<[one: number, all: number, similarity: number | null, refused: boolean]> = [
    [0.8, 0.1, null, false],
    [0.8, 0.8, 0.1, false],
    [0.1, 0.1, 0.6, false],
    [0.1, 0.1, 0.4, true],
  ]
  for (const [one, all, similarity, refused] of cases) {
    const refusal = refusalFor({ one, all, similarity }, thresholds)
    t.equal(refusal !== undefined, refused, `${one}, ${all}, ${similarity}`)
  }
})

t.test('what all chunks hold together decides only where no cosine says how near the meaning is', async (t) => {
  const thresholds = { minOne: 0.75, minAll: 0.5, minSimilarity: 0.5 }
  t.equal(refusalFor({ one: 0.1, all: 0.6, similarity: null }, thresholds), undefined)
  t.type(refusalFor({ one: 0.7, all: 0.4, similarity: null }, thresholds), 'string')
  t.type(
    refusalFor({ one: 0.1, all: 0.9, similarity: 0.1 }, thresholds),
    'string',
    'thanks, of which pieces are everywhere',
  )
})
