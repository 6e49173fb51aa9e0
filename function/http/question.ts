// What people send as a question, in the ways in which they send it -> the question, or a sentence that says what to send instead.
import type { IncomingHttpHeaders } from 'node:http'
import type { z } from 'zod'
import { questionBodySchema, questionParametersSchema, type Turn, toField } from '../contract/questions.ts'
import { CallerError } from '../errors.ts'
import { check } from './body.ts'

/** What one part of a request asks; undefined for what it does not say. */
export interface Asked {
  readonly text: string | undefined
  readonly topK: number | undefined
  readonly stream: boolean | undefined
  readonly history: readonly Turn[] | undefined
}

const maxQuestionCharacters = 2_000
const nothing: Asked = { text: undefined, topK: undefined, stream: undefined, history: undefined }
/** What links gather on their way through mail, chats and sign-in pages. */
const tracking = /^(utm_\w+|mc_[ce]id|_gl|_ga|fbclid|gclid|dclid|msclkid|yclid|igshid|ref|code|state|session_state)$/i
export const howToAsk = 'Send it as ?q=… or POST the JSON body {"question": "…"}.'

/** The body and the URL, which may each say a part of it. Throws CallerError. */
export function joinAsked(body: Asked, parameters: Asked): Asked {
  if (body.text !== undefined && parameters.text !== undefined)
    throw new CallerError('unusable-question', 'There is a question in the URL and one in the body. Send one of them.')
  return {
    text: body.text ?? parameters.text,
    topK: body.topK ?? parameters.topK,
    stream: body.stream ?? parameters.stream,
    history: body.history,
  }
}

/** A body, of whatever type; an empty one asks nothing. Throws CallerError. */
export async function parseQuestionBody(text: string, headers: IncomingHttpHeaders): Promise<Asked> {
  const [given = ''] = (headers['content-type'] ?? '').toLowerCase().split(';')
  const type = given.trim() || 'application/json'
  if (text.length === 0) return nothing
  const isForm = type === 'application/x-www-form-urlencoded'
  const isInParts = type === 'multipart/form-data'
  // Bytes of no type are JSON where they begin as it does.
  const isJson =
    /^(application|text)\/(.+\+)?json$/.test(type) || (type === 'application/octet-stream' && /^\s*\{/.test(text))
  if (!(isForm || isInParts || isJson || type === 'text/plain'))
    throw new CallerError('unsupported-body', 'Send the question as application/json, {"question": "…"}.')
  if (text.trim() === '') return nothing
  if (isForm) {
    if (/^\s*\{/.test(text))
      throw new CallerError(
        'unusable-question',
        'The body looks like JSON and says it is a form. Send it with the header content-type: application/json.',
      )
    return parseParameters(text, 'the form')
  }
  if (isInParts) return parseParameters(await encodeForm(text, headers['content-type'] ?? ''), 'the form')
  if (isJson || /^\s*\{/.test(text)) return parseQuestionObject(parseJson(text), 'the body')
  return parseQuestionText(text)
}

/** A form in parts, as `curl -F` and browsers' FormData send it -> as an HTML form is encoded. Throws CallerError. */
async function encodeForm(text: string, contentType: string): Promise<string> {
  try {
    const form = await new Response(text, { headers: { 'content-type': contentType } }).formData()
    const fields = [...form].map(
      async ([name, value]): Promise<[string, string]> => [
        name,
        typeof value === 'string' ? value : await value.text(),
      ],
    )
    return new URLSearchParams(await Promise.all(fields)).toString()
  } catch (cause) {
    const fault = /boundary=/i.test(contentType)
      ? 'its parts are not whole'
      : 'its content-type names no boundary. Leave that header to what sends the form, which knows it'
    throw new CallerError('unusable-question', `The form cannot be read: ${fault}. ${howToAsk}`, { cause })
  }
}

/** A text that is the question itself. */
export function parseQuestionText(text: string): Asked {
  return { ...nothing, text }
}

/** The JSON form, in a body or an event's data; a null is a field that is not there. Throws CallerError. */
export function parseQuestionObject(value: unknown, where: 'the body' | 'the data'): Asked {
  if (value === null) return nothing
  const { topK, stream, history, ...asked } = check(questionBodySchema, value, toDetail(where))
  const [given, ...more] = Object.entries(asked).filter(([, text]) => text != null)
  if (given !== undefined && more.length > 0) {
    const names = [given, ...more].map(([name]) => name).join(' and ')
    throw new CallerError('unusable-question', `There are ${names} in ${where}. Send one of them.`)
  }
  return {
    text: given?.[1] ?? undefined,
    topK: topK ?? undefined,
    stream: stream ?? undefined,
    history: history ?? undefined,
  }
}

/** A URL's query or a form, as it was sent. Throws CallerError. */
export function parseParameters(query: string, where: 'the URL' | 'the form'): Asked {
  const garbled = query.split('&').find((pair) => !isUtf8(pair) && !tracking.test(nameOf(pair)))
  if (garbled !== undefined)
    throw new CallerError(
      'unusable-question',
      `${quote(nameOf(garbled))} in ${where} is not UTF-8 text. Percent-encode it as UTF-8, é as %C3%A9; or send the question as JSON.`,
    )
  const parameters = [...new URLSearchParams(query)].filter(([name]) => !tracking.test(name))
  const values = new Map<string, string>()
  for (const [name, value] of parameters) {
    if (values.has(name))
      throw new CallerError('unusable-question', `${quote(name)} stands more than once in ${where}.`)
    values.set(name, value)
  }
  const { q, question, topK, stream } = check(questionParametersSchema, Object.fromEntries(values), toDetail(where))
  if (q !== undefined && question !== undefined)
    throw new CallerError('unusable-question', `There are q and question in ${where}. Send one of them.`)
  return { ...nothing, text: q ?? question, topK, stream }
}

/** Whether the bytes that are percent-encoded are UTF-8: URLSearchParams would read a replacement character for those that are not. A percent sign alone is one. */
function isUtf8(pair: string): boolean {
  try {
    for (const bytes of pair.match(/(?:%[\da-f]{2})+/gi) ?? []) decodeURIComponent(bytes)
    return true
  } catch {
    return false
  }
}

function nameOf(pair: string): string {
  const [name = ''] = new URLSearchParams(pair).keys()
  return name
}

/** Whether a URL asks something, whatever else stands in it. */
export function asks(query: string): boolean {
  const parameters = new URLSearchParams(query)
  return parameters.has('q') || parameters.has('question')
}

/** Control characters and lone surrogates carry no meaning and break what reads them next. Throws CallerError. */
export function cleanQuestion(text: string): string {
  const clean = text
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .normalize('NFC')
    .trim()
  if (clean === '') throw new CallerError('unusable-question', `The question is empty. ${howToAsk}`)
  const characters = [...clean].length
  if (characters > maxQuestionCharacters)
    throw new CallerError(
      'unusable-question',
      `The question has ${characters} characters; at most ${maxQuestionCharacters} are read. Ask it shorter.`,
    )
  return clean
}

/** What cmd and PowerShell make of `'{"question": "…"}'`. */
const withoutQuotes = /^'|^\{\s*\\?\w+\\?\s*:/

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const detail = withoutQuotes.test(text.trim())
      ? `The body is not JSON: the shell took its quotation marks away. In cmd and PowerShell, send the question in the URL: curl -G --data-urlencode "q=What is Kubernetes?" URL`
      : 'The body is not JSON. Send {"question": "…"}.'
    throw new CallerError('unusable-question', detail, { cause })
  }
}

/** What is wrong with a question, and what to send. */
function toDetail(where: 'the body' | 'the data' | 'the URL' | 'the form'): (fault: z.core.$ZodIssue) => string {
  const isObject = where === 'the body' || where === 'the data'
  const fields = isObject ? 'question, and if you like topK, stream and history' : 'q, and if you like topK and stream'
  // A question that is not percent-encoded ends at its first &.
  const encoded = isObject ? '' : ' Let curl encode it: curl -G --data-urlencode "q=…" URL'
  return (fault) => {
    if (fault.code === 'unrecognized_keys') {
      const names = fault.keys.slice(0, 3).map((key) => quote(toField([...fault.path, key])))
      const advice = fault.path.length > 0 ? 'Leave it out.' : `Send ${fields}.${encoded}`
      return `${names.join(', ')} in ${where} means nothing here. ${advice}`
    }
    if (fault.path.length > 0) return fault.message
    return `${where.charAt(0).toUpperCase()}${where.slice(1)} must be an object such as {"question": "…"}.`
  }
}

function quote(name: string): string {
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name)
}
