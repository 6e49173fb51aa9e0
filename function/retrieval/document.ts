// A document of the table read as a whole, or around one of its chunks.
import type { Table } from '@lancedb/lancedb'
import { z } from 'zod'

/** A document, or the part of it around one chunk, as plain text with its headings. */
interface DocumentText {
  readonly id: string
  readonly source: string
  readonly title: string
  readonly text: string
  /** How many chunks the text was put together from. */
  readonly chunks: number
}

/** The document that an id names (`source`), or what stands around a chunk of it (`source#position`); undefined where there is none. */
export type ReadDocument = (id: string) => Promise<DocumentText | undefined>

/** How many chunks on either side of one are read along with it. */
const reach = 4
/** About 500 kB of text: what is longer is read by its chunks. */
const maxChunks = 500

const rowSchema = z.object({ title: z.string(), heading: z.string(), position: z.number(), text: z.string() })

export function createReadDocument(chunks: Table): ReadDocument {
  const read = async (source: string, range: string): Promise<Array<z.infer<typeof rowSchema>>> => {
    const rows: unknown[] = await chunks
      .query()
      .where(`source = '${source.replaceAll("'", "''")}'${range}`)
      .select(['title', 'heading', 'position', 'text'])
      .limit(maxChunks)
      .toArray()
    return rows.map((row) => rowSchema.parse(row)).sort((a, b) => a.position - b.position)
  }
  return async (id) => {
    const [, source, position] = /^(.+)#(\d{1,9})$/s.exec(id) ?? []
    const around = position === undefined ? undefined : Number(position)
    const rows =
      source === undefined || around === undefined
        ? await read(id, '')
        : await read(source, ` AND position BETWEEN ${around - reach} AND ${around + reach}`)
    const [first] = rows
    if (first === undefined) return undefined
    return { id, source: source ?? id, title: first.title, text: toText(rows), chunks: rows.length }
  }
}

/** The chunks one after the other, each new heading before what stands beneath it. */
function toText(rows: ReadonlyArray<z.infer<typeof rowSchema>>): string {
  return rows
    .map(({ heading, text }, index) => {
      const isNew = heading !== '' && heading !== rows[index - 1]?.heading
      return isNew ? `${heading.split(' > ').at(-1)}\n\n${text}` : text
    })
    .join('\n\n')
}
