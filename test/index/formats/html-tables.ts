import t from 'tap'
import { loadHtml } from '../../../index/formats/html.ts'
import { toText } from '../../../index/text.ts'

const read = (html: string): string => toText(loadHtml(`<main>${html}</main>`).root)

t.test("a cell's blocks, items and inner rows stay apart", async (t) => {
  const cell = (content: string): string =>
    read(`<table><tr><th>Day</th><th>Duty</th></tr><tr><td>Monday</td><td>${content}</td></tr></table>`)
      .split('\n')
      .at(-1) ?? ''
  const cases = [
    ['<p>Early</p><p>Anna</p>', 'Early Anna'],
    ['<p>Late</p><ul><li>Carla</li><li>Dirk</li></ul>', 'Late Carla; Dirk'],
    ['Night<br>Emil', 'Night Emil'],
    ['<div>Stand-by</div><div><b>Fa</b>tima</div>', 'Stand-by Fatima'],
    ['<table><tr><td>Chairs</td><td>24</td></tr><tr><td>Screens</td><td>2</td></tr></table>', 'Chairs 24; Screens 2'],
    ['<input type=checkbox checked> done', '[x] done'],
  ] as const
  for (const [given, expected] of cases) t.equal(cell(given), `| Monday | ${expected} |`, given)
})

t.test('what spans rows is said in each of them', async (t) => {
  t.equal(
    read(
      '<table><tr><th>Zone</th><th colspan=2>Rate</th></tr><tr><td rowspan=2>North</td><td>1 kg</td><td>5</td></tr><tr><td>2 kg</td><td>6</td></tr><tr><td colspan=2>All</td><td>9</td></tr></table>',
    ),
    '| Zone | Rate | Rate |\n| --- | --- | --- |\n| North | 1 kg | 5 |\n| North | 2 kg | 6 |\n| All |  | 9 |',
  )
})

t.test('a table that only lays out the page, or numbers lines of code, is none', async (t) => {
  const cases = [
    ['<table role="presentation"><tr><td><h2>One</h2><p>Text.</p></td></tr></table>', 'One\n\nText.'],
    ['<table><tr><td><p>A box.</p><p>Two.</p></td></tr></table>', 'A box.\n\nTwo.'],
    ['<table><caption>Rates</caption><tr><td>a</td><td>b</td></tr></table>', 'Rates\n\n| a | b |\n| --- | --- |'],
    [
      '<table class="highlighttable"><tr><td class="linenos"><pre>1\n2</pre></td><td><pre><code>a\n  b\n</code></pre></td></tr></table>',
      '```\na\n  b\n```',
    ],
    [
      '<table><tr><td class="blob-num">1</td><td><code>a</code></td></tr><tr><td class="blob-num">2</td><td><code>  b</code></td></tr></table>',
      '```\na\n  b\n```',
    ],
    ['<pre><span class="ln">1</span>a\n<span class="ln">2</span>b</pre>', '```\na\nb\n```'],
  ] as const
  for (const [given, expected] of cases) t.equal(read(given), expected, given)
})

t.test('a head of several rows is one, and a row over all columns above it is a line', async (t) => {
  const cases = [
    [
      '<tr><th rowspan=2>Zone<th colspan=2>Sales<tr><th>2025<th>2026<tr><td>North<td>1<td>2',
      '| Zone | Sales 2025 | Sales 2026 |\n| --- | --- | --- |\n| North | 1 | 2 |',
    ],
    [
      '<tr><td rowspan=2>Zone<td colspan=2>Sales<tr><td>2025<td>2026<tr><td>North<td>1<td>2',
      '| Zone | Sales 2025 | Sales 2026 |\n| --- | --- | --- |\n| North | 1 | 2 |',
    ],
    [
      '<tr><td colspan=2>Opening hours<tr><td>Day<td>From<tr><td>Monday<td>9',
      'Opening hours\n\n| Day | From |\n| --- | --- |\n| Monday | 9 |',
    ],
  ] as const
  for (const [given, expected] of cases) t.equal(read(`<table>${given}</table>`), expected, given)
})
