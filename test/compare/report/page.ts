import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import t from 'tap'
import { toPage } from '../../../compare/report/page.ts'
import { chromiumPath, openBrowser, openPage } from '../../browser.ts'
import { comparison, outcome, refusal, reply } from '../../fixtures/comparison.ts'

const everything = comparison({
  notices: ['Two languages: English in OLD, <i>German</i> in NEW.'],
  outcomes: [
    outcome({ question: 'What does <script>alert(1)</script> do?', kind: 'lost', after: refusal, sideEffect: true }),
    outcome({
      moved: true,
      verdict: 'better',
      status: { before: 'gone', after: 'added' },
      after: reply('added.md', 'At most 110 pods run on a node, <img src=x onerror=alert(1)> it says.'),
    }),
    outcome({
      question: 'Nothing in common?',
      moved: true,
      after: reply('added.md', 'Quaggas died out long ago, as is known.'),
    }),
    outcome({ requoted: true, sameOpening: true, relevant: ['pods.md'], rank: { before: 1, after: 1 } }),
    outcome({ kind: 'gained', before: refusal }),
    ...Array.from({ length: 2_000 }, () => outcome({})),
  ],
})

t.test('what others wrote is text, and differences are marked where there is enough in common', async (t) => {
  const page = await toPage(everything)
  t.notMatch(page, /<script|<img|<i>/)
  t.match(page, 'What does &lt;script&gt;alert(1)&lt;/script&gt; do?')
  t.match(page, 'Gone &lt;b&gt;')
  t.match(page, '<del>110 </del>')
  t.match(page, '<ins>250 </ins>')
  t.match(page, 'Quaggas died out long ago, as is known.')
  t.match(page, 'The passages are about something else.')
  t.match(page, '<h1>1 question that was answered now is not; 3 answers change; 1 page is gone.</h1>')
  t.match(page, 'old/ledger.md → new/ledger.md')
  t.match(page, '<b>2,000</b><span>as before</span>')
})

t.test('a page that cannot be read, and long lists, say so; nothing changed is nothing but that', async (t) => {
  const { after } = everything
  const skipped = new Map([['gone.md', 'it is encrypted']])
  const many = Array.from({ length: 205 }, () => outcome({ kind: 'lost', after: refusal }))
  const page = await toPage(comparison({ after: { ...after, skipped }, outcomes: many }))
  t.match(page, 'is there, and cannot be read: it is encrypted')
  t.match(page, 'And 5 more, in what --json writes.')
  const same = await toPage(comparison({ identical: true }))
  t.match(same, '<h1>Nothing changed')
  t.notMatch(same, '<section')
})

t.test('of a long change what stands around it is shown', async (t) => {
  const { pages } = everything
  const [change] = pages.changed
  const words = Array.from({ length: 100 }, (_, index) => `w${index} `)
  const hunk = {
    heading: '',
    runs: [
      { kind: 'same' as const, items: words },
      { kind: 'new' as const, items: ['more '] },
    ],
  }
  const changed = change === undefined ? [] : [{ ...change, hunks: Array.from({ length: 41 }, () => hunk) }]
  const page = await toPage(comparison({ pages: { ...pages, changed } }))
  t.match(page, '… w70 w71')
  t.notMatch(page, 'w69')
  t.match(page, 'And 1 more places.')
})

t.test(
  'axe finds nothing to complain of, light or dark, on a desktop or a phone',
  { skip: chromiumPath === undefined },
  async (t) => {
    const file = join(t.testdir(), 'page.html')
    writeFileSync(file, await toPage(everything))
    const browser = await openBrowser(t)
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1280, 390]) {
        const complaints: string[] = []
        // Axe is put into the page, which allows no script.
        const options = { viewport: { width, height: 844 }, colorScheme, bypassCSP: true }
        const page = await openPage(t, browser, pathToFileURL(file).href, complaints, options)
        await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true`)
        t.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, 'nothing sticks out')
        await page.evaluate(axe.source)
        const found = (await page.evaluate(`axe.run({ resultTypes: ['violations'] })`)) as axe.AxeResults
        t.strictSame(
          found.violations.map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary]),
          [],
          `${colorScheme}, ${width}`,
        )
        t.strictSame(complaints, [])
        await page.context().close()
      }
  },
)
