// What a run prints: its tables, and beside each other the figures of all corpora.
import { refusalFor } from '../function/retrieval/relevance.ts'
import { type Refuses, toBestTable, toGrid, toLeftOutTable } from './calibrate.ts'
import { toCurveTable } from './curve.ts'
import { byFrame, byKind, isAnswerable, isUnanswerable, toFigures } from './evaluate.ts'
import type { Run } from './run.ts'
import { lineUp, toCell, toFrameTable, toTable } from './table.ts'

/** The rule by which the function refuses, at thresholds from those that refuse nothing to those that refuse most. */
const refuses: Refuses = ({ one = 0, all = 0, similarity = null }, { minOne = 0, minAll = 0, minSimilarity = 0 }) =>
  refusalFor({ one: one ?? 0, all: all ?? 0, similarity }, { minOne, minAll, minSimilarity }) !== undefined
/** What may be refused wrongly where thresholds are chosen on the other corpora. */
const leftOutAt = 0.02
const steps = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, index) => from + index * step)
const grid = toGrid({
  minOne: steps(0, 2, 0.05),
  minAll: steps(0, 1, 0.05),
  minSimilarity: steps(0.2, 0.7, 0.05),
})

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

/** How well each signal separates, over the questions as they are and in their frames; and what the rule could reach, and reaches elsewhere. */
function toCurves(mode: string, runs: readonly Run[]): string[] {
  const asked = new Map(runs.map(({ corpus, plain, framed }) => [corpus, [...plain, ...framed]]))
  const everything = ['all', [...asked.values()].flat()] as const
  const sets = asked.size > 1 ? [...asked, everything] : [...asked]
  const signals = sets.map(([corpus, outcomes]) => `${mode}, ${corpus}\n${toCurveTable(outcomes)}`)
  const rule = toBestTable(mode, new Map(sets), refuses, grid)
  return [...signals, rule, ...(asked.size > 1 ? [toLeftOutTable(mode, asked, refuses, grid, leftOutAt)] : [])]
}
