// The model's text, piece by piece -> the answer: each statement with the marker of what it stands on, as soon as it ends.
import type { Citation, Span } from '../../contract.ts'
import { type Part, toParts } from '../sentences.ts'
import { mayFollow, mayOpenCitation, mayRefer, takeCitations, takeFollowing } from './citations.ts'
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

/** Where a sentence ends, its full stop, quotation marks and emphasis stand behind the marker. */
const ending = /(?:[.!?…。！？：:;,，；؟।۔]+["'”’“‘)\]»›」』*_~]*)?\s*$/u
const stop = /[.!?…。！？：:;,，；؟।۔]/
const rowEnd = /\s*\|\s*$/
/** A word of which the end is known; in scripts without spaces, up to the end of the sentence. */
const firstWord = /^\s*(?:[^\s。！？；]+(?:(?=\s)|[。！？；]+(?=[\s\S]))|[。！？；]+(?=[\s\S]))/u
/** The first word of a line may be the mark of a list, a table or code; otherwise the end of the text. */
const lineBegun = /(?:\s*\n\s*\S*)?\s*$/u
/** Where the last word of a text may begin another statement. */
const mayBegin =
  /(?:\n\s*\S{0,4}\s*|[。！？；!?]\s*|[.!?…:：؟।۔](?:["'”’“‘)\]»›」』*_~`|]*|[[【［〔⟦〖][^\]】］〕⟧〗\n]*[\]】］〕⟧〗]+|<\S*|\{\S*|[⁰¹²³⁴-⁹,]+)(?:\s+|(?=\p{Lu})))(?:[^\p{L}\p{N}\s]+\s+)*\S*[。！？；]*$|(?:^|\n)\s*\|[^\n]*$/u
/** What may connect two citations, and then goes with them. */
const connected = /(?:(?:^|\s+)(?:and|und|et|y|or|oder)|\s*[,;&])+$/u
/** Whether a full stop ends a sentence shows only at the next letter: it does not before "35 pods". */
const decides = /[\p{L}|.!?。！？；]|\n\s*\n/u
/** Each look at an open statement reads the whole of it: from so many characters on it must have grown by an eighth. */
const longStatement = 400
const grown = 1.125
const fence = '```'
const code = /^\s*```/
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
  /** What has come since the last statement that ended, as the model wrote it, and what of it, without citations, was given back. */
  let tail = ''
  let given = ''
  /** Whether a statement waits for what may still belong to it. */
  let waits = false
  /** How much had come of the open statement when it was last read, and whether since then it may have ended. */
  let seen = 0
  let mayEnd = false

  const uncited = (part: string): string => takeCitations(part, count, holds).text
  const give = (more: string): string => {
    text += more
    return more
  }

  /** What of the open statement can be read already. */
  function giveOpening(open: Part | undefined): string {
    const inCode = code.test(tail)
    const known = Math.min(mayOpenCitation(tail), tail.search(lineBegun), open?.end ?? tail.length)
    // A statement may end, as far as is known, inside of a citation.
    const until = inCode ? tail.lastIndexOf('\n') + 1 : mayOpenCitation(tail.slice(0, known))
    const shown = inCode
      ? tail.slice(0, until)
      : withoutEnd(
          uncited(tail.slice(0, until))
            .replace(/[\s|]*$/, '')
            .replace(connected, '')
            .replace(ending, ''),
        )
    // "Passage 1 says that" is known for a citation only once more follows.
    if (shown.length <= given.length || mayRefer(shown) || (!inCode && mayRefer(tail.slice(0, until)))) return ''
    const more = shown.slice(common(given, shown))
    given = shown
    return give(more)
  }

  /** Gives back the rest of a statement that has ended, with its marker. */
  function settle(part: Part, named: readonly number[]): string {
    const raw = tail.slice(0, part.end)
    tail = tail.slice(part.end)
    const taken = takeCitations(raw, count, holds)
    // Of "[1]." alone nothing is left.
    const plain = taken.text !== raw && /^[\s.,;:!?。，；：]*$/u.test(taken.text) ? '' : taken.text
    const lead =
      plain.length -
      plain.trimStart().length +
      (/^(?:[-*+•]|\d{1,3}[.)]|#{1,6})\s+/.exec(plain.trimStart())?.[0].length ?? 0)
    const closes =
      part.kind === 'code' ? plain.length : plain.search(part.kind === 'row' || part.kind === 'head' ? rowEnd : ending)
    const known = common(given, plain)
    const at = Math.max(closes === -1 ? plain.length : closes, lead, known)
    const statement = plain.slice(lead)
    const offset = text.length - known
    const verdict: Verdict =
      part.kind === 'heading' || part.kind === 'head' || statement.trim() === ''
        ? { kind: 'silent', grounds: [] }
        : check(statement, [...named, ...taken.named])
    const [start, end] = [offset + lead, offset + at]
    const markers = verdict.grounds.map(({ number }) => `[${number}]`)
    const space = part.kind === 'code' ? '\n' : ' '
    let position = end
    for (const [index, ground] of verdict.grounds.entries()) {
      const length = (markers[index]?.length ?? 0) + (index === 0 ? 1 : 0)
      citations.push({ ...ground, start, end, marker: { start: position, end: position + length } })
      position += length
    }
    if (verdict.kind === 'supported') supported += 1
    if (verdict.kind === 'refusal') refusals += 1
    if (verdict.kind === 'unsupported') unsupported.push({ start, end })
    const marked = markers.length === 0 ? '' : space + markers.join('')
    const rest = plain.slice(known, at) + marked + plain.slice(at)
    // What was read along may reach over the end that the statement turns out to have.
    given = given.slice(plain.length)
    return give(rest)
  }

  /** Settles every statement that something follows; at the end all of them. */
  function step(final: boolean): string {
    let out = ''
    for (;;) {
      const [part, next] = toParts(tail)
      waits = next !== undefined
      if (part === undefined) break
      const after = tail.slice(part.end)
      // Citations behind the full stop belong to the statement before it.
      const following = takeFollowing(after, count, holds)
      const rest = following?.rest ?? after
      const known = following === undefined ? next !== undefined && !mayFollow(after) : toParts(rest).length > 0
      if (!final && !(known && decides.test(rest))) break
      tail = tail.slice(0, part.end) + rest
      out += settle(isHeading(part, rest) ? part : toStatement(part), following?.named ?? [])
    }
    return out + (final ? giveRest() : giveOpening(firstPart()))
  }

  /** The open part. A line without an end may become a heading or a sentence: it is read as a sentence, so that none is passed over. */
  function firstPart(): Part | undefined {
    const [part, next] = toParts(tail)
    if (part?.kind !== 'heading' || next !== undefined) return part
    const [sentence, another] = toParts(`${tail}.`)
    waits = another !== undefined
    return sentence
  }

  /** A line without a full stop is a heading where it is marked as one, or stands alone above something. */
  function isHeading(part: Part, rest: string): boolean {
    if (part.kind !== 'heading') return true
    const before = tail.slice(0, part.start)
    if (/#\s*$/.test(before) || /^(\*\*|__).*\1$/.test(tail.slice(part.start, part.end))) return true
    return (text.length === given.length || before.includes('\n')) && /^\s*\n/.test(rest) && toParts(rest).length > 0
  }

  function giveRest(): string {
    const rest = uncited(tail).trimEnd()
    const more = rest.slice(common(given, rest))
    tail = ''
    given = ''
    return give(more)
  }

  function take(more: string): string {
    arrived += more
    wroteNothing &&= more.trim() === ''
    let out = ''
    for (;;) {
      const word = firstWord.exec(arrived)?.[0]
      if (word === undefined) return out
      arrived = arrived.slice(word.length)
      // Inside a sentence, and inside of code, there is nothing to cut yet.
      mayEnd ||= code.test(tail)
        ? word.includes(fence) || tail.trimEnd().endsWith(fence)
        : waits || mayBegin.test((tail + word).slice(-longStatement))
      tail += word
      if (tail.length > longStatement && tail.length < seen * grown) continue
      out += mayEnd ? step(false) : giveOpening(undefined)
      mayEnd = false
      seen = tail.length
    }
  }

  return {
    push: (more) => take(references.push(tidy.push(more))),
    end() {
      const last = take(references.push(tidy.end()) + references.end())
      tail = `${tail}${arrived}`.trimEnd()
      arrived = ''
      if (!code.test(tail)) tail = tail.replace(cutOff, '')
      return last + step(true)
    },
    cited: () => ({ text, citations, unsupported, supported, refusals, wroteNothing }),
  }
}

function toStatement(part: Part): Part {
  return { ...part, kind: 'text' }
}

/** Behind a full stop there may be an emoji: until a word follows, it may be the end of the statement, before which its marker goes. */
function withoutEnd(text: string): string {
  let at = text.length
  while (at > 0 && !/[\p{L}\p{N}]/u.test(text.charAt(at - 1))) at -= 1
  const end = text.slice(at).search(stop)
  return end === -1 ? text : text.slice(0, at + end)
}

/** How much of what was given back the text begins with: from there on it goes on, so that no letter is lost where the two differ. */
function common(given: string, text: string): number {
  if (text.startsWith(given)) return given.length
  let at = 0
  while (at < given.length && given[at] === text[at]) at += 1
  return at
}
