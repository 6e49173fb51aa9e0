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
