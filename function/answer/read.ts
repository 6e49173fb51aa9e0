// Passages as an answer needs them: cut into their parts, each with its terms and with what stands above it.
import type { Lexicon } from '../retrieval/lexicon/lexicon.ts'
import { type Passage, placeOf } from '../retrieval/passages.ts'
import { readQuestion } from '../retrieval/question.ts'
import { type Part, toParts } from './sentences.ts'

/** A part of a passage. `number` is the passage's, from 1; `order` counts the parts of the passage. */
export interface ReadPart extends Part {
  readonly number: number
  readonly order: number
  /** As it stands in the passage. */
  readonly text: string
  /** The terms that say something, each once. */
  readonly terms: readonly string[]
  /** Terms of the question for days of the week that it tells of, perhaps in other words. */
  readonly days: readonly string[]
}

/** The passages of one question, read. */
export interface Reading {
  readonly question: string
  readonly passages: readonly Passage[]
  readonly parts: readonly ReadPart[]
  /** The terms of each passage's title, and of the headings that it begins under. */
  readonly titles: ReadonlyArray<readonly string[]>
  readonly headings: ReadonlyArray<readonly string[]>
  /** The terms of the question, as the table knows them. */
  readonly asked: readonly string[]
  readonly toTerms: (text: string) => readonly string[]
  /** How much a term tells: the fewer chunks of the table have it, the more. */
  readonly weigh: (term: string) => number
}

export function read(question: string, passages: readonly Passage[], lexicon: Lexicon): Reading {
  const { language, vocabulary } = lexicon
  const toTerms = (text: string): string[] => [...new Set(language.toTerms(text))]
  const weights = new Map<string, number>()
  const weigh = (term: string): number => {
    const weight = weights.get(term) ?? vocabulary.rarity(term)
    weights.set(term, weight)
    return weight
  }
  const weekdays = language.weekdaysFor(question)
  const days = weekdays?.named(question) ?? []
  const daysIn = (text: string): string[] =>
    days.filter(({ day }) => weekdays?.tellsOf(text, day)).flatMap(({ surface }) => toTerms(surface))
  const parts = passages.flatMap(({ text }, index) =>
    toParts(text).map((part, order): ReadPart => {
      const own = text.slice(part.start, part.end)
      return { ...part, number: index + 1, order, text: own, terms: toTerms(own), days: daysIn(own) }
    }),
  )
  const titles = passages.map(({ title }) => toTerms(title))
  const headings = passages.map((passage) => toTerms(placeOf(passage, 0).heading))
  const asked = termsAsked(question, toTerms(question), lexicon)
  return { question, passages, parts, titles, headings, asked, toTerms, weigh }
}

/** The terms of a question; for a word that the table does not know, those that it was searched by: the parts of a compound, what it was taken for. */
function termsAsked(question: string, terms: readonly string[], lexicon: Lexicon): string[] {
  const known = new Map(
    readQuestion(question, lexicon)
      .asked.flat()
      .filter(({ term }) => lexicon.vocabulary.count(term) === 0)
      .map(({ term, parts }) => [term, parts] as const),
  )
  return [...new Set(terms.flatMap((term) => [...(known.get(term) ?? []), ...(known.get(term)?.length ? [] : [term])]))]
}
