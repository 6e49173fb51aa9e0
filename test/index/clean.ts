import type { Root } from 'mdast'
import t from 'tap'
import { cleanText, cleanTree } from '../../index/clean.ts'

t.test('a text is as one types it, whatever its program put between the letters', async (t) => {
  const cases = [
    ['Gesamt\u00adkonzept', 'Gesamtkonzept'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['Queue\u200bRunner', 'QueueRunner'],
    ['DS\u2011100', 'DS-100'],
    ['10\u00a0000\u202f€', '10 000 €'],
    ['Re\u0301sume\u0301', 'Résumé'],
    ['ﬁle and oﬃce', 'file and office'],
    ['\u202a4,50\u202c', '4,50'],
    ['10⁶ m², −5 °C, 1–2, ½, H₂O', '10⁶ m², −5 °C, 1–2, ½, H₂O'],
    ['👩\u200d🚒 می\u200cخواهم', '👩\u200d🚒 می\u200cخواهم'],
  ] as const
  for (const [given, expected] of cases) t.equal(cleanText(given), expected, given)
})

t.test('every text of a tree is cleaned, code and descriptions too', async (t) => {
  const root: Root = {
    type: 'root',
    children: [
      {
        type: 'paragraph',
        children: [
          { type: 'text', value: 'a\u00adb' },
          { type: 'image', url: '', alt: 'c\u00add' },
        ],
      },
      { type: 'code', value: 'e\u00a0f' },
    ],
  }
  cleanTree(root)
  t.match(root.children, [{ children: [{ value: 'ab' }, { alt: 'cd' }] }, { value: 'e f' }])
})
