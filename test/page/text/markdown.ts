import t from 'tap'
import { answered, ask, linkTo, question, setStage } from '../../asking.ts'
import { saying } from '../../ollama.ts'

const stage = setStage(t)

stage.browserTest('hostile passages are shown as text and do nothing', async (t) => {
  const page = await stage.open(t, linkTo(stage.quoting.url, 'Do zebras have stripes?'))
  t.match(await answered(page), 'Zebras have stripes.')
  await page.evaluate(`for (const card of document.querySelectorAll('details')) card.open = true`)
  t.match(
    await page.innerText('.turn:last-child .sources li:first-child details'),
    '<img src="x" onerror="window.hacked = 1">',
  )
  t.equal(await page.locator('main :is(img, script, a:not(.cite))').count(), 0)
  t.equal(await page.evaluate('window.hacked'), undefined)
})

stage.browserTest("a document's own number in square brackets is shown as it stands, and cites nothing", async (t) => {
  const page = await stage.open(t, linkTo(stage.quoting.url, 'Do okapis have stripes?'))
  t.match(await answered(page), /^Okapis have stripes too \[2\]\.\s?1$/m)
})

stage.browserTest("a model's Markdown becomes nodes, and its HTML, images and other links become text", async (t) => {
  const page = await stage.open(t, stage.generated.url)
  const cases = [
    ['one\ntwo\n\nthree', '<p dir="auto">one<br>two</p><p dir="auto">three</p>'],
    [
      '**a** *b* `c` snake_case_name 2 * 3 * 4',
      '<strong>a</strong> <em>b</em> <code>c</code> snake_case_name 2 * 3 * 4',
    ],
    [
      '- a\n- b\n  - c\n',
      /<ul dir="auto"><li dir="auto">a<\/li><li dir="auto">b<ul .*<li dir="auto">c<\/li><\/ul><\/li><\/ul>/,
    ],
    ['3. a\n4. b', '<ol dir="auto" start="3"><li dir="auto">a</li><li dir="auto">b</li></ol>'],
    ['```js\nlet a = b[1]\n```\nafter', '<code>let a = b[1]</code></pre><p dir="auto">after</p>'],
    [
      '| a | b |\n| - | - |\n| `c` | It restarts them when they fail |',
      /<th dir="auto">b<\/th>.*<td dir="auto"><code>c<\/code><\/td><td dir="auto">It restarts them when they fail<a class="cite"/,
    ],
    [`${'> '.repeat(3000)}deep`, /deep/],
    ['## Title\n\n> quoted', /<h3 dir="auto">Title<\/h3><blockquote dir="auto"><p dir="auto">quoted/],
    [
      '[safe](https://example.org/a)',
      /<a href="https:\/\/example\.org\/a"[^>]* rel="noopener noreferrer nofollow">safe<\/a>/,
    ],
    ['see https://example.org/b.', /<a href="https:\/\/example\.org\/b"[^>]*>https:\/\/example\.org\/b<\/a>\./],
    ['<https://example.org/c> &amp; &constructor; \\[a] \\*', '/c</a> &amp; &amp;constructor; [a] *'],
    [
      '***both*** **a *b* c** 1\\. no list',
      '<em><strong>both</strong></em> <strong>a <em>b</em> c</strong> 1. no list',
    ],
    ['1. a\n\n   more\n\n2. b', /<li dir="auto"><p dir="auto">a<\/p><p dir="auto">more<\/p><\/li>/],
    ['Title\n---\nafter', '<p dir="auto">Title</p><hr><p dir="auto">after</p>'],
    ['[bad](javascript:window.hacked=1) [old](http://example.org)', '<p dir="auto">bad old</p>'],
    ['![pixel](https://example.org/p.png)', /^<p dir="auto"><a href="https:\/\/example\.org\/p\.png"/],
    [
      '<img src=x onerror="window.hacked=1"><script>1</script>',
      '&lt;img src=x onerror="window.hacked=1"&gt;&lt;script&gt;1&lt;/script&gt;',
    ],
  ] as const
  for (const [text, expected] of cases) {
    // As one token: a model is stopped after 1,024.
    stage.chat = saying([text])
    await ask(page, question)
    await answered(page)
    t.match(await page.innerHTML('.turn:last-child .answer'), expected, text)
  }
  t.equal(await page.locator('.turn:last-child .answer :is(img, script)').count(), 0)
  t.equal(await page.evaluate('window.hacked'), undefined)
})

stage.browserTest('right-to-left text runs right to left', async (t) => {
  const page = await stage.open(t, linkTo(stage.quoting.url, 'كوبرنيتيس'))
  await answered(page)
  const directionOf = (selector: string): Promise<unknown> =>
    page.evaluate(`getComputedStyle(document.querySelector('${selector}')).direction`)
  for (const selector of ['.asked-for', '.answer p', '.sources li:first-child details .text p'])
    t.equal(await directionOf(selector), 'rtl', selector)
  t.equal(await directionOf('.turn:last-child .how'), 'ltr')
})
