import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadDocx } from '../../../index/formats/docx.ts'
import { toText } from '../../../index/text.ts'

t.test('a Word document keeps its headings, lists and tables', async (t) => {
  const { title, root } = await loadDocx(
    readFileSync(join(import.meta.dirname, '../../fixtures/formats/holidays.docx')),
  )
  t.equal(title, 'Holiday rules')
  t.strictSame(
    root.children.map(({ type }) => type),
    ['heading', 'heading', 'paragraph', 'heading', 'list', 'table'],
  )
  t.match(
    toText(root),
    /Everyone has thirty days of holiday a year\.[\s\S]*1\. Write to the office\.\n2\. Wait for the reply\.[\s\S]*\| August \| ten days \|/,
  )
})

t.test('a Word file that cannot be opened says why', async (t) => {
  const encrypted = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(512)])
  await t.rejects(loadDocx(encrypted), { message: /^encrypted, or saved by an old Word: save it as \.docx/ })
  await t.rejects(loadDocx(Buffer.from('PK not a zip')), { message: 'not a Word document that can be opened' })
})

t.test('a Word file that would unpack to more than memory holds is not unpacked', async (t) => {
  const entry = Buffer.alloc(46)
  entry.write('PK\x01\x02', 'latin1')
  entry.writeUInt32LE(0x7fffffff, 24)
  await t.rejects(loadDocx(entry), { message: 'larger than 128 MB once unpacked' })
})
