import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openTable } from '../../../function/table.ts'
import { loadPdf } from '../../../index/formats/pdf.ts'
import { toText } from '../../../index/text.ts'
import { makeTable } from '../../running.ts'

const formats = join(import.meta.dirname, '../../fixtures/formats')

t.test('a PDF is its text, page by page', async (t) => {
  const { title, root } = await loadPdf(readFileSync(join(formats, 'manual.pdf')))
  t.equal(title, 'Pump manual')
  t.match(toText(root), /Open the valve before you start the pump\.[\s\S]*Error E17 means that the filter is blocked\./)
  t.strictSame([...new Set(root.children.map((node) => node.type === 'paragraph' && node.data?.page))], [1, 2])
})

t.test('a chunk of a PDF keeps its page, and one of any other format has none', async (t) => {
  const table = join(t.testdir(), 'table')
  const { manifest, skipped } = await makeTable(formats, table)
  t.equal(manifest.documents, 3)
  t.strictSame(
    skipped.map(({ source }) => source),
    ['encrypted.pdf', 'scanned.pdf'],
  )
  const rows: Array<{ source: string; page: number | null; text: string }> = await (await openTable(table)).chunks
    .query()
    .toArray()
  t.strictSame(
    rows.filter(({ source }) => source === 'manual.pdf').map(({ page }) => page),
    [1, 2],
  )
  t.ok(rows.filter(({ source }) => source !== 'manual.pdf').every(({ page }) => page === null))
})
