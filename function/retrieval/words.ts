import type { Table } from '@lancedb/lancedb'

/** A run of Chinese, Japanese, Thai, Lao, Khmer or Burmese: scripts that put no spaces between words. */
const run = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmr}\p{scx=Mymr}]+/gu
const segmenter = new Intl.Segmenter('und', { granularity: 'word' })
/** Marks at which the full-text index would cut a word, such as Thai's of tone. */
const cutting = /(?!\p{Alphabetic})\p{M}/gu

/** The words of the scripts that are written without spaces, with spaces between them; empty for a text without such scripts. */
export function unspacedWords(text: string): string {
  return (text.match(run) ?? []).flatMap(toWords).join(' ')
}

/** A text with spaces between all its words, as full-text search needs it. */
export function spaced(text: string): string {
  return text.replace(run, (found) => ` ${toWords(found).join(' ')} `)
}

/** Stands between texts that are tokenized together; digits, which no language stems or leaves out. */
const mark = '90071992547409927'

/** Texts -> the terms of each that carry meaning, as the table's full-text index sees them (stemmed, without stop words). */
export type Tokenize = (texts: readonly string[]) => Promise<ReadonlyArray<readonly string[]>>

/** Each call is a wait for another thread: hence many texts in one. */
export function createTokenize(chunks: Table): Tokenize {
  return async (texts) => {
    const joined = texts.map((text) => spaced(text).replaceAll(mark, ' ')).join(`\n${mark}\n`)
    const terms: string[][] = [[]]
    for (const { text } of await chunks.tokenize(joined, { column: 'text' })) {
      if (text === mark) terms.push([])
      else terms.at(-1)?.push(text)
    }
    return terms
  }
}

function toWords(text: string): string[] {
  const words = [...segmenter.segment(text)].filter(({ isWordLike }) => isWordLike === true)
  return words.map(({ segment }) => segment.replace(cutting, '')).filter((word) => word !== '')
}
