// What a quoted part stands under: an item, a row or a word may say the opposite without it.
import type { Passage } from '../retrieval/passages.ts'
import { turnsRound } from './grounding/denials.ts'
import { announces, isQuestion, leadsOn } from './rank.ts'
import { type ReadPart, versionsIn } from './read.ts'
import { unwrap } from './sentences.ts'

/** How long a line may be that is brought along, in characters: an announcement; one above whole sentences; a path of headings, of which otherwise only the last is; a short heading over a short sentence. */
const longest = { announcement: 300, aboveSentence: 40, path: 40, shortHeading: 24, shortSentence: 100 }
/** An announcement of so few words stands under something itself: "Do not:", "For example:". */
const fewWords = 3
const longestReply = { words: 2, toQuestion: 4, characters: 25 }

/**
 * The lines to be read before a part: the announcement of its list or table, the item that it is nested in, the question of a reply,
 * and the headings, where those do not say it all; before a sentence a short announcement, and headings that say no. `parts` are those of its passage.
 */
export function linesAbove(part: ReadPart, parts: readonly ReadPart[], passage: Passage): string[] {
  const { kind } = part
  if (kind === 'code' || kind === 'heading') return []
  const isSentence = endsAsSentence(part, parts) && !isReply(part, parts)
  if (isSentence && kind === 'text') {
    const line = parts.findLast((other) => other.kind === 'heading' && other.order < part.order)
    return headingsOver(part, line, passage).filter(counts)
  }
  const above = partAbove(part, parts, passage.text)
  const isHeading = above === undefined || above.kind === 'heading'
  if (isHeading || !leadsTo(above, part) || above.text.length > longest.announcement) {
    if (kind === 'text' && !isHeading) return []
    const headings = headingsOver(part, isHeading ? above : undefined, passage)
    return isSentence ? headings.filter(counts) : headings
  }
  if (isSentence && above.text.length > longest.aboveSentence) return []
  const saysAll = above.kind === 'text' && !isBrief(above)
  return [...(saysAll ? [] : linesAbove(above, parts, passage)), unwrap(above.text)]
}

/** Whether a heading counts for a whole sentence below it: it says no, or which version it is of, or when. */
function counts(heading: string): boolean {
  return turnsRound(heading) || tellsWhen(heading)
}

/** The number of a chapter tells nothing. */
const chapter = /^\d{1,2}(?:\.\d{1,2})*\.?\s+(?=[^\d\s])/

function tellsWhen(path: string): boolean {
  return path.split(' > ').some((heading) => versionsIn(heading.replace(chapter, '')).length > 0)
}

/** The heading that a part stands under, or the question that begins a paragraph. */
export function lineOver({ number, order }: ReadPart, parts: readonly ReadPart[]): ReadPart | undefined {
  return parts.findLast(
    (other, index) =>
      other.number === number &&
      other.order < order &&
      (other.kind === 'heading' || (isQuestion(other.text) && opensBlock(other, parts[index - 1]))),
  )
}

/** The question of an FAQ that a sentence answers by standing right below it. */
export function questionOver(part: ReadPart, parts: readonly ReadPart[]): string | undefined {
  if (part.kind !== 'text') return undefined
  const line = lineOver(part, parts)
  const question = line === undefined ? lastHeading(part) : unwrap(line.text)
  return isQuestion(question) && part.block <= (line?.block ?? -1) + 1 ? question : undefined
}

/** The short heading over a short sentence, which may say of what or when it is true: "Before 2020". */
export function shortHeadingOver(part: ReadPart, parts: readonly ReadPart[]): string | undefined {
  if (part.kind !== 'text' || part.text.length > longest.shortSentence) return undefined
  const heading = lineOver(part, parts)?.text ?? lastHeading(part)
  return heading !== '' && heading.length <= longest.shortHeading && !isQuestion(heading) ? heading : undefined
}

function lastHeading({ heading }: ReadPart): string {
  return heading.split(' > ').at(-1) ?? ''
}

function opensBlock({ number, block }: ReadPart, before: ReadPart | undefined): boolean {
  return before?.number !== number || before.block !== block
}

/** The path of headings over a part, and a line that stands there as one; over a list without any the title. */
function headingsOver({ kind, heading }: ReadPart, line: ReadPart | undefined, passage: Passage): string[] {
  const all = heading.split(' > ')
  const from = heading.length <= longest.path ? 0 : all.findIndex(tellsWhen)
  const path = all.slice(from).join(' > ')
  const own = line?.text ?? ''
  const headings = [path, path.endsWith(own) ? '' : own].filter((each) => each !== '')
  return headings.length === 0 && kind === 'item' ? [passage.title].filter((title) => title !== '') : headings
}

/** A paragraph's first sentence that is a word or two, "No." or "Not yet.", or below a question a few: nothing without the next, nor that without it. */
export function isReply(part: ReadPart | undefined, parts: readonly ReadPart[]): boolean {
  const before = parts[(part?.order ?? 0) - 1]
  if (part?.kind !== 'text' || before?.block === part.block || !/[.!。！]$/u.test(part.text)) return false
  const answers = isQuestion(before?.text ?? part.heading)
  const goesOn = parts[part.order + 1]?.block === part.block
  const words = answers ? longestReply.toQuestion : goesOn ? longestReply.words : 0
  return part.text.length <= longestReply.characters && wordsIn(part.text) <= words
}

function isBrief({ kind, text }: ReadPart): boolean {
  return kind === 'text' && announces(text) && wordsIn(text) <= fewWords
}

const ended = /[.!?…。！？।؟۔]["'”’»)\]*_]*$/u

/** Whether the item that a part belongs to ends with a full stop, or announces what follows. */
function endsAsSentence({ block }: ReadPart, parts: readonly ReadPart[]): boolean {
  const text = parts.findLast((other) => other.block === block)?.text ?? ''
  return ended.test(text) || (announces(text) && wordsIn(text) > fewWords)
}

function wordsIn(text: string): number {
  return text.split(/\s+/).length
}

/** What stands above a part: the item that it is nested in, or what comes before its list, its table or its paragraph. */
function partAbove(part: ReadPart, parts: readonly ReadPart[], text: string): ReadPart | undefined {
  const depth = depthOf(part, parts, text)
  const before = parts.slice(0, part.order).toReversed()
  return before.find(({ kind, block, start }) => {
    const isBeside = part.kind === 'item' && (kind === 'item' || kind === 'code')
    return block !== part.block && !(isBeside && depthOf({ block, start }, parts, text) >= depth)
  })
}

function leadsTo(above: ReadPart, part: ReadPart): boolean {
  return leadsOn(above) || (part.kind === 'item' && above.kind === 'item')
}

/** How far the line is indented that a part's block begins with. */
export function depthOf(
  { block, start }: Pick<ReadPart, 'block' | 'start'>,
  parts: readonly ReadPart[],
  text: string,
): number {
  const first = parts.find((other) => other.block === block)?.start ?? start
  const line = text.slice(text.lastIndexOf('\n', first - 1) + 1)
  return line.length - line.trimStart().length
}
