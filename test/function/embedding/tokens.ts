import t from 'tap'
import { estimateTokens } from '../../../function/embedding/tokens.ts'

t.test('a token for every four letters of a word, each punctuation mark, each character without spaces', async (t) => {
  const cases = [
    ['', 0],
    ['pod', 1],
    ['pods run', 2],
    ['Kubernetes', 3],
    ['--min-scale', 6],
    ['豆荚是什么', 5],
    ['E123-XYZ', 3],
  ] as const
  for (const [text, tokens] of cases) t.equal(estimateTokens(text), tokens, text)
})
