import t from 'tap'
import { loadNotebook } from '../../../index/formats/notebook.ts'
import { toText } from '../../../index/text.ts'

t.test('a notebook is its text, its code and what the code printed', async (t) => {
  const cells = [
    { cell_type: 'markdown', source: ['# Title\n', '\n', 'Text.'] },
    { cell_type: 'code', source: 'print(1)', outputs: [{ text: ['1\n'] }, { data: { 'image/png': 'x' } }] },
    { cell_type: 'code', source: 'print(x)', outputs: [{ ename: 'NameError', evalue: "name 'x' is not defined" }] },
    { cell_type: 'raw', source: 'raw' },
  ]
  const { title, root } = await loadNotebook(JSON.stringify({ cells, metadata: { language_info: { name: 'python' } } }))
  t.equal(title, 'Title')
  t.equal(
    toText(root),
    [
      ...['Title', 'Text.', '```python\nprint(1)\n```', '```\n1\n```', '```python\nprint(x)\n```'],
      ...["```\nNameError: name 'x' is not defined\n```", '```\nraw\n```'],
    ].join('\n\n'),
  )
  await t.rejects(loadNotebook('{'), { message: 'not a notebook that can be opened' })
})

t.test(
  'what code shows is read as Markdown or HTML where its plain text only names it, and what is cut is said',
  async (t) => {
    const shown = (data: Record<string, string>): { data: Record<string, string> } => ({ data })
    const cells = [
      {
        cell_type: 'code',
        source: 'x',
        outputs: [
          shown({ 'text/plain': '<Figure size 640x480 with 1 Axes>', 'image/png': 'x' }),
          shown({ 'text/plain': '<IPython.core.display.Markdown object>', 'text/markdown': '**42** units' }),
          shown({ 'text/html': '<p>7 kg</p>' }),
          shown({ 'text/plain': '   a\n0  5', 'text/html': '<table></table>' }),
        ],
      },
      { cell_type: 'code', source: 'y', outputs: [{ text: 'z'.repeat(2001) }] },
    ]
    const { root, lost } = await loadNotebook(JSON.stringify({ cells, metadata: { kernelspec: { language: 'R' } } }))
    t.equal(
      toText(root).replace(/z+/, 'z'),
      '```R\nx\n```\n\n```\na\n0  5\n```\n\n42 units\n\n7 kg\n\n```R\ny\n```\n\n```\nz\n```',
    )
    t.strictSame(lost, ['what 1 cell printed, after its first 2000 characters'])
    await t.rejects(loadNotebook('{"worksheets": []}'), /jupyter nbconvert/)
  },
)
