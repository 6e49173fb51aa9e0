// A conversation, as OpenAI's clients send it -> the question that it ends with.
import { z } from 'zod'
import type { Question, Turn } from '../../contract/questions.ts'
import { CallerError } from '../../errors.ts'
import { check } from '../../http/body.ts'
import { cleanQuestion } from '../../http/question.ts'
import type { Caller } from '../../http/runtime.ts'

/** What a client may name as the model; whatever it names, the same function answers. */
export const modelName = 'ragfunction'

const partSchema = z.looseObject({ type: z.string(), text: z.string().optional() })
const contentSchema = z.union([z.string(), z.array(partSchema)]).nullish()
export const messageSchema = z.looseObject({ role: z.string().default('user'), content: contentSchema })
export type Message = z.infer<typeof messageSchema>

/** A reply's format, as chat completions and responses name it. */
const formatSchema = (name: string): z.ZodType =>
  z
    .looseObject({ type: z.literal('text', `${name} must be text: answers cite passages, and follow no schema.`) })
    .nullish()
/** What of a request must not be let pass in silence: a client that asked for it would take the reply for what it is not. */
const refusedSchema = z.looseObject({
  n: z.literal(1, 'n must be 1: there is one answer.').nullish(),
  tool_choice: z.enum(['auto', 'none'], 'tool_choice must be auto or none: no tool is called here.').nullish(),
  modalities: z.array(z.literal('text', 'modalities must be ["text"]: answers are text.')).nullish(),
  response_format: formatSchema('response_format'),
  text: z.looseObject({ format: formatSchema('text.format').optional() }).nullish(),
})
/** Parts of a message that say something the function cannot see. */
const textTypes = ['text', 'input_text', 'output_text', 'refusal']

/** Throws CallerError where a request asks for what would change what the reply means. */
export function refuseOtherKinds(body: unknown): void {
  check(refusedSchema, body)
}

/** The last message of a user's is the question; what went before is its history, what the system says how it is written. Throws CallerError. */
export function toQuestion(messages: readonly Message[], stream: boolean, caller: Caller): Question {
  const last = messages.findLastIndex(({ role }) => role === 'user')
  const asked = messages[last]
  if (asked === undefined) throw new CallerError('unusable-question', 'There is no message with the role user.')
  const text = textOf(asked)
  if (text.trim() === '') throw new CallerError('unusable-question', 'The last message with the role user has no text.')
  return {
    text: cleanQuestion(text),
    topK: undefined,
    stream,
    history: messages.slice(0, last).flatMap(toTurn),
    manner: messages.filter(isInstruction).map(allText).join(' '),
    traceparent: caller.headers.traceparent?.toString(),
  }
}

/** What the ask page is to be asked for the same passages: it knows nothing of this conversation, so that the two questions before stand in it, where there is room. */
export function toLinkedQuestion({ text, history = [] }: Question): string {
  const earlier = history.filter(({ role }) => role === 'user').slice(-2)
  const all = [...earlier.map(({ content }) => content), text].join(' ')
  return all.length > 2_000 ? text : all
}

/** Newer clients say developer. */
function isInstruction({ role }: Message): boolean {
  return role === 'system' || role === 'developer'
}

function allText({ content }: Message): string {
  return typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('\n')
}

/** What was said before, as far as it is text: an image that was answered once is not asked again. */
function toTurn(message: Message): Turn[] {
  const { role } = message
  if (role !== 'user' && role !== 'assistant') return []
  const text = allText(message)
  return text.trim() === '' ? [] : [{ role, content: text }]
}

function textOf({ content }: Message): string {
  if (content == null || typeof content === 'string') return content ?? ''
  const other = content.find(({ type }) => !textTypes.includes(type))
  if (other !== undefined)
    throw new CallerError('unusable-question', `Only text can be asked: a part of the question is ${other.type}.`)
  return content.map(({ text }) => text ?? '').join('\n')
}
