// Passages as an answer needs them: cut into their parts, each with its terms and with what stands above it.
import type { Lexicon } from '../retrieval/lexicon/lexicon.ts'
import { type Passage, placeOf } from '../retrieval/passages.ts'
import { aroundBoost, readQuestion } from '../retrieval/question.ts'
import { type Part, toParts } from './sentences.ts'

/** A part of a passage. `number` is the passage's, from 1; `order` counts the parts of the passage. */
export interface ReadPart extends Part {
  readonly number: number
  readonly order: number
  /** As it stands in the passage. */
  readonly text: string
  /** The terms that say something, each once. */
  readonly terms: readonly string[]
  /** The path of headings that it stands under, and the terms of that. */
  readonly heading: string
  readonly path: readonly string[]
  /** Terms of the question for days of the week that it tells of, perhaps in other words. */
  readonly days: readonly string[]
}

/** The passages of one question, read. */
export interface Reading {
  readonly question: string
  readonly passages: readonly Passage[]
  readonly parts: readonly ReadPart[]
  /** The terms of each passage's title. */
  readonly titles: ReadonlyArray<readonly string[]>
  /** The language it was asked in, where that is certain: the table's, of which it has stop words. English needs no name. */
  readonly language: string | undefined
  /** The terms of the question, as the table knows them. */
  readonly asked: readonly string[]
  readonly toTerms: (text: string) => readonly string[]
  /** Whether the table has a word, or what it is made of. */
  readonly isKnown: (word: string) => boolean
  /** How much a term tells: the fewer chunks of the table have it, the more. */
  readonly weigh: (term: string) => number
  /** How much a term of the question counts: less where it was only said before. */
  readonly weighAsked: (term: string) => number
  /** Versions, dates and years of the question that stand in a heading: what is under another one is not meant. */
  readonly sectionsAsked: readonly string[]
}

/** `context` is what was asked before. */
export function read(last: string, passages: readonly Passage[], lexicon: Lexicon, context = ''): Reading {
  const question = `${context} ${last}`.trim()
  const { language, languageName, vocabulary } = lexicon
  const toTerms = (text: string): string[] => [...new Set(language.toTerms(text))]
  const weights = new Map<string, number>()
  const weigh = (term: string): number => {
    const weight = weights.get(term) ?? vocabulary.rarity(term)
    weights.set(term, weight)
    return weight
  }
  const isKnown = (word: string): boolean => {
    const { asked, mended } = readQuestion(word, lexicon)
    const terms = asked.flat().flatMap(({ term, parts }) => [term, ...parts])
    return mended.length === 0 && terms.some((term) => vocabulary.count(term) > 0)
  }
  const weekdays = language.weekdaysFor(question)
  const days = weekdays?.named(question) ?? []
  const daysIn = (text: string): string[] =>
    days.filter(({ day }) => weekdays?.tellsOf(text, day)).flatMap(({ surface }) => toTerms(surface))
  const paths = new Map<string, readonly string[]>()
  const parts = passages.flatMap((passage, index) =>
    toParts(passage.text).map((part, order): ReadPart => {
      const own = passage.text.slice(part.start, part.end)
      const { heading } = placeOf(passage, part.start)
      const path = paths.get(heading) ?? toTerms(heading)
      paths.set(heading, path)
      return { ...part, number: index + 1, order, text: own, terms: toTerms(own), heading, path, days: daysIn(own) }
    }),
  )
  const titles = passages.map(({ title }) => toTerms(title))
  const asked = termsAsked(question, toTerms(question), lexicon)
  const own = new Set(question === last ? asked : termsAsked(last, toTerms(last), lexicon))
  const weighAsked = (term: string): number => weigh(term) * (own.has(term) ? 1 : aroundBoost)
  const sectionsAsked = versionsIn(last).filter((version) => [...paths.keys()].some((path) => isUnder(path, version)))
  const isAsked = languageName !== 'English' && language.readStopWords(last).length > 0
  const askedIn = isAsked ? languageName : undefined
  return {
    question,
    passages,
    parts,
    titles,
    language: askedIn,
    asked,
    toTerms,
    isKnown,
    weigh,
    weighAsked,
    sectionsAsked,
  }
}

/** A version, a date, a number of a clause, a year. */
const version = /\d+(?:[./-]\d+)+|(?<!\d)\d{4}(?!\d)/g

export function versionsIn(text: string): string[] {
  return text.match(version) ?? []
}

/** Whether a path of headings has a version: 3.1.2 is one of 3.1. */
export function isUnder(path: string, asked: string): boolean {
  return versionsIn(path).some(
    (each) => each === asked || (each.startsWith(asked) && /[./-]/.test(each.charAt(asked.length))),
  )
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
