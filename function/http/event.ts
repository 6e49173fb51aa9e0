import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import type { Answer } from '../contract/replies.ts'
import { CallerError } from '../errors.ts'
import { check } from './body.ts'
import type { Response } from './response.ts'

/** A CloudEvent that asks something, in the mode it came in; `data` is not looked at yet. */
export interface QuestionEvent {
  readonly mode: 'binary' | 'structured'
  readonly attributes: z.infer<typeof attributesSchema>
  readonly data: unknown
}

/** The type of every reply. */
const answerType = 'dev.ragfunction.answer'
/** What the function itself sends; an event of such a type is refused, so that a broker cannot send it round in circles. */
const ownTypes: readonly string[] = [answerType, 'dev.ragfunction.unanswered']
const source = '/ragfunction'
/** Carried over from the question to its answer; the last two are the distributed tracing extension. */
const carried = ['subject', 'traceparent', 'tracestate'] as const

const name = z.string().min(1)
/** A null in JSON is an attribute that is not set (JSON format, 2.2). */
const optionalName = name.nullish().transform((given) => given ?? undefined)
/** CloudEvents 1.0.2, as far as a question needs it; other attributes are let through and not read. */
const attributesSchema = z.object({
  specversion: z.literal('1.0'),
  id: name,
  source: name,
  type: name.refine(
    (type) => !ownTypes.includes(type),
    'type must not be one of the function’s own, which are not asked again.',
  ),
  subject: optionalName,
  traceparent: optionalName,
  tracestate: optionalName,
})
const structuredSchema = z.looseObject({ data: z.unknown().optional(), data_base64: z.base64().nullish() })

/** Whether a request is a CloudEvent, of whatever mode and however badly made. */
export function isEvent(headers: IncomingHttpHeaders): boolean {
  return isStructured(headers) || ['ce-specversion', 'ce-id', 'ce-type'].some((header) => header in headers)
}

/** A request's headers and body -> the event. Throws CallerError: what is wrong with an event, no retry mends. */
export function parseEvent(headers: IncomingHttpHeaders, body: string): QuestionEvent {
  const type = headers['content-type']?.toLowerCase() ?? ''
  if (isStructured(headers)) {
    if (!type.startsWith('application/cloudevents+json')) {
      throw new CallerError('unsupported-body', 'Send one event at a time, as application/cloudevents+json or binary.')
    }
    const event = checkEvent(structuredSchema, parseJson(body))
    const data = event.data_base64 == null ? event.data : fromBase64(event.data_base64)
    return { mode: 'structured', attributes: checkEvent(attributesSchema, event), data: unwrap(data) }
  }
  const given = Object.entries(headers).filter(([header]) => header.startsWith('ce-'))
  const attributes = checkEvent(
    attributesSchema,
    Object.fromEntries(given.map(([header, value]) => [header.slice(3), decode(String(value))])),
    'ce-',
  )
  const isJson = /^application\/(.+\+)?json/.test(type)
  return { mode: 'binary', attributes, data: unwrap(isJson ? parseJson(body) : body) }
}

/** The answer as an event in the mode that the question came in, so that whoever sent it can read it. */
export function toEventResponse({ mode, attributes }: QuestionEvent, answer: Answer): Response {
  const reply: Record<string, string> = {
    specversion: '1.0',
    // The same for a redelivery of the question, and another for the same id from another source.
    id: `${attributes.id}-${createHash('sha256').update(attributes.source).digest('hex').slice(0, 12)}`,
    source,
    type: answerType,
    time: new Date().toISOString(),
  }
  for (const attribute of carried) {
    const value = attributes[attribute]
    if (value !== undefined) reply[attribute] = value
  }
  if (mode === 'structured') {
    return {
      status: 200,
      headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
      body: JSON.stringify({ ...reply, datacontenttype: 'application/json', data: answer }),
    }
  }
  const headers = Object.entries(reply).map(([attribute, value]) => [`ce-${attribute}`, encode(value)])
  return {
    status: 200,
    headers: { ...Object.fromEntries(headers), 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(answer),
  }
}

function isStructured(headers: IncomingHttpHeaders): boolean {
  return /^application\/cloudevents/i.test(headers['content-type'] ?? '')
}

/** An attribute is called by the name that it was sent under. */
function checkEvent<Schema extends z.ZodType>(schema: Schema, value: unknown, prefix = ''): z.output<Schema> {
  const toDetail = ({ message }: z.core.$ZodIssue): string =>
    `This is no CloudEvent 1.0 with a question: ${prefix}${message}`
  return check(schema, value, toDetail, 'unusable-event')
}

function fromBase64(data: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(data, 'base64'))
  } catch (cause) {
    throw new CallerError('unusable-event', 'The data of the event is not UTF-8 text.', { cause })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CallerError('unusable-event', 'The data of the event is not JSON. Send {"question": "…"}.', { cause })
  }
}

/**
 * Sources that do not know what they carry (Kafka, RabbitMQ, S3) send it as text or bytes without a type: it is the JSON that it
 * holds, or else the question itself.
 */
function unwrap(data: unknown): unknown {
  if (typeof data !== 'string' || !/^\s*[{"]/.test(data)) return data
  try {
    return JSON.parse(data)
  } catch {
    return data
  }
}

/** Attributes are percent-encoded in headers (HTTP protocol binding, 3.1.3.2). */
function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function encode(value: string): string {
  return value.toWellFormed().replace(/[^\x21\x23\x24\x26-\x7e]/gu, encodeURIComponent)
}
