// What models write around an answer, taken off while it comes: thinking, marks of chat templates, a fence around the whole.

import { z } from 'zod'
import { endsInCode, endsInFence, splitCode } from '../code.ts'

/** Takes the model's text piece by piece and gives back what is the answer. */
export interface Tidy {
  readonly push: (text: string) => string
  readonly end: () => string
}

const thoughts = '(?:think(?:ing)?|thoughts?|reasoning|reflection|analysis|scratchpad|monologue)'
/** With what else models write into its name: <seed:think>, <inner_monologue>, <reasoning_content>. */
const thinking = `(?:seed:|[a-z]{2,8}_)?${thoughts}(?:_[a-z]{2,8})?`
/** What gpt-oss writes between the name of a channel and its message. */
const recipient = '(?:[^<]|<\\|constrain\\|>)*<\\|message\\|>'
const opensThinking = new RegExp(
  `<${thinking}(?:\\s[^<>\\n]{0,80})?>|<\\|(?:begin_of_|start_)?${thoughts}\\|>|<\\|inner_prefix\\|>|<unused94>|\\[THINK\\]|◁think▷|(?:<\\|start\\|>assistant)?<\\|channel\\|>(?:analysis|commentary|thought)${recipient}|<\\|channel>thought`,
  'i',
)
const closesThinking = new RegExp(
  `</${thinking}>|<\\|(?:end_of_|end_|/)${thoughts}\\|>|<\\|inner_suffix\\|>|<unused95>|\\[/THINK\\]|◁/think▷|assistantfinal|<\\|channel\\|>final${recipient}|<channel\\|>`,
  'i',
)
/** A call of a tool, though none was offered: what comes of it nobody knows. */
const opensCall =
  /<(?:tool_call|tool_use|function_call)>|<function=[\w.-]{1,40}>|\[TOOL_CALLS\]|<[|｜](?:python_tag|tool[_▁]calls?(?:[_▁](?!end)\w{1,12}){0,2})[|｜]>/i
const closesCall =
  /<\/(?:tool_call|tool_use|function_call|function)>|<[|｜](?:\/tool_calls?|tool[_▁]calls?(?:[_▁]\w{1,12})?[_▁]end)[|｜]>/i
/** The question, said again as it was put to the model. */
const opensQuestion = /\[INST\]/
const closesQuestion = /\[\/INST\]/
/** The end of a turn: what a model writes after its answer is not the answer. */
const endsTurn =
  /<\|(?:im_end|eot_id|end|call|endoftext|end_of_text|end▁of▁sentence|return|END_OF_TURN_TOKEN)\|>|<｜end▁of▁sentence｜>|<end_of_turn>|<\/s>|<eos>|\[\/INST\]|<\|(?:im_start|start_header_id)\|>(?:user|system)/
const otherMark =
  /(?:<\|(?:im_start|start)\|>|<start_of_turn>|<\|start_header_id\|>)(?:assistant|model)?(?:<\|end_header_id\|>)?\s*|<[|｜]\/?[\w▁]{1,40}[|｜]>|<(?:s|bos|pad|unk)>|<\/?answer>|<\/?(?:final|final_answer|output|reply|response|result|solution)>|<<\/?SYS>>/
/** What some wrap the whole answer in; elsewhere it is a tag or a placeholder. */
const wrapsWhole = /^<(\/?)(final|final_answer|output|reply|response|result|solution)>$/i
const mark = new RegExp(
  [opensThinking, closesThinking, opensCall, opensQuestion, endsTurn, otherMark].map(({ source }) => source).join('|'),
  'i',
)
/** Before and after a mark that a sentence speaks of: "it is closed by </think> later". */
const spoken = /(?:[\p{L}\p{N}][,;:]?[ \t]+|\p{Lo})["'“„«(「]?$/u
const maxSpoken = 80
const longestMark = 80
/** The name of a channel, for whom it is, and the kind of its message. */
const longestChannel = 120
const goesOn = /^["'”“»)」]*(?:[ \t]+\p{Ll}|[ \t]*\p{Lo}|[.,;:!?。，])/u
/** As much of what follows a mark is needed for that. */
const needed = 4
/** Where thinking stands that is not closed: what was cut off with it is none of the answer. */
const beginsLine = /(?:\n|\p{Sentence_Terminal})\s*$/u
const endsLine = /^[ \t]*(?:\n|$)/
/** What may become one of these once more of it is there. */
const unfinished =
  /(?:<[|｜][^\n]{0,48}|<\/?[a-z_:\d]{0,26}|<function=[\w.-]{0,40}|<[a-z_:]{0,10}(?:think|thought|reasoning|reflection|analysis|scratchpad|monologue)[a-z_]{0,12}\s[^<>\n]{0,80}|\[\/?[A-Z_]{0,11}|◁\/?[a-z]{0,5}|a(?:ss?[istanfl]{0,11})?)$/i
/** How a model begins that thinks aloud and will say so only at the end, by closing what it never opened. */
const thinksAloud =
  /^(?:okay|ok|alright|all right|hmm+|let me|let's|let us|first,? (?:i|let)|the user|the question|we (?:need|have|are)|i (?:need|should|have|must|will|am)|so,? the|so,? i|looking at|wait|we're|i'll|i'm)\b/i
/** How gpt-oss begins where the marks around its channels are lost. */
const analyses = /^analysis(?=\p{L})/u
const firstWords = 14
/** Longer than this nothing is held back for it. */
const maxThoughts = 8_000
const answer =
  '(?:the |my |your |an )?(?:final )?(?:answer|response)(?: is)?|antwort|réponse|respuesta|risposta|回答|答案'
const emphasis = '(?:\\*\\*|__)?'
/** "Answer:", "### Answer", "Here is the answer to your question:", or who speaks, where the marks around that are lost. */
const saysAnswer = new RegExp(
  `^(?:(?:sure|certainly|of course)[!,.]\\s+)?(?:(?:#{1,6}[ \\t]+)?${emphasis}(?:here(?:['’]s| is)\\s+)?(?:${answer}|assistant|ai)(?: to (?:your|the|this) question)?${emphasis}\\s*[:：]${emphasis}\\s*|(?:#{1,6}[ \\t]+|\\*\\*|__)(?:${answer})${emphasis}\\s*\\n\\s*|(?:assistant|model)\\s*\\n\\s*)`,
  'i',
)
const maySayAnswer =
  /^[#*_\s]*(?:sure|certainly|of course|here(?:['’]s| is)|(?:the |my )?final|(?:the |my )?(?:answer|response|thought)|assistant)(?![\p{L}\p{N}])[^:：\n]{0,60}$/iu
/** Thoughts, or the question, under a name of their own; the answer has its name too. */
const saysThoughts =
  /^(?:#{1,6}\s+)?[*_]{0,3}(?:(?:here(?:['’]s| is) my )?(?:thinking|thoughts?|reasoning|analysis)(?: process)?|rationale|question|q|gedanken(?:gang)?|überlegung(?:en)?|frage|raisonnement|réflexion|razonamiento|pregunta|思考|推理|问题)[*_]*\s*(?:[:：]|\n)/i
const toBelow = (label: string): RegExp =>
  new RegExp(`\\n[#*_\\s]{0,8}(?:${label})[*_]*\\s*(?:[:：][*_]*|\\n)\\s*`, 'i')
/** A "Response" may be a server's, or a part of the answer. */
const answerBelow = toBelow(
  "(?:here(?:['’]s| is) )?(?:(?:the |my |your |an )?(?:final )?answer(?: is)?|(?:my|your|final) response|antwort|réponse|respuesta|risposta|回答|答案)",
)
const answerToQ = toBelow(`${answer}|a`)

/** An answer as JSON, in a fence or not: {"answer": "…"}. */
const ownNames = ['answer', 'final_answer']
/** Elsewhere than first these are parts of the JSON that is asked for. */
const names = [...ownNames, 'response', 'reply', 'result', 'text', 'content', 'output', 'summary']
const opensJson = /^(?:```(?:json)?\s*)?(?:[[{]\s*["{]|[[{]?\s*$)/i
const wrapsInJson = new RegExp(`^(?:\`\`\`(?:json)?\\s*)?\\{\\s*"(?:${names.join('|')})"\\s*:\\s*"`, 'i')

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
  /** The mark of the fence around the whole. */
  let fence: string | undefined
  /** The name of the tag around the whole. */
  let tag = ''
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
      const calls = opensCall.test(whole)
      const opens = calls || opensThinking.test(whole)
      // Of a mark of several parts the rest may still come, and of a sentence that speaks of it.
      if (
        !final &&
        (/^<(?:\||start_of_turn)/.test(whole)
          ? after.length + whole.length < (whole.endsWith('<|channel|>') ? longestChannel : 48)
          : spoken.test(soFar.slice(-maxSpoken)) && after.length < needed)
      ) {
        held = held.slice(found.index)
        return out + before
      }
      held = after
      const begins = soFar.trim() === ''
      const speaks = speaksOf(soFar, after)
      const [wraps, closes = '', name = ''] = wrapsWhole.exec(whole) ?? []
      const isPart = wraps !== undefined && (closes === '' ? !begins : name !== tag)
      const isText = (speaks && !opens) || isPart || strikes(whole, soFar)
      if (isText || endsInCode(begun ? soFar : withoutFence(toStart(soFar)))) out += before + whole
      else if (opens) {
        out += before
        const drops = /^(?:<[|｜]|\[TOOL)/.test(whole) && !speaks
        const text = begins || drops ? undefined : whole
        left = {
          until: calls ? closesCall : closesThinking,
          text,
          speaks,
          begins: beginsLine.test(soFar.slice(-maxSpoken)),
          read: 0,
        }
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
        if (wraps !== undefined) tag = closes === '' ? name : ''
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
    const whole = toStart(text)
    const thinks = thinksAloud.test(whole) || analyses.test(whole) || saysThoughts.test(whole)
    const found = thinks ? (/^[#*_\s]*q/i.test(whole) ? answerToQ : answerBelow).exec(whole) : null
    const label = found === null || endsInFence(whole.slice(0, found.index)) ? undefined : found[0]
    const start = label === undefined ? whole : whole.slice((found?.index ?? 0) + label.length)
    if (!final) {
      if (start.length < firstWords || maySayAnswer.test(start)) return undefined
      if (thinks && label === undefined && start.length < maxThoughts) return undefined
      if (/^(?:`{3,}|~{3,})\w*[ \t]*(\n[^\n]*)?$/.test(start) && start.length < 300) return undefined
      if (opensJson.test(start) && start.length < maxThoughts) return undefined
    }
    const json = fromJson(start)
    if (json !== undefined) return json.trimStart().replace(saysAnswer, '')
    const inner = withoutFence(start)
    fence = inner === start ? undefined : /^(`{3,}|~{3,})/.exec(start)?.[0]
    return inner.replace(saysAnswer, '')
  }

  /** Without the line that closes the fence around the whole. */
  function unwrap(text: string): string {
    if (fence === undefined) return text
    let inner = (given.match(new RegExp(`^${fence}`, 'gm'))?.length ?? 0) % 2 === 1
    return text.replace(new RegExp(`^${fence}(\\w*)[ \\t]*(?:\\n|$)`, 'gm'), (line, language, at) => {
      if (fence === undefined || (at === 0 && !/(?:^|\n)$/.test(given))) return line
      if (!inner && language === '') {
        fence = undefined
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
    const line = !final && fence !== undefined ? waiting.lastIndexOf('\n') + 1 : waiting.length
    const ready = /^(?:`*|~*)\w*$/.test(waiting.slice(line)) ? waiting.slice(0, line) : waiting
    waiting = waiting.slice(ready.length)
    const out = unwrap(given === '' ? ready.trimStart() : ready)
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
  const [line = '', language = '', first = ''] = /^(?:`{3,}|~{3,})(\w*)[ \t]*\n(?=([^\n]*))/.exec(start) ?? []
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
  if (!opensJson.test(text)) return undefined
  const bare = text.replace(/^```(?:json)?\s*|\s*```\s*$/gi, '')
  const [open] = wrapsInJson.exec(text) ?? []
  try {
    return findAnswer(JSON.parse(bare))
  } catch {
    return open === undefined ? undefined : fromStart(text.slice(open.length))
  }
}

/** The first text, or texts, under a name that says it is the answer. */
function findAnswer(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const all = value.map(findAnswer)
    return all.length > 0 && all.every((each) => each !== undefined) ? all.join('\n') : undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  for (const [index, [name, inside]] of Object.entries(value).entries()) {
    const isNamed = (index === 0 ? names : ownNames).includes(name.toLowerCase())
    const texts = [inside].flat().filter((each) => typeof each === 'string')
    if (isNamed && texts.length > 0) return texts.join('\n')
    const deeper = isNamed ? findAnswer(inside) : undefined
    if (deeper !== undefined) return deeper
  }
  return undefined
}

/** A string of JSON up to where it ends or is cut off. */
function fromStart(text: string): string | undefined {
  const [inside = ''] = /^(?:[^"\\]|\\(?:u[\da-f]{4}|[^u]))*/i.exec(text) ?? []
  try {
    return z
      .string()
      .parse(JSON.parse(`"${inside.replace(/[\n\r\t]/g, (white) => JSON.stringify(white).slice(1, -1))}"`))
  } catch {
    return undefined
  }
}
