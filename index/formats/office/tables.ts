import type { RootContent, Table, TableCell } from 'mdast'
import { toText } from '../../text.ts'

/** Cells in rows -> a table; rows that are short are filled up. */
export function toTable(rows: readonly TableCell[][]): Table {
  const width = rows.reduce((widest, row) => Math.max(widest, row.length), 0)
  return {
    type: 'table',
    children: rows.map((row) => ({
      type: 'tableRow',
      children: [...row, ...toCells([], width - row.length, false)],
    })),
  }
}

/** A cell that spans columns, as that many: its words in the first, or in each where it is a head. */
export function toCells(blocks: readonly RootContent[], columns: number, isHead: boolean): TableCell[] {
  const text = inOneLine(blocks)
  return Array.from({ length: Math.min(Math.max(columns, 0), 1000) }, (_, index) =>
    toCell(index === 0 || isHead ? text : ''),
  )
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
