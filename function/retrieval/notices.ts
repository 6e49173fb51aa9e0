// What a reader should know of a search: words taken for others, names that no passage has, a question in another language.

import type { Word, Words } from './lexicon/words.ts'
import type { Passage } from './passages.ts'
import { namesIn, type ReadQuestion } from './question.ts'
import type { Row } from './rows.ts'

export const noSharedWord = 'No passage of the documents shares a word with the question.'
export const hardlyAWord =
  'Hardly a word of the question stands in the documents, and they are searched by their words alone. Ask in the language and the words of the documents.'

const maxNamed = 3
/** Where every noun has a capital, a capital names nothing. */
const capitalisesNouns = new Set(['German'])

/** The names in a question that none of the passages has. */
export function findUnmentioned(
  { asked }: Pick<ReadQuestion, 'asked'>,
  rows: readonly Row[],
  passages: readonly Passage[],
  languageName: string,
): string[] {
  const names = asked.flatMap((sentence) => namesIn(sentence, !capitalisesNouns.has(languageName)))
  if (names.length === 0) return []
  const held = rows.map(({ words, headings }) => ` ${words} ${headings} `)
  const texts = passages.map(({ text }) => text.toLowerCase())
  const mentioned = ({ surface, term, parts }: Word): boolean =>
    held.some((text) =>
      // A name written as one word is there where its parts stand side by side.
      [[term], /^\p{L}+$/u.test(surface) ? [parts.join(' ')] : parts].some(
        (terms) => (terms[0] ?? '') !== '' && terms.every((one) => text.includes(` ${one} `)),
      ),
    ) || texts.some((text) => text.includes(surface.toLowerCase()))
  const unmentioned: string[] = []
  for (const [surface, name] of new Map(names.map((name) => [name.surface, name]))) {
    if (unmentioned.length === maxNamed) break
    if (!mentioned(name)) unmentioned.push(surface)
  }
  return unmentioned
}

export function unmentionedNotice(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `The passages do not mention ${names.join(', ')}.`
}

/** Says the words that were searched for as the passages write them. */
export function mendedNotice(
  mended: ReadQuestion['mended'],
  rows: readonly Row[],
  { read }: Pick<Words, 'read'>,
): string | undefined {
  const said = mended.map(({ surface, term }) => {
    const row = rows.find(({ words, headings }) => ` ${words} ${headings} `.includes(` ${term} `))
    const written = row && read(`${row.title} ${row.heading} ${row.text}`).find((word) => word.term === term)?.surface
    return `“${surface}” is not in the documents: searched for “${(written ?? term).toLowerCase()}”.`
  })
  return said.length === 0 ? undefined : said.join(' ')
}
