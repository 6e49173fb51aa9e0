// Reads rows by their ids, and keeps those read lately: what is asked again and again is in memory.
import type { Table } from '@lancedb/lancedb'
import { z } from 'zod'

const rowSchema = z.object({
  id: z.string(),
  source: z.string(),
  title: z.string(),
  heading: z.string(),
  position: z.number(),
  text: z.string(),
  page: z.number().nullable(),
  url: z.string().nullable(),
  words: z.string(),
  headings: z.string(),
  _rowid: z.bigint(),
})
const columns = Object.keys(rowSchema.shape).filter((name) => name !== '_rowid')

/** A chunk as the table has it; `words` and `headings` are the terms it is found by, `length` is that of its text in words. */
export type Row = Omit<z.infer<typeof rowSchema>, '_rowid'> & { readonly length: number }

/** Row ids -> the rows that there are. */
export type ReadRows = (ids: ReadonlySet<bigint>) => Promise<ReadonlyMap<bigint, Row>>

/** How much is kept, in bytes, as UTF-16 would take them. */
const defaultKeptBytes = 16 << 20

export function createReadRows(chunks: Table, keptBytes = defaultKeptBytes): ReadRows {
  const kept = new Map<bigint, Row>()
  let bytes = 0

  function keep(id: bigint, row: Row): void {
    if (kept.has(id)) return
    kept.set(id, row)
    bytes += sizeOf(row)
    for (const [oldest, old] of kept) {
      if (bytes <= keptBytes) break
      kept.delete(oldest)
      bytes -= sizeOf(old)
    }
  }

  return async (ids) => {
    const found = new Map<bigint, Row>()
    const missing: bigint[] = []
    for (const id of ids) {
      const row = kept.get(id)
      if (row === undefined) missing.push(id)
      else {
        // The one that was not read for longest goes first.
        kept.delete(id)
        kept.set(id, row)
        found.set(id, row)
      }
    }
    if (missing.length === 0) return found
    const rows: unknown[] = await chunks.takeRowIds(missing).select(columns).withRowId().toArray()
    for (const read of rows) {
      const { _rowid, ...stored } = rowSchema.parse(read)
      const row = { ...stored, length: lengthOf(stored) }
      found.set(_rowid, row)
      keep(_rowid, row)
    }
    return found
  }
}

/** Texts without spaces have as many words as terms. */
function lengthOf({ text, words }: { readonly text: string; readonly words: string }): number {
  return Math.max(text.split(/\s+/).length, words.split(' ').length / 1.5)
}

function sizeOf({ text, words, headings }: Row): number {
  return 2 * (text.length + words.length + headings.length)
}
