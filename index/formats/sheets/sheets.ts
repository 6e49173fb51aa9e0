/** The rows of a sheet, of whatever program -> its tables, each with the cells it stands in. */
import type { RootContent } from 'mdast'
import { toParagraph } from '../../text.ts'
import { toCell, toTable } from '../office/tables.ts'

export interface SheetRow {
  /** Counted from 1. */
  readonly number: number
  /** What its cells show, by their columns, counted from 1. */
  readonly cells: ReadonlyMap<number, string>
}

/** Cells that are merged into one: from row and column to row and column. */
export interface Merge {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface SheetBlock {
  /** `A1:C3`. */
  readonly range: string
  readonly nodes: RootContent[]
}

/** Rows that follow each other are a block: a table below the lines that name it, or lines where they have one cell. */
export function toSheetBlocks(rows: readonly SheetRow[], merges: readonly Merge[]): SheetBlock[] {
  const groups: SheetRow[][] = []
  for (const row of rows) {
    const before = groups.at(-1)?.at(-1)
    if (before !== undefined && row.number === before.number + 1) groups.at(-1)?.push(row)
    else groups.push([row])
  }
  return groups.flatMap(sideBySide).map((group) => toBlock(group, merges))
}

/** A number as it is shown; a colour may be all that says of it that it is negative. */
export function withSign(shown: string, value: number): string {
  return value < 0 && /[1-9]/.test(shown) && !/[-−(]/.test(shown) ? `-${shown}` : shown
}

/** `12` -> `L`. */
function toColumn(column: number): string {
  let letters = ''
  for (let rest = column; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters
  return letters
}

function columnsOf(rows: readonly SheetRow[]): number[] {
  return [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))].sort((a, b) => a - b)
}

/** Tables beside each other, an empty column apart: each has a head of its own, and names in its first column. */
function sideBySide(rows: readonly SheetRow[]): SheetRow[][] {
  const parts: number[][] = []
  for (const column of columnsOf(rows)) {
    if (parts.at(-1)?.at(-1) === column - 1) parts.at(-1)?.push(column)
    else parts.push([column])
  }
  const tables = parts.map((columns) =>
    rows.flatMap(({ number, cells }) => {
      const own = new Map([...cells].filter(([column]) => columns.includes(column)))
      return own.size === 0 ? [] : [{ number, cells: own }]
    }),
  )
  const isTable = (table: readonly SheetRow[], columns: readonly number[]): boolean =>
    columns.length > 1 &&
    table.length > 1 &&
    table[0]?.cells.size === columns.length &&
    table.every(({ cells }) => !isNumber(cells.get(columns[0] ?? 0) ?? ''))
  return tables.length > 1 && tables.every((table, index) => isTable(table, parts[index] ?? [])) ? tables : [[...rows]]
}

function isNumber(text: string): boolean {
  return /\d/.test(text) && !/\p{L}{2}/u.test(text)
}

function toBlock(rows: readonly SheetRow[], merges: readonly Merge[]): SheetBlock {
  const columns = columnsOf(rows)
  const [left = 1, right = left] = [columns[0], columns.at(-1)]
  const range = `${toColumn(left)}${rows[0]?.number}:${toColumn(right)}${rows.at(-1)?.number}`
  const count = columns.length === 1 ? rows.length : linesAbove(rows)
  const lines = rows.slice(0, count).map(({ cells }) => [...cells.values()].join(' '))
  const text = [...new Set(count === rows.length ? [lines.join('\n')] : lines)].join('\n')
  const above: RootContent[] = text === '' ? [] : [toParagraph(text)]
  const table = rows.slice(count)
  if (table.length === 0) return { range, nodes: above }
  const cells = table.map(({ cells, number }, index) =>
    columns.map((column) => {
      const span = index === 0 ? merges.find((merge) => isWithin(merge, number, column)) : undefined
      const text = oneLine(cells.get(span?.left ?? column))
      return { ...toCell(text), ...(span !== undefined && span.left < span.right && { data: { spans: true } }) }
    }),
  )
  return { range, nodes: [...above, toTable(cells)] }
}

function isWithin({ left, top, right, bottom }: Merge, row: number, column: number): boolean {
  return left <= column && column <= right && top <= row && row <= bottom
}

function oneLine(text = ''): string {
  return text.replace(/\s+/g, ' ')
}

/** How many rows stand above the head of a table and say what it is: those with nothing but a first cell. */
function linesAbove(rows: readonly SheetRow[]): number {
  const [left] = columnsOf(rows)
  const end = rows.findIndex(({ cells }) => cells.size > 1 || !cells.has(left ?? 1))
  return Math.max(end, 0)
}
