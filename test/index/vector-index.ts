import type { Table } from '@lancedb/lancedb'
import { Field, FixedSizeList, Float32, Int32, Schema } from 'apache-arrow'
import t, { type Test } from 'tap'
import { createVectors } from '../../bench/corpus.ts'
import type { VectorIndex } from '../../function/table/manifest.ts'
import { connectStore, nearest } from '../../function/table/open.ts'
import { buildVectorIndex, chooseVectorIndex } from '../../index/vector-index.ts'

t.test('the index is chosen by the number of rows', async (t) => {
  t.equal(chooseVectorIndex(4_999, 384), null)
  t.match(chooseVectorIndex(5_000, 384), { kind: 'IVF_FLAT', refineFactor: null })
  t.match(chooseVectorIndex(50_000, 384), { kind: 'IVF_RQ', refineFactor: 10 })
  t.match(chooseVectorIndex(50_000, 100), { kind: 'IVF_FLAT' }, 'bits are packed by eight')
})

const vectorTable = async (t: Test, rows: readonly Float32Array[]): Promise<Table> => {
  const dimension = rows[0]?.length ?? 0
  const vector = new Field('vector', new FixedSizeList(dimension, new Field('item', new Float32(), true)), false)
  const store = await connectStore(t.testdir())
  const table = await store.createEmptyTable('vectors', new Schema([new Field('id', new Int32(), false), vector]))
  await table.add(rows.map((values, id) => ({ id, vector: [...values] })))
  return table
}

t.test('either index finds at least 95 of the 100 rows that an exact search finds', async (t) => {
  const { rows, queries } = createVectors(6_000, 64, 10)
  const table = await vectorTable(t, rows)
  const idsOf = async (vector: Float32Array, vectorIndex: VectorIndex | null): Promise<number[]> => {
    const found: Array<{ id: number }> = await nearest(table, [...vector], vectorIndex)
      .select(['id', '_distance'])
      .limit(10)
      .toArray()
    return found.map(({ id }) => id)
  }
  const exact = await Promise.all(queries.map((vector) => idsOf(vector, null)))
  for (const count of [5_000, 50_000]) {
    const vectorIndex = chooseVectorIndex(count, 64)
    if (vectorIndex === null) throw new Error('no index')
    await buildVectorIndex(table, vectorIndex)
    const found = await Promise.all(queries.map((vector) => idsOf(vector, vectorIndex)))
    const shared = exact.flatMap((ids, index) => ids.filter((id) => found[index]?.includes(id)))
    t.ok(shared.length >= 95, `${vectorIndex.kind}: ${shared.length}`)
  }
})
