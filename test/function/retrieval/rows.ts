import { join } from 'node:path'
import t from 'tap'
import { createReadRows } from '../../../function/retrieval/rows.ts'
import { openTable } from '../../../function/table/open.ts'
import { makeTable } from '../../running.ts'

t.test('rows are read by their ids, once; ids of no row are left out', async (t) => {
  const folder = t.testdir({
    docs: { 'a.md': '# A\n\nEach pod.\n\n## B\n\nTwo pods.', '中.md': '# 中文\n\n没有请求时函数会缩容到零' },
  })
  await makeTable(join(folder, 'docs'), join(folder, 'table'))
  const { chunks } = await openTable(join(folder, 'table'))
  const ids: bigint[] = (await chunks.query().select(['position']).withRowId().toArray()).map(({ _rowid }) => _rowid)
  t.equal(ids.length, 3)
  t.strictSame(
    ids.map((id) => id - (ids[0] ?? 0n)),
    [0n, 1n, 2n],
    'an ingest leaves them one after the other',
  )
  const reading = t.capture(chunks, 'takeRowIds', chunks.takeRowIds)
  const readRows = createReadRows(chunks)
  const [first = 0n, second = 0n, third = 0n] = ids
  t.match((await readRows(new Set([first, 12_345n]))).get(first), { id: 'a.md#0', text: 'Each pod.', words: 'pod' })
  const rows = await readRows(new Set([first, second, third]))
  t.equal(rows.size, 3)
  t.equal(rows.get(second)?.headings, 'b')
  t.ok((rows.get(third)?.length ?? 0) > 3, 'a text without spaces has words, too')
  await readRows(new Set(ids))
  t.strictSame(
    reading().map(({ args }) => args[0]),
    [
      [first, 12_345n],
      [second, third],
    ],
  )
})

t.test('what is kept is bounded: the row that was not asked for longest goes first', async (t) => {
  const folder = t.testdir({ docs: { 'a.md': '# A\n\nOne.\n\n## B\n\nTwo.\n\n## C\n\nThree.' } })
  await makeTable(join(folder, 'docs'), join(folder, 'table'))
  const { chunks } = await openTable(join(folder, 'table'))
  const ids: bigint[] = (await chunks.query().select(['position']).withRowId().toArray()).map(({ _rowid }) => _rowid)
  const [a = 0n, b = 0n, c = 0n] = ids
  const reading = t.capture(chunks, 'takeRowIds', chunks.takeRowIds)
  const readRows = createReadRows(chunks, 40)
  for (const id of [a, b, a, c, a, b]) await readRows(new Set([id]))
  t.strictSame(
    reading().map(({ args }) => args[0]),
    [[a], [b], [c], [b]],
  )
})
