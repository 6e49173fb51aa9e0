import t from 'tap'
import { boundMarks } from '../../../index/formats/bounds.ts'
import { loadMarkdown } from '../../../index/formats/markdown.ts'
import { toText } from '../../../index/text.ts'

t.test('what people write is not touched', async (t) => {
  const texts = [
    '- one\n  - two\n    - three\n\n> > quoted\n\n*fine* **bold** [a](b)',
    `${'- '.repeat(20)}deep`,
    Array.from({ length: 400 }, (_, index) => `| **${index}** | *x* | [a](b) |`).join('\n'),
    `\`\`\`\n${'- '.repeat(500)}\n\`\`\``,
    '<!-- a -->\n'.repeat(300),
  ]
  for (const text of texts) t.strictSame(boundMarks(text), { text, count: 0 }, text.slice(0, 20))
})

t.test('what nests or repeats beyond all writing is read as text, soon, and the report says so', async (t) => {
  const cases = [
    [`${'- '.repeat(30_000)}end`, /^(- )+end$/],
    [`${'>'.repeat(30_000)}end`, /^>+end$/],
    ['*a_'.repeat(30_000), /^(\*a_)+$/],
    [`${'*a **a '.repeat(3000)}b`, /^(\*a \*\*a )+b$/],
    ['['.repeat(30_000), /^\[+$/],
    [`</${'<!--'.repeat(3000)}`, /<!--$/],
    [Array.from({ length: 300 }, (_, index) => `${' '.repeat(index * 2)}- a`).join('\n'), /- a/],
  ] as const
  for (const [given, expected] of cases) {
    const started = performance.now()
    const { root, lost } = loadMarkdown(`Before.\n\n${given}\n\nAfter.`)
    t.ok(performance.now() - started < 8000, `${given.slice(0, 10)} in ${Math.round(performance.now() - started)} ms`)
    const [first, last] = [root.children[0], root.children.at(-1)]
    t.equal(first && toText(first), 'Before.')
    t.equal(last && toText(last).split('\n').at(-1), 'After.')
    t.ok(
      root.children.slice(1).some((node) => expected.test(toText(node))),
      given.slice(0, 10),
    )
    t.match(lost, [/marks nest or repeat beyond reading/])
  }
})
