// Which value a statement gives an identifier: `timeoutSeconds: 2` and `periodSeconds: 5` do not say that timeoutSeconds is 5.
import { createPattern } from '../../patterns.ts'

/** An identifier, in small letters, and what it is set to: a number without its unit, or true or false. */
interface Setting {
  readonly key: string
  readonly value: string
}

const value = '(-?\\d+(?:\\.\\d+)?|true\\b|false\\b)'
const gives = '(?:is|are|to|of|equals|must be|should be|defaults to|(?:is |are )?set to|(?:is )?by default)'
/** A name of several words, as only identifiers are written, in prose; of one word, too, where a colon stands behind it. */
const named =
  '--?\\p{L}[\\p{L}\\p{N}-]{0,80}|[\\p{L}_][\\p{L}\\p{N}_]{0,80}(?:\\p{Ll}\\p{Lu}|[_./-][\\p{L}\\p{N}])[\\p{L}\\p{N}_./-]{0,80}'
const settings = createPattern(
  `(?<![\\p{L}\\p{N}_./-])(?:(${named})["'\`]*\\s*(?:[:=|]|${gives}(?!\\p{L}))?|(\\p{L}[\\p{L}\\p{N}_]{0,80})["'\`]*\\s?[:=])\\s*["'\`]*${value}`,
  'g',
)
/** From where on a line speaks of another identifier. */
const another = createPattern(
  String.raw`[\p{L}_][\p{L}\p{N}_./-]*["'\x60]*\s*[:=]\s*["'\x60]*(?:\d|true|false).*$`,
  'i',
)

/** What a statement sets, as far as it is written beside each other. */
export function settingsOf(statement: string): Setting[] {
  return [...statement.matchAll(settings(statement))].map(([, name, word, given = '']) => ({
    key: (name ?? word ?? '').toLowerCase().replace(/^-+/, ''),
    value: given.toLowerCase(),
  }))
}

/** Whether texts give the identifier a value, and none of them this one. */
export function contradicts(texts: readonly string[], { key, value: wanted }: Setting): boolean {
  const escaped = key.replaceAll('.', '\\.')
  const places = new RegExp(`(?<![\\p{L}\\p{N}_-])(?:--?)?${escaped}(?![\\p{L}\\p{N}_-])([^\\n]{0,200})`, 'giu')
  const begins = new RegExp(`^["'\`]*\\s*(?:[:=|]|${gives}(?![\\p{L}]))\\s*["'\`]*${value}`, 'iu')
  const rests = texts.flatMap((text) => [...text.matchAll(places)].map(([, rest = '']) => rest))
  if (!rests.some((rest) => begins.test(rest))) return false
  return !rests.some((rest) => {
    // What another identifier is set to is not meant.
    const own = rest.replace(another(rest), '')
    return [...own.matchAll(new RegExp(value, 'giu'))].some(([found]) => found.toLowerCase() === wanted)
  })
}
