import t from 'tap'
import { expandIncludes } from '../../../index/formats/includes.ts'

const files: Record<string, string> = {
  'intro.md': '---\ntitle: Intro\n---\nHello *there*.\n',
  'app.yaml': 'kind: Service\nmetadata:\n\n  name: x\n',
  'loop.md': 'Again.\n--8<-- "loop.md"',
  'parts.md': 'one\n<!-- --8<-- [start:middle] -->\ntwo\n<!-- --8<-- [end:middle] -->\nthree\n',
  'open.md': '# --8<-- [start:rest]\nto the end',
}
const read = (markdown: string): string => expandIncludes(markdown, (name) => files[name])

t.test("what MkDocs' and Jinja's marks name stands in their place, as deep as they stood", async (t) => {
  const cases = [
    ['--8<-- "intro.md"\n\nMore.', 'Hello *there*.\n\nMore.'],
    ["-8<- 'intro.md'", 'Hello *there*.'],
    ['{% include "intro.md" %}', 'Hello *there*.'],
    ['- item\n\n    --8<-- "app.yaml"', '- item\n\n    kind: Service\n    metadata:\n\n      name: x'],
    ['--8<--\nintro.md\n\napp.yaml\n--8<--\nEnd.', 'Hello *there*.\n\nkind: Service\nmetadata:\n\n  name: x\nEnd.'],
    [
      '=== "Tab"\n{% filter indent(width=4) %}\n{% include "intro.md" %}\nMore.\n\n{% endfilter %}\nAfter.',
      '=== "Tab"\n    Hello *there*.\n    More.\n\nAfter.',
    ],
    ['--8<-- "gone.md"\nMore.', '\nMore.'],
    ['Nothing is included here.', 'Nothing is included here.'],
    ['{% include head.html %}', '{% include head.html %}'],
  ] as const
  for (const [given, expected] of cases) t.equal(read(given), expected, given)
})

t.test('a part of a file is included by its name or its lines', async (t) => {
  t.equal(read('--8<-- "parts.md:middle"'), 'two')
  t.equal(read('--8<-- "open.md:rest"'), 'to the end')
  t.equal(read('--8<-- "parts.md:none"'), '')
  t.equal(read('--8<-- "app.yaml:2:2"'), 'metadata:')
  t.equal(read('--8<-- "app.yaml:4"'), '')
  t.equal(read('--8<-- "app.yaml:4:"'), '  name: x')
  t.equal(read('--8<-- "parts.md"'), 'one\ntwo\nthree', 'and the marks of parts are no text')
})

t.test('a file that includes itself ends somewhere', async (t) => {
  const text = read('--8<-- "loop.md"')
  t.ok(text.startsWith('Again.\nAgain.') && text.length < 100, text)
})
