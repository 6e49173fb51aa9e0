import type { RootContent, Table, TableCell } from 'mdast'
import { toText } from '../../text.ts'

/** Cells in rows -> a table; rows that are short are filled up, a head of two rows is one. */
export function toTable(given: readonly TableCell[][]): Table {
  const width = given.reduce((widest, row) => Math.max(widest, row.length), 0)
  return {
    type: 'table',
    children: withOneHead(given).map((row) => ({
      type: 'tableRow',
      children: [...row, ...toCells([], width - row.length, false)],
    })),
  }
}

/** A head over several columns, and the row below that names each of them -> one row: `Sales 2026`. */
function withOneHead(rows: readonly TableCell[][]): readonly TableCell[][] {
  const [first = [], second = [], ...rest] = rows
  const below = first.map((_, index) => textOf(second[index]))
  return rest.length > 0 && goesOn(first.map(textOf), below, (index) => first[index]?.data?.spans === true)
    ? [first.map((cell, index) => toCell(joinHeads(textOf(cell), below[index] ?? ''))), ...rest]
    : rows
}

/** Whether the second row of a table belongs to its head: it names the columns below each cell that spans them, and says nothing new elsewhere. */
export function goesOn(head: readonly string[], below: readonly string[], spans: (index: number) => boolean): boolean {
  return (
    head.some((_, index) => spans(index)) &&
    new Set(head).size > 1 &&
    head.every((text, index) =>
      spans(index) ? below[index] !== '' : text === '' || below[index] === '' || below[index] === text,
    )
  )
}

export function joinHeads(above: string, below: string): string {
  return above === below ? above : `${above} ${below}`.trim()
}

function textOf(cell: TableCell | undefined): string {
  return cell === undefined ? '' : toText(cell).trim()
}

/** A cell that spans columns, as that many: its words in the first, or in each where it is a head. */
export function toCells(blocks: readonly RootContent[], columns: number, isHead: boolean): TableCell[] {
  const text = inOneLine(blocks)
  return Array.from({ length: Math.min(Math.max(columns, 0), 1000) }, (_, index) => ({
    ...toCell(index === 0 || isHead ? text : ''),
    ...(isHead && columns > 1 && { data: { spans: true } }),
  }))
}

export function toCell(text: string): TableCell {
  return { type: 'tableCell', children: text === '' ? [] : [{ type: 'text', value: text }] }
}

/** Blocks in a cell, in one line: items of a list and rows of a table behind semicolons. */
export function inOneLine(blocks: readonly RootContent[]): string {
  const parts = blocks.map((block) => {
    if (block.type === 'list')
      return block.children
        .map((item) => `${item.data?.label === undefined ? '' : `${item.data.label} `}${inOneLine(item.children)}`)
        .join('; ')
    if (block.type === 'table')
      return block.children
        .map((row) =>
          row.children
            .map((cell) => toText(cell).trim())
            .join(' ')
            .trim(),
        )
        .join('; ')
    return toText(block)
  })
  return parts
    .map((part) => part.replace(/\s+/g, ' ').trim())
    .filter((part) => part !== '')
    .join(' ')
}
