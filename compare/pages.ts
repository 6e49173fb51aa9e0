// The pages of two tables, side by side: what is gone, added, moved and changed.
import type { Table } from '@lancedb/lancedb'
import { z } from 'zod'
import { diff, diffWords, type Run, unspaced } from './diff.ts'

const rowSchema = z.object({
  source: z.string(),
  title: z.string(),
  heading: z.string(),
  position: z.number(),
  text: z.string(),
})
type Row = z.infer<typeof rowSchema>

/** A document as its table has it: its chunks in order, and all that they say, white space aside. */
export interface Page {
  readonly source: string
  readonly title: string
  readonly chunks: ReadonlyArray<Pick<Row, 'heading' | 'text'>>
  /** The paths of headings, each once, in order. */
  readonly headings: readonly string[]
  readonly words: string
}

/** A page that is in both tables, and what became of it; `from` and `to` have two paths where it moved. */
export interface PageChange {
  readonly from: Page
  readonly to: Page
  readonly chunks: Counts
  readonly words: Counts
  readonly headings: { readonly added: readonly string[]; readonly removed: readonly string[] }
  readonly hunks: readonly Hunk[]
}

interface Counts {
  readonly added: number
  readonly removed: number
}

/** A place of a page that changed: the words that went, came and stayed, and the heading they stand under. */
export interface Hunk {
  readonly heading: string
  readonly runs: ReadonlyArray<Run<string>>
}

export type PageStatus = 'same' | 'changed' | 'moved' | 'gone' | 'added'

export interface PageComparison {
  readonly gone: readonly Page[]
  readonly added: readonly Page[]
  /** The same text at another path, or most of it. */
  readonly moved: readonly PageChange[]
  readonly changed: readonly PageChange[]
  readonly same: number
  /** What became of a page of the old table. */
  readonly statusOfOld: (source: string) => PageStatus
  /** Where a page of the new table comes from. */
  readonly statusOfNew: (source: string) => PageStatus
  /** Where a page of the old table is in the new one: another path if it moved. */
  readonly toNew: (source: string) => string
  /** Whether two pages, of the old table and the new one, say the same. */
  readonly sayTheSame: (old: string, now: string) => boolean
}

/** A page that has less than half of another's text is another page; as git has it. */
const leastAlike = 0.5
/** Words that follow each other, by which texts are told to be alike. */
const shingleWords = 4

/** All pages of a table, by their path. */
export async function readPages(chunks: Table): Promise<Map<string, Page>> {
  const rows: unknown[] = await chunks.query().select(Object.keys(rowSchema.shape)).toArray()
  const bySource = Map.groupBy(
    rows.map((row) => rowSchema.parse(row)),
    ({ source }) => source,
  )
  const pages = [...bySource].map(([source, own]): [string, Page] => [source, toPage(source, own)])
  return new Map(pages.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function toPage(source: string, rows: readonly Row[]): Page {
  const chunks = [...rows].sort((a, b) => a.position - b.position)
  const title = chunks[0]?.title ?? ''
  const headings = [...new Set(chunks.map(({ heading }) => heading).filter((heading) => heading !== ''))]
  const page = { source, title, chunks, headings }
  return {
    ...page,
    words: unspaced(
      toLines(page)
        .map(({ heading, text }) => (text === '' ? heading : text))
        .join('\n'),
    ),
  }
}

interface Line {
  readonly heading: string
  readonly text: string
}

/** What a page says, line by line, each heading before what stands beneath it, as a line without text. */
function toLines({ chunks }: Pick<Page, 'chunks'>): Line[] {
  return chunks.flatMap(({ heading, text }, index) => [
    ...(heading === (chunks[index - 1]?.heading ?? '') ? [] : [{ heading, text: '' }]),
    ...text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [{ heading, text: line }])),
  ])
}

export function comparePages(before: ReadonlyMap<string, Page>, after: ReadonlyMap<string, Page>): PageComparison {
  const lost = [...before.values()].filter(({ source }) => !after.has(source))
  const fresh = [...after.values()].filter(({ source }) => !before.has(source))
  const moves = findMoves(lost, fresh)
  const [left, come] = [new Set(moves.map(([from]) => from)), new Set(moves.map(([, to]) => to))]
  const kept = [...before.values()].flatMap((from) => {
    const to = after.get(from.source)
    return to === undefined ? [] : [[from, to] as const]
  })
  const differing = kept.filter(([from, to]) => from.title !== to.title || from.words !== to.words)
  const gone = lost.filter((page) => !left.has(page))
  const added = fresh.filter((page) => !come.has(page))
  const changed = new Set(differing.map(([{ source }]) => source))
  const toNew = new Map(moves.map(([from, to]) => [from.source, to.source]))
  const fromOld = new Set(toNew.values())
  return {
    gone,
    added,
    moved: moves.map(([from, to]) => toChange(from, to)),
    changed: differing.map(([from, to]) => toChange(from, to)),
    same: kept.length - differing.length,
    statusOfOld: (source) =>
      toNew.has(source) ? 'moved' : !after.has(source) ? 'gone' : changed.has(source) ? 'changed' : 'same',
    statusOfNew: (source) =>
      fromOld.has(source) ? 'moved' : !before.has(source) ? 'added' : changed.has(source) ? 'changed' : 'same',
    toNew: (source) => toNew.get(source) ?? source,
    sayTheSame: (old, now) => before.get(old)?.words === after.get(now)?.words,
  }
}

function toChange(from: Page, to: Page): PageChange {
  const runs = diff(toLines(from), toLines(to), ({ heading, text }) =>
    unspaced(`${text === '' ? heading : ''}\n${text}`),
  )
  const hunks: Hunk[] = []
  for (let index = 0; index < runs.length; index += 1) {
    const run = runs[index]
    if (run === undefined || run.kind === 'same') continue
    const next = runs[index + 1]
    const [old, now] = run.kind === 'old' ? [run, next?.kind === 'new' ? next : undefined] : [undefined, run]
    if (old !== undefined && now !== undefined) index += 1
    const heading = (now ?? old)?.items[0]?.heading ?? ''
    const words = diffWords(toText(old), toText(now))
    if (words.some(({ kind }) => kind !== 'same')) hunks.push({ heading, runs: words })
  }
  const counted = (kind: Run<string>['kind']): number =>
    hunks.flatMap((hunk) => hunk.runs).reduce((sum, run) => sum + (run.kind === kind ? run.items.length : 0), 0)
  return {
    from,
    to,
    chunks: { added: countMissing(to, from), removed: countMissing(from, to) },
    words: { added: counted('new'), removed: counted('old') },
    headings: { added: without(to.headings, from.headings), removed: without(from.headings, to.headings) },
    hunks,
  }
}

function toText(run: Run<Line> | undefined): string {
  return (run?.items ?? [])
    .map(({ heading, text }) => (text === '' ? `${heading.split(' > ').at(-1)}` : text))
    .join('\n')
}

function without(headings: readonly string[], others: readonly string[]): string[] {
  return headings.filter((heading) => !others.includes(heading))
}

/** How many chunks of a page another one does not have, whatever heading they stand under. */
function countMissing({ chunks }: Page, other: Page): number {
  const left = new Map<string, number>()
  for (const { text } of other.chunks) left.set(unspaced(text), (left.get(unspaced(text)) ?? 0) + 1)
  return chunks.filter(({ text }) => {
    const count = left.get(unspaced(text)) ?? 0
    left.set(unspaced(text), count - 1)
    return count <= 0
  }).length
}

/** Pages that are gone from one path and have come at another, the most alike first. */
function findMoves(lost: readonly Page[], fresh: readonly Page[]): Array<readonly [Page, Page]> {
  const shingles = new Map(lost.map((page) => [page, toShingles(page)]))
  const holders = new Map<string, Page[]>()
  for (const [page, own] of shingles) {
    for (const shingle of own) {
      const known = holders.get(shingle)
      if (known === undefined) holders.set(shingle, [page])
      else known.push(page)
    }
  }
  const pairs = fresh.flatMap((to) => {
    const own = toShingles(to)
    const shared = new Map<Page, number>()
    for (const shingle of own)
      for (const page of holders.get(shingle) ?? []) shared.set(page, (shared.get(page) ?? 0) + 1)
    return [...shared].map(([from, count]) => {
      const all = own.size + (shingles.get(from)?.size ?? 0) - count
      return { from, to, alike: count / all, sameName: nameOf(from) === nameOf(to) }
    })
  })
  const taken = new Set<Page>()
  const moves: Array<readonly [Page, Page]> = []
  const inOrder = pairs
    .filter(({ alike }) => alike >= leastAlike)
    .sort((a, b) => b.alike - a.alike || Number(b.sameName) - Number(a.sameName))
  for (const { from, to } of inOrder) {
    if (taken.has(from) || taken.has(to)) continue
    taken.add(from).add(to)
    moves.push([from, to])
  }
  return moves.sort(([a], [b]) => (a.source < b.source ? -1 : 1))
}

/** A text too short for one is its only shingle. */
function toShingles({ words }: Page): Set<string> {
  const all = words.split(' ')
  const count = Math.max(1, all.length - shingleWords + 1)
  return new Set(Array.from({ length: count }, (_, index) => all.slice(index, index + shingleWords).join(' ')))
}

function nameOf({ source }: Page): string {
  return source.split('/').at(-1) ?? ''
}
