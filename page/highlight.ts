/** What an answer took from a passage: which words of it are marked. */
import type { Answer } from '../function/contract.ts'
import { make } from './dom.ts'

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

/** Per passage, the pieces of the answer that cite it: whole quotations, or the sentence before each citation. */
export function claimsOf({ answer, generator }: Answer): Map<number, string[]> {
  const claims = new Map<number, string[]>()
  const add = (number: number, text: string): unknown => claims.set(number, [...(claims.get(number) ?? []), text])
  if (generator === 'extractive') {
    for (const quote of quotesOf(answer)) {
      const [, text = '', number] = /^([\s\S]*)\s\[(\d+)\]\s*$/.exec(quote) ?? []
      if (number !== undefined) add(Number(number), text.replace(/^```.*$/gm, ''))
    }
    return claims
  }
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
  return claims
}

/** Marks, in a passage as it is shown, the words that were quoted, or the sentence that says most nearly what was claimed. Returns whether there were any. */
export function highlight(passage: HTMLElement, claims: readonly string[], exact: boolean): boolean {
  const pieces = piecesOf(passage)
  const all = pieces.map(({ node }) => node.data).join('')
  const ranges = claims.flatMap((claim) => (exact ? findWords(all, claim) : findNearest(passage, pieces, claim)) ?? [])
  for (const { node, from } of pieces.toReversed()) {
    for (const range of merge(ranges).toReversed()) {
      const [start, end] = [Math.max(range[0] - from, 0), Math.min(range[1] - from, node.data.length)]
      if (start >= end) continue
      const piece = node.splitText(start)
      piece.splitText(end - start)
      const mark = make('mark')
      piece.replaceWith(mark)
      mark.append(piece)
    }
  }
  return ranges.length > 0
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

/** Where a quotation stands. Only its letters and digits count, since marks of Markdown are no longer there. */
function findWords(text: string, quote: string): [Range] | undefined {
  const letters = [...text.matchAll(/[\p{L}\p{N}]/gu)]
  const places = letters.flatMap(({ 0: letter, index }) => Array<number>(letter.length).fill(index))
  const bare = (part: string): string => part.replace(/[^\p{L}\p{N}]/gu, '')
  const wanted = bare(quote)
  const found = wanted === '' ? -1 : bare(text).indexOf(wanted)
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
