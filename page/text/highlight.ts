/** What an answer took from a passage: which words of it are marked. */
import type { Answer, Span } from '../../function/contract.ts'
import { make } from '../dom.ts'

/** From where to where in a text. */
type Range = readonly [from: number, to: number]

interface TextPiece {
  readonly node: Text
  readonly from: number
}

/** A quoted answer, quotation by quotation: each ends with its citation. */
export function quotesOf(answer: string): string[] {
  return answer.split(/(?<=\[\d+\])\n/)
}

/** What is marked in each passage, by its number: words as they stand there, or what was claimed of it. */
export interface Marks {
  readonly exact: boolean
  readonly texts: ReadonlyMap<number, readonly string[]>
}

/** The words that bear an answer out; where it says none, the sentence before each of its citations. */
export function marksOf({ answer, citations }: Pick<Answer, 'answer' | 'citations'>): Marks {
  const texts = new Map<number, string[]>()
  const add = (number: number, text: string): unknown => texts.set(number, [...(texts.get(number) ?? []), text])
  for (const { number, quote } of citations) add(number, quote)
  if (citations.length > 0) return { exact: true, texts }
  for (const line of answer.split('\n')) {
    let from = 0
    for (const found of line.matchAll(/(\s*\[\d+\])+/g)) {
      const sentences = segment(line.slice(from, found.index), 'sentence')
      const claim = sentences.findLast(({ segment: text }) => /\p{L}/u.test(text))
      if (claim !== undefined) {
        for (const [, number] of found[0].matchAll(/\[(\d+)\]/g)) add(Number(number), claim.segment)
      }
      from = found.index + found[0].length
    }
  }
  return { exact: false, texts }
}

/** Marks, in a passage as it is shown, the words that were quoted, or the sentence that says most nearly what was claimed. Returns whether there were any. */
export function highlight(passage: HTMLElement, claims: readonly string[], exact: boolean): boolean {
  const pieces = piecesOf(passage)
  const all = textOf(pieces)
  const ranges = claims.flatMap((claim) => (exact ? findWords(all, claim) : findNearest(passage, pieces, claim)) ?? [])
  wrap(pieces, ranges, () => make('mark'))
  return ranges.length > 0
}

/** The marks in a passage that have to do with a quotation. */
export function marksWithin(passage: HTMLElement, quote: string): HTMLElement[] {
  const pieces = piecesOf(passage)
  const [range] = findWords(textOf(pieces), quote) ?? []
  if (range === undefined) return []
  const within = pieces.filter(({ node, from }) => from < range[1] && from + node.data.length > range[0])
  return within.flatMap(({ node }) => node.parentElement?.closest('mark') ?? [])
}

/** Marks, in an answer as it is shown, the statements that no passage bears out. */
export function doubt(element: HTMLElement, answer: string, statements: readonly Span[]): void {
  const pieces = piecesOf(element)
  const all = textOf(pieces)
  let after = 0
  const ranges = statements.flatMap(({ start, end }) => {
    // Where a link leads is not to be seen.
    const found = findWords(all, answer.slice(start, end).replace(/\]\([^)\s]*\)/g, ']'), after) ?? []
    after = found[0]?.[1] ?? after
    return found
  })
  wrap(pieces, ranges, () => make('span', { className: 'doubtful' }))
}

function wrap(pieces: readonly TextPiece[], ranges: readonly Range[], create: () => HTMLElement): void {
  for (const { node, from } of pieces.toReversed()) {
    for (const range of merge(ranges).toReversed()) {
      const [start, end] = [Math.max(range[0] - from, 0), Math.min(range[1] - from, node.data.length)]
      if (start >= end) continue
      const piece = node.splitText(start)
      piece.splitText(end - start)
      const wrapper = create()
      piece.replaceWith(wrapper)
      wrapper.append(piece)
    }
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
function findWords(text: string, words: string, after = 0): [Range] | undefined {
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

/** The sentence that shares most words with a claim, if it shares half of them and at least two. */
function findNearest(passage: HTMLElement, pieces: readonly TextPiece[], claim: string): [Range] | undefined {
  const blocks = 'p, li, tr, pre'
  const wanted = wordsOf(claim)
  let best: { readonly score: number; readonly range: Range } | undefined
  for (const block of passage.querySelectorAll(blocks)) {
    const mine = pieces.filter(({ node }) => node.parentElement?.closest(blocks) === block)
    const text = mine.map(({ node }) => node.data).join('')
    const whole = block.matches('tr, pre')
    for (const { segment: sentence, index } of whole ? [{ segment: text, index: 0 }] : segment(text, 'sentence')) {
      const has = wordsOf(sentence)
      const shared = [...wanted].filter((word) => has.has(word)).length
      const score = shared / wanted.size - has.size / 1000
      if (shared < 2 || shared < wanted.size / 2 || score <= (best?.score ?? 0)) continue
      const from = (mine[0]?.from ?? 0) + index
      best = { score, range: [from, from + sentence.trimEnd().length] }
    }
  }
  return best && [best.range]
}

function segment(text: string, granularity: 'sentence' | 'word'): Intl.SegmentData[] {
  return [...new Intl.Segmenter(undefined, { granularity }).segment(text)]
}

function wordsOf(text: string): Set<string> {
  const words = segment(text.toLowerCase(), 'word').filter(
    ({ isWordLike, segment: word }) => isWordLike && (word.length > 3 || /[^a-z]/.test(word)),
  )
  return new Set(words.map(({ segment: word }) => word))
}

function merge(ranges: readonly Range[]): Range[] {
  const merged: Range[] = []
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last[1]) merged.splice(-1, 1, [last[0], Math.max(last[1], to)])
    else merged.push([from, to])
  }
  return merged
}
