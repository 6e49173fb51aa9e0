// A text -> the terms it is searched by. The same code reads documents and questions, so that both come out alike.
import { createPattern } from '../../patterns.ts'
import { type Months, monthsOf, toDates } from './dates.ts'
import { loadLanguage } from './languages.ts'
import { type Weekdays, weekdaysOf } from './weekdays.ts'

/** A word of a text, searched by its `term`. The terms in `parts` together say the same (`min-scale`: min, scale). */
export interface Word {
  readonly surface: string
  readonly term: string
  readonly parts: readonly string[]
}

/** What a piece of a text says, and all that it is found by. */
interface Read {
  readonly words: readonly Word[]
  readonly terms: readonly string[]
}

/** How texts of one language are read. */
export interface Words {
  /** The words that say something, in order. */
  readonly read: (text: string) => Word[]
  /** The words that `read` leaves out. */
  readonly readStopWords: (text: string) => Word[]
  /** All that a text is found by: the terms of its words, their parts, and the shorter forms of its version numbers. */
  readonly toTerms: (text: string) => string[]
  /** The days of the week, where a text may name one; Intl takes some milliseconds to say what they are called. */
  readonly weekdaysFor: (text: string) => Weekdays | undefined
}

/** Cannot be seen, and may stand inside a word: soft hyphens, zero-width spaces and joiners, marks of direction. */
const invisible = createPattern(String.raw`\p{Default_Ignorable_Code_Point}`, 'g')
const dashes = /[\u2010-\u2015\u2212]/g
const apostrophes = /[\u2018\u2019\u201b\u02bc]/g
/** Between the thousands of a number. A point there may be a version's too, and is seen to below. */
const thousands = /[,'\u00a0\u2009\u202f](?<=\d.)(?=\d{3}(?!\d))/g
const possessive = createPattern(String.raw`(?<=\p{L})'s(?![\p{L}\p{N}])`, 'gi')
/** Numbers with points (`v1.10.2`), `C++` and `C#`, `.NET`, and words, also those that hyphens and underscores join. */
const piece = createPattern(
  String.raw`(?<![\p{L}\p{M}\p{N}])v?\d+(?:[.,]\d+){1,5}|\p{L}[\p{L}\p{N}]*(?:\+\+|#)(?![\p{L}\p{N}+#])|(?<![\p{L}\p{M}\p{N}.])\.\p{L}[\p{L}\p{N}]+|[\p{L}\p{M}\p{N}]+(?:[-_][\p{L}\p{M}\p{N}]+)*`,
  'gi',
)
/** In `minScale`, and in `HTTPServer`. */
const innerCapital = createPattern(String.raw`(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})`)
const versionWord = /^version$/i
/** Chinese, Japanese, Thai, Lao, Khmer and Burmese put no spaces between words. */
const unspacedRun = createPattern(
  String.raw`[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmr}\p{scx=Mymr}]+`,
  'g',
)
const hangul = createPattern(String.raw`^\p{Script=Hangul}+$`)
const shout = createPattern(String.raw`^\p{Lu}{2,}$`)
const letters = createPattern(String.raw`^[\p{L}\p{M}]{3,}$`)
const run = createPattern(String.raw`[\p{L}\p{M}]+`, 'g')
/** Where a mark is an accent, a word is found without it. In other scripts marks are vowels. */
const accents = /(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+|[\u0591-\u05c7\u064b-\u065f\u0670]/gu
const letterless: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ı: 'i',
}
let segmenter: Intl.Segmenter | undefined
/** Made when a text needs it: the first of a process takes 8 ms. */
function openSegmenter(): Intl.Segmenter {
  segmenter ??= new Intl.Segmenter('und', { granularity: 'word' })
  return segmenter
}
/** A compound of more parts is a sentence, and is found by its parts. */
const maxParts = 5
const maxTermLength = 60
const maxSeen = 20_000

/** Loads what a language needs. Throws RangeError for a language that is not known. */
export async function createWords(languageName: string): Promise<Words> {
  const { locale, stem, stopWords } = await loadLanguage(languageName)
  let months: Months | undefined
  const openMonths = (): Months => {
    months ??= monthsOf(locale)
    return months
  }
  let weekdays: Weekdays | undefined
  const seen = new Map<string, Read>()

  function toTerm(word: string): string {
    const whole = languageName === 'German' ? word.replace(/(?<=[^aeqiouäöü]|^)[aou]e/g, toUmlaut) : word
    if (!letters(whole).test(whole)) return fold(whole).slice(0, maxTermLength)
    // English has no accents of its own. In other languages a stem depends on them.
    return (languageName === 'English' ? stem(fold(whole)) : fold(stem(whole))).slice(0, maxTermLength)
  }

  /** The same words come again and again. */
  function readOnce(surface: string): Read {
    const known = seen.get(surface)
    if (known !== undefined) return known
    const read = withTerms(readPiece(surface))
    if (seen.size >= maxSeen) seen.clear()
    seen.set(surface, read)
    return read
  }

  function readPiece(surface: string): readonly Word[] {
    const word = surface.toLowerCase()
    if (word.startsWith('.')) return [{ surface, term: word, parts: [toTerm(word.slice(1))] }]
    if (/[+#]$/.test(word)) return [{ surface, term: word, parts: [] }]
    if (/[.,]/.test(word)) return [readNumber(surface, word.replace(/^v/, '').replaceAll(',', '.'))]
    return readCompound(surface)
  }

  /** A word without hyphens, in any script. */
  function readWord(surface: string): Word[] {
    if (isUnspaced(surface)) return readUnspaced(surface)
    const word = surface.toLowerCase()
    // Words that are stop words and names: WHO, IT.
    if (stopWords.has(word)) return shout(surface).test(surface) ? [{ surface, term: surface, parts: [] }] : []
    if (hangul(word).test(word) && word.length > 2) return [{ surface, term: word, parts: pairs(word) }]
    const capitals = surface.split(innerCapital(surface))
    const parts =
      capitals.length > 1 && capitals.length <= maxParts ? capitals.map((part) => toTerm(part.toLowerCase())) : []
    return [{ surface, term: toTerm(word), parts }]
  }

  function readUnspaced(surface: string): Word[] {
    const segmenter = openSegmenter()
    const spaced = surface.replace(unspacedRun(surface), (run) => {
      const words = [...segmenter.segment(run)].filter(({ isWordLike }) => isWordLike === true)
      return ` ${words.map(({ segment }) => segment).join(' ')} `
    })
    return spaced
      .split(' ')
      .filter((word) => word !== '')
      .flatMap((word) => (isUnspaced(word) ? [{ surface: word, term: word.toLowerCase(), parts: [] }] : readWord(word)))
  }

  function readCompound(surface: string): Word[] {
    const pieces = surface.split(/[-_]/)
    const words = pieces.flatMap(readWord)
    if (pieces.length === 1 || pieces.length > maxParts || words.length === 0 || isUnspaced(surface)) return words
    const parts = words.flatMap(({ term, parts }) => [term, ...parts])
    const term = /^\d{4}-\d\d-\d\d$/.test(surface) ? surface : toTerm(pieces.join('').toLowerCase())
    return [{ surface, term, parts }]
  }

  function readAll(text: string): Read[] {
    const clean = toPlain(text)
    const all: Read[] = []
    for (const surface of clean.match(piece(clean)) ?? []) {
      // "version 2" is "v2" too.
      if (/^\d+$/.test(surface) && versionWord.test(lastOf(all)))
        all.push(withTerms([{ surface, term: `v${surface}`, parts: [surface] }]))
      else all.push(readOnce(surface))
    }
    for (const { surface, date } of toDates(clean, openMonths))
      all.push(withTerms([{ surface, term: date, parts: [] }]))
    return all
  }

  return {
    read: (text) => readAll(text).flatMap(({ words }) => words),
    toTerms(text) {
      const all: string[] = []
      // Faster than flatMap, and an ingest does it for each chunk.
      for (const { terms } of readAll(text)) for (const term of terms) all.push(term)
      return all
    },
    readStopWords: (text) =>
      (text.match(run(text)) ?? [])
        .map((surface) => ({ surface, term: surface.toLowerCase(), parts: [] }))
        .filter(({ term }) => stopWords.has(term)),
    weekdaysFor(text) {
      if (locale === 'en' && !/day/i.test(text)) return undefined
      weekdays ??= weekdaysOf(locale)
      return weekdays
    },
  }
}

/** The terms of words, their parts, and the shorter forms of version numbers. */
function withTerms(words: readonly Word[]): Read {
  const terms = words.flatMap(({ term, parts }) => [term, ...parts, ...shorterVersions(term)])
  return { words, terms }
}

/** The last word that is not left out. */
function lastOf(all: readonly Read[]): string {
  return all.findLast(({ words }) => words.length > 0)?.words.at(-1)?.surface ?? ''
}

/** As people read a text: one form for each letter, dash and apostrophe, nothing that cannot be seen, thousands joined. */
function toPlain(text: string): string {
  const plain = text
    .replace(invisible(text), '')
    .replace(thousands, '')
    .normalize('NFKC')
    .replace(dashes, '-')
    .replace(apostrophes, "'")
  return plain.replace(possessive(plain), '')
}

function isUnspaced(text: string): boolean {
  return text.search(unspacedRun(text)) !== -1
}

/** Without accents. */
function fold(word: string): string {
  if (/^[a-z0-9]*$/.test(word)) return word
  return word
    .normalize('NFKD')
    .replace(accents, '')
    .normalize('NFC')
    .replace(/[ßæœøłđðı]/g, (letter) => letterless[letter] ?? letter)
}

function toUmlaut(pair: string): string {
  return { ae: 'ä', oe: 'ö', ue: 'ü' }[pair] ?? pair
}

/** A number with points is a version, or has thousands; in many languages `1.500` is 1500. */
function readNumber(surface: string, number: string): Word {
  return { surface, term: number, parts: /^\d{1,3}(\.\d{3})+$/.test(number) ? [number.replaceAll('.', '')] : [] }
}

/** 1.10.2 is found as 1.10 and as 1, too. */
function shorterVersions(term: string): string[] {
  if (!/^\d+(\.\d+)+$/.test(term)) return []
  const parts = term.split('.')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'))
}

/** Korean words end in particles. Each two letters that follow each other are a term, so that a word is found without them. */
function pairs(word: string): string[] {
  return [...new Set(Array.from({ length: word.length - 1 }, (_, index) => word.slice(index, index + 2)))]
}
