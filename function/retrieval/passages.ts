// Ranked chunks -> passages: each with as much of its own section as fits.
import type { Row } from './rows.ts'

/** A part of a passage under one heading; it ends where the next one begins. */
interface Section {
  /** Where it begins in the passage's text, in UTF-16 code units. */
  readonly start: number
  readonly heading: string
  readonly url: string | null
}

/** A chunk returned for a question. `score` is its fused rank, 1 for a chunk that every search put first; `bm25` and `similarity` (cosine) are what each search said. */
export interface Passage {
  readonly id: string
  readonly source: string
  readonly title: string
  readonly heading: string
  readonly position: number
  readonly text: string
  /** What the text is made of: at least one. Heading and url of the passage are those of the section that was found. */
  readonly sections: readonly Section[]
  /** Where in the text the chunk stands that was found. */
  readonly found: { readonly start: number; readonly end: number }
  /** The page it stands on, in formats that have pages. */
  readonly page: number | null
  /** Where it can be read on the web, where that is known. */
  readonly url: string | null
  readonly score: number
  readonly bm25: number | null
  readonly similarity: number | null
}

/** A chunk that a search found, and what it says for it. */
export interface Hit {
  readonly row: Row
  readonly score: number
  readonly bm25: number | null
  readonly similarity: number | null
}

/** A passage is at most about this long, in words. */
const maxWords = 300
/** A section shorter than this, in words, takes in what stands next to it. */
const shortSection = 150
/** How many chunks on either side may belong to a passage. */
export const reach = 4

/**
 * Small to big: a small chunk is matched, and the passage is its section around it. A chunk that stands in a better passage
 * already, or says the same word for word, is left out. `nearby` has the chunks around each, by their id.
 */
export function toPassages(hits: readonly Hit[], nearby: ReadonlyMap<string, Row>, topK: number): Passage[] {
  const taken = new Set<string>()
  const said = new Set<string>()
  const passages: Passage[] = []
  for (const { row, ...scores } of hits) {
    if (passages.length === topK) break
    if (taken.has(row.id) || said.has(row.words)) continue
    const section = grow(row, nearby, taken)
    for (const { id } of section) taken.add(id)
    said.add(row.words)
    const { id, source, title, heading, position, page, url } = row
    passages.push({ id, source, title, heading, position, page, url, ...join(section, row), ...scores })
  }
  return passages
}

/** The chunk and its neighbours, forward first: those of its section, and those beside it where that is short; as long as there is room, and on its page. */
function grow(row: Row, nearby: ReadonlyMap<string, Row>, taken: ReadonlySet<string>): Row[] {
  const section = [row]
  let words = row.length
  const fits = (position: number): Row | undefined => {
    const next = nearby.get(`${row.source}#${position}`)
    if (next === undefined || taken.has(next.id) || words + next.length > maxWords) return undefined
    // A passage names one page.
    if (next.page !== row.page) return undefined
    return isSameSection(row.heading, next.heading) || words < shortSection ? next : undefined
  }
  for (;;) {
    const after = fits((section.at(-1) ?? row).position + 1)
    const next = after ?? fits((section[0] ?? row).position - 1)
    if (next === undefined) return section
    words += next.length
    if (after === undefined) section.unshift(next)
    else section.push(next)
  }
}

/** Where a passage passes from one path of headings to the next, what is new of it is said; the whole of the first, where it is not the passage's own. */
function join(rows: readonly Row[], hit: Row): Pick<Passage, 'text' | 'sections' | 'found'> {
  const sections: Section[] = []
  let text = ''
  let found = { start: 0, end: 0 }
  for (const [index, row] of rows.entries()) {
    const { heading, url } = row
    const above = index === 0 ? (heading === hit.heading ? heading : '') : rows[index - 1]?.heading
    if (index > 0) text += '\n\n'
    if (heading !== sections.at(-1)?.heading) sections.push({ start: text.length, heading, url })
    if (heading !== '' && heading !== above) text += `${newHeadings(heading, above).join('\n\n')}\n\n`
    if (row === hit) found = { start: text.length, end: text.length + row.text.length }
    text += row.text
  }
  return { text, sections, found }
}

/** Of a path of headings those that differ from the path before it: the last, and what it stands under where that is another. */
function newHeadings(heading: string, before = ''): string[] {
  const [path, other] = [heading.split(' > '), before.split(' > ')]
  const differs = path.findIndex((each, index) => each !== other[index])
  return path.slice(differs === -1 ? -1 : differs)
}

/** Where something stands that begins at `offset` of a passage's text: the heading above it, and the address of that, where it is known. */
export function placeOf({ sections, heading, url }: Passage, offset: number): { heading: string; url?: string } {
  const section = sections.findLast(({ start }) => start <= offset) ?? { heading, url }
  return { heading: section.heading, ...(section.url === null ? {} : { url: section.url }) }
}

/** The same heading, or one below the other. */
function isSameSection(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b} > `) || b.startsWith(`${a} > `)
}
