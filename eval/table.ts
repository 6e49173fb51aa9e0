// Figures as tables of plain text.
import { type Figures, type FrameFigures, measures } from './evaluate.ts'
import type { Share } from './interval.ts'

/** The figures of one mode as a table, a line for each kind of question. */
export function toTable(mode: string, figures: Readonly<Record<string, Figures>>): string {
  return lineUp([
    [mode, 'questions', ...measures, 'p50 ms', 'p95 ms'],
    ...Object.entries(figures).map(([kind, row]) => [
      kind,
      String(row.questions),
      ...measures.map((measure) => toCell(row[measure])),
      row.p50.toFixed(0),
      row.p95.toFixed(0),
    ]),
  ])
}

/** What each kind of frame does, a line for each. */
export function toFrameTable(mode: string, figures: Readonly<Record<string, FrameFigures>>): string {
  return lineUp([
    [`${mode}, framed`, 'questions', 'wrongly refused', 'page@5 against plain', 'rightly refused'],
    ...Object.entries(figures).map(([kind, row]) => [
      kind,
      String(row.questions),
      toCell(row.wronglyRefused),
      toCell(row['page@5']),
      toCell(row.rightlyRefused),
    ]),
  ])
}

/** A share, and in brackets the interval that holds it at 95 %. */
export function toCell(share: Share | undefined): string {
  if (share === undefined) return '-'
  const bound = (value: number): string => value.toFixed(2).replace(/^(-?)0\./, '$1.')
  return `${share.value.toFixed(2)} (${bound(share.low)} ${bound(share.high)})`
}

/** Rows of cells, the first of them the head, each column as wide as its widest cell. */
export function lineUp(rows: ReadonlyArray<readonly string[]>): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n')
    .concat('\n')
}
