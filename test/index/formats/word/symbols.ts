import t from 'tap'
import { ofFont, toSymbol } from '../../../../index/formats/word/symbols.ts'

t.test('the signs of symbol fonts are what they look like', async (t) => {
  const cases = [
    ['Wingdings', 0xf0fc, '✓'],
    ['Wingdings', 0xfe, '☑'],
    ['Wingdings 2', 0xf052, '☑'],
    ['Symbol', 0xf061, 'α'],
    ['Symbol', 0xf0b3, '≥'],
    ['Symbol', 0x31, '1'],
    ['Arial', 0x2713, '✓'],
    ['Company Icons', 0xf041, undefined],
  ] as const
  for (const [font, code, expected] of cases) t.equal(toSymbol(font, code), expected)
  t.equal(ofFont('a', 'Symbol'), 'α')
  t.equal(ofFont('a 5', 'Arial'), 'a 5')
  t.equal(ofFont('\uf0b7', undefined), '•')
})
