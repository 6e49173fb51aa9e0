// What each part of the passages says to the question, by its words and by what was found by meaning: for the quoted answer, and for how much of a passage a model is given.
import { createPattern } from '../patterns.ts'
import { isUnder, type Reading, type ReadPart, versionsIn } from './read.ts'
import { toLabel } from './sentences.ts'

/** What a word of the question is worth where it stands in the part itself, above it, before it, behind it. */
const worth = { own: 1, above: 0.9, before: 0.4, behind: 0.2 }

/** A part of a passage, with what it is worth as an answer. */
export interface Ranked {
  readonly part: ReadPart
  readonly points: number
  /** The terms of the question that it has, or that stand above it. */
  readonly says: readonly string[]
}

/** What the cosine of the chunk that was found is worth to the parts of it: where words say little, meaning decides. Measured in eval/README.md. */
const meaning = { beside: 0.2, alone: 2, below: 0.4 }

/** The parts of the passages by what each says to the question, best first. */
export function rank(reading: Reading): Ranked[] {
  const byWords = rankByWords(reading)
  const weight = (byWords[0]?.points ?? 0) < meaning.below ? meaning.alone : meaning.beside
  const byMeaning = (part: ReadPart): number => {
    const passage = reading.passages[part.number - 1]
    if (passage === undefined || isAside(part) || isContents(part.text)) return 0
    const isFound = part.start >= passage.found.start && part.start < passage.found.end
    return isFound ? weight * Math.max(0, passage.similarity ?? 0) * worthOfPassage(part) : 0
  }
  return byWords
    .map(({ part, points, says }) => ({ part, points: points + byMeaning(part), says }))
    .sort((a, b) => b.points - a.points)
}

/** The same by words alone. */
export function rankByWords(reading: Reading): Ranked[] {
  const { question, parts, asked, toTerms, weighAsked, titles, sectionsAsked } = reading
  const total = asked.reduce((sum, term) => sum + weighAsked(term), 0)
  const there = new Set([...parts.flatMap(({ terms, days, path }) => [...terms, ...days, ...path]), ...titles.flat()])
  // Of a long question most terms may stand nowhere.
  const sought = asked.filter((term) => there.has(term))
  const isAnother = isOfAnotherNumber(question)
  const toRanked = (part: ReadPart, index: number): Ranked => {
    if (total === 0 || isContents(part.text)) return { part, points: 0, says: [] }
    const says = new Set([...part.terms, ...part.days])
    const above = new Set([...termsAbove(part, index, parts), ...toTerms(labelOf(part, parts))])
    const title = titles[part.number - 1] ?? []
    const before = beside(part, parts[index - 1])
    const behind = beside(part, parts[index + 1])
    const worthOf = (term: string): number => {
      if (says.has(term)) return worth.own
      if (above.has(term) || title.includes(term)) return worth.above
      return before.includes(term) ? worth.before : behind.includes(term) ? worth.behind : 0
    }
    const found = sought.reduce((sum, term) => sum + weighAsked(term) * worthOf(term), 0)
    const own = sought.some((term) => says.has(term)) ? 1 : 0.8
    const opening = part.terms.slice(0, 2).some((term) => sought.includes(term)) ? 1.25 : 1
    // However short, what holds a word of the question itself says what it says, and so does a row.
    const leadsAway = part.kind !== 'item' && (isAside(part) || announces(part.text))
    const saysItself = part.kind === 'row' || (own === 1 && !leadsAway)
    const length = part.terms.length > 60 ? 0.85 : part.terms.length < 3 && !saysItself ? 0.5 : 1
    const number = isAnother(part.text) || isOfAnotherVersion(part, sectionsAsked) ? 0.4 : 1
    const kind = isAside(part) ? 0.3 : 1
    const points = (found / total) * own * opening * length * kind * number * worthOfPassage(part)
    return { part, points, says: sought.filter((term) => says.has(term) || above.has(term)) }
  }
  return parts.map(toRanked).sort((a, b) => b.points - a.points)
}

/** The better a passage, the more its parts are worth. */
function worthOfPassage({ number }: ReadPart): number {
  return 1 / (1 + 0.15 * (number - 1))
}

/** Whether a part leads to an answer and is none. */
function isAside(part: ReadPart): boolean {
  return part.kind === 'heading' || part.kind === 'head' || isQuestion(part.text)
}

const numberedWord = createPattern(String.raw`(?<!\p{L})(\p{L}{2,})\s+(\d+(?:\.\d+)*)`, 'g')

/** What is asked of by its number, as a clause or a step, is not said by a part that names another of them. */
function isOfAnotherNumber(question: string): (text: string) => boolean {
  const asked = numbersOf(question)
  if (asked.size === 0) return () => false
  return (text) => [...numbersOf(text)].some(([word, named]) => asked.get(word)?.isSubsetOf(named) === false)
}

/** What is asked of by its version or its date is not said under the heading of another. */
function isOfAnotherVersion({ heading, text }: ReadPart, asked: readonly string[]): boolean {
  return (
    asked.length > 0 &&
    versionsIn(heading).length > 0 &&
    !asked.some((version) => isUnder(heading, version) || isUnder(text, version))
  )
}

/** The words of a text that numbers stand behind, and which. */
function numbersOf(text: string): Map<string, Set<string>> {
  const numbers = new Map<string, Set<string>>()
  for (const [, word = '', number = ''] of text.matchAll(numberedWord(text))) {
    const known = numbers.get(word.toLowerCase()) ?? new Set()
    numbers.set(word.toLowerCase(), known.add(number))
  }
  return numbers
}

/** The terms of the part next to it in the same passage; a row says what it says by itself. */
function beside(part: ReadPart, other: ReadPart | undefined): readonly string[] {
  if (part.kind === 'row' || other?.kind === 'row') return []
  return other?.number === part.number && Math.abs(other.block - part.block) <= 1 ? other.terms : []
}

/** A heading, a question or an announcement lends its terms to what it stands above, the head of a table to its rows. */
function termsAbove(part: ReadPart, index: number, parts: readonly ReadPart[]): ReadonlySet<string> {
  for (let at = index - 1; at >= 0; at -= 1) {
    const before = parts[at]
    if (before === undefined || before.number !== part.number) break
    if (part.kind === 'row' && before.kind === 'head' && before.block === part.block)
      return new Set([...before.terms, ...termsAbove(before, at, parts)])
    if (leadsOn(before) && (part.kind !== 'text' || part.block <= before.block + 1))
      return new Set([...before.terms, ...(before.kind === 'heading' ? before.path : [])])
    if (before.kind === 'heading') return new Set()
  }
  return new Set(part.order < 3 || part.kind === 'item' ? part.path : [])
}

/** The name that a paragraph or a line of its own begins with: what each of its sentences is about. */
export function labelOf({ number, block }: ReadPart, parts: readonly ReadPart[]): string {
  const first = parts.find((other) => other.number === number && other.block === block)
  return first?.kind === 'text' || first?.kind === 'item' ? toLabel(first.text) : ''
}

/** Whether a part says what comes, and not the thing itself. */
export function leadsOn(part: ReadPart): boolean {
  return part.kind === 'heading' || isQuestion(part.text) || announces(part.text)
}

/** Whether a text ends with a colon: what it speaks of comes after it. */
export function announces(text: string): boolean {
  return /[:：]\W*$/u.test(text)
}

export function isQuestion(text: string): boolean {
  return /[?？][*_"”»]*$/u.test(text)
}

/** A line of a table of contents: its words, dots, a page. */
function isContents(text: string): boolean {
  return /(?:\.\s?){4,}|…{2,}|(?:…\s*\d+\s*)$/.test(text)
}
