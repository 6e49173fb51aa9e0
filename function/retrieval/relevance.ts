// Whether the passages found answer a question at all, told by how much of what it says they hold.
import type { Row } from './rows.ts'
import type { Vocabulary } from './vocabulary.ts'
import type { Word } from './words.ts'

/** How much of a question the passages hold, by the rarity of its words; a word that says nothing weighs next to nothing. */
export interface Evidence {
  /** The share of the question's rarity that the one chunk holds that holds most, and how much that is. */
  readonly one: number
  readonly oneMass: number
  /** The same of the best twenty together. */
  readonly all: number
  readonly allMass: number
  /** The nearest cosine; null where the table was not searched by meaning. */
  readonly similarity: number | null
}

/** What the evidence must reach; kept in the manifest, measured in eval/README.md. */
export interface Thresholds {
  readonly minOne: number
  readonly minAll: number
  readonly minSimilarity: number
}

/** Why the passages do not answer, or undefined where they may: either by words, or by meaning. */
export function refusalFor(
  { one, all, similarity }: Evidence,
  { minOne, minAll, minSimilarity }: Thresholds,
): string | undefined {
  if (similarity !== null && similarity >= minSimilarity) return undefined
  return one >= minOne && all >= minAll ? undefined : 'The passages nearest to the question are about something else.'
}

/** What the best passages hold of a question. */
export function weigh(
  words: readonly Word[],
  rows: readonly Row[],
  vocabulary: Vocabulary,
  similarity: number | null,
): Evidence {
  const asked = new Map(words.map((word) => [word.term, word]))
  const weights = [...asked.values()].map((word) => ({ word, weight: rarityOf(word, vocabulary) }))
  const total = weights.reduce((sum, { weight }) => sum + weight, 0)
  const best = new Array<number>(weights.length).fill(0)
  let oneMass = 0
  for (const row of rows) {
    const held = ` ${row.words} ${row.headings} `
    let mass = 0
    for (const [index, { word, weight }] of weights.entries()) {
      const share = shareHeld(word, held, vocabulary)
      mass += weight * share
      best[index] = Math.max(best[index] ?? 0, share)
    }
    oneMass = Math.max(oneMass, mass)
  }
  const allMass = weights.reduce((sum, { weight }, index) => sum + weight * (best[index] ?? 0), 0)
  return {
    one: total === 0 ? 0 : oneMass / total,
    oneMass,
    all: total === 0 ? 0 : allMass / total,
    allMass,
    similarity,
  }
}

/** A compound that the documents never write as one is as rare as the rarest of its parts. */
function rarityOf({ term, parts }: Word, { count, rarity }: Vocabulary): number {
  return parts.length === 0 || count(term) > 0 ? rarity(term) : Math.max(...parts.map(rarity))
}

function shareHeld({ term, parts }: Word, held: string, { rarity }: Vocabulary): number {
  if (held.includes(` ${term} `)) return 1
  if (parts.length === 0) return 0
  const weights = parts.map(rarity)
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  return parts.reduce((sum, part, index) => sum + (held.includes(` ${part} `) ? (weights[index] ?? 0) : 0), 0) / all
}
