import { CsvError, parse } from 'csv-parse/sync'
import type { Loaded } from '../document.ts'
import { toCell, toTable } from './office/tables.ts'

/** Comma-, semicolon- or tab-separated values -> one table whose first row is the head; a chunk of it has the head again. */
export async function loadCsv(text: string): Promise<Loaded> {
  const filled = readRows(text).filter((row) => row.some((cell) => cell !== ''))
  if (filled.length === 0) return { title: undefined, root: { type: 'root', children: [] } }
  return { title: undefined, root: { type: 'root', children: [toTable(filled.map((row) => row.map(toCell)))] } }
}

/** A first line `sep=;` is Excel's own, and says what separates. A quotation mark that nothing closes is a letter. */
export function readRows(text: string): string[][] {
  const [first = '', sign] = /^\ufeff?sep=(.)\r?\n/i.exec(text) ?? []
  const rows = text.slice(first.length)
  const options = {
    bom: true,
    delimiter: sign ?? delimiterOf(rows),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
  }
  try {
    return parse(rows, options)
  } catch (error) {
    if (!(error instanceof CsvError) || error.code !== 'CSV_QUOTE_NOT_CLOSED') throw error
    return parse(rows, { ...options, quote: false })
  }
}

/** The sign that stands in the first lines most evenly, outside quotes. */
function delimiterOf(text: string): string {
  const lines = text
    .slice(0, 20_000)
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(0, 20)
  const least = (sign: string): number =>
    lines.reduce((least, line) => Math.min(least, line.split(sign).length - 1), Number.POSITIVE_INFINITY)
  return [',', ';', '\t', '|'].reduce((best, sign) => (least(sign) > least(best) ? sign : best))
}
