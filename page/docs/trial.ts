/** A form that sends an operation's request to this service, and shows what comes as it comes. */
import { make, show } from '../dom.ts'
import { authorization } from '../service.ts'
import type { Operation, Parameter } from './document.ts'

/** Where the service is: what stands before `docs` in this page's address. */
export const base = new URL(location.pathname.replace(/docs\/?$/, ''), location.origin)

export function toTrial(
  method: string,
  path: string,
  { parameters = [], requestBody, responses }: Operation,
): HTMLElement {
  const values = parameters.map((parameter) => [parameter.name, toControl(parameter)] as const)
  const bodies = Object.entries(requestBody?.content ?? {})
  const type = toSelect(bodies.map(([name]) => [name, name]))
  const body = make('textarea', { rows: 5, spellcheck: false })
  const write = (): void => {
    const { example = '' } = requestBody?.content[type.value] ?? {}
    body.value = toText(example, type.value)
  }
  type.onchange = write
  write()
  const replies = Object.keys(responses[200]?.content ?? {})
  const accept = toSelect([
    [replies.join(', '), 'whatever it likes'],
    ...replies.map((name): [string, string] => [name, name]),
  ])
  const button = make('button', { type: 'submit', textContent: 'Send' })
  const state = make('p', { className: 'state', hidden: true })
  state.role = 'status'
  const shown = make('pre', { tabIndex: 0, hidden: true, ariaLabel: 'The reply' })
  shown.role = 'region'

  const form = make(
    'form',
    { className: 'trial' },
    make('h4', { textContent: 'Try it' }),
    ...values.map(([name, control]) => label(name, control)),
    ...(bodies.length > 1 ? [label('The body is', type)] : []),
    ...(bodies.length > 0 ? [label('Body', body)] : []),
    ...(replies.length > 1 ? [label('Reply with', accept)] : []),
    button,
    state,
    shown,
  )
  let running: AbortController | undefined
  form.onsubmit = async (event) => {
    event.preventDefault()
    if (running !== undefined) return running.abort()
    running = new AbortController()
    button.textContent = 'Stop'
    shown.textContent = ''
    const url = new URL(path.slice(1), base)
    for (const [name, { value }] of values) if (value !== '') url.searchParams.set(name, value)
    const text = body.value.trim()
    const sent = {
      method,
      headers: { ...authorization(), accept: accept.value, ...(text === '' ? {} : { 'content-type': type.value }) },
      ...(text === '' ? {} : { body: text }),
      signal: running.signal,
    }
    try {
      await receive(url, sent, state, shown)
    } catch (error) {
      state.append(running.signal.aborted ? ' Stopped.' : ` ${error}`)
    }
    running = undefined
    button.textContent = 'Send'
  }
  return form
}

async function receive(url: URL, sent: RequestInit, state: HTMLElement, shown: HTMLElement): Promise<void> {
  const started = performance.now()
  state.textContent = `${sent.method} ${url.pathname}${url.search}`
  show(state, true)
  const response = await fetch(url, sent)
  const type = response.headers.get('content-type') ?? ''
  const took = (): string => `${response.status} ${type}, ${Math.round(performance.now() - started)} ms`
  state.textContent = took()
  show(shown, true)
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) shown.append(text)
  if (type.includes('json')) shown.textContent = indented(shown.textContent)
  shown.hidden = shown.textContent === ''
  state.textContent = took()
}

/** An example as its type has it. */
function toText(example: unknown, type: string): string {
  if (typeof example === 'string') return example
  if (type === 'application/x-www-form-urlencoded') return new URLSearchParams(Object(example)).toString()
  return JSON.stringify(example, null, 2)
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

function toControl({ schema, example }: Parameter): HTMLInputElement | HTMLSelectElement {
  if (schema.enum !== undefined) return toSelect(['', ...schema.enum].map((value) => [String(value), String(value)]))
  return make('input', { value: String(example ?? ''), autocomplete: 'off' })
}

function toSelect(options: ReadonlyArray<readonly [value: string, text: string]>): HTMLSelectElement {
  return make('select', {}, ...options.map(([value, textContent]) => make('option', { value, textContent })))
}

function label(text: string, control: HTMLElement): HTMLElement {
  return make('label', {}, make('span', { textContent: text }), control)
}
