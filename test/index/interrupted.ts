import t from 'tap'
import { loadHtml } from '../../index/formats/html.ts'
import { loadMarkdown } from '../../index/formats/markdown.ts'
import { joinInterrupted } from '../../index/interrupted.ts'
import { toText } from '../../index/text.ts'

t.test('a sentence that goes on behind a line of code is one', async (t) => {
  const cases = [
    [
      '<p>To be sure, use the<pre>\nlsb_release -a\n</pre> command. It will display the name.</p>',
      'To be sure, use the `lsb_release -a` command. It will display the name.',
    ],
    ['<ul><li><p>Type</p><pre>ls</pre><p>, then Enter.</p></li></ul>', '- Type `ls`, then Enter.'],
    ['<p>The call</p><blockquote><code>ls</code></blockquote><p>lists it.</p>', 'The call `ls` lists it.'],
    ['<p>Run this:</p><pre>ls</pre><p>and look.</p>', 'Run this:\n\n```\nls\n```\n\nand look.'],
    ['<p>Run it</p><pre>ls</pre><p>It lists.</p>', 'Run it\n\n```\nls\n```\n\nIt lists.'],
    ['<p>Run</p><pre>ls\npwd</pre><p>in a shell.</p>', 'Run\n\n```\nls\npwd\n```\n\nin a shell.'],
    ['<pre>ls</pre><p>lists it.</p>', '```\nls\n```\n\nlists it.'],
  ] as const
  for (const [given, expected] of cases) {
    const { root } = loadHtml(`<main>${given}</main>`)
    joinInterrupted(root)
    t.equal(toText(root), expected, given)
  }
  const read = (text: string): string => {
    const { root } = loadMarkdown(text)
    joinInterrupted(root)
    return toText(root)
  }
  t.equal(read('First run\n\n    npm ci\n\nand then the tests.'), 'First run `npm ci` and then the tests.')
  const listing = 'With modules\n\n```js\nimport x\n```\n\ntrue where it is plain.'
  t.equal(read(listing), listing)
})
