import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadHtml, parseHtml } from '../../../index/formats/html.ts'
import { toText } from '../../../index/text.ts'

t.test('a page is its main part, with headings, tables and code, without what surrounds it', async (t) => {
  const { title, root } = loadHtml(
    readFileSync(join(import.meta.dirname, '../../fixtures/formats/article.html'), 'utf8'),
  )
  t.equal(title, 'Feeding cats')
  t.equal(
    toText(root),
    'Feeding cats\n\nFeed a cat twice a day.\nWater must always be there.\n\nHow much\n\n| weight | grams |\n| --- | --- |\n| 4 kg | 200 |\n\n```bash\nfeed --cat --grams 200\n```',
  )
})

t.test('a page without a main part or a heading is its body, titled by its title', async (t) => {
  const { title, root } = loadHtml(
    '<title> Plain </title><nav>Menu</nav><p>Text.</p><div role="navigation">More menu</div><p hidden>Hidden</p>',
  )
  t.equal(title, 'Plain')
  t.equal(toText(root), 'Text.')
  t.equal(loadHtml('').title, undefined)
  t.equal(toText(loadHtml('<body><div role="main"><p>Main.</p></div><p>Beside.</p></body>').root), 'Main.')
})

t.test('a piece of HTML is its blocks', async (t) => {
  t.strictSame(parseHtml('<ul><li>one</li></ul><!-- x -->').map(toText), ['- one'])
})
