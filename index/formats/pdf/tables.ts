/** Tables that a PDF says it has: in a tagged one each piece of text belongs to a cell, whatever it looks like. */

import type { Table } from 'mdast'
import type { PDFPageProxy } from 'pdfjs-dist'
import { toParagraph } from '../../text.ts'
import { toCell, toCells, toTable } from '../office/tables.ts'
import { joinHyphen } from './hyphens.ts'
import { type Piece, toFlows } from './lines.ts'
import { lineText } from './running.ts'

interface Cell {
  readonly pieces: Piece[]
  readonly columns: number
  readonly rows: number
  readonly isHead: boolean
  readonly id: string
  /** The ids of the heads it stands under. */
  readonly heads: readonly string[]
}

/** A table of a page, and the cells that its marked pieces belong to. */
export interface Tagged {
  readonly rows: ReadonlyArray<readonly Cell[]>
  readonly cellOf: ReadonlyMap<string, Cell>
}

/** A table where it stands on its page. */
export interface Placed {
  readonly table: Table
  readonly left: number
  readonly right: number
  readonly y: number
}

type Node = Awaited<ReturnType<PDFPageProxy['getStructTree']>>
interface Tree {
  readonly role?: string
  readonly id?: string
  readonly children?: readonly Tree[]
  readonly structId?: string
  readonly headers?: readonly string[]
  readonly rowSpan?: number
  readonly colSpan?: number
}

/** The tables of a page that have rows and columns. */
export async function readTables(page: PDFPageProxy): Promise<Tagged[]> {
  const tree: Node | null = await page.getStructTree().catch(() => null)
  return tree === null
    ? []
    : find(tree as Tree, 'Table')
        .map(toTagged)
        .filter(hasColumns)
}

function toTagged(table: Tree): Tagged {
  const cellOf = new Map<string, Cell>()
  const rows = find(table, 'TR').map((row) =>
    (row.children ?? [])
      .filter(({ role }) => role === 'TD' || role === 'TH')
      .map((node) => {
        const { role, structId: id = '', headers: heads = [], rowSpan: rows = 1, colSpan: columns = 1 } = node
        const cell = { pieces: [], columns, rows, isHead: role === 'TH', id, heads }
        for (const content of contentsOf(node)) cellOf.set(content, cell)
        return cell
      }),
  )
  return { rows, cellOf }
}

function hasColumns({ rows }: Tagged): boolean {
  return rows.length > 1 && rows.some((row) => row.length > 1)
}

function find(tree: Tree, role: string): Tree[] {
  if (tree.role === role) return [tree]
  return (tree.children ?? []).flatMap((child) => find(child, role))
}

function contentsOf(tree: Tree): string[] {
  const own = tree.id === undefined ? [] : [tree.id]
  return [...own, ...(tree.children ?? []).flatMap(contentsOf)]
}

/** What a cell holds at most; more is a page that a table lays out. */
const longestCell = 1000

/**
 * A table with what its cells hold on this page; undefined where it only lays out the page. Where its head stands on a page
 * before, it is that of `before`, the last table there.
 */
export function placeTable({ rows }: Tagged, bodySize: number, before?: Table): Placed | undefined {
  const pieces = rows.flat().flatMap((cell) => cell.pieces)
  const texts = new Map(rows.flat().map((cell) => [cell, textOf(cell, bodySize)]))
  if (pieces.length === 0 || [...texts.values()].some((text) => text.length > longestCell)) return undefined
  const held = new Map<number, { readonly text: string; left: number }>()
  const columnOf = new Map<string, number>()
  const read = rows.map((row, index) => {
    const cells: ReturnType<typeof toCells> = []
    const fill = (): void => {
      for (let above = held.get(cells.length); above !== undefined && above.left > 0; above = held.get(cells.length)) {
        above.left -= 1
        cells.push(toCell(above.text))
      }
    }
    for (const cell of row) {
      fill()
      // A cell without anything in it may not be there.
      const under = cell.heads.map((id) => columnOf.get(id) ?? 0).find((column) => column > cells.length)
      while (!cell.isHead && under !== undefined && cells.length < under) cells.push(toCell(''))
      if (cell.isHead) columnOf.set(cell.id, cells.length)
      const text = texts.get(cell) ?? ''
      for (let at = 0; at < cell.columns; at += 1) held.set(cells.length + at, { text, left: cell.rows - 1 })
      cells.push(...toCells([toParagraph(text)], cell.columns, index === 0))
    }
    fill()
    return cells
  })
  const said = read.filter((cells) => cells.some(({ children }) => children.length > 0))
  const head = before?.children[0]?.children ?? []
  const goesOn = said[0] !== read[0] && head.length === read[0]?.length
  return {
    table: toTable(goesOn ? [head, ...said] : said),
    left: Math.min(...pieces.map(({ x }) => x)),
    right: Math.max(...pieces.map(({ x, width }) => x + width)),
    y: Math.min(...pieces.map(({ y }) => y)),
  }
}

function textOf({ pieces }: Cell, bodySize: number): string {
  const lines = toFlows(pieces, bodySize).flat().map(lineText)
  return lines.reduce((text, line) => {
    if (text === '') return line
    return /[\p{L}\p{N}]-$/u.test(text) && /^[\p{L}\p{N}]/u.test(line)
      ? joinHyphen(text, line, new Set())
      : `${text} ${line}`
  }, '')
}
