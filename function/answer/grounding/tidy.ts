// What models write around an answer, taken off while it comes: thinking, marks of chat templates, a fence around the whole.

import { z } from 'zod'
import { endsInCode } from '../code.ts'

/** Takes the model's text piece by piece and gives back what is the answer. */
export interface Tidy {
  readonly push: (text: string) => string
  readonly end: () => string
}

const opensThinking =
  /<(?:seed:)?(?:think|thinking|thought|reasoning|scratchpad)>|\[THINK\]|◁think▷|(?:<\|start\|>assistant)?<\|channel\|>(?:analysis|commentary|thought)[^<]*<\|message\|>|<\|channel>thought/i
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
const goesOn = /^["'”“»)」]*(?:[ \t]*[\p{Ll}\p{Lo}]|[.,;:!?。，])/u
/** What may become one of these once more of it is there. */
const unfinished = /(?:<[|｜][^\n]{0,48}|<\/?[a-z_:]{0,14}|\[\/?[A-Z]{0,5}|◁\/?[a-z]{0,5}|a(?:ss?[istanfl]{0,11})?)$/i
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

/** `whole`: nothing is sent before the end, so that thinking which is only closed is found however long it was. */
export function createTidy(whole: boolean): Tidy {
  let held = ''
  /** What was given back so far, for whether it is inside of code. */
  let given = ''
  /** What ends that which is left out, undefined where nothing is; and the text that it is after all where nothing ends it. */
  let until: RegExp | undefined
  let unended: string | undefined
  let ended = false
  let wrapped = false
  let waiting = ''
  let begun = false

  function unmark(final: boolean): string {
    let out = ''
    for (;;) {
      if (until !== undefined) {
        const close = until.exec(held)
        if (close === null) {
          // The mark that closes it may be half there.
          if (unended === undefined) held = final ? '' : held.slice(-80)
          if (!final || held === '') return out
          out += unended ?? ''
        } else held = held.slice(close.index + close[0].length)
        until = undefined
      }
      const found = mark.exec(held)
      if (found === null) break
      const [whole] = found
      const before = held.slice(0, found.index)
      const after = held.slice(found.index + whole.length)
      const soFar = given + waiting + out + before
      const speaks = spoken.test(soFar.slice(-maxSpoken))
      // Of a mark of several parts the rest may still come, and of a sentence that speaks of it.
      if (
        !final &&
        (/^<(?:\||start_of_turn)/.test(whole) ? after.length + whole.length < 48 : speaks && after.length < 4)
      ) {
        held = held.slice(found.index)
        return out + before
      }
      held = after
      const begins = soFar.trim() === ''
      const opens = opensThinking.test(whole)
      // Thinking opens an answer, or a line of it where it is closed, too; marks of its template stand anywhere.
      const isText = opens ? !begins && !whole.startsWith('<|') && !/\n\s*$/.test(soFar) : speaks && goesOn.test(after)
      if (isText || endsInCode(begun ? soFar : withoutFence(toStart(soFar)))) out += before + whole
      else if (opens) {
        out += before
        until = closesThinking
        unended = begins || whole.startsWith('<|') ? undefined : whole
      } else if (opensQuestion.test(whole) && begins) {
        until = closesQuestion
        unended = ''
      } else if (closesThinking.test(whole)) {
        // Thinking that nothing opened: all that is not sent yet was part of it.
        out = ''
        if (!begun) waiting = ''
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
