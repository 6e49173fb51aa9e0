import t from 'tap'
import { decodeHTML, decodeHTMLStrict, P, S } from '../../../page/text/characters.ts'

t.test('a name becomes its character, and what is no name of one stays', async (t) => {
  const cases = [
    ['&amp;', '&'],
    ['&rarr;', '→'],
    ['&constructor;', '&constructor;'],
    ['&nothing;', '&nothing;'],
  ] as const
  for (const [given, expected] of cases) {
    t.equal(decodeHTML(given), expected)
    t.equal(decodeHTMLStrict(given), expected)
  }
})

t.test('punctuation and symbols of every script are told from letters', async (t) => {
  for (const mark of ['.', '。', '؟', '*']) t.ok(P.test(mark), mark)
  for (const symbol of ['+', '€']) t.ok(S.test(symbol), symbol)
  for (const letter of ['a', 'ب', '字']) t.notOk(P.test(letter) || S.test(letter), letter)
})
