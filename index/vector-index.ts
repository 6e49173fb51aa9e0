import { Index, type Table } from '@lancedb/lancedb'
import type { VectorIndex } from '../function/table/manifest.ts'

/** From how many rows each pays; measured by `npm run bench:recall`, see bench/README.md. */
const flatFrom = 5_000
const quantisedFrom = 50_000

/**
 * The index for as many vectors, or null where comparing them all is as fast. IVF_FLAT keeps the vectors as they are; past
 * 50,000 rows (77 MB of 384 dimensions) they no longer fit the cache of a pod of 256 MiB, and IVF_RQ keeps one bit a
 * dimension and compares ten times the rows wanted with their true vectors.
 */
export function chooseVectorIndex(rows: number, dimension: number): VectorIndex | null {
  if (rows < flatFrom) return null
  if (rows < quantisedFrom || dimension % 8 !== 0) return { kind: 'IVF_FLAT', nprobes: 20, refineFactor: null }
  return { kind: 'IVF_RQ', nprobes: 50, refineFactor: 10 }
}

export async function buildVectorIndex(table: Table, { kind }: VectorIndex): Promise<void> {
  const config =
    kind === 'IVF_FLAT' ? Index.ivfFlat({ distanceType: 'cosine' }) : Index.ivfRq({ distanceType: 'cosine' })
  await table.createIndex('vector', { config, waitTimeoutSeconds: 3600 })
}
