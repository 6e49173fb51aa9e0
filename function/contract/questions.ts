// What comes over the wire: questions are parsed by these schemas, and their types are inferred from them.
import { z } from 'zod'

type Issue = Parameters<z.core.$ZodErrorMap>[0] | z.core.$ZodIssue

/** What is wrong with a value that was sent, where its schema does not say it itself: which field, and what it must be. For `safeParse(value, { error: inWords })`. */
export function inWords(issue: Issue): string {
  const { path = [] } = issue
  const name = toField(path) || 'the body'
  if (issue.code !== 'invalid_union') return `${name} must ${mustOf(issue)}.`
  const faults = issue.errors.flat()
  // Of several forms the one that was meant is seen by what is wrong inside of it.
  const inside = faults.find((fault) => fault.path.length > 0)
  if (inside !== undefined) return inWords({ ...inside, path: [...path, ...inside.path] })
  return `${name} must ${[...new Set(faults.map(mustOf))].join(' or ').replaceAll(' or be ', ' or ')}.`
}

/** A field as people write where it stands: `history[0].role`. */
export function toField(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('')
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
}

function mustOf(issue: Issue): string {
  if (issue.code === 'invalid_type') return `be ${kinds[issue.expected] ?? issue.expected}`
  if (issue.code === 'invalid_value') return `be ${issue.values.join(' or ')}`
  if (issue.code === 'invalid_format') return `be ${issue.format}`
  if (issue.code === 'too_small') return 'not be empty'
  return 'be something else'
}

const topKSchema = z
  .number('topK must be a whole number from 1 to 20.')
  .int('topK must be a whole number from 1 to 20.')
  .min(1, 'topK must be at least 1.')
  .max(20, 'topK must be at most 20.')
  .describe('How many passages to answer from; the function decides where it is left out')

/** What was said before a question in the same conversation. */
const turnSchema = z.strictObject({
  role: z.enum(['user', 'assistant']),
  content: z.string(),
})
export type Turn = Readonly<z.infer<typeof turnSchema>>

/** A question as JSON: the body of a request, or the data of an event. */
export const questionBodySchema = z.strictObject({
  question: z.string().nullish().describe('At most 2,000 characters'),
  q: z.string().nullish().describe('The same as question'),
  message: z.string().nullish().describe('The same, as func invoke sends it'),
  history: z
    .array(turnSchema, 'history must be an array of {"role": …, "content": …}.')
    .max(200, 'history must have at most 200 turns.')
    .nullish()
    .describe('The turns before it, the first first: a question such as "and how do I undo that?" stands on them'),
  topK: topKSchema.nullish(),
  stream: z.boolean().nullish().describe('Whether to reply with server-sent events'),
})

/** The same in a URL or a form, where everything is text. */
export const questionParametersSchema = z.strictObject({
  q: z.string().optional().describe('The question, at most 2,000 characters'),
  question: z.string().optional().describe('The same as q'),
  topK: z
    .string()
    .transform((text) => (/^-?\d{1,10}$/.test(text) ? Number(text) : text))
    .pipe(topKSchema)
    .optional(),
  stream: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
})

/** A question once it was read, whichever way it came. */
export interface Question {
  readonly text: string
  /** undefined where the caller left it to the function. */
  readonly topK: number | undefined
  readonly stream: boolean
  /** The turns before it in the same conversation, the first first. */
  readonly history?: readonly Turn[]
  /** How the caller wants it written: tone and language. */
  readonly manner?: string | undefined
  /** W3C Trace Context of the caller, for the log. */
  readonly traceparent?: string | undefined
}
