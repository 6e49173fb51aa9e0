import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadMarkdown } from '../../../index/formats/markdown.ts'
import { loadMdx } from '../../../index/formats/mdx.ts'
import { toText } from '../../../index/text.ts'

const textOf = (markdown: string): string => toText(loadMarkdown(markdown).root)

t.test('a document is titled by its front matter, else by its first level-1 heading', async (t) => {
  t.equal(loadMarkdown('---\ntitle: From above\n---\n# Heading\n').title, 'From above')
  t.equal(loadMarkdown('# A *fine* heading\n\nText.').title, 'A fine heading')
  t.equal(loadMarkdown('## Only a second level\n').title, undefined)
  t.equal(loadMarkdown('---\ntitle: [broken\n---\n# Heading\n').title, 'Heading')
  t.equal(loadMarkdown('---\ntags: [a]\n---\n# Heading\n').title, 'Heading')
  t.equal(loadMarkdown('---\njust text\n---\n# Heading\n').title, 'Heading')
})

t.test('front matter is no text', async (t) => {
  t.equal(textOf('---\ntitle: x\n---\nBody.'), 'Body.')
  t.equal(textOf('+++\ntitle = "x"\n+++\nBody.'), 'Body.')
})

t.test("MkDocs' admonitions and tabs are text, and what they hold keeps its structure", async (t) => {
  t.equal(textOf('!!! note\n    Mind this.\n'), 'Note:\n\nMind this.')
  t.equal(
    textOf('!!! warning "Take care"\n\n    First.\n\n    ```bash\n    rm -r x\n    ```\n\nAfter.'),
    'Take care:\n\nFirst.\n\n```bash\nrm -r x\n```\n\nAfter.',
  )
  t.equal(textOf('??? tip "More"\n    Text.\n\n    - one\n    - two\n'), 'More:\n\nText.\n\n- one\n- two')
  t.equal(
    textOf('=== "kubectl"\n\n    ```bash\n    kubectl apply\n\n    kubectl get\n    ```\n\n=== "kn"\n\n    Use kn.\n'),
    'kubectl:\n\n```bash\nkubectl apply\n\nkubectl get\n```\n\nkn:\n\nUse kn.',
  )
  t.equal(
    textOf('!!! note\n\n    Outer.\n\n    !!! tip "Inner"\n        Deep.\n'),
    'Note:\n\nOuter.\n\nInner:\n\nDeep.',
  )
})

t.test('indented code that follows plain text stays code', async (t) => {
  t.equal(textOf('Run this:\n\n    make all\n'), 'Run this:\n\n```\nmake all\n```')
})

t.test("Hugo's, Jinja's and Docusaurus' marks neither hide text nor litter it", async (t) => {
  const cases = [
    ['{{< note >}}\nMind this.\n{{< /note >}}', 'Mind this.'],
    ['{{% pageinfo color="primary" %}}\nText.\n{{% /pageinfo %}}', 'Text.'],
    ['{% raw %}Keep {{ .Name }}{% endraw %}', 'Keep {{ .Name }}'],
    [':::tip[Good to know]\n\nText.\n\n:::', 'Good to know:\n\nText.'],
    [':::warning\nText.\n:::', 'Warning:\n\nText.'],
    ['At 10:30 the ratio is 3:1.', 'At 10:30 the ratio is 3:1.'],
    ['<details><summary>More</summary>\n\nHidden *text*.\n\n</details>', 'More\n\nHidden text.'],
    ['<table><tr><th>a</th></tr><tr><td>1</td></tr></table>', '| a |\n| --- |\n| 1 |'],
    ['- <p>in a list</p>', '- in a list'],
    ['<div>\n\n    <div>\n\nText.\n\n    </div>\n\n</div>', 'Text.'],
    ['| a |\n|---|\n| one<br>two |', '| a |\n| --- |\n| one two |'],
    ['<aside>An aside.</aside>', 'An aside.'],
  ] as const
  for (const [given, expected] of cases) t.equal(textOf(given), expected, given)
  t.equal(loadMarkdown('+++\ntitle = "From Hugo"\n+++\nBody.').title, 'From Hugo')
})

t.test('MDX loses its imports and tags and keeps its text; what is not valid MDX is read as Markdown', async (t) => {
  const { title, root } = loadMdx(
    `---\ntitle: Tabs\n---\nimport Tabs from '@theme/Tabs'\n\nexport const x = 1\n\n<Tabs>\n  <TabItem value="a">\n\n  Use **npm**.\n\n  \`\`\`bash\n  npm ci\n  \`\`\`\n\n  </TabItem>\n</Tabs>\n\nA {x} and <b>bold</b>.\n`,
  )
  t.equal(title, 'Tabs')
  t.equal(toText(root), 'Use npm.\n\n```bash\nnpm ci\n```\n\nA  and bold.')
  t.equal(
    toText(loadMdx('<Tabs>\n<TabItem value="a" label="Linux">\n\nUse apt.\n\n</TabItem>\n</Tabs>').root),
    'Linux:\n\nUse apt.',
  )
  t.equal(toText(loadMdx('- one\n\n  <Note>\n\n  Two.\n\n  Three.\n\n  </Note>').root), '- one\n  Two.\n  Three.')
  t.equal(toText(loadMdx('A < b and {unclosed').root), 'A < b and {unclosed')
})

t.test('a long document is whole, though it is parsed in pieces', async (t) => {
  const section = (index: number): string =>
    `## Section ${index}\n\n\`\`\`bash\n# comment ${index}\n\`\`\`\n\n${'word '.repeat(200)}`
  const text = Array.from({ length: 300 }, (_, index) => section(index)).join('\n\n')
  const { children } = loadMarkdown(text).root
  t.equal(children.filter(({ type }) => type === 'heading').length, 300)
  t.equal(children.filter(({ type }) => type === 'code').length, 300)
  t.equal(children.length, 900)
})

t.test('numbers and what is done stay as they are', async (t) => {
  const cases = [
    ['Board thickness 0.3~8 mm, width 5~540 mm', 'Board thickness 0.3~8 mm, width 5~540 mm'],
    ['It costs ~~20~~ 15 euros.', 'It costs ~~20~~ 15 euros.'],
    ['- [x] Review\n- [ ] Load test', '- [x] Review\n- [ ] Load test'],
    ['10<sup>6</sup>, CO<sub>2</sub>, log<sub>2</sub>8, <del>5</del> 4', '10⁶, CO2, log₂8, ~~5~~ 4'],
    ['one<br>two <img src="x.png" alt="a door"> <input type="checkbox" checked> done', 'one\ntwo a door [x] done'],
  ] as const
  for (const [given, expected] of cases) t.equal(textOf(given), expected, given)
})

t.test('a sentence goes on over the end of its line, and a link and a note are where they are named', async (t) => {
  t.equal(textOf('A sentence\ngoes on.\\\nAnd ends.'), 'A sentence goes on.\nAnd ends.')
  t.equal(textOf('See [this][r].\n\n[r]: https://example.org/a'), 'See this (https://example.org/a).')
  t.equal(textOf('Down.[^1]\n\nMore.\n\n[^1]: Planned.\n[^2]: Spare.'), 'Down.¹\n\n¹ Planned.\n\nMore.\n\n² Spare.')
  t.equal(
    textOf('Write to [us](mailto:a@example.org), <https://example.org>.'),
    'Write to us (a@example.org), https://example.org.',
  )
})

t.test('lines that are entries stay lines, as in plain text', async (t) => {
  const cases = [
    ['Phone: 12\nFax:  13', 'Phone: 12\nFax:  13'],
    ['**Phone:** 12\n**Fax:** `13`', 'Phone: 12\nFax: `13`'],
    ['- Hours\n  Monday: 9-17\n  Sunday: closed', '- Hours\n  Monday: 9-17\n  Sunday: closed'],
    ['A sentence that goes on\nhere: like this', 'A sentence that goes on here: like this'],
  ] as const
  for (const [given, expected] of cases) t.equal(toText(loadMarkdown(given).root), expected)
})

t.test('an address keeps its marks, and a text without an @ is read as one with it', async (t) => {
  t.equal(textOf('Ask _ops_@example.org or __b__.'), 'Ask _ops_@example.org or b.')
  t.equal(textOf('See https://example.org/__init__.py or __b__.'), 'See https://example.org/__init__.py or b.')
  t.equal(textOf('See www.example.org/_a_ or h_w_ or _b_.'), 'See www.example.org/_a_ or h_w_ or b.')
  const folder = join(import.meta.dirname, '../../../documents')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'))
  t.ok(files.length > 20)
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8').replaceAll('@', ' at ')
    t.equal(textOf(`${text}\n\n@`), `${textOf(text)}\n\n@`, file)
  }
})

t.test(
  'a formula ends where it is closed, and what looks like the beginning of one takes nothing with it',
  async (t) => {
    const cases = [
      ['$$E = mc^2$$ and more.\n\n## Two\n\nText.', ['$$E = mc^2$$ and more.', 'Two', 'Text.']],
      ['$$\na_1 = 5\n$$ {#eq-a}\n\n## Two\n\nText.', ['$$ a_1 = 5 $$', 'Two', 'Text.']],
      ['$$ x = 1 $$ (1)\n\n## Two', ['$$ x = 1 $$ (1)', 'Two']],
      ['$$a\n+ b$$, so it is `c`.\n\n## Two', ['$$a + b$$, so it is `c`.', 'Two']],
      ['$$\na_1\n\n= 5\n$$\n\n## Two', ['$$ a_1', '= 5 $$', 'Two']],
      [
        '$$ is the process in *Bash*.\n\n## Two\n\nIt costs 5$$.',
        ['$$ is the process in Bash.', 'Two', 'It costs 5$$.'],
      ],
      ['\\[1\\] Smith, *Pumps*.\n\n## Two', ['[1] Smith, Pumps.', 'Two']],
      ['\\[optional\\] and \\(see below\\)', ['[optional] and (see below)']],
      ['\\[a_1 = *b* *c*\\] holds.', ['\\[a_1 = *b* *c*\\] holds.']],
    ] as const
    for (const [given, expected] of cases) t.strictSame(loadMarkdown(given).root.children.map(toText), expected, given)
  },
)

t.test('what is for a browser is no text, also where blank lines or a sentence part it', async (t) => {
  const cases = [
    ['<head>\n  <script>\n    {"a": "b"}\n\n    {"c": "d"}\n  </script>\n</head>\n\nText.', 'Text.'],
    ['Text <script>let x = "a b"</script>of <template>a *row*</template>it.', 'Text of it.'],
    ['<template>\n\n# Row\n\n</template>\n\n- a\n\n  <svg>\n\n  An icon\n\n  </svg>', '- a'],
    ['<div>\n\n<svg>\n\n</div>\n\nText of `</svg>`.', 'Text of `</svg>`.'],
    ['<nav>\n\n[Home](/)\n\n</nav>\n\nText.', 'Text.'],
  ] as const
  for (const [given, expected] of cases) t.equal(toText(loadMarkdown(given).root).trim(), expected, given)
})
