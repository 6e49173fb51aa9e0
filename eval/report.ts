// What a run prints: its tables, and beside each other the figures of all corpora.
import { type Refuses, toGrid, toLeftOutTable } from './calibrate.ts'
import { signalsOf, toCurveTable } from './curve.ts'
import { byFrame, byKind, isAnswerable, isUnanswerable, type Outcome, toFigures } from './evaluate.ts'
import type { Run } from './run.ts'
import { lineUp, toCell, toFrameTable, toTable } from './table.ts'

/** What may be refused wrongly where a threshold is chosen on the other corpora. */
const bearable = 0.02

/** A run by its mode; its corpus is named where there are several. */
export function toName({ corpus, mode }: Run, several: boolean): string {
  return several ? `${corpus}, ${mode}` : mode
}

export function toReport(run: Run, several: boolean): string {
  const { plain, framed } = run
  const name = toName(run, several)
  const tables = [toTable(name, byKind(plain))]
  if (framed.length > 0) tables.push(toFrameTable(name, byFrame(plain, framed)))
  return tables.join('\n')
}

/** All runs beside each other, a table for each mode; with what refusals were decided on where `curve` says so. */
export function toSummary(runs: readonly Run[], curve: boolean): string {
  return [...Map.groupBy(runs, ({ mode }) => mode)]
    .flatMap(([mode, own]) => [toCorpora(mode, own), ...(curve ? toCurves(mode, own) : [])])
    .join('\n')
}

function toCorpora(mode: string, runs: readonly Run[]): string {
  const rows = runs.flatMap(({ corpus, plain, framed }) =>
    [
      { name: corpus, outcomes: plain },
      { name: `${corpus}, framed`, outcomes: framed },
    ]
      .filter(({ outcomes }) => outcomes.length > 0)
      .map(({ name, outcomes }) => {
        const figures = toFigures(outcomes.filter(isAnswerable))
        const without = toFigures(outcomes.filter(isUnanswerable))
        return [
          name,
          String(figures.questions),
          ...(['page@1', 'page@5', 'MRR@10', 'key@5', 'refused'] as const).map((measure) => toCell(figures[measure])),
          String(without.questions),
          toCell(without.refused),
        ]
      }),
  )
  const head = [
    'questions',
    'page@1',
    'page@5',
    'MRR@10',
    'key@5',
    'wrongly refused',
    'unanswerable',
    'rightly refused',
  ]
  return lineUp([[mode, ...head], ...rows])
}

/** How well each signal separates, over the questions as they are and in their frames, and what a threshold chosen elsewhere does. */
function toCurves(mode: string, runs: readonly Run[]): string[] {
  const asked = new Map(runs.map(({ corpus, plain, framed }) => [corpus, [...plain, ...framed]]))
  const all = [...asked.values()].flat()
  const everything = [`${mode}, all corpora`, toCurveTable(all)]
  const each = [...asked].flatMap(([corpus, outcomes]) => [`${mode}, ${corpus}`, toCurveTable(outcomes)])
  const leftOut = asked.size > 1 ? signalsOf(all).map((signal) => toLeftOut(asked, signal)) : []
  return [...everything, ...(asked.size > 1 ? each : []), ...leftOut]
}

/** One signal alone, at thresholds from the lowest value seen to the highest. */
function toLeftOut(asked: ReadonlyMap<string, readonly Outcome[]>, signal: string): string {
  const values = [...asked.values()].flat().flatMap(({ evidence }) => evidence[signal] ?? [])
  const lowest = Math.min(...values)
  const step = (Math.max(...values) - lowest) / 100
  const grid = toGrid({ [signal]: Array.from({ length: 101 }, (_, index) => lowest + index * step) })
  const refuses: Refuses = (evidence, thresholds) => (evidence[signal] ?? lowest - 1) < (thresholds[signal] ?? lowest)
  return toLeftOutTable(signal, asked, refuses, grid, bearable)
}
