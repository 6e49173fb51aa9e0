import type { Row } from './passages.ts'
import type { Tokenize } from './words.ts'

/** How many of the best candidates are taken to be right, out of how many a term's rarity is read, and how many terms are taken. */
const relevantRows = 10
const poolRows = 50
const maxTerms = 20

/**
 * The terms, as the index holds them, that the best candidates share and the question lacks. Pseudo-relevance feedback
 * (Rocchio 1971; Lavrenko and Croft, SIGIR 2001): each is weighed by the scores of the rows that hold it and by its rarity.
 */
export async function feedbackTerms(question: string, found: readonly Row[], tokenize: Tokenize): Promise<string[]> {
  // Of fewer, the best are most of what there is.
  if (found.length < 2 * relevantRows) return []
  const pool = found.slice(0, poolRows)
  const [asked = [], ...terms] = await tokenize([question, ...pool.map(toText)])
  const rows = terms.map((all) => new Set(all.filter((term) => isWord(term) && !asked.includes(term))))
  const weights = new Map<string, number>()
  for (const [index, row] of rows.slice(0, relevantRows).entries()) {
    for (const term of row) weights.set(term, (weights.get(term) ?? 0) + (pool[index]?._score ?? 0))
  }
  const rarity = (term: string): number => Math.log(1 + pool.length / rows.filter((row) => row.has(term)).length)
  return [...weights]
    .map(([term, weight]) => ({ term, weight: weight * rarity(term) }))
    .sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1))
    .slice(0, maxTerms)
    .map(({ term }) => term)
}

function toText({ title, heading, text }: Row): string {
  return `${title} ${heading} ${text}`
}

/** A word of one or two letters, or a number, says little of what a text is about. */
function isWord(term: string): boolean {
  return term.length > 2 && !/^\d+$/.test(term)
}
