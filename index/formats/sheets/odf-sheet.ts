/** A sheet of LibreOffice, which says cells and rows that repeat only once. */
import type { RootContent } from 'mdast'
import { elements, every, type Xml } from '../office/xml.ts'
import { type Merge, type SheetRow, toSheetBlocks, withSign } from './sheets.ts'

/** What is filled to the end of a sheet is a background, no text. */
const mostRepeats = 1000

/** A sheet -> its name and its tables; `textOf` reads a cell. */
export function readSheet(sheet: Xml, textOf: (cell: Xml) => string): RootContent[] {
  const rows: SheetRow[] = []
  const merges: Merge[] = []
  const held = new Map<number, { readonly text: string; readonly bottom: number }>()
  let number = 1
  for (const row of every(sheet, 'table:table-row')) {
    const cells = new Map<number, string>()
    let column = 1
    for (const cell of elements(row)) {
      const repeats = Number(cell.attributes['table:number-columns-repeated'] ?? 1)
      const right = column + Number(cell.attributes['table:number-columns-spanned'] ?? 1) - 1
      const bottom = number + Number(cell.attributes['table:number-rows-spanned'] ?? 1) - 1
      const isCovered = cell.name === 'table:covered-table-cell'
      const text = isCovered ? '' : withSign(textOf(cell), Number(cell.attributes['office:value'] ?? 0))
      if (right > column || bottom > number) {
        merges.push({ left: column, top: number, right, bottom })
        held.set(column, { text, bottom })
      }
      for (let at = column; at < column + Math.min(repeats, mostRepeats); at += 1) {
        const above = isCovered ? held.get(at) : undefined
        const shown = above !== undefined && above.bottom >= number ? above.text : text
        if (shown !== '') cells.set(at, shown)
      }
      column += repeats
    }
    const repeats = Number(row.attributes['table:number-rows-repeated'] ?? 1)
    if (cells.size > 0)
      for (let down = 0; down < Math.min(repeats, mostRepeats); down += 1) rows.push({ number: number + down, cells })
    number += repeats
  }
  const name = sheet.attributes['table:name'] ?? ''
  if (rows.length === 0) return []
  return [
    toHeading(1, name),
    ...toSheetBlocks(rows, merges).flatMap(({ range, nodes }) => [toHeading(2, range), ...nodes]),
  ]
}

function toHeading(depth: 1 | 2, value: string): RootContent {
  return { type: 'heading', depth, children: [{ type: 'text', value }] }
}
