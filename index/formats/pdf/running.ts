import type { Flow, Line, Segment } from './lines.ts'

/** A page: what is read on it, and how high it is. */
export interface Page {
  readonly flows: readonly Flow[]
  readonly height: number
}

export function lineText({ segments }: Line): string {
  return segments.map(({ text }) => text).join('  ')
}

interface Edge {
  readonly page: number
  readonly line: Line
  readonly text: string
}

/**
 * Takes out what runs along the edges of pages: page numbers, a line that stands in the same place of several pages, with
 * no other number in it than the page's, and one in such a place that names what the pages say anyway, as a dictionary's does.
 * Returns the pages without, and each line that repeats once where it says more than a number.
 */
export function withoutRunning(pages: readonly Page[], bodySize: number): { pages: Page[]; running: string[] } {
  const repeated = repeatedLines(pages, bodySize)
  const edges = pages.flatMap((page, index) =>
    edgesOf(page, bodySize, repeated).map((line): Edge => ({ page: index, line, text: lineText(line) })),
  )
  const alike = Map.groupBy(edges, ({ text, line }) => `${text.replace(/\d+/g, '#')}|${Math.round(line.y / 6)}`)
  const gone = new Set<Line>()
  const running = new Set<string>()
  for (const group of alike.values()) {
    const isNumber = group.every(({ text }) => isPageNumber(text))
    const repeats = group.length >= 3 || (group.length >= 2 && group.length === pages.length)
    if (!(isNumber || (repeats && countsPages(group)))) continue
    for (const { line } of group) gone.add(line)
    const [first] = group
    if (!isNumber && first !== undefined) running.add(withoutPageNumber(first.text, group))
  }
  for (const line of guides(edges, pages)) gone.add(line)
  const kept = pages.map(({ flows, height }) => ({
    height,
    flows: flows.map((flow) => flow.filter((line) => !gone.has(line))).filter((flow) => flow.length > 0),
  }))
  return { pages: kept, running: [...running].filter((text) => text !== '') }
}

/**
 * Lines where a part stands in the same place of several pages, and which else name only what the text says: the section that a
 * page begins or ends with.
 */
function guides(edges: readonly Edge[], pages: readonly Page[]): Line[] {
  const atEdge = new Set(edges.map(({ line }) => line))
  const inner = pages.map(({ flows }) => flows.flat().filter((line) => !atEdge.has(line)))
  const said = inner
    .flat()
    .map((line) => ` ${lineText(line).replace(/\s+/g, ' ')} `)
    .join('\n')
  const isSaid = (text: string): boolean => {
    const at = /\p{L}|§/u.test(text) ? said.indexOf(` ${text}`) : -1
    return at >= 0 && !/[\p{L}\p{N}]/u.test(said[at + text.length + 1] ?? '')
  }
  return [...Map.groupBy(edges, ({ line }) => Math.round(line.y / 6)).values()].flatMap((place) => {
    const parts = Map.groupBy(
      place.flatMap(({ line }) => line.segments),
      ({ text }) => text,
    )
    const isCommon = ({ text }: Segment): boolean => (parts.get(text)?.length ?? 0) >= 3 && !isPageNumber(text)
    if (place.filter(({ line }) => line.segments.some(isCommon)).length < 3) return []
    return place
      .filter(({ line, page }) => !isRow(line, inner[page] ?? []))
      .map(({ line }) => line)
      .filter(({ segments }) =>
        segments.every((part) => isCommon(part) || isSaid(part.text) || isPageNumber(part.text)),
      )
  })
}

/** Whether a line stands in the columns of others on its page: the first or the last row of a table that goes over pages. */
function isRow({ segments }: Line, others: readonly Line[]): boolean {
  return others.some(
    (other) =>
      segments.length > 1 &&
      other.segments.length === segments.length &&
      segments.every(({ left }, index) => Math.abs(left - (other.segments[index]?.left ?? 0)) <= 2),
  )
}

/** A column that holds nothing but numbers of pages is their contents' end, not a table. */
function isPageNumber(text: string): boolean {
  return /^[-–—\s]*(page|seite|página|pagina|p\.)?\s*([\divxlc]{1,5})(\s*(of|von|de|di|\/)\s*\d+)?[-–—\s]*$/i.test(text)
}

/** A running line's text without the number that differs from page to page. */
function withoutPageNumber(text: string, group: readonly Edge[]): string {
  const others = group.map((edge) => edge.text.match(/\d+/g) ?? [])
  let index = -1
  return text
    .replace(/\d+/g, (number) => {
      index += 1
      return others.every((numbers) => numbers[index] === number) ? number : ''
    })
    .replace(/\b(page|seite|página|pagina|p\.)\s*((of|von|de|di|\/)\s*\d*)?\s*$/i, '')
    .replace(/[\s|·•–-]+$|^[\s|·•–-]+/g, '')
}

const mostEdges = 3
const margin = 0.12

/** How much larger than the text a line along the edge may be that is no heading, by itself and where many pages have it. */
const largest = 1.15
const largestRepeated = 1.5

/** Lines somewhat larger than the text that two pages in five have word for word in one place, as no heading stands. */
function repeatedLines(pages: readonly Page[], bodySize: number): ReadonlySet<Line> {
  const large = pages.flatMap(({ flows }) =>
    flows.flat().filter(({ size }) => size >= bodySize * largest && size < bodySize * largestRepeated),
  )
  const alike = Map.groupBy(large, (line) => `${lineText(line)}|${Math.round(line.y / 6)}`)
  return new Set([...alike.values()].filter(({ length }) => length >= Math.max(3, pages.length * 0.4)).flat())
}

/** The lines at the head and the foot of a page that stand off from its text and are not set larger than it, but for those repeated. */
function edgesOf({ flows, height }: Page, bodySize: number, repeated: ReadonlySet<Line>): Line[] {
  const lines = flows.flat().sort((a, b) => a.y - b.y)
  const isSmall = (line: Line): boolean =>
    (line.size < bodySize * largest || repeated.has(line)) && line.table === undefined
  const head = outermost(lines, (line) => isSmall(line) && line.y < height * margin)
  const foot = outermost([...lines].reverse(), (line) => isSmall(line) && line.y > height * (1 - margin))
  return [...new Set([...head, ...foot])]
}

/** The first lines that fit, as far as a gap parts them from what follows; a number may stand close. */
function outermost(lines: readonly Line[], fits: (line: Line) => boolean): Line[] {
  const end = lines.slice(0, mostEdges).findIndex((line) => !fits(line))
  const some = lines.slice(0, end === -1 ? mostEdges : end)
  const last = some.findLastIndex((line, index) => {
    const next = lines[index + 1]
    const gap = next === undefined ? Number.POSITIVE_INFINITY : Math.abs(next.y - line.y)
    return gap > line.size * 1.8 || isPageNumber(lineText(line))
  })
  return lines.length < 2 ? [] : some.slice(0, last + 1)
}

/** Whether the numbers in lines that are alike stay the same or grow as pages do. */
function countsPages(group: readonly Edge[]): boolean {
  const [first] = group
  const numbers = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number)
  const base = numbers(first?.text ?? '')
  return group.every(({ page, text }) =>
    numbers(text).every((number, index) => {
      const grown = number - (base[index] ?? 0)
      return grown === 0 || grown === page - (first?.page ?? 0)
    }),
  )
}
