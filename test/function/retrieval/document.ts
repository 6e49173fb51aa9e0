import { join } from 'node:path'
import t from 'tap'
import { createReadDocument } from '../../../function/retrieval/document.ts'
import { openTable } from '../../../function/table/open.ts'
import { makeTable } from '../../running.ts'

const words = (count: number): string => Array.from({ length: count }, (_, index) => `word${index}`).join(' ')
const sections = Array.from({ length: 14 }, (_, index) => `## Section ${index}\n\n${words(150)}`).join('\n\n')

t.test('a document is read whole by its path, and around a chunk by its id', async (t) => {
  const folder = t.testdir({ docs: { "ann's.md": '# Notes\n\nBuy milk.', 'long.md': `# Long\n\n${sections}` } })
  await makeTable(join(folder, 'docs'), join(folder, 'table'))
  const read = createReadDocument((await openTable(join(folder, 'table'))).chunks)

  t.match(await read("ann's.md"), { source: "ann's.md", title: 'Notes', text: 'Buy milk.', chunks: 1 })
  const whole = await read('long.md')
  t.match(whole?.text, /Section 0\n\nword0 .*Section 13\n\nword0/s)
  const around = await read('long.md#7')
  t.equal(around?.source, 'long.md')
  t.equal(around?.chunks, 9, 'four chunks on either side')
  const afterHeading = around?.text.replace(/^.*\n\n/, '') ?? '-'
  t.ok(whole?.text.includes(afterHeading), 'word for word')
})

t.test('what is not there is undefined, whatever the id looks like', async (t) => {
  const folder = t.testdir({ docs: { 'a.md': 'A pod.' } })
  await makeTable(join(folder, 'docs'), join(folder, 'table'))
  const read = createReadDocument((await openTable(join(folder, 'table'))).chunks)
  for (const id of ['b.md', 'a.md#99', "' OR 'a'='a", '', '#1', 'a.md#999999999999'])
    t.equal(await read(id), undefined, id)
})
