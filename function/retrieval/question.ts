// A question -> the words that ask, apart from what people say around them: who they are, what they have tried, thanks.
import { isCommonWord } from '../embedding/word-pieces.ts'
import { createPattern } from '../patterns.ts'
import { apartTerms, compoundTerms } from './lexicon/compounds.ts'
import type { Lexicon } from './lexicon/lexicon.ts'
import type { Word } from './lexicon/words.ts'

/** How much a word counts that stands in the sentences beside the one that asks, or was said before it. Measured in eval/README.md. */
export const aroundBoost = 0.4

export interface ReadQuestion {
  /** The words of each sentence that asks. */
  readonly asked: ReadonlyArray<readonly Word[]>
  /** The other words: they may say what is meant, and must not drown what is asked. */
  readonly around: readonly Word[]
  /** The text without the sentences that say little beside one that asks: what is embedded. */
  readonly said: string
  /** Words that the table does not know, and the words of it that they are taken for. */
  readonly mended: ReadonlyArray<{ readonly surface: string; readonly term: string }>
  /** Whether the table knows hardly a word of it, as it does in another language. */
  readonly foreign: boolean
}

/** Where a sentence ends: after its mark and a space, after the mark alone in a script without spaces, and at the end of a line. */
const ends = /(?<=[.!?;؟]["')\]]?)\s+|(?<=[。！？])|\n+/u
/** In every language a question has a mark. Greek's is what is a semicolon elsewhere. */
const questionMark = createPattern(String.raw`([?？؟]["')\]]?|\p{Script=Greek};)$`)
/** Of shorter words too many differ in one letter. */
const shortestMended = 5
/** To look for what a word may mean takes a walk through the table's terms: of a question so many words are looked for, and none that is longer than any word. */
const mostMended = 16
const longestMended = 64
const plainWord = createPattern(String.raw`^\p{Lu}?\p{Ll}+$`)
const capital = createPattern(String.raw`^\p{Lu}`)
const likeName = createPattern(String.raw`^[^\p{L}]*\p{L}.*\d|\p{Ll}\p{Lu}`)
/** Of a language's own sentences about half the words are stop words. */
const leastStopWords = 0.2
const leastKnown = 1 / 3
/**
 * How much of a sentence beside one that asks the table must know, by the rarity of its words, and how much beside what it knows
 * of the one that asks. Of who somebody is and of thanks it knows less. Measured in eval/README.md.
 */
const leastSaid = 0.6

/** Whether a text is of one sentence, of which everything is `said`: known without the table's words. */
export function isOneSentence(text: string): boolean {
  return text.trim().split(ends).length === 1
}

/** Where no sentence ends as a question does, or none that does says anything the table knows, all of them ask. */
export function readQuestion(text: string, { language, languageName, vocabulary }: Lexicon): ReadQuestion {
  const toTerm = (word: string): string => language.read(word)[0]?.term ?? ''
  const knows = ({ term, parts }: Word): boolean => [term, ...parts].some((known) => vocabulary.count(known) > 0)
  const rarityOf = (words: readonly Word[]): number =>
    [...new Set(words.map(({ term }) => term))].reduce((sum, term) => sum + vocabulary.rarity(term), 0)
  const mended: Array<{ surface: string; term: string }> = []
  const sentences = text
    .split(ends)
    .map((sentence) => sentence.trim())
    .map((sentence) => ({
      sentence,
      // A date that the documents lack says no more than its parts do.
      words: language
        .read(sentence)
        .filter((word) => word.parts.length > 0 || !/^\d{4}-\d\d-\d\d$/.test(word.term) || knows(word)),
      asks: questionMark(sentence).test(sentence),
    }))
    .filter(({ words }) => words.length > 0)
  const words = sentences.flatMap(({ words }) => words)
  // A question of stop words alone may still be a heading.
  if (words.length === 0)
    return { asked: [language.readStopWords(text)], around: [], said: text, mended, foreign: false }
  const stopWords = language.readStopWords(text).length
  const foreign =
    words.length > 1 &&
    stopWords < leastStopWords * (stopWords + words.length) &&
    words.filter(knows).length < leastKnown * words.length
  const looked = new Map<string, Word>()
  const mend = (word: Word): Word => {
    const { surface } = word
    const known = looked.get(surface)
    if (known !== undefined) return known
    if (looked.size === mostMended || surface.length > longestMended) return word
    if (!plainWord(surface).test(surface)) return word
    const found = findMeant(word)
    looked.set(surface, found)
    return found
  }
  const findMeant = (word: Word): Word => {
    const { surface, term } = word
    const pieces = compoundTerms(surface.toLowerCase(), languageName, toTerm, vocabulary)
    if (pieces.length > 0) return { surface, term, parts: pieces }
    if (surface.length < shortestMended || foreign) return word
    const meant = vocabulary.nearest(term)
    // A word of its own is no mistake, though the table does not know it; unless it is the same in the other English.
    if (isCommonWord(surface) && (meant === undefined || asSpoken(meant) !== asSpoken(term))) return word
    if (meant === undefined) return { surface, term, parts: apartTerms(surface.toLowerCase(), toTerm, vocabulary) }
    mended.push({ surface, term: meant })
    return { surface, term, parts: [meant] }
  }
  /** A word that the table has only as one with that before it, or behind it: `Lending Club`, where the documents write `Lendingclub`. */
  const joined = (word: Word, before: Word | undefined, behind: Word | undefined): Word | undefined => {
    const wholes = [before && before.surface + word.surface, behind && word.surface + behind.surface]
    const part = wholes
      .map((whole = '') => whole.toLowerCase())
      .filter((whole) => plainWord(whole).test(whole))
      .map(toTerm)
      .find((term) => vocabulary.count(term) > 0)
    return part === undefined ? undefined : { ...word, parts: [part] }
  }
  const marked = sentences.filter(({ asks }) => asks)
  const asking = marked.filter(({ words }) => words.some(knows))
  const asks = asking.length > 0 ? asking : marked
  const most = Math.max(0, ...asks.map(({ words }) => rarityOf(words.filter(knows))))
  const says = (words: readonly Word[]): boolean =>
    rarityOf(words.filter(knows)) >= leastSaid * Math.max(rarityOf(words), most)
  const kept = asks.length === 0 ? sentences : sentences.filter((one) => asks.includes(one) || says(one.words))
  const asked = (asking.length > 0 ? asking : sentences).map(({ words }) =>
    words.map((word, index) => (knows(word) ? word : (joined(word, words[index - 1], words[index + 1]) ?? mend(word)))),
  )
  const terms = new Set(asked.flat().map(({ term }) => term))
  return {
    asked,
    around: words.filter(({ term }) => !terms.has(term)),
    said: kept.length === sentences.length ? text : kept.map(({ sentence }) => sentence).join(' '),
    mended,
    foreign,
  }
}

/** What British and American spellings of a stem have in common: colour and color, centr and center, defenc and defens. */
function asSpoken(term: string): string {
  return term
    .replace(/ou(?=r)/g, 'o')
    .replace(/u$|e?r$/, '')
    .replace(/[cz]/g, 's')
    .replace(/(.)\1/g, '$1')
}

/** The words of a sentence that are written as names: with digits or inner capitals, or with a capital past the first word. */
export function namesIn(sentence: readonly Word[], capitalsAreNames: boolean): Word[] {
  const capitals = sentence.filter(({ surface }) => capital(surface).test(surface))
  // In a title or a shout capitals say nothing.
  const named = capitalsAreNames && (capitals.length <= 2 || capitals.length <= sentence.length / 2)
  return sentence.filter(
    ({ surface }, index) => likeName(surface).test(surface) || (named && index > 0 && capital(surface).test(surface)),
  )
}
