// Passages as an answer needs them: cut into their parts, each with its terms and with what stands above it.
import type { Passage } from '../retrieval/passages.ts'
import type { Tokenize } from '../retrieval/words.ts'
import { type Part, toParts } from './sentences.ts'

/** A part of a passage. `number` is the passage's, from 1; `order` counts the parts of the passage. */
export interface ReadPart extends Part {
  readonly number: number
  readonly order: number
  /** As it stands in the passage. */
  readonly text: string
  /** The terms that carry meaning, as full-text search sees them. */
  readonly terms: readonly string[]
}

/** The passages of one question, read. */
export interface Reading {
  readonly question: string
  readonly passages: readonly Passage[]
  readonly parts: readonly ReadPart[]
  /** The terms of title and heading of each passage. */
  readonly about: ReadonlyArray<readonly string[]>
  /** The terms of the question, each once. */
  readonly asked: readonly string[]
  /** How much a term tells: the fewer parts have it, the more. */
  readonly weigh: (term: string) => number
  readonly tokenize: Tokenize
}

export async function read(question: string, passages: readonly Passage[], tokenize: Tokenize): Promise<Reading> {
  const cut = passages.flatMap(({ text }, index) =>
    toParts(text).map((part, order) => ({ ...part, number: index + 1, order, text: text.slice(part.start, part.end) })),
  )
  const about = passages.map(({ title, heading }) => `${title}\n${heading}`)
  const [asked = [], ...terms] = await tokenize([question, ...about, ...cut.map(({ text }) => text)])
  const parts = cut.map((part, index): ReadPart => ({ ...part, terms: terms[passages.length + index] ?? [] }))
  const counts = new Map<string, number>()
  for (const part of parts) for (const term of new Set(part.terms)) counts.set(term, (counts.get(term) ?? 0) + 1)
  return {
    question,
    passages,
    parts,
    about: terms.slice(0, passages.length),
    asked: [...new Set(asked)],
    weigh: (term) => Math.log(1 + parts.length / (1 + (counts.get(term) ?? 0))),
    tokenize,
  }
}
