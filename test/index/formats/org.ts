import t from 'tap'
import { loadOrg } from '../../../index/formats/org.ts'
import { toText } from '../../../index/text.ts'

t.test('Org is its headings, text, code and tables', async (t) => {
  const { title, root } = loadOrg(
    '#+TITLE: Notes\n* Heading :tag:\n:PROPERTIES:\n:ID: x\n:END:\nSome /fine/ =code= and [[https://example.org][site]].[fn:1]\n# a comment\n#+begin_src python\n,* not a heading\n#+end_src\n#+begin_quote\nSaid.\n#+end_quote\n| Name | Price |\n|------+-------|\n| A    | 5     |\n\n- [X] done\n- term :: meaning\n\n10^{6} and H_{2}O, +old+ new\n\n: as it is\n\n\nLine one\\\\\nline two \\(a^2\\)\n\n[fn:1] A note.\n',
  )
  t.equal(title, 'Notes')
  const text = toText(root)
  t.notMatch(text, /tag|PROPERTIES|comment/)
  for (const part of [
    'Some fine `code` and site (https://example.org).¹',
    '```python\n* not a heading\n```',
    'Said.',
    '| A | 5 |',
    '- [x] done\n- term: meaning',
    '10⁶ and H2O, ~~old~~ new',
    'as it is',
    'Line one\nline two $a^2$',
    '¹ A note.',
  ])
    t.match(text, part, part)
})
