// Cuts a text into the parts that can be true, or be quoted: sentences, list items, table rows, code. Passages and answers are cut alike.
import { createPattern } from '../patterns.ts'
import { splitCode, toFence } from './code.ts'
import { closers, cutSentences } from './sentence-ends.ts'

/** A part of a text, from `start` up to `end`. Parts of one list item, paragraph or table have the same `block`. */
export interface Part {
  readonly kind: 'text' | 'item' | 'head' | 'row' | 'code' | 'heading'
  readonly block: number
  readonly start: number
  readonly end: number
}

const item = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+/
const tableRow = /^\s*\|.*\|\s*$/
const delimiterRow = /^[\s|:-]*-[\s|:-]*$/
/** A row as it comes from a format without tables: cells two spaces apart. */
const plainRow = /[^\s.!?] {2,}\S/
const heading = /^\s*#{1,6}\s+/
const divider = /^\s*([-*_])(?: ?\1){2,}\s*$/
const letterOrDigit = createPattern(String.raw`[\p{L}\p{N}]`)
/** A letter, a digit or what closes a word. */
const wordEnd = createPattern(String.raw`[\p{L}\p{N})"'\x60]$`)
const entryBegin = createPattern(String.raw`^[\p{Lu}\p{N}]`)
/** A line that stands alone, is short and ends like no sentence: a heading that has lost its mark. */
const headingWords = 12

const indent = /^(?: {4}|\t)/

interface Line {
  readonly text: string
  readonly start: number
  readonly end: number
}

interface Block {
  readonly lines: readonly Line[]
  readonly isCode: boolean
}

/** Text -> its parts, in order; what has neither letter nor digit is none. `hasIndentedCode`: what stands four spaces in is code, as in Markdown. */
export function toParts(text: string, hasIndentedCode = false): Part[] {
  const parts: Part[] = []
  let block = -1
  for (const { lines, isCode } of toBlocks(toLines(text), hasIndentedCode)) {
    const [first, last] = [lines[0], lines.at(-1)]
    if (first === undefined || last === undefined) continue
    block += 1
    const add = (kind: Part['kind'], start: number, end: number): void => {
      const trimmed = trim(text, start, end)
      if (trimmed !== undefined) parts.push({ kind, block, ...trimmed })
    }
    if (isCode) add('code', first.start, last.end)
    else if (tableRow.test(first.text) || isPlainTable(lines)) {
      const hasHead = lines[1] !== undefined && (delimiterRow.test(lines[1].text) || isPlainHead(lines))
      for (const [index, line] of lines.entries()) {
        if (!delimiterRow.test(line.text)) add(index === 0 && hasHead ? 'head' : 'row', line.start, line.end)
      }
    } else {
      const mark = (item.exec(first.text) ?? heading.exec(first.text))?.[0].length ?? 0
      const isItem = item.test(first.text)
      if (!isItem && isHeading(lines)) add('heading', first.start + mark, last.end)
      else if (!isItem && areEntries(lines))
        for (const [index, line] of lines.entries()) {
          block += index === 0 ? 0 : 1
          for (const [start, end] of toSentences(text, line.start, line.end)) add('item', start, end)
        }
      else
        for (const [start, end] of toSentences(text, first.start + mark, last.end))
          add(isItem ? 'item' : 'text', start, end)
    }
  }
  return parts
}

function toLines(text: string): Line[] {
  let start = 0
  return text.split('\n').map((line) => {
    const found = { text: line, start, end: start + line.length }
    start += line.length + 1
    return found
  })
}

/** Lines -> those that belong together: a paragraph, a list item, a table, a code block, a heading. */
function toBlocks(lines: readonly Line[], hasIndentedCode: boolean): Block[] {
  const blocks: Block[] = []
  let open: Line[] = []
  let isCode = false
  let mark: string | undefined
  /** Whether what is indented may belong to a list item. */
  let isListed = false
  const close = (): void => {
    if (open.length > 0) blocks.push({ lines: open, isCode })
    open = []
    isCode = false
  }
  for (const line of lines) {
    const wasFenced = mark !== undefined
    mark = toFence(mark, line.text)
    if (wasFenced && mark === undefined) {
      const closing = /^\s*[`~]*/.exec(line.text)?.[0].length ?? 0
      open.push({ ...line, end: line.start + closing })
      close()
      const after = line.text.slice(closing)
      if (after.trim() !== '') open.push({ text: after, start: line.start + closing, end: line.end })
      continue
    }
    if (wasFenced) {
      open.push(line)
      continue
    }
    const isBlank = line.text.trim() === '' || divider.test(line.text)
    const isIndented = indent.test(line.text)
    const before = open.at(-1)?.text
    if (isCode && (isBlank || isIndented)) {
      open.push(line)
      continue
    }
    const begins =
      mark !== undefined ||
      item.test(line.text) ||
      heading.test(line.text) ||
      (before !== undefined && (heading.test(before) || tableRow.test(before) !== tableRow.test(line.text)))
    if (isBlank || begins || isCode) close()
    if (isBlank) continue
    if (open.length === 0) {
      isListed = item.test(line.text) || (isListed && /^[ \t]/.test(line.text))
      isCode = mark !== undefined || (hasIndentedCode && isIndented && !isListed)
    }
    open.push(line)
  }
  close()
  return blocks
}

/** A full stop, what closes with it, and a citation on it, with something behind them. */
const inner = createPattern(
  `\\p{Sentence_Terminal}[${closers}*_~]*(?:[[【［〔⟦〖][^\\]】］〕⟧〗]*[\\]】］〕⟧〗]+|<\\S+|\\{\\S+|[⁰¹²³⁴-⁹,]+)?\\s|(?![.!?])\\p{Sentence_Terminal}`,
)

function isHeading(lines: readonly Line[]): boolean {
  const line = lines.length === 1 ? lines[0]?.text.trim() : undefined
  if (line === undefined) return false
  const bare = line.replace(/^(\*\*|__)(.*)\1$/, '$2')
  return (
    heading.test(line) ||
    (!inner(bare).test(bare) &&
      wordEnd(bare).test(bare) &&
      bare.split(/\s+/).length <= headingWords &&
      !saysValue(bare) &&
      [...toSentences(bare, 0, bare.length)].filter(([start, end]) => trim(bare, start, end) !== undefined).length ===
        1)
  )
}

/** From when to when: "9–17", "10:00 - 18:30". */
const hours = /(?<![\d-])\d{1,2}(?:[:.]\d\d)?\s?[-–—]\s?\d{1,2}(?:[:.]\d\d)?(?![\d-])/

/** Whether a line is a name and its value, or has a date, an amount or hours in it: it says something by itself. "Step 2: Rinse" is a heading. */
function saysValue(line: string): boolean {
  const [, label] = /^(.+?)[:：]\s+\S/u.exec(line) ?? []
  if (label !== undefined) return !/\s(\d+|[IVX]+)$/.test(label)
  return /,.*\d|\d\s?[%€$£]|\d\s(EUR|USD|GBP|CHF)\b/.test(line) || hours.test(line)
}

function isPlainTable(lines: readonly Line[]): boolean {
  return lines.length > 1 && lines.every(({ text }) => plainRow.test(text))
}

/** The first row of a plain table is its head where it alone has no number. */
function isPlainHead(lines: readonly Line[]): boolean {
  const [first, ...rows] = lines.map(({ text }) => /\d/.test(text))
  return first === false && rows.every(Boolean)
}

const longestEntry = 80

/** Whether each line of a block stands for itself, as in a list without marks: none goes on in the next. */
function areEntries(lines: readonly Line[]): boolean {
  return (
    lines.length > 1 &&
    (lines.every(({ text }) => toLabel(text) !== '') ||
      lines.every(
        ({ text }) => mayBeEntry(text) && !goesOnBelow.test(text) && (lines.length > 2 || /\d|[:：]\s/u.test(text)),
      ))
  )
}

/** A name that a line begins with, before what is said of it: "Spring regatta: in May." */
export function toLabel(text: string): string {
  return label(text).exec(text)?.[1] ?? ''
}

const label = createPattern(String.raw`^([\p{Lu}\p{N}][^.!?:：。！？\n]{0,40})(?::\s|：)\s*\S`)

function mayBeEntry(text: string): boolean {
  return text.length <= longestEntry && entryBegin(text).test(text)
}

const goesOnBelow = /[.!?;,。！？-]\s*$/u

/**
 * Up to where a text is cut as it will be once more of it is there: a line's first word may be the mark of a list, a line that begins
 * with | may become a row, and lines may turn out to stand for themselves.
 */
export function certainUntil(text: string): number {
  const lines = toLines(text)
  const last = lines.at(-1)
  if (last !== undefined && /^\s*\|/.test(last.text)) return Math.max(0, last.start - 1)
  const block = lines.slice(lines.findLastIndex(({ text }) => text.trim() === '') + 1)
  const [first, ...rest] = block
  const mayBeLabelled = block.every(({ text }, at) =>
    at < rest.length ? toLabel(text) !== '' : entryBegin(text).test(text),
  )
  const mayBeEntries =
    mayBeLabelled || block.every((line) => mayBeEntry(line.text) && (line === last || !goesOnBelow.test(line.text)))
  return first !== undefined && rest.length > 0 && mayBeEntries ? first.end : text.search(lineBegun)
}

const lineBegun = /(?:\s*\n\s*\S*)?\s*$/u

/** Never the end of a sentence: in English, German, French, Spanish, Italian, Dutch and Russian. */
const abbreviations = [
  String.raw`Dr|Mr|Mrs|Ms|Prof|St|Mt|Messrs|Gen|Gov|Lt|Col|Capt|Sgt|Rev|Hon|e\.\s?g|i\.\s?e|cf|vs|approx|incl|excl|Tel`,
  String.raw`Hr|Fr|Frl|Fa|Fam|z\.\s?B|d\.\s?h|u\.\s?a|i\.\s?d\.\s?R|vgl|ca|bzw|bspw|ggf|sog|inkl|exkl|einschl|zzgl|abzgl|evtl|resp|mtl|allg`,
  String.raw`Mme|Mmes|Mlle|Ste|Tél|boul|p\.\s?ex`,
  String.raw`Sra?|Srta|Sres|Dra|Av|Avda|Dpto|Depto|aprox|p\.\s?ej`,
  String.raw`Sig|Sigg|Sig\.ra|Dott|Dott\.ssa|Avv|Spett|p\.\s?es`,
  String.raw`dhr|mevr|drs|bijv|evt|afd|d\.\s?w\.\s?z|t\.\s?a\.\s?v`,
  'ул|просп|пер|наб|обл|тел|напр|проф',
]
const abbreviation = new RegExp(String.raw`(?:^|[\s([„“"'«])(?:${abbreviations.join('|')})\.\s*$`, 'i')
/** The end of a sentence only before a word that begins many: "5 Mio. Euro", "Acme Inc. Das". */
const mayEnd =
  /(?:^|[\s([„“"'«/])(?:Inc|Corp|Ltd|Co|Bros|Dept|Jr|Ave|Blvd|Abt|Mio|Mrd|Tsd|Std|Min|Sek|Stk|Hbf|Cie|Cía)\.\s*$/
/** "J. Smith", but "Plan B. Then". */
const initial = createPattern(String.raw`(?:^|[\s(„“"'«.])\p{L}\.\s*$`)
const opener =
  /^(?:The|Then|This|That|These|Those|It|Its|If|When|In|On|At|An?|You|We|He|She|They|For|To|And|But|Or|So|See|Use|Run|There|Der|Die|Das|Dem|Den|Dann|Es|Er|Sie|Wir|Wenn|Im|Am|Ein|Eine|Bei|Für|Mit|Und|Aber|Le|La|Les|Il)(?:\s|$)/u
/** No end of a sentence before a number. */
const beforeNumber =
  /(?:^|[\s([（【§])(?:No|Nos|Nr|Nrn|Ref|Fig|Figs|Eq|Sec|Ch|Chap|Abs|Art|Vol|pp?|S|Ziff|Kap|Bd|Abb|Tab|Anm|Rn|art|núm|n)\.\s*$/iu
/** Before a number these end no sentence either, nor does a short word without a vowel: "max. 30 °C", "Musterstr. 5", but "It weighs 5 kg. 3 Euro". */
const clippedBeforeNumber =
  /(?:(?:^|[^\d\s]\s+|[(„“"'«])(?:[Mm](?:ax|áx|in|ín|ind)|gem|Pos|[Kk]orp|корп|[B-DF-HJ-NP-TV-XZb-df-hj-np-tv-xzБ-ДЖЗЙ-НП-ТФ-Щ][b-df-hj-np-tv-xzб-джзй-нп-тф-щ]{1,4})|[a-zß](?:str|nr))\.\s*$/
/** An ordinal as German and its neighbours write it: "am 1. März". */
const ordinal =
  /(?:^|\s)(?:am|der|die|das|den|dem|des|im|zum|zur|ab|vom|bis|seit|und|jeden|jeder|ein|eine|einen|einem|–|-)\s+\d{1,2}\.\s*$/iu
const month =
  /^(?:jan|feb|mär|mar|apr|mai|maj|jun|jul|aug|sep|okt|oct|nov|dez|dec|januar|februar|märz|april|juni|juli|august|september|oktober|november|dezember|marts|december)\b/iu

/** What closes a sentence after its full stop, which Unicode's rules take for the beginning of the next. */
const closing = /^(?:\*{1,3}|_{1,3}|["”’)\]»]+)(?=\s|$)/u

/** What a small letter comes after ends no sentence, a question in it neither: "Click Forgotten? under it". */
const askedWithin = createPattern(`[?!][${closers}*_]*\\s*$`)
const smallFirst = createPattern(String.raw`^\s+\p{Ll}`)

const opened = /[([{（【［〔⟦〖「『《〈]$/u

function* toSentences(text: string, start: number, end: number): Generator<readonly [number, number]> {
  // A line's end inside a paragraph ends nothing.
  const flat = text.slice(start, end).replace(/\n/g, ' ')
  const code = toCode(flat)
  let from = 0
  let until = 0
  for (const { segment, index } of cutSentences(flat)) {
    if (until > from) {
      until += closing.exec(flat.slice(until))?.[0].length ?? 0
      const inCode = code.some(([start, end]) => start < until && until < end)
      if (!inCode && !goesOn(flat.slice(from, until), flat.slice(until))) {
        yield [start + from, start + until]
        from = until
      }
    }
    until = index + segment.length
    // Unicode's rules leave a bracket that opens with the sentence before it.
    while (until > from && opened.test(flat.slice(from, until))) until -= 1
  }
  if (until > from) yield [start + from, start + until]
}

/** From where to where code and formulas stand. */
function toCode(text: string): Array<readonly [number, number]> {
  let end = 0
  return splitCode(text).flatMap((piece, index) => {
    const start = end
    end += piece.length
    return index % 2 === 1 ? [[start, end] as const] : []
  })
}

function goesOn(before: string, next: string): boolean {
  if (isInAddress(before, next) || (/(?:^|\s)!$/.test(before) && next.startsWith('['))) return true
  if (abbreviation.test(before)) return true
  if (askedWithin(before).test(before) && smallFirst(next).test(before.slice(before.trimEnd().length) + next))
    return true
  if ((initial(before).test(before) || mayEnd.test(before)) && !opener.test(next)) return true
  if (beforeNumber.test(before) && /^[\p{N}IVX]/u.test(next)) return true
  if (/^[\d§]/.test(next) && clippedBeforeNumber.test(before)) return true
  return /\d{1,2}\.\s*$/.test(before) && (month.test(next) || (ordinal.test(before) && /^\p{L}/u.test(next)))
}

/** Whether a mark stands inside of an address or the target of a link, as in https://a.example/b?c=d and [b](c?d=e). */
function isInAddress(before: string, next: string): boolean {
  if (!/[.!?]$/.test(before) || !/^[\w%&=#/~+@:$*-]/.test(next)) return false
  const [word = ''] = before.split(/[\s)>"'`|]|\](?!\()/).slice(-1)
  const address = word.search(/\/|www\.|\]\(/)
  return address !== -1 && /^[\x21-\x7e]+$/.test(word.slice(address))
}

function trim(text: string, start: number, end: number): { start: number; end: number } | undefined {
  const inside = text.slice(start, end)
  if (!letterOrDigit(inside).test(inside)) return undefined
  return {
    start: start + inside.length - inside.trimStart().length,
    end: end - (inside.length - inside.trimEnd().length),
  }
}

const unspaced = '[\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Thai}，。、；：！？]'
const wrapped = createPattern(`(?<=${unspaced})[ \\t]*\\n[ \\t]*(?=${unspaced})`, 'g')

/** A part on one line, as it was before it was wrapped: scripts without spaces get none. */
export function unwrap(text: string): string {
  return text.replace(wrapped(text), '').replace(/[ \t]*\n[ \t]*/g, ' ')
}
