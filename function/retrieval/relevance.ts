// Whether the passages found answer a question at all, told by how much of what it says they hold.

import type { Vocabulary } from './lexicon/vocabulary.ts'
import type { Word } from './lexicon/words.ts'
import type { Row } from './rows.ts'

/** How much of a question the passages hold, by the rarity of its words: one that says nothing weighs next to nothing. */
export interface Evidence {
  /** How much of the question's rarity the best single chunk holds, in units of a word that no chunk has. */
  readonly one: number
  /** The share of the question's rarity that the best chunks hold together. */
  readonly all: number
  /** The nearest cosine; null where the table was not searched by meaning. */
  readonly similarity: number | null
}

/** What the evidence must reach; kept in the manifest, measured in eval/README.md. */
export interface Thresholds {
  readonly minOne: number
  readonly minAll: number
  readonly minSimilarity: number
}

/**
 * Why the passages do not answer, or undefined where they may: one chunk holds enough of the question, or the meaning is near.
 * What all of them hold decides only where no cosine says how near that is: of thanks and greetings there are pieces everywhere.
 */
export function refusalFor(
  { one, all, similarity }: Evidence,
  { minOne, minAll, minSimilarity }: Thresholds,
): string | undefined {
  if (one >= minOne || (similarity === null ? all >= minAll : similarity >= minSimilarity)) return undefined
  return 'The passages nearest to the question are about something else.'
}

/** What the best chunks hold of the sentences that ask. The one they hold most of counts: what else is said does not count against it. */
export function weigh(
  sentences: ReadonlyArray<readonly Word[]>,
  rows: readonly Row[],
  vocabulary: Vocabulary,
  similarity: number | null,
): Evidence {
  const held = rows.map(({ words, headings }) => ` ${words} ${headings} `)
  const asked = sentences.length > 1 ? [...sentences, sentences.flat()] : [sentences.flat()]
  const evidence = asked.map((words) => weighWords(words, held, vocabulary))
  return {
    one: Math.max(...evidence.map(({ one }) => one)),
    all: Math.max(...evidence.map(({ all }) => all)),
    similarity,
  }
}

/** A word that the table does not know is more often said by the way than asked for. */
const unknownWeight = 0.3

function weighWords(
  words: readonly Word[],
  held: readonly string[],
  vocabulary: Vocabulary,
): Pick<Evidence, 'one' | 'all'> {
  const sums = held.map(() => 0)
  let [all, total] = [0, 0]
  for (const word of new Map(words.map((word) => [word.term, word])).values()) {
    const isKnown = [word.term, ...word.parts].some((term) => vocabulary.count(term) > 0)
    const weight = rarityOf(word, vocabulary) * (isKnown ? 1 : unknownWeight)
    // What the table does not know stands in none of its chunks.
    const shares = isKnown ? sharesHeld(word, held, vocabulary) : []
    for (const [index, share] of shares.entries()) sums[index] = (sums[index] ?? 0) + weight * share
    all += weight * Math.max(0, ...shares)
    total += weight
  }
  // The empty term stands nowhere.
  return { one: Math.max(0, ...sums) / vocabulary.rarity(''), all: total === 0 ? 0 : all / total }
}

/** A compound that the documents never write as one is as rare as the rarest of its parts. */
function rarityOf({ term, parts }: Word, { count, rarity }: Vocabulary): number {
  return parts.length === 0 || count(term) > 0 ? rarity(term) : Math.max(...parts.map(rarity))
}

/** How far each text holds a word: in parts, a compound is held as far as its rarest part that is there. */
function sharesHeld({ term, parts }: Word, held: readonly string[], { rarity }: Vocabulary): number[] {
  const rarest = parts.map((part) => ({ part, rarity: rarity(part) })).sort((a, b) => b.rarity - a.rarity)
  const most = rarest[0]?.rarity ?? 1
  return held.map((text) => {
    if (text.includes(` ${term} `)) return 1
    return (rarest.find(({ part }) => text.includes(` ${part} `))?.rarity ?? 0) / most
  })
}
