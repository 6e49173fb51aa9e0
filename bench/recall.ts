import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Table } from '@lancedb/lancedb'
import type { VectorIndex } from '../function/table/manifest.ts'
import { connectStore, nearest } from '../function/table/open.ts'
import { buildVectorIndex, chooseVectorIndex } from '../index/vector-index.ts'
import { createVectors } from './corpus.ts'
import { toCount } from './count.ts'

const help = `Compares the vector index that an ingest chooses, at each number of rows, with an exact search over the same vectors.

  npm run bench:recall -- [--rows 5000,20000,100000] [--dimension 384] [--min 0.95] [--help]

The vectors lie in clusters of clusters, as those of documents do. Exit 1 where recall@10 falls below the minimum.
`

const queries = 100
const batch = 5_000

interface Search {
  readonly ids: number[][]
  readonly p50: number
}

/** The ids of the `limit` nearest for each query, and the median time of one in milliseconds. */
async function search(
  table: Table,
  asked: Float32Array[],
  vectorIndex: VectorIndex | null,
  limit: number,
): Promise<Search> {
  const ids: number[][] = []
  const times: number[] = []
  for (const vector of asked) {
    const started = performance.now()
    const query = nearest(table, [...vector], vectorIndex)
    if (vectorIndex === null) query.bypassVectorIndex()
    const rows: Array<{ id: number }> = await query.select(['id', '_distance']).limit(limit).toArray()
    times.push(performance.now() - started)
    ids.push(rows.map(({ id }) => id))
  }
  return { ids, p50: times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0 }
}

function recall(found: number[][], wanted: number[][]): number {
  const shares = wanted.map((ids, index) => ids.filter((id) => found[index]?.includes(id)).length / ids.length)
  return shares.reduce((sum, share) => sum + share, 0) / shares.length
}

/** Measures one number of rows, prints it as a line and returns recall@10. */
async function measure(count: number, dimension: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'ragfunction-bench-'))
  try {
    const { rows, queries: asked } = createVectors(count, dimension, queries)
    const store = await connectStore(folder)
    const toRow = (vector: Float32Array, id: number): { id: number; vector: number[] } => ({ id, vector: [...vector] })
    const table = await store.createTable('vectors', rows.slice(0, batch).map(toRow))
    for (let from = batch; from < count; from += batch)
      await table.add(rows.slice(from, from + batch).map((vector, index) => toRow(vector, from + index)))
    const vectorIndex = chooseVectorIndex(count, dimension)
    const started = performance.now()
    if (vectorIndex !== null) await buildVectorIndex(table, vectorIndex)
    const seconds = (performance.now() - started) / 1000
    await table.optimize({ cleanupOlderThan: new Date() })
    await search(table, asked.slice(0, 20), vectorIndex, 10)
    const [exact, found, deep] = [
      await search(table, asked, null, 10),
      await search(table, asked, vectorIndex, 10),
      await search(table, asked, vectorIndex, 100),
    ]
    const reached = recall(found.ids, exact.ids)
    const cells = [
      String(count).padStart(8),
      (vectorIndex?.kind ?? 'none').padEnd(9),
      seconds.toFixed(1).padStart(7),
      reached.toFixed(3).padStart(10),
      exact.p50.toFixed(1).padStart(9),
      found.p50.toFixed(1).padStart(9),
      deep.p50.toFixed(1).padStart(13),
    ]
    console.log(cells.join(' '))
    return reached
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function main(): Promise<number> {
  const options = {
    rows: { type: 'string', default: '2000,5000,10000,20000,50000,100000' },
    dimension: { type: 'string', default: '384' },
    min: { type: 'string', default: '0.95' },
    help: { type: 'boolean', default: false },
  } as const
  const { values } = parseArgs({ options })
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  const dimension = toCount('--dimension', values.dimension)
  const least = Number(values.min)
  if (!(least >= 0 && least <= 1))
    throw new TypeError(`--min is "${values.min}": it must be a share of 1, such as 0.95.`)
  const counts = values.rows.split(',').map((rows) => toCount('--rows', rows.trim()))
  console.log('    rows index     build s  recall@10  exact ms  index ms  100 nearest ms')
  const reached: number[] = []
  for (const rows of counts) reached.push(await measure(rows, dimension))
  return reached.every((share) => share >= least) ? 0 : 1
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof TypeError ? `${error.message}\nSee npm run bench:recall -- --help.` : error)
  return 1
})
