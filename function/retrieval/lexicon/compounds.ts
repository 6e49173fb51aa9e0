// Words that people write as one or as two: a question's `Urlaubstage` is found where the documents have `Urlaub` and `Tage`, `LendingClub` where they have `Lending Club`, and the other way round.
import type { Vocabulary } from './vocabulary.ts'

const compounding = new Set(['Danish', 'Dutch', 'Finnish', 'German', 'Hungarian', 'Norwegian', 'Swedish'])
/** What may stand between the parts. */
const links = ['', 's', 'es', 'n', 'en', 'er', 'e', '-']
const shortestPart = 3
/** A part that is found alone must be long enough to be no accident. */
const shortestAlone = 4
const maxWholes = 5

/**
 * The terms of the table that a word unknown to it is made of: its last part, the longest that is known, and what stands before
 * that; or its beginning alone; or the compounds that end in it.
 */
export function compoundTerms(
  word: string,
  languageName: string,
  toTerm: (word: string) => string,
  { count, endingIn }: Pick<Vocabulary, 'count' | 'endingIn'>,
): string[] {
  if (!compounding.has(languageName)) return []
  const known = (part: string): string | undefined => {
    const term = part.length < shortestPart ? '' : toTerm(part)
    return count(term) > 0 ? term : undefined
  }
  const beginning = (part: string): string | undefined =>
    links
      .filter((link) => part.endsWith(link))
      .map((link) => known(part.slice(0, part.length - link.length)))
      .find((term) => term !== undefined)
  for (let at = shortestPart; at <= word.length - shortestPart; at += 1) {
    const last = known(word.slice(at))
    const first = last && beginning(word.slice(0, at))
    if (last !== undefined && first !== undefined) return [first, last]
    if (last !== undefined && word.length - at >= shortestAlone) return [last]
  }
  for (let at = word.length - 1; at >= shortestAlone; at -= 1) {
    const first = known(word.slice(0, at))
    if (first !== undefined) return [first]
  }
  return word.length < shortestAlone ? [] : endingIn(toTerm(word)).slice(0, maxWholes)
}

/** In any language, the two terms of the table that a word unknown to it is written together of; none where it is not. */
export function apartTerms(
  word: string,
  toTerm: (word: string) => string,
  { count }: Pick<Vocabulary, 'count'>,
): string[] {
  for (let at = shortestAlone; at <= word.length - shortestAlone; at += 1) {
    const terms = [toTerm(word.slice(0, at)), toTerm(word.slice(at))]
    if (terms.every((term) => term.length >= shortestAlone && count(term) > 0)) return terms
  }
  return []
}
