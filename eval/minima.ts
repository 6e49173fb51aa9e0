// Minima that a run is held to, and the questions to blame where it falls below.
import { isAnswerable, isUnanswerable, measures, type Outcome, toFigures } from './evaluate.ts'
import type { Run } from './run.ts'

/** Besides the measures, `answered`: the share of the questions with an answer that are not refused. */
export const minimumMeasures = [...measures, 'answered'] as const

export interface Minimum {
  readonly measure: (typeof minimumMeasures)[number]
  readonly least: number
}

/** The minima that a run falls below, as it is or framed, each with the questions to blame. */
export function fallenBelow({ plain, framed }: Run, name: string, minima: readonly Minimum[]): string[] {
  const sets = [
    { outcomes: plain, where: name },
    { outcomes: framed, where: `${name}, framed` },
  ].filter(({ outcomes }) => outcomes.length > 0)
  return sets.flatMap(({ outcomes, where }) => minima.flatMap((minimum) => held(outcomes, where, minimum)))
}

function held(outcomes: readonly Outcome[], where: string, { measure, least }: Minimum): string[] {
  const reached = reachedBy(outcomes, measure)
  if (reached === undefined) return [`${where}: no question counts for ${measure}, so it cannot be held to ${least}.`]
  if (reached >= least) return []
  const blamed = outcomes
    .filter((outcome) => missed(measure, outcome))
    .map(({ question, frame }) => `  ${question.id} ${question.question}${frame === undefined ? '' : ` (${frame})`}`)
  return [
    `${where}: ${measure} is ${reached.toFixed(3)}, below ${least}. The questions that fell:\n${blamed.join('\n')}`,
  ]
}

function reachedBy(outcomes: readonly Outcome[], measure: Minimum['measure']): number | undefined {
  if (measure === 'refused') return toFigures(outcomes.filter(isUnanswerable)).refused?.value
  const figures = toFigures(outcomes.filter(isAnswerable))
  if (measure !== 'answered') return figures[measure]?.value
  return figures.refused === undefined ? undefined : 1 - figures.refused.value
}

function missed(measure: Minimum['measure'], outcome: Outcome): boolean {
  if (measure === 'refused') return isUnanswerable(outcome) && !outcome.refused
  if (!isAnswerable(outcome)) return false
  if (measure === 'answered') return outcome.refused
  if (measure === 'key@5') return !outcome.keyFound
  const limit = measure === 'page@1' ? 1 : measure === 'page@5' ? 5 : 10
  return (outcome.pageRank ?? Number.POSITIVE_INFINITY) > limit
}
