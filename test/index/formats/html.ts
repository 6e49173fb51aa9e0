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

t.test('forms keep what is filled in, lists their letters, and raised characters their place', async (t) => {
  const cases = [
    [
      '<ul><li><input type="checkbox" checked> Done</li><li><input type="checkbox"> Open</li></ul>',
      '- [x] Done\n- [ ] Open',
    ],
    [
      '<label>Plate <input value="KX-204"></label><input type="submit" value="Send"><input type="text">',
      'Plate KX-204',
    ],
    ['<p><select><option>a</option><option selected>b</option></select> <textarea>c</textarea></p>', 'b c'],
    ['<ol type="a"><li>One</li><li>Two</li></ol>', 'a. One\nb. Two'],
    ['<ol style="list-style-type: upper-roman" start="4"><li>One</li><li value="9">Two</li></ol>', 'IV. One\nIX. Two'],
    ['<ol reversed><li>One</li><li>Two</li></ol>', '2. One\n1. Two'],
    ['<p>10<sup>6</sup> CO<sub>2</sub> <ruby>漢<rp>(</rp><rt>kan</rt></ruby> a<wbr>b</p>', '10⁶ CO2 漢(kan) ab'],
    ['<my-card title="Price" href="/x">49 euros</my-card>', 'Price:\n\n49 euros'],
  ] as const
  for (const [given, expected] of cases) t.equal(toText(loadHtml(`<main>${given}</main>`).root), expected, given)
})

t.test('a heading keeps the name that links find it by', async (t) => {
  t.match(loadHtml('<h2 id="zero">Scale to zero</h2><h3>More</h3>').root.children, [
    { data: { anchor: 'zero' } },
    { depth: 3 },
  ])
})

t.test('a page names its own address', async (t) => {
  t.strictSame(loadHtml('<link rel="canonical" href="https://example.com/a/"><p>x</p>').frontMatter, {
    canonical: 'https://example.com/a/',
  })
})

t.test('what styles and roles make of elements without a meaning is read as they do', async (t) => {
  const cases = [
    ['<p>10<span style="vertical-align: super">6</span> CO<font style="vertical-align:sub">2</font></p>', '10⁶ CO2'],
    ['<p><b style="text-decoration: line-through">49</b> <i class="line-through">50</i> 39</p>', '~~49~~ ~~50~~ 39'],
    [
      '<div role="table"><div role="row"><span role="columnheader">Name</span><span role="columnheader">Size</span></div><div role="row"><span role="cell">a</span><span role="cell">3</span></div></div>',
      '| Name | Size |\n| --- | --- |\n| a | 3 |',
    ],
    [
      '<div><code><span class="ln">1</span>import x\n<span class="ln">2</span>run(x)</code></div>',
      '```\nimport x\nrun(x)\n```',
    ],
    ['<p>Call <code>a\nb</code> now.</p>', 'Call `a b` now.'],
    [
      '<dl><dt>wait</dt><dt>timeout</dt><dd>Seconds.</dd><dd>30 by default.</dd><div><dt>retries</dt><dd>3</dd></div></dl>',
      '- wait, timeout:\n  Seconds.\n  30 by default.\n- retries:\n  3',
    ],
    [
      '<dl><dt>Why?</dt><dd>So.</dd><dt><b>Depth:</b></dt><dd>3 m</dd><dt>Alone</dt></dl>',
      '- Why?\n  So.\n- Depth:\n  3 m\n- Alone',
    ],
  ] as const
  for (const [given, expected] of cases) t.equal(toText(loadHtml(`<main>${given}</main>`).root), expected, given)
})
