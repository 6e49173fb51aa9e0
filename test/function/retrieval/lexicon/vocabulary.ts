import t from 'tap'
import { createVocabulary, toVocabularyText } from '../../../../function/retrieval/lexicon/vocabulary.ts'

const counts = new Map([
  ['vacat', 3],
  ['pod', 40],
  ['polici', 5],
  ['2.10', 1],
  ['employe', 7],
  ['employ', 2],
  ['kubernet', 60],
  ['übung', 2],
  ['停止', 1],
])
const vocabulary = createVocabulary(toVocabularyText(counts), 100)

t.test('each term has its count, and nothing else has one', async (t) => {
  for (const [term, count] of counts) t.equal(vocabulary.count(term), count, term)
  for (const term of ['', 'a', 'po', 'pods', 'zzz', '停', ' ', 'constructor'])
    t.equal(vocabulary.count(term), 0, `"${term}"`)
})

t.test('the rarer, the more a term says; the most says one that stands nowhere', async (t) => {
  const rarities = ['kubernet', 'pod', 'polici', '2.10', 'unknown'].map(vocabulary.rarity)
  t.strictSame(
    rarities,
    rarities.toSorted((a, b) => a - b),
  )
  t.ok(vocabulary.rarity('kubernet') > 0)
})

t.test(
  'a misspelt term means the nearest there is, the commoner of two; a code or a short word means itself',
  async (t) => {
    const cases: Array<[term: string, meant: string | undefined]> = [
      ['vaccat', 'vacat'],
      ['vcaat', 'vacat'],
      ['emploe', 'employe'],
      ['kubrenets', 'kubernet'],
      ['kubernetz', 'kubernet'],
      ['polic', 'polici'],
      ['scale', undefined],
      ['vecat', undefined],
      ['pid', undefined],
      ['2.11', undefined],
      ['zebra', undefined],
      ['', undefined],
    ]
    for (const [term, meant] of cases) t.equal(vocabulary.nearest(term), meant, term)
  },
)

t.test('the terms that end in another', async (t) => {
  t.strictSame(vocabulary.endingIn('cat'), ['vacat'])
  t.strictSame(vocabulary.endingIn('loye'), ['employe'])
  t.strictSame(vocabulary.endingIn('t'), ['kubernet', 'vacat'])
  t.strictSame(vocabulary.endingIn(''), [])
})

t.test('a table without a term knows none', async (t) => {
  const empty = createVocabulary(toVocabularyText(new Map()), 1)
  t.equal(empty.count('pod'), 0)
  t.equal(empty.nearest('kubernetes'), undefined)
})
