import { namesIn } from './names.ts'

/** What there is to decide on: the best cosine (null without embeddings), and the texts of the best candidates. */
export interface Evidence {
  readonly question: string
  readonly similarity: number | null
  readonly texts: readonly string[]
}

/** What a chunk must reach for its meaning, or its words, to count as an answer; kept in the manifest with its measured meaning. */
export interface Thresholds {
  /** Cosine from which a passage is about the question, whatever words it uses. */
  readonly minSimilarity: number
  /** Cosine below which a passage that shares few words is about something else. */
  readonly unrelatedSimilarity: number
  /** The share of the question's words that the best passage must hold, where its meaning says nothing for it. */
  readonly minCoverage: number
}

/**
 * Why the documents do not answer, or undefined where they may. Either signal accepts alone: meaning, when the nearest
 * passage is near enough; words, when what the question names stands in the candidates and enough of its words in one.
 */
export function refusalFor(
  { question, similarity, texts }: Evidence,
  coverage: number,
  thresholds: Thresholds,
): string | undefined {
  if (texts.length === 0) return 'No passage of the documents shares a word with the question.'
  if (similarity !== null && similarity >= thresholds.minSimilarity) return undefined
  const normalised = texts.map(normalise)
  const missing = namesIn(question).filter((name) => !normalised.some((text) => stands(name, text)))
  if (missing.length > 0)
    return `The passages nearest to the question say nothing of ${missing.slice(0, 3).join(', ')}.`
  if ((similarity === null || similarity < thresholds.unrelatedSimilarity) && coverage < thresholds.minCoverage) {
    return 'The passages nearest to the question are about something else.'
  }
  return undefined
}

/** A name of several words stands in a text that has them all. */
function stands(name: string, text: string): boolean {
  return normalise(name)
    .split(' ')
    .every((word) => text.includes(word) || text.includes(word.replace(/e?s$/, '')))
}

function normalise(text: string): string {
  return text.toLowerCase().replace(/[`*]/g, '').replace(/\s+/g, ' ')
}
