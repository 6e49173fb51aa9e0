import type { Table } from '@lancedb/lancedb'
import { z } from 'zod'
import { spaced } from './words.ts'

/** A chunk returned for a question. `score` is its fused rank, 1 for a chunk that every search put first; `bm25` and `similarity` (cosine) are what each search said. */
export interface Passage {
  readonly id: string
  readonly source: string
  readonly title: string
  readonly heading: string
  readonly position: number
  readonly text: string
  /** The page it stands on, in formats that have pages. */
  readonly page: number | null
  readonly score: number
  readonly bm25: number | null
  readonly similarity: number | null
}

export const rowSchema = z.object({
  id: z.string(),
  source: z.string(),
  title: z.string(),
  heading: z.string(),
  position: z.number(),
  text: z.string(),
  page: z.number().nullable(),
  _score: z.number().optional(),
  _distance: z.number().optional(),
})
export const columns = ['id', 'source', 'title', 'heading', 'position', 'text', 'page']

/** A row of the table as a search returns it. */
export type Row = z.infer<typeof rowSchema>

/** Chunks as they were ranked -> at most `topK` passages, each with as much of its own section as fits. */
export type Join = (ranked: readonly Passage[], topK: number) => Promise<Passage[]>

/** A passage is at most about this long, in words. */
const maxWords = 300
/** A section shorter than this, in words, takes in what stands next to it. */
const shortSection = 150
/** How many chunks on either side may belong to a passage. */
const reach = 4
/** Two passages that share this much of their words (Jaccard) say the same thing. */
const sameText = 0.9

type Chunk = Pick<Row, 'id' | 'source' | 'heading' | 'position' | 'text'>

/**
 * Small to big: a small chunk is matched, and the passage is its section around it. A chunk that stands in a better passage
 * already, or repeats one word for word, is left out.
 */
export function createJoin(chunks: Table): Join {
  return async (ranked, topK) => {
    const nearby = await readNeighbours(chunks, ranked.slice(0, topK * 2))
    const taken = new Set<string>()
    const passages: Array<{ readonly passage: Passage; readonly words: ReadonlySet<string> }> = []
    for (const chunk of ranked) {
      if (passages.length === topK) break
      if (taken.has(chunk.id)) continue
      const words = wordsOf(chunk.text)
      if (passages.some((other) => jaccard(words, other.words) >= sameText)) continue
      const section = grow(chunk, nearby, taken)
      for (const { id } of section) taken.add(id)
      passages.push({ passage: { ...chunk, text: toPassageText(section, chunk.heading) }, words })
    }
    return passages.map(({ passage }) => passage)
  }
}

async function readNeighbours(chunks: Table, ranked: readonly Passage[]): Promise<Map<string, Chunk>> {
  const offsets = Array.from({ length: 2 * reach + 1 }, (_, index) => index - reach)
  const ids = new Set(
    ranked.flatMap(({ source, position }) => offsets.map((offset) => toId(source, position + offset))),
  )
  if (ids.size === 0) return new Map()
  const quoted = [...ids].map((id) => `'${id.replaceAll("'", "''")}'`).join(', ')
  const rows: unknown[] = await chunks.query().where(`id IN (${quoted})`).select(columns).toArray()
  return new Map(rows.map((row) => rowSchema.parse(row)).map((row) => [row.id, row]))
}

/** The chunk and its neighbours, forward first: those of its section, and those beside it where that is short; as long as there is room. */
function grow(chunk: Chunk, nearby: ReadonlyMap<string, Chunk>, taken: ReadonlySet<string>): Chunk[] {
  const section = [chunk]
  let words = countWords(chunk.text)
  const fits = (position: number): Chunk | undefined => {
    const next = nearby.get(toId(chunk.source, position))
    if (next === undefined || taken.has(next.id) || words + countWords(next.text) > maxWords) return undefined
    return sameSection(chunk.heading, next.heading) || words < shortSection ? next : undefined
  }
  for (;;) {
    const after = fits((section.at(-1) ?? chunk).position + 1)
    const next = after ?? fits((section[0] ?? chunk).position - 1)
    if (next === undefined) return section
    words += countWords(next.text)
    if (after === undefined) section.unshift(next)
    else section.push(next)
  }
}

/** Where a passage passes from one heading to the next, the heading is said; so is the first, where it is not the passage's own. */
function toPassageText(section: readonly Chunk[], own: string): string {
  return section
    .map(({ heading, text }, index) => {
      const changed = heading !== '' && heading !== (index === 0 ? own : section[index - 1]?.heading)
      return changed ? `${heading.split(' > ').at(-1)}\n\n${text}` : text
    })
    .join('\n\n')
}

/** The same heading, or one below the other. */
function sameSection(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b} > `) || b.startsWith(`${a} > `)
}

function toId(source: string, position: number): string {
  return `${source}#${position}`
}

function countWords(text: string): number {
  return spaced(text).split(/\s+/).length
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(
    spaced(text)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu),
  )
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = a.intersection(b).size
  const all = a.size + b.size - shared
  return all === 0 ? 1 : shared / all
}
