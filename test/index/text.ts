import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import t from 'tap'
import { unified } from 'unified'
import { toText } from '../../index/text.ts'

const parse = (markdown: string): string => toText(unified().use(remarkParse).use(remarkGfm).parse(markdown))

t.test('the text a reader sees', async (t) => {
  const cases = [
    ['A **bold** and *fine* word.', 'A bold and fine word.'],
    ['See [the docs](https://example.com "Docs").', 'See the docs (https://example.com).'],
    ['Set `min-scale` now.', 'Set `min-scale` now.'],
    ['![a diagram](x.png)', 'a diagram'],
    ['![a diagram][x]\n\n[x]: x.png', 'a diagram'],
    ['one  \ntwo', 'one\ntwo'],
    ['```bash\nkubectl get pods\n```', '```bash\nkubectl get pods\n```'],
    ['- one\n- two\n  - inner', '- one\n- two\n  - inner'],
    ['3. three\n4. four', '3. three\n4. four'],
    ['> [!NOTE]\n> Mind the gap.', 'Note: Mind the gap.'],
    ['> Quoted.', 'Quoted.'],
    ['| a | b |\n|---|---|\n| 1 | x\\|y |', '| a | b |\n| --- | --- |\n| 1 | x\\|y |'],
    ['| | |\n|---|---|\n| a | b |\n| 1 | 2 |', '| a | b |\n| --- | --- |\n| 1 | 2 |'],
    ['## Heading {#anchor}', 'Heading'],
    ['<p align="center">Hello<br>world</p>', 'Hello\nworld'],
    ['<!-- a secret -->\n\nOpen.', 'Open.'],
    ['<script>alert(1)</script>', ''],
    ['---', ''],
    ['A note[^1].\n\n[^1]: Its text.', 'A note¹.\n\n¹ Its text.'],
  ] as const
  for (const [given, expected] of cases) t.equal(parse(given), expected, given)
})
