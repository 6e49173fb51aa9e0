import { type Figures, measures } from './evaluate.ts'

/** The figures of one mode as a table, a line for each kind of question. */
export function toTable(mode: string, figures: Readonly<Record<string, Figures>>): string {
  const head = [mode, 'questions', ...measures, 'p50 ms', 'p95 ms']
  const rows = Object.entries(figures).map(([kind, row]) => [
    kind,
    String(row.questions),
    ...measures.map((measure) => row[measure]?.toFixed(2) ?? '-'),
    row.p50.toFixed(0),
    row.p95.toFixed(0),
  ])
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)))
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n')
    .concat('\n')
}
