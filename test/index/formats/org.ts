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

t.test('what a heading is due by is said', async (t) => {
  const { root } = loadOrg(
    '* Report\n  DEADLINE: <2026-05-01 Fri -3d> SCHEDULED: <2026-04-01 Wed 10:00 +1w>\nWrite it.\n* Fair\nSCHEDULED: <2026-06-01 Mon>--<2026-06-03 Wed>\n* Old\nCLOSED: [2026-01-02 Fri 11:00]\nDEADLINE: none is set.\n',
  )
  t.equal(
    toText(root),
    'Report\n\nDeadline: 2026-05-01 Fri\nScheduled: 2026-04-01 Wed 10:00 +1w\n\nWrite it.\n\nFair\n\nScheduled: 2026-06-01 Mon to 2026-06-03 Wed\n\nOld\n\nClosed: 2026-01-02 Fri 11:00\n\nDEADLINE: none is set.',
  )
})
