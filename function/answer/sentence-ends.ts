// Where sentences end, by the rules of Unicode's Standard Annex 29. Intl.Segmenter knows them too, but the first of a process takes 10 ms to make, and each cold start's first answer would wait for it.
import { createPattern } from '../patterns.ts'

/** The marks that may stand behind a statement, of a sentence or a clause, and what closes with them: for the classes of patterns. */
export const marks = String.raw`\p{Terminal_Punctuation}…⋯`
export const closers = String.raw`\p{Pe}\p{Pi}\p{Pf}"'`

/** A mark that ends a sentence, in group 1 where it may do something else as well; what closes with it; and the spaces after it. */
const ending = createPattern(
  String.raw`(?:([.\u2024\ufe52\uff0e])|\p{Sentence_Terminal})[\p{M}\p{Ps}\p{Pe}\p{Pi}\p{Pf}"']*[^\S\n\r\u0085\u2028\u2029]*`,
  'g',
)
/** Another mark, or one inside a sentence, before the next begins. */
const another = createPattern(
  String.raw`^[\p{Sentence_Terminal},:;\u055d\u060c\u060d\u07f8\u1802\u1808\u2013\u2014\u3001\ufe10\ufe11\ufe13\ufe14\ufe31\ufe32\ufe50-\ufe52\ufe54\ufe55\ufe58\ufe63\uff0c\uff0d\uff1a\uff1b\uff64-]`,
)
const number = createPattern(String.raw`^\p{Nd}`)
const lastLetter = createPattern(String.raw`[\p{Lu}\p{Ll}]$`)
const capital = createPattern(String.raw`^\p{Lu}`)
/** Whether the mark before it ends a sentence: not before "35 pods". */
const deciding = createPattern(String.raw`[\p{L}\p{Sentence_Terminal}]`)
/** The next letter is a small one. */
const small = createPattern(String.raw`^[^\p{L}\p{Sentence_Terminal}\n\r\u0085\u2028\u2029]*\p{Ll}`)

/** Cuts a text after each sentence, spaces included. */
export function* cutSentences(text: string): Generator<{ readonly segment: string; readonly index: number }> {
  let index = 0
  for (const { 0: mark, 1: stop, index: at } of text.matchAll(ending(text))) {
    const end = at + mark.length
    const next = text.slice(end, end + maxSeen)
    if (next === '' || another(next).test(next)) continue
    if (stop !== undefined && isInside(text.slice(Math.max(0, at - 2), at), mark, next)) continue
    yield { segment: text.slice(index, end), index }
    index = end
  }
  if (index < text.length) yield { segment: text.slice(index), index }
}

/** Whether enough of what follows a sentence is there to know that it has ended. */
export function decides(next: string): boolean {
  return deciding(next).test(next)
}

/** As far as what follows is looked at. */
const maxSeen = 100

/** In a number or an abbreviation. */
function isInside(before: string, mark: string, next: string): boolean {
  const joined = mark.length === 1
  return (
    (joined && number(next).test(next)) ||
    (joined && lastLetter(before).test(before) && capital(next).test(next)) ||
    small(next).test(next)
  )
}
