import t from 'tap'
import { loadMarkdown } from '../../../index/formats/markdown.ts'
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
