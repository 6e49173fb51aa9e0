/** Pieces of text as a page places them -> its lines in the order in which they are read. */
import type { Table } from 'mdast'
import { toLowered, toRaised } from '../raised.ts'

/** A piece of text: where its baseline begins, to the right and downwards from the top left corner, in points. */
export interface Piece {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly size: number
  readonly rightToLeft?: boolean
  readonly bold?: boolean
}

/** Text without a wide gap in it, as it stands on a line. */
export interface Segment {
  readonly text: string
  readonly left: number
  readonly right: number
}

/** A line of a page or of a column of it. */
export interface Line {
  readonly segments: readonly Segment[]
  readonly y: number
  readonly size: number
  /** Set in bold as a whole. */
  readonly bold?: boolean
  /** A table that the file itself says to be one; it has no text as a line. */
  readonly table?: Table
}

/** Lines that are read one after the other, down a column. */
export type Flow = readonly Line[]

export function toFlows(pieces: readonly Piece[], bodySize: number, tables: readonly Line[] = []): Flow[] {
  const lines = toLines(pieces, bodySize)
  return toColumns(tables.length === 0 ? lines : [...lines, ...tables].sort((a, b) => a.y - b.y))
}

interface Row {
  readonly pieces: Piece[]
  readonly y: number
  readonly size: number
}

/** The largest text first, so that what is raised or lowered beside it finds its line. */
function toLines(pieces: readonly Piece[], bodySize: number): Line[] {
  const rows: Row[] = []
  const caps: Piece[] = []
  const byLine = new Map<number, Row[]>()
  const near = (y: number): Row[] => [-1, 0, 1].flatMap((step) => byLine.get(Math.round(y / 20) + step) ?? [])
  for (const piece of [...pieces].sort((a, b) => b.size - a.size || a.y - b.y)) {
    if (isDropCap(piece, pieces, bodySize)) {
      caps.push(piece)
      continue
    }
    const row = near(piece.y).find((candidate) => belongs(piece, candidate))
    if (row === undefined) {
      const own = { pieces: [piece], y: piece.y, size: piece.size }
      rows.push(own)
      const key = Math.round(piece.y / 20)
      byLine.set(key, [...(byLine.get(key) ?? []), own])
    } else if (!row.pieces.some((other) => isOverprint(piece, other))) row.pieces.push(piece)
  }
  for (const cap of caps) {
    const beside = rows
      .filter(({ y, pieces: [first] }) => y > cap.y - cap.size && y <= cap.y + 2 && (first?.x ?? 0) >= cap.x)
      .sort((a, b) => a.y - b.y)[0]
    const first = beside?.pieces.sort((a, b) => a.x - b.x)[0]
    if (beside === undefined || first === undefined) rows.push({ pieces: [cap], y: cap.y, size: cap.size })
    else beside.pieces[0] = { ...first, text: cap.text + first.text, x: cap.x, width: first.x + first.width - cap.x }
  }
  const based = rows.map(onItsText).sort((a, b) => a.y - b.y)
  const edges = commonEdges(based.map((row) => toSegments(row, bodySize)))
  return based
    .map((row) => ({
      segments: toSegments(row, bodySize, edges),
      y: row.y,
      size: row.size,
      bold: row.pieces.every(({ bold }) => bold),
    }))
    .filter(({ segments }) => segments.length > 0)
}

/** A row as its text stands, where the mark of an item before it is set larger. */
function onItsText(row: Row): Row {
  const isMark = ({ text, size }: Piece): boolean =>
    size === row.size && (itemMark.test(text.trim()) || /^\d{1,3}$/.test(text.trim()))
  const [first, ...rest] = row.pieces.filter((piece) => !isMark(piece))
  if (first === undefined || first.size === row.size || !rest.concat(first).some(isWord)) return row
  const longest = rest.reduce((most, piece) => (piece.text.length > most.text.length ? piece : most), first)
  return { ...row, size: longest.size, y: longest.y }
}

function isWord({ text }: Piece): boolean {
  return /\p{L}{2}/u.test(text)
}

/** Left edges, in points, where parts of several lines begin that stand behind a gap. */
function commonEdges(lines: ReadonlyArray<readonly Segment[]>): ReadonlySet<number> {
  const counts = new Map<number, number>()
  for (const { left } of lines.flatMap((segments) => segments.slice(1))) {
    const edge = Math.round(left)
    counts.set(edge, (counts.get(edge) ?? 0) + 1)
  }
  return new Set([...counts].filter(([, count]) => count >= leastLines).map(([edge]) => edge))
}

/** One letter as high as two lines and more, that text stands beside. */
function isDropCap(piece: Piece, pieces: readonly Piece[], bodySize: number): boolean {
  return (
    piece.size >= bodySize * 1.8 &&
    /^["“„«]?\p{L}$/u.test(piece.text) &&
    pieces.some(
      (other) =>
        other.size < piece.size / 1.8 &&
        other.y > piece.y - piece.size &&
        other.y < piece.y &&
        other.x >= piece.x + piece.width * 0.8 &&
        other.x < piece.x + piece.width + 2 * bodySize,
    )
  )
}

/** Whether a piece stands on a row's baseline, or is raised or lowered beside its text. */
function belongs(piece: Piece, row: Row): boolean {
  const above = row.y - piece.y
  if (Math.abs(above) <= 0.2 * piece.size) return true
  if (!isSmall(piece, row) || piece.text.trim().length > 8) return false
  if (above > row.size * 0.7 || above < -row.size * 0.5) return false
  return row.pieces.some(
    (other) => piece.x > other.x + other.width - row.size * 0.3 && piece.x < other.x + other.width + row.size,
  )
}

/** Whether a piece is smaller than its row; the closer in size, the farther off the baseline. */
function isSmall(piece: Piece, { y, size }: Pick<Row, 'y' | 'size'>): boolean {
  const off = Math.abs(piece.y - y)
  return (piece.size <= size * 0.85 && off > size * 0.08) || (piece.size <= size * 0.92 && off > size * 0.25)
}

/** The same letters again in the same place, as programs set them to look bold. */
function isOverprint(piece: Piece, other: Piece): boolean {
  const slack = Math.max(1.5, piece.size * 0.15)
  return (
    Math.abs(piece.y - other.y) < slack &&
    Math.abs(piece.size - other.size) < 0.5 &&
    piece.x > other.x - slack &&
    piece.x + piece.width < other.x + other.width + slack &&
    other.text.replace(/\s/g, '').includes(piece.text.replace(/\s/g, ''))
  )
}

/** What an item of a list or a numbered heading begins with, before a tab. */
const itemMark =
  /^([•‣◦▪●○■□▶➢✓✔☐☑☒*–—-]|\(?(\d{1,3}|[a-z]{1,4}|[A-Z]|[IVXLC]{2,5})[.)]|\d{1,2}(\.\d{1,2})+\.?|§ ?\d+)$/u

/** Whether no wide gap follows: a row of cells may begin with a number too. */
function isLastButOne(pieces: readonly Piece[], index: number): boolean {
  return pieces.slice(index).every((piece, at, rest) => {
    const before = rest[at - 1]
    return before === undefined || piece.x - before.x - before.width <= piece.size * 1.1
  })
}

const widestSpace = 2
/** How alike the spaces of a justified line are, in its size. */
const likeness = 0.06

/** Whether a wide gap before a piece is a justified line's space: between words, and as wide as the spaces beside it. */
function isStretched(pieces: readonly Piece[], index: number, size: number): boolean {
  const gapAt = (at: number): number => {
    const [before, piece] = [pieces[at - 1], pieces[at]]
    const areWords = [before, piece].every((part) => part !== undefined && /\p{L}/u.test(part.text))
    return before === undefined || piece === undefined || !areWords ? Number.NaN : piece.x - before.x - before.width
  }
  const gap = gapAt(index)
  return gap <= widestSpace * size && [index - 1, index + 1].some((at) => Math.abs(gapAt(at) - gap) <= likeness * size)
}

/** The least gap between a part of a line and the next, in its size. */
const leastGap = 0.5

const letterSpaced = /^(?:\p{L} ){3,}\p{L}$/u

/** Parts of a line: behind a wide gap, or one where other lines have their parts. */
function toSegments({ pieces, y, size }: Row, bodySize: number, edges?: ReadonlySet<number>): Segment[] {
  const rightToLeft = pieces.filter((piece) => piece.rightToLeft).length > pieces.length / 2
  const sorted = [...pieces].sort((a, b) => (rightToLeft ? b.x - a.x : a.x - b.x))
  const segments: Array<{ text: string; left: number; right: number }> = []
  for (const [index, piece] of sorted.entries()) {
    const open = segments.at(-1)
    const gap = open === undefined ? 0 : rightToLeft ? open.left - piece.x - piece.width : piece.x - open.right
    const small = isSmall(piece, { y, size })
    const after = sorted[index + 1]?.text ?? ''
    const raised = small
      ? piece.y < y
        ? toRaised(piece.text)
        : toLowered(piece.text, open?.text ?? '', after)
      : piece.text
    const text = raised.replace(/[^\S\n]+/g, ' ')
    if (text.trim() === '') continue
    const mark = open !== undefined && segments.length === 1 && gap < size * 5 ? open.text.trim() : ''
    const isItem = itemMark.test(mark) || (size >= bodySize * 1.15 && /^(\d{1,2}|[A-Z]|[IVX]+)$/.test(mark))
    const isAtEdge = gap > size * leastGap && (edges?.has(Math.round(piece.x)) ?? false)
    const isWide = gap > size * 1.1 && !isStretched(sorted, index, size)
    const isCell = (isWide || isAtEdge) && !(isItem && isLastButOne(sorted, index))
    if (open === undefined || isCell) {
      segments.push({ text: text.trimStart(), left: piece.x, right: piece.x + piece.width })
      continue
    }
    const isApart = !small && gap > size * 0.16 && !/\s$/.test(open.text) && !/^\s/.test(text)
    open.text += (isApart ? ' ' : '') + text
    open.left = Math.min(open.left, piece.x)
    open.right = Math.max(open.right, piece.x + piece.width)
  }
  return segments.map(({ text, left, right }) => ({
    text: letterSpaced.test(text.trim()) ? text.replaceAll(' ', '') : text.trimEnd(),
    left,
    right,
  }))
}

const leastLines = 3

/** Lines across the page -> down its columns, where two and more stand side by side for a while. */
function toColumns(lines: readonly Line[]): Flow[] {
  let best: { readonly from: number; readonly to: number; readonly x: number; readonly count: number } | undefined
  for (const x of gutters(lines)) {
    for (let from = 0; from < lines.length; from += 1) {
      if (crosses(lines[from], x)) continue
      let end = from
      while (end < lines.length && !crosses(lines[end], x)) end += 1
      const [first, to] = besideEachOther(lines, from, end, x)
      const run = lines.slice(first, to)
      const left = run.map((line) => part(line, (segment) => segment.right <= x)).filter((line) => line !== undefined)
      const right = run.map((line) => part(line, (segment) => segment.left >= x)).filter((line) => line !== undefined)
      const count = left.length + right.length
      const found = left.length >= leastLines && right.length >= leastLines && isProse(left) && isProse(right)
      if (found && count > (best?.count ?? 0)) best = { from: first, to, x, count }
      from = end
    }
  }
  if (best === undefined) return lines.length === 0 ? [] : [lines]
  const { from, to, x } = best
  const run = lines.slice(from, to)
  return [
    ...toColumns(lines.slice(0, from)),
    ...toColumns(run.flatMap((line) => part(line, (segment) => segment.right <= x) ?? [])),
    ...toColumns(run.flatMap((line) => part(line, (segment) => segment.left >= x) ?? [])),
    ...toColumns(lines.slice(to)),
  ]
}

/** Of lines that leave a gutter free, those from the first to the last that has something behind it, and what follows close upon them. */
function besideEachOther(lines: readonly Line[], from: number, end: number, x: number): readonly [number, number] {
  const isBehind = (line: Line | undefined): boolean => line?.segments.some(({ left }) => left >= x) ?? false
  const isClose = (at: number): boolean => {
    const [above, below] = [lines[at - 1], lines[at]]
    return above !== undefined && below !== undefined && below.y - above.y <= above.size * 1.8
  }
  let [first, to] = [from, end]
  while (first < end && !isBehind(lines[first])) first += 1
  while (to > first && !isBehind(lines[to - 1])) to -= 1
  while (first > from && isClose(first)) first -= 1
  while (to < end && isClose(to)) to += 1
  return [first, to]
}

/** Where a gutter may be: before the left edges that lines have in common. */
function gutters(lines: readonly Line[]): number[] {
  const counts = new Map<number, number>()
  for (const { segments } of lines)
    for (const { left } of segments) counts.set(Math.round(left / 3), (counts.get(Math.round(left / 3)) ?? 0) + 1)
  const leftmost = Math.min(...counts.keys())
  return [...counts]
    .filter(([edge, count]) => edge > leftmost && count >= leastLines)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 12)
    .map(([edge]) => edge * 3 - 3)
}

function crosses(line: Line | undefined, x: number): boolean {
  return line?.segments.some(({ left, right }) => left < x && right > x) ?? true
}

function part(line: Line, holds: (segment: Segment) => boolean): Line | undefined {
  const segments = line.segments.filter(holds)
  return segments.length === 0 ? undefined : { ...line, segments }
}

/** Whether a column is text rather than cells: most of its lines fill most of its width, in one piece. */
function isProse(lines: readonly Line[]): boolean {
  const left = Math.min(...lines.flatMap(({ segments }) => segments.map((segment) => segment.left)))
  const right = Math.max(...lines.flatMap(({ segments }) => segments.map((segment) => segment.right)))
  const filled = lines.filter(({ segments, size }) => {
    const width = segments.length === 1 ? (segments[0]?.right ?? 0) - (segments[0]?.left ?? 0) : 0
    return width >= (right - left) * 0.55 && width >= size * 8
  })
  return filled.length >= lines.length * 0.5
}
