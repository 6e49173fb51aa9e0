import t from 'tap'
import { feedbackTerms } from '../../function/feedback.ts'
import type { Row } from '../../function/passages.ts'

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

t.test(
  'the terms that the best rows share come first; those of the question, numbers and short ones are left out',
  async (t) => {
    const rows = [row('cap replicas max 10 of', 3), row('cap replicas scale', 2), row('other', 1)]
    const terms = await feedbackTerms('cap spike', rows, tokenize)
    t.equal(terms[0], 'replicas')
    t.strictSame(terms.toSorted(), ['max', 'other', 'replicas', 'scale'])
  },
)

t.test('a term that half of all candidates hold says less than one that the best alone hold', async (t) => {
  const rows = [row('common rare', 2), ...Array.from({ length: 20 }, (_, index) => row(`common filler${index}`, 0.01))]
  t.equal((await feedbackTerms('question', rows, tokenize))[0], 'rare')
})

t.test('at most twenty terms are taken, from the ten best rows', async (t) => {
  const words = Array.from({ length: 40 }, (_, index) => `word${String.fromCharCode(97 + (index % 26))}${index}`)
  t.equal((await feedbackTerms('question', [row(words.join(' '), 1)], tokenize)).length, 20)
  const rows = Array.from({ length: 11 }, (_, index) => row(`term${index}`, 1))
  t.notOk((await feedbackTerms('question', rows, tokenize)).includes('term10'))
})

t.test('where nothing was found there is nothing to learn from', async (t) => {
  t.strictSame(await feedbackTerms('question', [], tokenize), [])
})
