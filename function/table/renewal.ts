// A table in a folder that was replaced is noticed and opened, between two questions.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Manifest, manifestTable, readManifest } from './manifest.ts'
import { connectStore, isFolder, type OpenTable, openTable } from './open.ts'

/** Looking costs a question less than a millisecond, and is done at most this often. */
const lookEveryMs = 1_000

/** What is done with a new table, or with the reason why it cannot be had; the old one is served on. */
export interface Renewal {
  readonly take: (table: OpenTable) => void
  readonly failed: (error: unknown) => void
}

/**
 * Looks whether the table was replaced since it was opened, and hands over the new one. Never throws: a question is answered
 * from the table that is there. A table elsewhere than in a folder is not looked at.
 */
export function createRenewal(tableUri: string, opened: Manifest, { take, failed }: Renewal): () => Promise<void> {
  if (!isFolder(tableUri)) return async () => undefined
  const versions = join(tableUri, `${manifestTable}.lance`, '_versions')
  let chunksTable = opened.chunksTable
  let changedMs: number | undefined
  let lookedAt = performance.now()
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    const { mtimeMs } = await stat(versions)
    if (mtimeMs === changedMs) return
    const manifest = await readManifest(await connectStore(tableUri), tableUri)
    if (manifest !== undefined && manifest.chunksTable !== chunksTable) {
      const table = await openTable(tableUri)
      chunksTable = table.manifest.chunksTable
      take(table)
    }
    changedMs = mtimeMs
  }

  return async () => {
    if (looking === undefined && performance.now() - lookedAt >= lookEveryMs) {
      lookedAt = performance.now()
      looking = look()
        .catch(failed)
        .finally(() => {
          looking = undefined
        })
    }
    await looking
  }
}
