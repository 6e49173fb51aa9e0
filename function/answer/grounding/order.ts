// Who does what to whom: "Anna reports to Ben" does not bear out "Ben reports to Anna", though both say the same words.
import { factsOf } from './claims.ts'
import { clausesOf } from './denials.ts'

/** Of the words of two clauses so many must be the same: what is said in other words may have another order. */
const sameWords = 0.85

interface Clause {
  readonly text: string
  readonly words: readonly string[]
  readonly set: ReadonlySet<string>
}

/** Texts -> whether they say a clause of a statement only with two of its names, numbers or identifiers the other way round. */
export function createSwaps(texts: readonly string[]): (statement: string) => boolean {
  const said = texts.flatMap(toClauses)
  return (statement) =>
    toClauses(statement).some((clause) => {
      const like = said.filter(({ set }) => likeness(clause.set, set) >= sameWords)
      return like.length > 0 && like.every((other) => isReversed(clause, other))
    })
}

function toClauses(text: string): Clause[] {
  return clausesOf(text).map((text) => {
    const words = text.toLowerCase().match(/[\p{L}\p{N}_@$%](?:\S*[\p{L}\p{N}])?/gu) ?? []
    return { text, words, set: new Set(words) }
  })
}

function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size < b.size * sameWords || b.size < a.size * sameWords) return 0
  const shared = a.intersection(b).size
  return shared / (a.size + b.size - shared)
}

/** A name that begins one of them begins a sentence there, and is known as a name by the other. */
function isReversed(clause: Clause, other: Clause): boolean {
  const places = [...factsOf(clause.text), ...factsOf(other.text)].flatMap((fact) => {
    const [own, theirs] = [clause, other].map(({ words }) => words.flatMap((word, at) => (fact.in(word) ? [at] : [])))
    return own?.length === 1 && theirs?.length === 1 ? [[own[0] ?? 0, theirs[0] ?? 0] as const] : []
  })
  return places.some(([a, b]) => places.some(([c, d]) => a < c && b > d))
}
