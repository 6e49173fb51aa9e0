/** What an answer took from a passage: which words of it are marked. */
import type { Answer, Citation, Span } from '../../function/contract/replies.ts'
import { make } from '../dom.ts'

/** From where to where in a text. */
type Place = readonly [from: number, to: number]

interface TextPiece {
  readonly node: Text
  readonly from: number
}

/** A quoted answer, quotation by quotation: each ends with its citation. */
export function quotesOf({ answer, citations }: Pick<Answer, 'answer' | 'citations'>): string[] {
  return citations.map(({ marker }, index) => answer.slice(citations[index - 1]?.marker.end ?? 0, marker.end))
}

/** The words of each passage that bear an answer out, by the passage's number. */
export type Marks = ReadonlyMap<number, readonly string[]>

export function marksOf(citations: readonly Citation[]): Marks {
  const byNumber = Map.groupBy(citations, ({ number }) => number)
  return new Map([...byNumber].map(([number, found]) => [number, found.map(({ quote }) => quote)]))
}

/** Marks words in a passage as it is shown. Returns whether they stand there. */
export function highlight(passage: HTMLElement, quotes: readonly string[]): boolean {
  const pieces = piecesOf(passage)
  const all = textOf(pieces)
  const spans = quotes.flatMap((quote) => findWords(all, quote) ?? [])
  for (const { node, from } of pieces.toReversed()) {
    for (const span of merge(spans).toReversed()) {
      const [start, end] = [Math.max(span[0] - from, 0), Math.min(span[1] - from, node.data.length)]
      if (start >= end) continue
      const piece = node.splitText(start)
      piece.splitText(end - start)
      const mark = make('mark')
      piece.replaceWith(mark)
      mark.append(piece)
    }
  }
  return spans.length > 0
}

/** The marks in a passage that have to do with a quotation. */
export function marksWithin(passage: HTMLElement, quote: string): HTMLElement[] {
  const pieces = piecesOf(passage)
  const [span] = findWords(textOf(pieces), quote) ?? []
  if (span === undefined) return []
  const within = pieces.filter(({ node, from }) => from < span[1] && from + node.data.length > span[0])
  return within.flatMap(({ node }) => node.parentElement?.closest('mark') ?? [])
}

/** Underlines, in an answer as it is shown, the statements that no passage bears out. Its nodes stay as they are: something in them may be selected. */
export function doubt(element: HTMLElement, answer: string, statements: readonly Span[]): void {
  const pieces = piecesOf(element)
  const all = textOf(pieces)
  const doubtful = CSS.highlights.get('doubtful') ?? new Highlight()
  CSS.highlights.set('doubtful', doubtful)
  let after = 0
  for (const { start, end } of statements) {
    // Where a link leads is not to be seen.
    const [span] = findWords(all, answer.slice(start, end).replace(/\]\([^)\s]*\)/g, ']'), after) ?? []
    if (span === undefined) continue
    const range = new Range()
    const [first, last] = span.map((place, index) => pieces.findLast(({ from }) => from < place + 1 - index))
    if (first === undefined || last === undefined) continue
    range.setStart(first.node, span[0] - first.from)
    range.setEnd(last.node, span[1] - last.from)
    doubtful.add(range)
    after = span[1]
  }
}

function piecesOf(element: HTMLElement): TextPiece[] {
  const pieces: TextPiece[] = []
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  let from = 0
  while (walker.nextNode()) {
    const node = walker.currentNode as Text
    pieces.push({ node, from })
    from += node.data.length
  }
  return pieces
}

function textOf(pieces: readonly TextPiece[]): string {
  return pieces.map(({ node }) => node.data).join('')
}

/** Where words stand in a text, past a place in it. Only letters and digits count, since marks of Markdown are no longer there. */
function findWords(text: string, words: string, after = 0): [Place] | undefined {
  const letters = [...text.matchAll(/[\p{L}\p{N}]/gu)]
  const places = letters.flatMap(({ 0: letter, index }) => Array<number>(letter.length).fill(index))
  const bare = (part: string): string => part.replace(/[^\p{L}\p{N}]/gu, '')
  const wanted = bare(words.replace(/^\s*(```|~~~).*$/gm, ''))
  const found = wanted === '' ? -1 : bare(text).indexOf(wanted, bare(text.slice(0, after)).length)
  if (found === -1) return undefined
  const [first = 0, last = 0] = [places[found], places[found + wanted.length - 1]]
  const tail = /^.[\p{M}.!?…。！？؟।)»”"]*/su.exec(text.slice(last))?.[0] ?? ''
  return [[first, last + tail.length]]
}

function merge(places: readonly Place[]): Place[] {
  const merged: Place[] = []
  for (const [from, to] of places.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last[1]) merged.splice(-1, 1, [last[0], Math.max(last[1], to)])
    else merged.push([from, to])
  }
  return merged
}
