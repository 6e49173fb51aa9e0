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

t.test('what belongs to the site goes, what belongs to the text stays', async (t) => {
  const cases = [
    ['<body><header><h1>Site</h1></header><aside>Ads</aside><p>Text.</p><footer>© us</footer></body>', 'Text.'],
    [
      '<main><header><h1>Title</h1></header><aside class="note">Mind this.</aside><aside>Ads</aside><p>Text.</p><footer>Edit</footer></main>',
      'Title\n\nMind this.\n\nText.',
    ],
    ['<article><p>One.</p></article><article><p>Two.</p></article>', 'One.\n\nTwo.'],
    [
      '<body><div id="cookie-banner">We use cookies.</div><p style="display: none">Gone</p><p>Text.</p></body>',
      'Text.',
    ],
    ['<main><p id="cookie-banner">How to make a banner.</p></main>', 'How to make a banner.'],
    ['<p>Text.<a href="#ref1">↩</a></p>', 'Text.'],
    ['<form action="/"><p>Text.</p><button>Go</button></form>', 'Text.'],
    ['<h2>Life <a href="#life">¶</a></h2><div role="alert">Careful.</div>', 'Life\n\nCareful.'],
    ['<dl><dt>Pod</dt><dd>A group.</dd></dl>', '- Pod\n  A group.'],
    ['<table><tr><th>a<br>b</th><th>c</th></tr></table>', '| a b | c |\n| --- | --- |'],
  ] as const
  for (const [given, expected] of cases) t.equal(toText(loadHtml(given).root), expected, given)
})
