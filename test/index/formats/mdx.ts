import t from 'tap'
import { loadMdx } from '../../../index/formats/mdx.ts'
import { toText } from '../../../index/text.ts'

const read = (text: string): string => toText(loadMdx(text).root)

t.test('what a component shows in its props and between its tags stays', async (t) => {
  const cases = [
    ['<Card title="Hooks" description="Retried for 72 hours" href="/x" icon="bolt" />', 'Hooks: Retried for 72 hours'],
    ['<Note title="Mind">\n\nText.\n\n</Note>', 'Mind:\n\nText.'],
    ['<CodeBlock language="bash">{`curl -X POST`}</CodeBlock>', '```bash\ncurl -X POST\n```'],
    ['{/* secret */}\n\nThe port is {`8443`} for {"all"} hosts.', 'The port is 8443 for all hosts.'],
    ['<Tooltip tip="Round robin">Balancing</Tooltip> is on.', 'Balancing (Round robin) is on.'],
    ['<Faq items={[{ question: "Why?", answer: "Because of it." }]} />', 'Why?: Because of it.'],
    ['<Box style={{ color: "dark red" }} className="a b">\n\nText.\n\n</Box>', 'Text.'],
    ['10<sup>6</sup> of it', '10⁶ of it'],
    ['export const x = "a b"\n\nText.', 'Text.'],
    [
      '<ParamField query="limit" type="number" default="20" required>\n\nAt most 100.\n\n</ParamField>',
      'limit (number, default 20, required):\n\nAt most 100.',
    ],
    [
      '<table>\n<tr><th>A</th><th>B</th></tr>\n<tr><td rowSpan={2}>x</td><td>1</td></tr>\n<tr>\n<td>\n\n- 2\n- 3\n\n</td>\n</tr>\n</table>',
      '| A | B |\n| --- | --- |\n| x | 1 |\n| x | - 2 - 3 |',
    ],
    ['<ul>\n<li>One **5**</li>\n<li>`x`</li>\n</ul>', '- One 5\n- `x`'],
    ['<details>\n<summary>More</summary>\n\n```\nx\n```\n\n</details>', 'More\n\n```\nx\n```'],
    ['{ready && <p>It is ready.</p>}', 'It is ready.'],
    ['A {props.x} B', 'A  B'],
  ] as const
  for (const [given, expected] of cases) t.equal(read(given), expected, given)
})

t.test('what is not valid MDX is mended, with its components read as such', async (t) => {
  t.equal(
    read('Typically <10ms, { "level": 3 } by default.\n\n<Tab label="With yarn">\n\nRun `{x}`.\n\n</Tab>'),
    'Typically <10ms, { "level": 3 } by default.\n\nWith yarn:\n\nRun `{x}`.',
  )
  t.equal(
    read(
      'import duties are paid by us.\n\n<!-- gone -->\n\n<Faq items={[{ question: "Why?", answer: "So." }]} />\n\nA<br>b <https://example.org> {"a": 1}.\n\n</p>',
    ),
    'import duties are paid by us.\n\nWhy?: So.\n\nA\nb <https://example.org> {"a": 1}.',
  )
  t.match(read('<Tab label="One">\n\nText {a.b(.\n\n</Other>'), /One:[\s\S]*Text \{a\.b\(\./)
})

t.test(
  'what is for a browser is no text: heads, scripts, styles and templates, as tags and as components',
  async (t) => {
    const cases = [
      [
        '<head>\n  <title>SEO</title>\n  <meta name="description" content="About the page" />\n  <script type="application/ld+json">\n    {`{"name": "Org"}`}\n  </script>\n</head>\n\nText.',
        'Text.',
      ],
      ['<Head>\n  <title>SEO</title>\n</Head>\n\nText. <script>{`let x = "a b"`}</script>', 'Text.'],
      ['<style>.a { color: dark red }</style>\n\n{ready && <style>{`.b {}`}</style>}\n\nText.', 'Text.'],
      ['<template><p>Row</p></template>\n\n<iframe title="Film of us" />\n\nText.', 'Text.'],
      ['export const Icon = () => <svg><title>An icon</title></svg>\n\nText.', 'Text.'],
    ] as const
    for (const [given, expected] of cases) t.equal(read(given), expected, given)
  },
)
