// The model's text, piece by piece -> the answer: each statement with the marker of what it stands on, as soon as it ends.
import type { Citation, Span } from '../../contract/replies.ts'
import { createPattern } from '../../patterns.ts'
import { endsInCode } from '../code.ts'
import { closers, decides, marks } from '../sentence-ends.ts'
import { certainUntil, type Part, toParts } from '../sentences.ts'
import { mayFollow, mayOpenCitation, mayRefer, takeCitations, takeFollowing, type Uncited } from './citations.ts'
import { createReferences } from './references.ts'
import type { Check, Verdict } from './support.ts'
import { createTidy } from './tidy.ts'

/** What came of the statements of an answer. */
export interface Cited {
  readonly text: string
  readonly citations: readonly Citation[]
  readonly unsupported: readonly Span[]
  /** How many statements were borne out or not, and how many said that the passages do not say. */
  readonly supported: number
  readonly refusals: number
  /** Whether the model wrote nothing, or nothing but its thoughts. */
  readonly wroteNothing: boolean
}

export interface Cite {
  /** The text that is certain so far, with its markers; what is still open is held back. */
  readonly push: (text: string) => string
  readonly end: () => string
  readonly cited: () => Cited
}

export interface CiteOptions {
  /** How many passages there are. */
  readonly count: number
  /** Whether the passages have a text as it stands. */
  readonly holds: (text: string) => boolean
  /** Whether nothing is sent before the end. */
  readonly whole: boolean
}

/** Where a sentence ends, its full stop, quotation marks and emphasis stand behind the marker; not those of brackets in it (approx.) */
const ending = createPattern(`\\s*(?:(?<!\\S[^]*[(（][^()（）]*)[${marks}]+[${closers}*_~]*)?\\s*$`)
const stop = createPattern(`[${marks}]`)
const onlyMarks = createPattern(`^[\\s${marks}]*$`)
const wordEnd = createPattern(String.raw`[\p{L}\p{M}\p{N}](?=[^\p{L}\p{M}\p{N}]*$)`)
const rowEnd = /\s*\|\s*$/
/** In scripts without spaces a word ends with a mark. */
const wide = `(?![!-~])[${marks}]`
/** Where a word is known to have ended, and what may become such an end. */
const wordEnded = createPattern(`(?=\\s)|(?<!${wide})(?:${wide})+(?!${wide})(?=[\\s\\S])`)
const mayEndWord = createPattern(`(?:${wide})*[\\ud800-\\udbff]?$`)
const goesOnEnding = createPattern(`^(?:${wide})*$`)
/** Each look at an open statement reads the whole of it: from so many characters on it must have grown by an eighth. */
const longStatement = 400
const grown = 1.125
/** A citation that was never closed. */
const cutOff = /\s*[[【［][\d\s,;–-]*$/u

/**
 * Text is taken in whole words, so that the answer is the same in whatever pieces it comes. What was given back is never taken back:
 * a word waits for its end, and a full stop for the marker before it.
 */
export function createCite(check: Check, { count, holds, whole }: CiteOptions): Cite {
  const tidy = createTidy(whole)
  const references = createReferences()
  const citations: Citation[] = []
  const unsupported: Span[] = []
  let supported = 0
  let refusals = 0
  let wroteNothing = true
  let text = ''
  let arrived = ''
  /** Up to where no word of it ends. */
  let within = 0
  /** What has come since the last statement that ended, as the model wrote it. */
  let tail = ''
  /** What of it, without citations, was given back, and up to where it was read for that. */
  let given = ''
  let read = 0
  /** Whether a list item is open, whose text is indented; otherwise that is code. */
  let listed = false
  /** How much had come of the open statement when it was last read. */
  let seen = 0

  const give = (more: string): string => {
    text += more
    return more
  }
  const cut = (text: string): Part[] => toParts(text, !listed)

  /** What has come up to an end, with a part that begins in it, without the part's citations. */
  function uncited(end: number, part?: Part): Uncited {
    if (part?.kind === 'code') return { text: tail.slice(0, end), named: [] }
    const start = Math.min(part?.start ?? 0, end)
    const { text, named } = takeCitations(tail.slice(start, end), count, holds)
    // Of "[1]." alone nothing is left.
    const isEmpty = text !== tail.slice(start, end) && onlyMarks(text).test(text)
    return { text: isEmpty ? '' : tail.slice(0, start) + text, named }
  }

  /** What of the open statement can be read already. */
  function giveOpening(part?: Part): string {
    const end = part?.end ?? tail.length
    const isCode = part?.kind === 'code'
    const until = isCode
      ? Math.min(tail.lastIndexOf('\n'), end)
      : mayOpenCitation(tail.slice(0, Math.min(certainUntil(tail), end)))
    if (until <= read) return ''
    const { text: known } = uncited(until, part)
    const shown = isCode ? known : withoutEnd(known)
    // "Passage 1 says that" is known for a citation only once more follows.
    if (shown.length <= given.length || (!isCode && (mayRefer(shown) || mayRefer(tail.slice(0, until))))) return ''
    const more = shown.slice(common(given, shown))
    given = shown
    read = until - (known.length - shown.length)
    return give(more)
  }

  /** Gives back the rest of a statement that has ended, with its marker. */
  function settle(part: Part, following: readonly number[]): string {
    const { text: plain, named } = uncited(part.end, part)
    const statement = plain.slice(part.start).trimStart()
    const begin = plain.length - statement.length
    const known = common(given, plain)
    const ends = part.kind === 'row' || part.kind === 'head' ? rowEnd : ending(plain)
    const closes = part.kind === 'code' ? -1 : plain.search(ends)
    const at = Math.max(closes === -1 ? plain.length : closes, begin, known)
    const isSilent = part.kind === 'heading' || part.kind === 'head' || !wordEnd(statement).test(plain.slice(begin, at))
    const verdict: Verdict = isSilent ? { kind: 'silent', grounds: [] } : check(statement, [...following, ...named])
    const start = text.length - given.length + begin
    const end = text.length + at - known
    let marked = ''
    for (const ground of verdict.grounds) {
      const marker = `${marked !== '' ? '' : part.kind === 'code' ? '\n' : ' '}[${ground.number}]`
      const position = end + marked.length
      citations.push({ ...ground, start, end, marker: { start: position, end: position + marker.length } })
      marked += marker
    }
    if (verdict.kind === 'supported') supported += 1
    if (verdict.kind === 'refusal') refusals += 1
    if (verdict.kind === 'unsupported') unsupported.push({ start, end })
    const line = tail.slice(0, part.start).split('\n').at(-1) ?? ''
    if (line.length < part.start || text === given)
      listed = /\S/.test(line) ? part.kind === 'item' : listed && /^\s/.test(line)
    tail = tail.slice(part.end)
    given = ''
    read = 0
    return give(plain.slice(known, at) + marked + plain.slice(at))
  }

  /** Settles every statement that something follows; at the end all of them. */
  function step(final: boolean): string {
    let out = ''
    for (;;) {
      const parts = cut(tail)
      // What was read along belongs to a statement, though its end is now seen to be before that.
      const at = Math.max(
        0,
        parts.findIndex(({ end }) => end >= read),
      )
      const [first, last] = [parts[0], parts[at]]
      if (first === undefined || last === undefined) break
      const part = { ...first, end: last.end }
      const after = tail.slice(part.end)
      // Citations behind the full stop belong to the statement before it.
      const following = takeFollowing(after, count, holds)
      const rest = following?.rest ?? after
      const follows = following === undefined ? at + 1 < parts.length && !mayFollow(after) : cut(rest).length > 0
      if (!final && !(follows && hasEnded(tail.slice(0, part.end), rest))) return out + giveOpening(part)
      tail = tail.slice(0, part.end) + rest
      out += settle(
        isHeading(part, rest, following !== undefined) ? part : { ...part, kind: 'text' },
        following?.named ?? [],
      )
    }
    return out + (final ? giveRest() : giveOpening())
  }

  /** A line without a full stop is a heading where it is marked as one, or stands alone above something. */
  function isHeading(part: Part, rest: string, isCited: boolean): boolean {
    if (part.kind !== 'heading') return true
    const before = tail.slice(0, part.start)
    if (/#\s*$/.test(before) || /^(\*\*|__).*\1$/.test(tail.slice(part.start, part.end))) return true
    return (
      !isCited && (text.length === given.length || before.includes('\n')) && /^\s*\n/.test(rest) && cut(rest).length > 0
    )
  }

  function giveRest(): string {
    const rest = uncited(tail.length).text.trimEnd()
    const more = rest.slice(common(given, rest))
    tail = ''
    given = ''
    return give(more)
  }

  function take(more: string): string {
    arrived += more
    wroteNothing &&= more.trim() === ''
    // Marks behind marks end no word, and are not read again.
    if (within < arrived.length - more.length && goesOnEnding(more).test(more)) return ''
    let out = ''
    for (;;) {
      const from = Math.max(within, arrived.search(/\S|$/))
      const rest = arrived.slice(from)
      const ended = wordEnded(rest).exec(rest)
      if (rest === '' || ended === null) {
        within = from + rest.search(mayEndWord(rest))
        return out
      }
      within = 0
      const word = arrived.slice(0, from + ended.index + ended[0].length)
      arrived = arrived.slice(word.length)
      tail += word
      if (tail.length > longStatement && tail.length < seen * grown) continue
      out += step(false)
      seen = tail.length
    }
  }

  return {
    push: (more) => take(references.push(tidy.push(more))),
    end() {
      const last = take(references.push(tidy.end()) + references.end())
      tail = `${tail}${arrived}`.trimEnd()
      arrived = ''
      if (!endsInCode(tail)) tail = tail.replace(cutOff, '')
      return last + step(true)
    },
    cited: () => ({ text, citations, unsupported, supported, refusals, wroteNothing }),
  }
}

/** Whether what follows a part shows that it has ended: inside of code that is still open nothing does but a blank line. */
function hasEnded(part: string, rest: string): boolean {
  return /\n\s*\n/.test(rest) || (!endsInCode(part) && (decides(rest) || rest.includes('|')))
}

/** Behind a full stop there may be an emoji: until a word follows, it may be the end of the statement, before which its marker goes. */
function withoutEnd(text: string): string {
  const at = text.search(wordEnd(text)) + 1
  const end = text.slice(at).search(stop(text))
  return (end === -1 ? text : text.slice(0, at + end)).replace(/[\s|]*$/, '')
}

/** How much of what was given back the text begins with: from there on it goes on, so that no letter is lost where the two differ. */
function common(given: string, text: string): number {
  if (text.startsWith(given)) return given.length
  let at = 0
  while (at < given.length && given[at] === text[at]) at += 1
  return at
}
