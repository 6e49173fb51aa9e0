// The quoted answer: the parts of the passages that answer best, word for word, without a model.
import type { Citation } from '../contract/replies.ts'
import { createPattern } from '../patterns.ts'
import { placeOf } from '../retrieval/passages.ts'
import { depthOf, isReply, lineOver, linesAbove, questionOver, shortHeadingOver } from './above.ts'
import { splitCode } from './code.ts'
import { turnsRound } from './grounding/denials.ts'
import { isQuestion, labelOf, leadsOn, rank } from './rank.ts'
import { isUnder, type Reading, type ReadPart } from './read.ts'
import { unwrap } from './sentences.ts'

const maxQuotes = 4
/** A part is quoted beside the best one when it scores at least this share of it. */
const worthQuoting = 0.54
/** A part of another passage than the best, or beside a row, with no word of the question in common with the best part, when it has at least this share of its weight. Measured in eval/README.md. */
const worthAlone = 0.7
/** Steps are asked for together when others of the list score at least this share of the best. */
const askedTogether = 0.25
/** How long an announcement may grow by its list, the whole by more than one quotation, and what a paragraph begins with; in characters. */
const longest = { announced: 700, answer: 430, opening: 300 }

/** What is quoted of the passages, a piece for each quotation; joined, they are the answer. */
export interface QuotedAnswer {
  readonly pieces: readonly string[]
  readonly citations: readonly Citation[]
}

/** Consecutive parts of one passage that are quoted together, and the lines that they stand under. */
interface Quotation {
  readonly above: readonly string[]
  readonly parts: readonly ReadPart[]
}

/** Passages, read -> their parts that answer best, each with its citation. */
export function extract(reading: Reading): QuotedAnswer {
  let quotations: Quotation[] = []
  const ranked = rank(reading)
  const points = new Map(ranked.map((each) => [each.part, each.points]))
  // A row is the whole of an answer; a sentence goes on in what stands beside it.
  const answersAlone = ranked[0]?.part.kind === 'row'
  let best = 0
  let count = 0
  let subject: readonly string[] = []
  for (const each of ranked) {
    const { part, points: worth } = each
    const taken = quotations.flatMap(({ parts }) => parts)
    if (count === maxQuotes || worth < best * worthQuoting || (count > 0 && worth === 0)) break
    if (taken.some((other) => part === other || isSameTable(part, other))) continue
    if ((answersAlone || isElsewhere(part, taken, reading)) && isBeside(each.says, subject, reading)) continue
    const quotation = complete(part, reading, points)
    const { parts, above } = quotation
    // The same words under other lines say something else.
    const alike = quotations.filter((other) => other.above.join('\n') === above.join('\n'))
    // What is part of it, or says the same word for word, was not worth a quotation of its own.
    const others = quotations.filter(
      (other) =>
        part.kind === 'heading' ||
        !other.parts.every((each) => parts.includes(each) || (alike.includes(other) && saysSame(each, parts))),
    )
    const said = alike.flatMap((other) => other.parts)
    const isHeading = parts.every(({ kind }) => kind === 'heading')
    const repeats = parts.some((each) => taken.includes(each)) || parts.every((each) => saysSame(each, said))
    if (count > 0 && (isHeading || (repeats && others.length === quotations.length))) continue
    const joined = join(others, quotation, reading)
    if (others.length > 0 && lengthOfAll(joined) > longest.answer) continue
    if (best === 0) subject = each.says
    best ||= worth
    count += 1 - (quotations.length - others.length)
    quotations = joined
  }
  const [first, ...others] = quotations
  if (first === undefined) return { pieces: [], citations: [] }
  return toQuotedAnswer(inOrder(first, others, reading), reading)
}

/**
 * The best quotation first, behind those that it goes on from. Then the others of its passage, before all what stands under the
 * same heading or name, and those of other passages; each as they stand there.
 */
function inOrder(best: Quotation, others: readonly Quotation[], { parts }: Reading): Quotation[] {
  const [lead] = best.parts
  const place = ({ parts: [part] }: Quotation): number => {
    if (lead === undefined || part === undefined) return 0
    if (part.number !== lead.number) return part.number
    if (lineOver(part, parts) !== lineOver(lead, parts)) return 0
    return part.block === lead.block && labelOf(lead, parts) !== '' ? -2 : -1
  }
  const sorted = [best, ...others].sort(
    (a, b) => place(a) - place(b) || (a.parts[0]?.order ?? 0) - (b.parts[0]?.order ?? 0),
  )
  const at = sorted.indexOf(best)
  let from = at
  while (from > 0 && goesOnFrom(sorted[from - 1], sorted[from], parts)) from -= 1
  return [...sorted.slice(from, at + 1), ...sorted.slice(0, from), ...sorted.slice(at + 1)]
}

/** Whether a quotation may need the one before it: it is the next sentence of the paragraph, or a later item of the list. */
function goesOnFrom(
  before: Quotation | undefined,
  { parts: [first] }: Quotation = { above: [], parts: [] },
  parts: readonly ReadPart[],
): boolean {
  const last = before?.parts.at(-1)
  if (first === undefined || last?.number !== first.number || last.order > first.order) return false
  const between = parts.filter(
    ({ number, order }) => number === first.number && order > last.order && order < first.order,
  )
  if (last.block === first.block) return between.length === 0
  return [last, ...between, first].every(({ kind }) => kind === 'item' || kind === 'code')
}

/** Whether what is said of a question is beside the point: it has nothing in common with the best part, and is much less of the question. */
function isBeside(says: readonly string[], subject: readonly string[], { weigh }: Reading): boolean {
  return !says.some((term) => subject.includes(term)) && weightOf(says, weigh) < weightOf(subject, weigh) * worthAlone
}

function weightOf(terms: readonly string[], weigh: (term: string) => number): number {
  return terms.reduce((sum, term) => sum + weigh(term), 0)
}

/** Whether a part stands in another passage than the best, or there below another question than what is quoted of it. */
function isElsewhere(part: ReadPart, taken: readonly ReadPart[], { parts }: Reading): boolean {
  if (part.number > 1) return true
  const line = lineOver(part, parts)
  const beside = taken.filter(({ number }) => number === part.number)
  return (
    beside.length > 0 &&
    line !== undefined &&
    isQuestion(line.text) &&
    beside.every((other) => lineOver(other, parts) !== line)
  )
}

function saysSame({ text }: ReadPart, parts: readonly ReadPart[]): boolean {
  return parts.some((part) => part.text === text)
}

/** Of a table the row that was asked for is quoted, and not its likes. */
function isSameTable(row: ReadPart, other: ReadPart): boolean {
  return other.kind === 'row' && row.number === other.number && row.block === other.block
}

/** What each part is worth. */
type Points = ReadonlyMap<ReadPart, number>

/** A part with what belongs to it, and under the lines without which it may say something else. */
function complete(part: ReadPart, reading: Reading, points: Points): Quotation {
  const { parts: all, passages, asked, toTerms } = reading
  const passage = passages[part.number - 1]
  if (passage === undefined) return { above: [], parts: [part] }
  const beside = all.filter(({ number }) => number === part.number)
  const parts =
    sectionAsked(part, beside, reading) ?? withReply(belonging(part, beside, passage.text, reading, points), beside)
  const [first = part] = parts
  const above = linesAbove(first, beside, passage)
  // Under a heading that says no a sentence may say the opposite of the one before it.
  const opening = above.some(turnsRound) ? openingOf(first, beside) : []
  if (opening.length > 0) return { above, parts: [...opening, ...parts] }
  const question = questionOver(first, beside)
  // What answers another question than was asked says so.
  const isAnother = question !== undefined && !above.includes(question) && !isAsked(question, reading)
  if (isAnother) return { above: [...above, question], parts }
  const heading = above.length > 0 ? undefined : shortHeadingOver(first, beside)
  // What it shares with the question or the sentence is said already.
  const isNew =
    heading !== undefined && !toTerms(heading).some((term) => asked.includes(term) || first.terms.includes(term))
  return { above: isNew ? [heading] : above, parts }
}

/** What a sentence's paragraph begins with, up to it, where that is not long. */
function openingOf(first: ReadPart, parts: readonly ReadPart[]): readonly ReadPart[] {
  const opening = parts.filter(
    ({ kind, block, order }) => kind === 'text' && block === first.block && order < first.order,
  )
  return lengthOf(opening) <= longest.opening ? opening : []
}

function isAsked(question: string, { asked, toTerms }: Reading): boolean {
  return toTerms(question).every((term) => asked.includes(term))
}

/** All that stands under a version or a date, where that was asked for and the part has little else of the question. */
function sectionAsked(part: ReadPart, passage: readonly ReadPart[], reading: Reading): readonly ReadPart[] | undefined {
  const { sectionsAsked, asked, toTerms, weighAsked } = reading
  const versions = sectionsAsked.filter((version) => isUnder(part.heading, version))
  if ((part.kind !== 'item' && part.kind !== 'text') || versions.length === 0) return undefined
  const own = asked.filter((term) => part.terms.includes(term))
  if (weightOf(own, weighAsked) > weightOf(toTerms(versions.join(' ')), weighAsked)) return undefined
  const path = part.heading.split(' > ')
  const last = path.findLastIndex((each) => versions.some((version) => isUnder(each, version)))
  const top = path.slice(0, last + 1).join(' > ')
  const section = passage.filter(({ heading }) => heading === top || heading.startsWith(`${top} > `))
  return lengthOf(section) <= longest.announced ? section : undefined
}

/** A list item whole, steps together, a row under its head, an announcement with its list, a heading with what it says, code under what leads to it. */
function belonging(
  part: ReadPart,
  passage: readonly ReadPart[],
  text: string,
  { asked }: Reading,
  points: Points,
): readonly ReadPart[] {
  const block = passage.filter((other) => other.block === part.block)
  if (part.kind === 'row')
    return [...block.filter(({ kind }) => kind === 'head'), ...rowsLike(part, block, asked, points)]
  const own = part.kind === 'item' ? withSteps(part, passage, text, points) : [part]
  const last = own.at(-1) ?? part
  if (leadsOn(last)) return [...own, ...announced(last, passage)]
  if (introduces(last) && passage[last.order + 1]?.kind === 'code') return [...own, ...announced(last, passage)]
  if (part.kind === 'code') {
    const before = passage[part.order - 1]
    if (before !== undefined && before.kind !== 'code' && introduces(before)) return [before, ...own]
  }
  return own
}

/** A reply and what comes after it are quoted together. */
function withReply(own: readonly ReadPart[], parts: readonly ReadPart[]): readonly ReadPart[] {
  const [first] = own
  if (first?.kind !== 'text') return own
  const [before, after] = [parts[first.order - 1], parts[first.order + 1]]
  if (before !== undefined && isReply(before, parts)) return [before, ...own]
  const goesOn = own.length === 1 && isReply(first, parts) && after?.kind === 'text' && !leadsOn(after)
  return goesOn ? [first, after] : own
}

/** Where the question singles no row out, all that say as much; a word of the head singles none out. */
function rowsLike(
  row: ReadPart,
  block: readonly ReadPart[],
  asked: readonly string[],
  points: Points,
): readonly ReadPart[] {
  const head = block.find(({ kind }) => kind === 'head')?.terms ?? []
  const isOneOf = row.terms.every((term) => !asked.includes(term) || head.includes(term))
  const rows = block.filter((other) => other.kind === 'row' && (isOneOf || points.get(other) === points.get(row)))
  return lengthOf(rows) <= longest.announced ? rows : [row]
}

/** A list item whole; of numbered ones the whole list, where several are asked for and it is not too long: a step alone is no instruction. */
function withSteps(item: ReadPart, passage: readonly ReadPart[], text: string, points: Points): readonly ReadPart[] {
  const own = passage.filter(({ block }) => block === item.block)
  const steps = new Set(passage.filter((part) => /\d/.test(markOf(part, text))).map(({ block }) => block))
  if (!steps.has(item.block)) return own
  let [from, to] = [item.block, item.block]
  while (steps.has(from - 1)) from -= 1
  while (steps.has(to + 1)) to += 1
  const list = passage.filter(({ block }) => block >= from && block <= to)
  const least = (points.get(item) ?? 0) * askedTogether
  const asked = new Set(list.filter((part) => (points.get(part) ?? 0) >= least).map(({ block }) => block))
  return asked.size > 1 && lengthOf(list) <= longest.announced ? list : own
}

/** The mark of the list before an item, or nothing. */
function markOf(part: ReadPart, passage: string): string {
  if (part.kind !== 'item') return ''
  return /(?:[-*+•]|\d{1,3}[.)])[ \t]+$/.exec(passage.slice(Math.max(0, part.start - 12), part.start))?.[0] ?? ''
}

const unended = createPattern(String.raw`[\p{L}\p{N},\x60]$`)

/** Whether a sentence goes on below: it ends with a colon, or has no end. */
function introduces(part: ReadPart): boolean {
  return leadsOn(part) || unended(part.text).test(part.text)
}

/** What comes after an announcement: the list, the table or the command; after a heading or a question, what is said first. */
function announced(part: ReadPart, passage: readonly ReadPart[]): ReadPart[] {
  const following = passage.slice(part.order + 1)
  const [next] = following
  if (next === undefined || next.kind === 'heading') return []
  const found: ReadPart[] = []
  let length = part.text.length
  for (const each of following) {
    const belongs =
      next.kind === 'text'
        ? each.block === next.block && found.length < 3
        : each.kind === next.kind || (next.kind === 'head' && each.kind === 'row')
    length += each.text.length
    if (!belongs || (length > longest.announced && found.length > 0)) break
    found.push(each)
  }
  const last = found.at(-1)
  if (next.kind === 'text' && last !== undefined && leadsOn(last)) found.push(...announced(last, passage))
  return found
}

function lengthOf(parts: readonly ReadPart[]): number {
  return parts.reduce((sum, { text }) => sum + text.length, 0)
}

function lengthOfAll(quotations: readonly Quotation[]): number {
  return quotations.reduce((sum, { above, parts }) => sum + above.join('\n').length + lengthOf(parts), 0)
}

/** Items that stand under the same lines are one list, with what stands between them; so are the sentences of a paragraph. */
function join(quotations: readonly Quotation[], quotation: Quotation, { parts }: Reading): Quotation[] {
  const [first] = quotation.parts
  const isLike = ({ above, parts: [other] }: Quotation): boolean =>
    above.length > 0 &&
    above.join('\n') === quotation.above.join('\n') &&
    other?.number === first?.number &&
    other?.kind === first?.kind &&
    (first?.kind === 'item' || (first?.kind === 'text' && other?.block === first.block))
  const like = quotations.find(isLike)
  if (like === undefined) return [...quotations, quotation]
  const orders = [...like.parts, ...quotation.parts].map(({ order }) => order)
  const [from, to] = [Math.min(...orders), Math.max(...orders)]
  const all = parts.filter(({ number, order }) => number === first?.number && order >= from && order <= to)
  if (lengthOf(all) > longest.answer) return [...quotations, quotation]
  return quotations.map((other) => (other === like ? { above: like.above, parts: all } : other))
}

function toQuotedAnswer(quotations: readonly Quotation[], { passages }: Reading): QuotedAnswer {
  const pieces: string[] = []
  const citations: Citation[] = []
  let at = 0
  for (const quotation of quotations) {
    const [first, last] = [quotation.parts[0], quotation.parts.at(-1)]
    const passage = first && passages[first.number - 1]
    if (first === undefined || last === undefined || passage === undefined) continue
    const text = toText(quotation, passage.text)
    const before = at === 0 ? '' : '\n'
    const marker = `${text.includes('\n') ? '\n' : ' '}[${first.number}]`
    const start = at + before.length
    const end = start + text.length
    const body = quotation.parts.find(({ kind }) => kind !== 'head') ?? first
    citations.push({
      number: first.number,
      start,
      end,
      marker: { start: end, end: end + marker.length },
      quote: passage.text.slice(body.start, last.end),
      ...placeOf(passage, body.start),
      support: 1,
    })
    pieces.push(`${before}${text}${marker}`)
    at = end + marker.length
  }
  return { pieces, citations }
}

/** The parts as they stood: sentences on one line, what had lines of its own in lines, numbers with their items, other marks of lists where there are several or something stands above. */
function toText({ above, parts }: Quotation, passage: string): string {
  const items = new Set(parts.filter(({ kind }) => kind === 'item').map(({ block }) => block)).size
  const depths = parts.map((part) => depthOf(part, parts, passage))
  const outermost = Math.min(...depths.filter((_, index) => parts[index]?.kind === 'item'))
  const quoted = parts.map((part, index) => {
    const before = parts[index - 1]
    const text = toQuoted(part)
    const mark = markOf(part, passage)
    const shown = items > 1 || above.length > 0 || /\d/.test(mark) ? mark : ''
    if (before === undefined) return shown + text
    if (before.block === part.block && part.kind !== 'row') return unwrap(passage.slice(before.end, part.start)) + text
    if (part.kind === 'row' || part.kind === 'head')
      return `\n${before.kind === 'head' && part.text.startsWith('|') ? delimiter(part.text) : ''}${text}`
    return `\n${shown === '' ? '' : ' '.repeat((depths[index] ?? 0) - outermost)}${shown}${text}`
  })
  return [...above.map(escapeNumbers), quoted.join('')].join('\n')
}

function toQuoted({ kind, text }: ReadPart): string {
  if (kind === 'code') return text
  return escapeNumbers(kind === 'head' || kind === 'row' ? text : unwrap(text))
}

/** A number in square brackets that is a passage's own, a footnote's say: escaped as Markdown does, so that each `[n]` outside of code is a marker. */
const ownNumber = /(?<!\{)\[((?!0\])\d{1,3}(?:\s*[,;–—-]\s*\d{1,3})*)\]/g

function escapeNumbers(text: string): string {
  return splitCode(text)
    .map((piece, index) => (index % 2 === 1 ? piece : piece.replace(ownNumber, '[$1\\]')))
    .join('')
}

/** The line that makes a table of a head and its rows. */
function delimiter(row: string): string {
  return `|${' --- |'.repeat(Math.max(1, row.split(/(?<!\\)\|/).length - 2))}\n`
}
