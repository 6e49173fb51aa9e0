// What models write around an answer, taken off while it comes: thinking, marks of chat templates, a fence around the whole.

import { z } from 'zod'
import { endsInCode, endsInFence, splitCode } from '../code.ts'

/** Takes the model's text piece by piece and gives back what is the answer. */
export interface Tidy {
  readonly push: (text: string) => string
  readonly end: () => string
}

const opensThinking =
  /<(?:seed:)?(?:think|thinking|thought|reasoning|scratchpad)(?:\s[^<>\n]{0,80})?>|\[THINK\]|◁think▷|(?:<\|start\|>assistant)?<\|channel\|>(?:analysis|commentary|thought)[^<]*<\|message\|>|<\|channel>thought/i
const closesThinking =
  /<\/(?:seed:)?(?:think|thinking|thought|reasoning|scratchpad)>|\[\/THINK\]|◁\/think▷|assistantfinal|<\|channel\|>final[^<]*<\|message\|>|<channel\|>/i
/** The question, said again as it was put to the model. */
const opensQuestion = /\[INST\]/
const closesQuestion = /\[\/INST\]/
/** The end of a turn: what a model writes after its answer is not the answer. */
const endsTurn =
  /<\|(?:im_end|eot_id|end|endoftext|end_of_text|end▁of▁sentence|return|END_OF_TURN_TOKEN)\|>|<｜end▁of▁sentence｜>|<end_of_turn>|<\/s>|<eos>|\[\/INST\]|<\|(?:im_start|start_header_id)\|>(?:user|system)/
const otherMark =
  /(?:<\|(?:im_start|start)\|>|<start_of_turn>|<\|start_header_id\|>)(?:assistant|model)?(?:<\|end_header_id\|>)?\s*|<[|｜][\w▁]{1,40}[|｜]>|<(?:s|bos|pad|unk)>|<\/?answer>|<<\/?SYS>>/
const mark = new RegExp(
  [opensThinking, closesThinking, opensQuestion, endsTurn, otherMark].map(({ source }) => source).join('|'),
  'i',
)
/** Before and after a mark that a sentence speaks of: "it is closed by </think> later". */
const spoken = /(?:[\p{L}\p{N}][,;:]?[ \t]+|\p{Lo})["'“„«(「]?$/u
const maxSpoken = 80
const longestMark = 80
const goesOn = /^["'”“»)」]*(?:[ \t]+\p{Ll}|[ \t]*\p{Lo}|[.,;:!?。，])/u
/** As much of what follows a mark is needed for that. */
const needed = 4
/** Where thinking stands that is not closed: what was cut off with it is none of the answer. */
const beginsLine = /(?:\n|\p{Sentence_Terminal})\s*$/u
const endsLine = /^[ \t]*(?:\n|$)/
/** What may become one of these once more of it is there. */
const unfinished =
  /(?:<[|｜][^\n]{0,48}|<\/?[a-z_:]{0,14}|<(?:seed:)?(?:think|thinking|thought|reasoning|scratchpad)\s[^<>\n]{0,80}|\[\/?[A-Z]{0,5}|◁\/?[a-z]{0,5}|a(?:ss?[istanfl]{0,11})?)$/i
/** How a model begins that thinks aloud and will say so only at the end, by closing what it never opened. */
const thinksAloud =
  /^(?:okay|ok|alright|all right|hmm+|let me|let's|let us|first,? (?:i|let)|the user|the question|we (?:need|have|are)|i (?:need|should|have|must|will|am)|so,? the|so,? i|looking at|wait|we're|i'll|i'm)\b/i
/** How gpt-oss begins where the marks around its channels are lost. */
const analyses = /^analysis(?=\p{L})/u
const firstWords = 14
/** Longer than this nothing is held back for it. */
const maxThoughts = 8_000
const saysAnswer =
  /^(?:\*\*)?(?:(?:final )?answer|antwort|réponse|respuesta|risposta|回答)(?:\*\*)?\s*[:：](?:\*\*)?\s*/i

/** An answer as JSON, in a fence or not: {"answer": "…"}. */
const wrapsInJson = /^(?:```(?:json)?\s*)?\{\s*"(?:answer|response|reply|result|text|content|output)"\s*:\s*"/i
const mayWrapInJson = /^(?:```(?:json)?\s*)?(?:\{\s*(?:"[a-z]{0,8}"?\s*:?\s*)?)?$/i

/** What is left out from a mark on, up to the mark that closes it. */
interface Left {
  readonly until: RegExp
  /** What the mark is where nothing closes it, and all behind it is part of the answer; undefined where it never is. */
  readonly text: string | undefined
  /** Whether a sentence seems to speak of the mark. */
  readonly speaks: boolean
  /** Whether it opens thinking where a line ends behind it, closed or not. */
  readonly begins: boolean
  /** Up to where what is held was looked through. */
  read: number
}

/** `whole`: nothing is sent before the end, so that thinking which is only closed is found however long it was. */
export function createTidy(whole: boolean): Tidy {
  let held = ''
  /** What was given back so far, for whether it is inside of code. */
  let given = ''
  let left: Left | undefined
  let ended = false
  let wrapped = false
  let waiting = ''
  let begun = false

  /** Takes what is left out from what is held. What of it is text after all, undefined where that takes more. */
  function leave(left: Left, final: boolean): string | undefined {
    const { until, text, speaks, begins } = left
    const from = Math.max(0, left.read - longestMark)
    const close = until.exec(held.slice(from))
    left.read = held.length
    if (close === null) {
      // The mark that closes it may be half there.
      if (text === undefined) held = held.slice(-longestMark)
      if (!final) return undefined
      if (text !== undefined && !(begins && endsLine.test(held))) return text
      held = ''
      return ''
    }
    const inside = held.slice(0, from + close.index)
    const after = held.slice(inside.length + close[0].length)
    if (text !== undefined && speaks) {
      if (!final && after.length < needed) return undefined
      if (opensThinking.test(inside) || endsInFence(inside) || speaksOf(text + inside, after)) return text
    }
    held = after
    return ''
  }

  function unmark(final: boolean): string {
    let out = ''
    for (;;) {
      if (left !== undefined) {
        const text = leave(left, final)
        if (text === undefined) return out
        out += text
        left = undefined
      }
      const found = mark.exec(held)
      if (found === null) break
      const [whole] = found
      const before = held.slice(0, found.index)
      const after = held.slice(found.index + whole.length)
      const soFar = given + waiting + out + before
      const opens = opensThinking.test(whole)
      // Of a mark of several parts the rest may still come, and of a sentence that speaks of it.
      if (
        !final &&
        (/^<(?:\||start_of_turn)/.test(whole)
          ? after.length + whole.length < 48
          : spoken.test(soFar.slice(-maxSpoken)) && after.length < needed)
      ) {
        held = held.slice(found.index)
        return out + before
      }
      held = after
      const begins = soFar.trim() === ''
      const speaks = speaksOf(soFar, after)
      const isText = (speaks && !opens) || strikes(whole, soFar)
      if (isText || endsInCode(begun ? soFar : withoutFence(toStart(soFar)))) out += before + whole
      else if (opens) {
        out += before
        const text = begins || whole.startsWith('<|') ? undefined : whole
        left = { until: closesThinking, text, speaks, begins: beginsLine.test(soFar.slice(-maxSpoken)), read: 0 }
      } else if (opensQuestion.test(whole) && begins) {
        left = { until: closesQuestion, text: '', speaks: false, begins: false, read: 0 }
      } else if (closesThinking.test(whole)) {
        // Thinking that nothing opened: all that waits to be sent was part of it.
        if (begun) out += before
        else {
          out = ''
          waiting = ''
        }
      } else {
        out += before
        if (endsTurn.test(whole) && !begins && !closesThinking.test(held)) {
          ended = !/<\|(?:start|channel)\|>/.test(held)
          if (ended) return out
        }
      }
    }
    const open = final ? -1 : held.search(unfinished)
    const safe = open === -1 ? held : held.slice(0, open)
    held = held.slice(safe.length)
    return out + safe
  }

  /** At the beginning it is still to be seen what the text is. Undefined where that takes more of it. */
  function begin(text: string, final: boolean): string | undefined {
    const start = toStart(text)
    if (!final) {
      if (start.length < firstWords) return undefined
      if ((thinksAloud.test(start) || analyses.test(start)) && start.length < maxThoughts) return undefined
      if (/^```\w*[ \t]*(\n[^\n]*)?$/.test(start) && start.length < 300) return undefined
      if (mayWrapInJson.test(start) || wrapsInJson.test(start)) return undefined
    }
    const json = fromJson(start)
    if (json !== undefined) return json.trimStart().replace(saysAnswer, '')
    const inner = withoutFence(start)
    wrapped = inner !== start
    return inner.replace(saysAnswer, '')
  }

  /** Without the line that closes the fence around the whole. */
  function unwrap(text: string): string {
    if (!wrapped) return text
    let inner = (given.match(/^```/gm)?.length ?? 0) % 2 === 1
    return text.replace(/^```(\w*)[ \t]*(\n|$)/gm, (line, _language, _end, at) => {
      if (at === 0 && !/(?:^|\n)$/.test(given)) return line
      if (!inner && !/^```\w/.test(line)) {
        wrapped = false
        return ''
      }
      inner = !inner
      return line
    })
  }

  function pass(text: string, final: boolean): string {
    waiting += text
    if (!final && whole) return ''
    if (!begun) {
      const start = begin(waiting, final)
      if (start === undefined) return ''
      waiting = start
      begun = true
    }
    // A line of backticks may be the closing one.
    const line = !final && wrapped ? waiting.lastIndexOf('\n') + 1 : waiting.length
    const ready = /^`{0,3}\w*$/.test(waiting.slice(line)) ? waiting.slice(0, line) : waiting
    waiting = waiting.slice(ready.length)
    const out = unwrap(ready)
    given += out
    return out
  }

  return {
    push(text) {
      if (ended) return ''
      held += text
      return pass(unmark(false), false)
    },
    end() {
      const out = ended ? '' : unmark(true)
      return pass(out, true)
    },
  }
}

/** Whether a sentence speaks of the mark between the two. */
function speaksOf(before: string, after: string): boolean {
  return spoken.test(before.slice(-maxSpoken)) && goesOn.test(after)
}

/** Whether <s> or </s> strikes something through: <s> that begins no answer, and </s> that closes one. */
function strikes(mark: string, before: string): boolean {
  if (!/^<\/?s>$/i.test(mark)) return false
  if (!mark.startsWith('</')) return before.trim() !== ''
  const prose = splitCode(before).filter((_, index) => index % 2 === 0)
  const count = (pattern: RegExp): number => prose.join(' ').match(pattern)?.length ?? 0
  return count(/<s(?:\s[^<>]*)?>/gi) > count(/<\/s>/gi)
}

/** Without what only says that the answer comes. */
function toStart(text: string): string {
  return text.trimStart().replace(saysAnswer, '')
}

/** Without the line that opens a fence around the whole, if what is in it is no code. */
function withoutFence(start: string): string {
  const [line = '', language = '', first = ''] = /^```(\w*)[ \t]*\n(?=([^\n]*))/.exec(start) ?? []
  const isProse = /^(?:markdown|md|text|txt|plaintext)$/i.test(language) || (language === '' && readsAsProse(first))
  return line !== '' && isProse ? start.slice(line.length) : start
}

/** A sentence, and not a command or a line of code. */
function readsAsProse(line: string): boolean {
  const words = line.trim().split(/\s+/)
  return (
    (words.length >= 4 && /^[\p{Lu}\p{Lo}]/u.test(line.trim()) && /[.:!?\])。]$/u.test(line.trim())) ||
    /^(?:#{1,6}|[-*]|\d+\.) \S+ \S+/.test(line)
  )
}

/** What stands in the JSON that the whole is wrapped in, though it be cut off; undefined where it is not. */
function fromJson(text: string): string | undefined {
  const [open] = wrapsInJson.exec(text) ?? []
  if (open === undefined) return undefined
  const [inside = ''] = /^(?:[^"\\]|\\(?:u[\da-f]{4}|[^u]))*/i.exec(text.slice(open.length)) ?? []
  try {
    return z
      .string()
      .parse(JSON.parse(`"${inside.replace(/[\n\r\t]/g, (white) => JSON.stringify(white).slice(1, -1))}"`))
  } catch {
    return undefined
  }
}
