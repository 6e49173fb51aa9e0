import type { RootContent } from 'mdast'
import type { Loaded } from '../document.ts'
import { toParagraph } from '../text.ts'
import { toCell, toTable } from './office/tables.ts'

/** Comma-, semicolon- or tab-separated values -> one table whose first row is the head; a chunk of it has the head again. Lines above the head are lines. */
export async function loadCsv(text: string): Promise<Loaded> {
  const filled = readRows(text).filter((row) => row.some((cell) => cell !== ''))
  const isRow = (row: readonly string[]): boolean => row.slice(1).some((cell) => cell !== '')
  const count = Math.max(filled.findIndex(isRow), 0)
  const above = filled.slice(0, count).map(([line = '']): RootContent => toParagraph(line))
  const table = filled.slice(count).map((row) => row.map(toCell))
  return {
    title: undefined,
    root: { type: 'root', children: [...above, ...(table.length > 0 ? [toTable(table)] : [])] },
  }
}

/**
 * A first line `sep=;` is Excel's own, and says what separates. Quotation marks in the wrong places, as in `"6" pipe"` and
 * `"a \"b\" c"`, end where a cell can end, in their line and before the next quoted cell; one that nothing closes is a letter.
 * Of such files csv-parse with `relax_quotes` reads none, and papaparse takes what follows an unclosed mark into one cell.
 */
export function readRows(text: string): string[][] {
  const [first = '', named] = /^\ufeff?(?:sep=(.)\r?\n)?/i.exec(text) ?? []
  const body = text.slice(first.length)
  const delimiter = named ?? delimiterOf(body)
  const sign = `\\u{${delimiter.codePointAt(0)?.toString(16)}}`
  const blanks = `[^\\S${sign}\\r\\n]*`
  const proper = '"([^"]*(?:""[^"]*)*)"'
  const escaped = '"((?:[^"\\\\\\r\\n]|\\\\.)*)"'
  const loose = `"((?:(?!${sign}${blanks}")[^\\r\\n])*?)"`
  const quotedCell = `(?:${proper}|${escaped}|${loose})${blanks}`
  const cell = new RegExp(`${blanks}(?:${quotedCell}|([^${sign}\\r\\n]*))(${sign}|\\r?\\n|\\r|$)`, 'gyu')
  const rows: string[][] = []
  let row: string[] = []
  for (const [, doubled, slashed, quoted, bare = '', end = ''] of body.matchAll(cell)) {
    row.push(doubled?.replaceAll('""', '"') ?? slashed?.replaceAll('\\"', '"') ?? quoted ?? bare.trim())
    if (end === delimiter) continue
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
    if (end === '') break
  }
  return rows
}

/** The sign that stands equally often in most of the first lines, outside quotes; a comma may also be in numbers. */
function delimiterOf(text: string): string {
  const lines = text
    .slice(0, 20_000)
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/\r\n?|\n/)
    .filter((line) => line.trim() !== '')
    .slice(0, 20)
  const alike = (sign: string): number => {
    const counts = Map.groupBy(lines, (line) => line.split(sign).length - 1)
    counts.delete(0)
    return Math.max(0, ...[...counts.values()].map(({ length }) => length))
  }
  return [';', '\t', '|', ','].reduce((best, sign) => (alike(sign) > alike(best) ? sign : best))
}
