// Chunks -> the rows of a table, with the terms that they are found by.
import { isReadable } from '../function/embedding/engine.ts'
import type { Words } from '../function/retrieval/lexicon/words.ts'
import type { EmbeddedChunk } from './embedding.ts'
import type { ChunkRow } from './new-table.ts'

/** What is known of the rows so far. */
export interface RowTally {
  /** Where each document can be read on the web, where that is known. */
  readonly urls: ReadonlyMap<string, string>
  /** Every term, and in how many chunks it stands. */
  readonly terms: Map<string, number>
  chunks: number
  /** How many chunks the built-in model cannot read. */
  unreadable: number
}

/** Rows in the order of the chunks; the tally knows of each as soon as it is taken. */
export async function* toRows(
  embedded: AsyncIterable<EmbeddedChunk>,
  words: Words,
  tally: RowTally,
): AsyncGenerator<ChunkRow> {
  let source = ''
  let position = 0
  for await (const [chunk, vector] of embedded) {
    tally.chunks += 1
    if (vector !== undefined && !isReadable(chunk.text)) tally.unreadable += 1
    position = chunk.source === source ? position + 1 : 0
    source = chunk.source
    const { title, heading, text, hash, page, anchor } = chunk
    const terms = words.toTerms(text)
    // A document that begins with a heading is found by its title, too.
    const above = position === 0 && heading !== '' ? `${title}\n${heading}` : heading || title
    const headings = toHeadingTerms(words, above, source)
    for (const term of new Set([...terms, ...headings])) tally.terms.set(term, (tally.terms.get(term) ?? 0) + 1)
    const row = {
      id: `${source}#${position}`,
      source,
      title,
      heading,
      position,
      text,
      headings: headings.join(' '),
      words: terms.join(' '),
      hash,
      page,
      url: toPlace(tally.urls.get(source), page, anchor),
    }
    yield vector === undefined ? row : { ...row, vector }
  }
}

/** The place on a page: its heading, or in formats that have pages the page. */
function toPlace(url: string | undefined, page: number | null, anchor: string): string | null {
  if (url === undefined || url.includes('#')) return url ?? null
  if (page !== null) return `${url}#page=${page}`
  return anchor === '' ? url : `${url}#${encodeURIComponent(anchor)}`
}

/** A number in a path tells versions of a page apart. A heading is found by its stop words, too, where a question has no others. */
function toHeadingTerms(words: Words, heading: string, source: string): string[] {
  const numbers = source.match(/(?<![\p{L}\p{N}])v?\d[\d.]*\d?(?![\p{L}\p{N}])/giu) ?? []
  const stopWords = words.readStopWords(heading).map(({ term }) => term)
  return [...words.toTerms(heading), ...words.toTerms(numbers.join(' ')), ...stopWords]
}
