import t from 'tap'
import { feedbackTerms } from '../../../function/retrieval/feedback.ts'
import type { Row } from '../../../function/retrieval/passages.ts'

const row = (text: string, _score: number): Row => ({
  id: `${text}#0`,
  source: text,
  title: '',
  heading: '',
  position: 0,
  text,
  page: null,
  _score,
})
const tokenize = async (texts: readonly string[]): Promise<string[][]> => texts.map((text) => text.split(' '))

/** Enough rows behind the best for these to be few among many. */
const others = Array.from({ length: 60 }, (_, index) => row(`filler${index}`, 0.01))

t.test(
  'the terms that the best rows share come first, without those of the question, numbers and short ones',
  async (t) => {
    const best = [row('cap replicas max 10 of', 3), row('cap replicas scale', 2)]
    const terms = await feedbackTerms('cap spike', [...best, ...others], tokenize)
    t.strictSame(terms.slice(0, 3), ['replicas', 'max', 'scale'])
    t.strictSame(
      ['cap', '10', 'of'].filter((term) => terms.includes(term)),
      [],
    )
  },
)

t.test('a term that most candidates hold says less than one that the best alone hold', async (t) => {
  const rows = [row('common rare', 2), ...others.map(({ text }) => row(`common ${text}`, 0.01))]
  t.equal((await feedbackTerms('question', rows, tokenize))[0], 'rare')
})

t.test('at most twenty terms are taken, from the ten best rows', async (t) => {
  const words = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ')
  t.equal((await feedbackTerms('question', [row(words, 1), ...others], tokenize)).length, 20)
  const terms = await feedbackTerms('question', others, tokenize)
  t.ok(terms.includes('filler9'))
  t.notOk(terms.includes('filler10'))
})

t.test('of few candidates nothing is learnt', async (t) => {
  t.strictSame(await feedbackTerms('question', others.slice(0, 19), tokenize), [])
  t.strictSame(await feedbackTerms('question', [], tokenize), [])
})
