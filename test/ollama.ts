import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Owner } from './running.ts'

/** A request that the server saw, and whether its client went away before the reply was whole. */
export interface Seen {
  readonly path: string
  readonly body: Record<string, unknown>
  readonly headers: IncomingHttpHeaders
  aborted: boolean
}

export interface OllamaServer {
  readonly host: string
  readonly seen: Seen[]
  /** The bodies of the requests to one path, in order. */
  readonly bodies: (path: string) => Array<Record<string, unknown>>
  /** Every load that was begun, in order, and how it ended. */
  readonly loads: ReadonlyArray<{ readonly model: string; state: 'loading' | 'loaded' | 'aborted' }>
  /** Ends what a runner is doing, as when the system kills it: its model has to be loaded again. */
  readonly kill: (model: string) => void
  readonly close: () => Promise<void>
}

type Body = Record<string, unknown>
/** Writes the whole reply; called when the request has its slot. */
export type Reply = (body: Body, response: ServerResponse) => void | Promise<void>

/** What the server does in place of the usual: other models, slower ones, another reply, or a proxy before it. */
export interface Behaviour {
  readonly models?: readonly string[]
  readonly chat?: Reply
  readonly embed?: Reply
  /** How long a load takes. */
  readonly loadMs?: number
  /** What a load ends with in place of a loaded model. */
  readonly loadError?: string
  /** OLLAMA_NUM_PARALLEL. */
  readonly slots?: number
  /** OLLAMA_MAX_QUEUE: how many wait for a model that is not loaded, behind the one that has it loaded. */
  readonly maxQueue?: number
  /** The reply of something before Ollama; true where it made one. */
  readonly proxy?: (request: IncomingMessage, response: ServerResponse) => boolean
  /** What stands before `/api` in every address. */
  readonly basePath?: string
  /** Its own machine alone, unless told otherwise. */
  readonly listen?: string
  readonly tls?: { readonly key: string; readonly cert: string }
}

interface Model {
  readonly name: string
  readonly embeds: boolean
  /** What it was trained for, and what its Modelfile sets; both in tokens. */
  readonly trained: number
  readonly byDefault: number
}

interface Runner {
  readonly numCtx: number
  expiresAt: number
}

const version = '0.32.14'
const posts = ['chat', 'generate', 'embed', 'embeddings', 'show']
const gets = ['version', 'tags', 'ps']

/**
 * A real HTTP server that answers as Ollama 0.32 does: one slot for chats and one for embeddings, loads that are aborted when
 * their caller leaves, headers with the first token, its bodies and codes. test/transcripts.ts holds it to what a real one said.
 */
export async function startOllama(t: Owner, behaviour: Behaviour = {}): Promise<OllamaServer> {
  const { loadMs = 0, maxQueue = 512, slots = 1, basePath = '', proxy = () => false } = behaviour
  const models = (behaviour.models ?? ['gemma3:1b', 'all-minilm:latest']).map(toModel)
  const seen: Seen[] = []
  const loads: Array<{ readonly model: string; state: 'loading' | 'loaded' | 'aborted' }> = []
  const runners = new Map<string, Runner>()
  const running = new Map<string, Set<ServerResponse>>()
  const schedule = createLoads()
  const turns = { chat: createSlots(slots), embed: createSlots(1) }

  /** Waits in the order of arrival for the model to be loaded; false where the reply was made here, or nobody waits any more. */
  function createLoads(): (model: Model, numCtx: number, body: Body, response: ServerResponse) => Promise<boolean> {
    const turn = createSlots(1)
    let pending = 0
    return async (model, numCtx, body, response) => {
      const keep = toMilliseconds(body.keep_alive ?? '5m') ?? 0
      const renew = (): boolean => {
        const runner = runners.get(model.name)
        if (runner !== undefined) runner.expiresAt = keep < 0 ? Number.POSITIVE_INFINITY : Date.now() + keep
        return true
      }
      if (isLoaded(model, numCtx)) return renew()
      if (pending >= maxQueue) {
        sendJson(response, 503, { error: 'server busy, please try again.  maximum pending requests exceeded' })
        return false
      }
      pending += 1
      const end = await turn(response)
      pending -= 1
      if (end === undefined) return false
      try {
        if (isLoaded(model, numCtx)) return renew()
        const load = { model: model.name, state: 'loading' as 'loading' | 'loaded' | 'aborted' }
        loads.push(load)
        if (!(await untilClosed(response, loadMs))) {
          load.state = 'aborted'
          return false
        }
        if (behaviour.loadError !== undefined) {
          load.state = 'aborted'
          sendJson(response, 500, { error: behaviour.loadError })
          return false
        }
        load.state = 'loaded'
        runners.set(model.name, { numCtx, expiresAt: 0 })
        return renew()
      } finally {
        end()
      }
    }
  }

  function isLoaded({ name }: Model, numCtx: number): boolean {
    const runner = runners.get(name)
    return runner !== undefined && runner.numCtx === numCtx && runner.expiresAt > Date.now()
  }

  async function answer(path: string, request: IncomingMessage, text: string, response: ServerResponse): Promise<void> {
    if (path === '/') return sendText(response, 200, 'Ollama is running', 'text/plain; charset=utf-8')
    const name = path.startsWith('/api/') ? path.slice(5) : ''
    const allowed = posts.includes(name) ? 'POST' : gets.includes(name) ? 'GET' : undefined
    if (allowed === undefined) return sendText(response, 404, '404 page not found')
    if (request.method !== allowed) {
      response.setHeader('allow', allowed)
      return sendText(response, 405, '405 method not allowed')
    }
    if (name === 'version') return sendJson(response, 200, { version })
    if (name === 'tags') return sendJson(response, 200, { models: models.map(toTag) }, true)
    if (name === 'ps') return sendJson(response, 200, { models: listRunning() })
    const body = toBody(text)
    if (typeof body === 'string') return sendJson(response, 400, { error: body })
    const refused = refuse(name, body)
    if (refused !== undefined) return sendJson(response, ...refused)
    const model = findModel(models, body.model)
    if (model === undefined) return
    if (name === 'show') return sendJson(response, 200, toDetails(model), true)
    await run(name, model, body, response)
  }

  /** The checks that come before a model is asked, in Ollama's order and words. */
  function refuse(name: string, body: Body): readonly [status: number, body: object] | undefined {
    const asked = String(body.model ?? '')
    if (asked === '') return [400, { error: 'model is required' }]
    if (body.keep_alive !== undefined && toMilliseconds(body.keep_alive) === undefined)
      return [400, { error: `time: invalid duration "${body.keep_alive}"` }]
    const embeds = name === 'embed' || name === 'embeddings'
    if (embeds && [body.input ?? body.prompt].flat().some((input) => typeof input !== 'string'))
      return [400, { error: 'invalid input type' }]
    const model = findModel(models, asked)
    if (model === undefined) {
      const error = embeds
        ? `model "${asked}" not found, try pulling it first`
        : `model '${name === 'show' ? withTag(asked) : asked}' not found`
      return [404, { error }]
    }
    if (model.embeds && (name === 'chat' || name === 'generate'))
      return [400, { error: `"${asked}" does not support ${name}` }]
    if (body.think === true) return [400, { error: `"${asked}" does not support thinking` }]
    const numCtx = optionsOf(body).num_ctx
    if (numCtx !== undefined && !Number.isInteger(numCtx))
      return [500, { error: 'option "num_ctx" must be of type integer' }]
    if (!model.embeds && embeds)
      return [501, { error: 'This server does not support embeddings. Start it with `--embeddings`' }]
    return undefined
  }

  async function run(name: string, model: Model, body: Body, response: ServerResponse): Promise<void> {
    const asked = Number(optionsOf(body).num_ctx ?? model.byDefault)
    const numCtx = Math.min(asked, model.trained)
    const head = { model: body.model, created_at: new Date().toISOString() }
    const message = name === 'chat' ? { message: { role: 'assistant', content: '' } } : { response: '' }
    const empty = name === 'chat' ? isEmpty(body.messages) : name === 'generate' && !body.prompt
    if (empty && toMilliseconds(body.keep_alive ?? '5m') === 0) {
      runners.delete(model.name)
      return sendJson(response, 200, { ...head, ...message, done: true, done_reason: 'unload' })
    }
    if (!(await schedule(model, numCtx, body, response))) return
    if (empty) return sendJson(response, 200, { ...head, ...message, done: true, done_reason: 'load' })
    if (name === 'embed' && isEmpty(body.input)) return sendJson(response, 200, { model: body.model, embeddings: [] })
    const end = await turns[model.embeds ? 'embed' : 'chat'](response)
    if (end === undefined) return
    const at = running.get(model.name) ?? new Set()
    running.set(model.name, at.add(response))
    response.once('close', () => {
      at.delete(response)
      end()
    })
    if (model.embeds) return await (behaviour.embed ?? embedding())({ ...body, num_ctx: numCtx }, response)
    const tokens = countPrompt(body)
    if (body.truncate === false && tokens > numCtx) return sendJson(response, 400, exceeded(tokens, numCtx), true)
    await (behaviour.chat ?? saying('Kubernetes runs containers [1].'))(body, response)
  }

  function listRunning(): object[] {
    return [...runners]
      .filter(([, { expiresAt }]) => expiresAt > Date.now())
      .map(([name, { numCtx, expiresAt }]) => ({
        ...toTag(toModel(name)),
        expires_at: new Date(Math.min(expiresAt, 8.64e15)).toISOString(),
        size_vram: 0,
        context_length: numCtx,
      }))
  }

  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // As an HTTP proxy it is asked for an address in full.
    const url = (request.url ?? '').replace(/^http:\/\/[^/]*/, '')
    if (!url.startsWith(basePath)) return sendText(response, 404, 'nothing here')
    const path = url.slice(basePath.length) || '/'
    let text = ''
    for await (const piece of request.setEncoding('utf8')) text += piece
    const body = toBody(text)
    const entry: Seen = { path, body: typeof body === 'string' ? {} : body, headers: request.headers, aborted: false }
    seen.push(entry)
    response.once('close', () => {
      entry.aborted = !response.writableFinished
    })
    if (!proxy(request, response)) await answer(path, request, text, response)
  }
  const server =
    behaviour.tls === undefined
      ? createServer((request, response) => void listener(request, response).catch(() => response.destroy()))
      : createSecureServer(
          behaviour.tls,
          (request, response) => void listener(request, response).catch(() => response.destroy()),
        )
  await new Promise<void>((resolve) => server.listen(0, behaviour.listen ?? '127.0.0.1', resolve))
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  t.teardown(close)
  const { port } = server.address() as AddressInfo
  return {
    host: `http${behaviour.tls === undefined ? '' : 's'}://127.0.0.1:${port}${basePath}`,
    seen,
    bodies: (path) => seen.filter((request) => request.path === path).map(({ body }) => body),
    loads,
    kill(model) {
      runners.delete(model)
      for (const response of running.get(model) ?? [])
        response.end(toLine({ error: 'an error was encountered while running the model: unexpected EOF' }))
    },
    close,
  }
}

/** So many at once, the rest in the order in which they came. Resolves to how to end the turn; to undefined where the client left while it waited. */
function createSlots(size: number): (response: ServerResponse) => Promise<(() => void) | undefined> {
  let free = size
  const waiting: Array<() => boolean> = []
  const end = (): void => {
    free += 1
    while (free > 0 && waiting.length > 0) if (waiting.shift()?.()) free -= 1
  }
  return (response) =>
    new Promise((resolve) => {
      const begin = (): boolean => {
        resolve(response.destroyed ? undefined : end)
        return !response.destroyed
      }
      if (free > 0 && waiting.length === 0) {
        if (begin()) free -= 1
      } else {
        waiting.push(begin)
        // Who leaves is answered at once, and passed over later.
        response.once('close', () => resolve(undefined))
      }
    })
}

/** False where the client left before the time was over. */
async function untilClosed(response: ServerResponse, ms: number): Promise<boolean> {
  const closed = new AbortController()
  const close = (): void => closed.abort()
  response.once('close', close)
  await sleep(ms, undefined, { signal: closed.signal }).catch(() => undefined)
  response.off('close', close)
  return !response.destroyed
}

/** What a model writes, how fast, and how it ends. */
export interface Saying {
  /** Before the words, in parts of their own. */
  readonly thinking?: string
  readonly readMs?: number
  readonly everyMs?: number
  readonly reason?: 'stop' | 'length'
}

/** A chat that streams these words, or these tokens, one line of NDJSON each, up to `num_predict`, and ends as Ollama does. */
export function saying(
  text: string | readonly string[],
  { thinking, readMs = 0, everyMs = 0, reason = 'stop' }: Saying = {},
): Reply {
  return async (body, response) => {
    const begun = performance.now()
    const line = (part: object): object => ({
      model: body.model,
      created_at: new Date().toISOString(),
      ...part,
    })
    const tokens = typeof text !== 'string' ? text : text === '' ? [] : text.split(/(?<= )/)
    const limit = Number(optionsOf(body).num_predict ?? Number.POSITIVE_INFINITY)
    const pieces = [
      ...(thinking?.split(/(?<= )/) ?? []).map((piece) => ({ role: 'assistant', content: '', thinking: piece })),
      ...tokens.map((content) => ({ role: 'assistant', content })),
    ]
    const written = pieces.slice(0, limit)
    if (readMs > 0 && !(await untilClosed(response, readMs))) return
    const read = performance.now()
    const ended = written.length < pieces.length ? 'length' : reason
    const ending = (): object => ({
      done: true,
      done_reason: ended,
      total_duration: Math.round((performance.now() - begun) * 1e6),
      load_duration: 1,
      prompt_eval_count: countRead(body),
      prompt_eval_duration: Math.round((read - begun) * 1e6),
      eval_count: written.length + (ended === 'stop' ? 1 : 0),
      eval_duration: Math.round((performance.now() - read) * 1e6),
    })
    if (body.stream === false) {
      const content = written.map((piece) => piece.content).join('')
      return sendJson(response, 200, line({ message: { role: 'assistant', content }, ...ending() }))
    }
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    for (const message of written) {
      response.write(toLine(line({ message, done: false })))
      if (everyMs > 0 && !(await untilClosed(response, everyMs))) return
    }
    response.end(toLine(line({ message: { role: 'assistant', content: '' }, ...ending() })))
  }
}

/** A reply with a status and Ollama's error body. */
export function failing(status: number, error: string): Reply {
  return (_, response) => sendJson(response, status, { error })
}

/** No reply at all, for as long as the client waits. */
export const silent: Reply = () => undefined

/** What a proxy before Ollama says in its place. */
export function saysInstead(status: number, body: string, contentType = 'text/html'): NonNullable<Behaviour['proxy']> {
  return (_, response) => {
    response.writeHead(status, { 'content-type': contentType }).end(body)
    return true
  }
}

/** Lets in who brings these credentials, as a proxy does; the rest get 401 and a page. */
export function asking(authorization: string): NonNullable<Behaviour['proxy']> {
  return (request, response) =>
    request.headers.authorization === authorization
      ? false
      : saysInstead(401, '<h1>401 Authorization Required</h1>')(request, response)
}

/** Embeddings by words alone, so that texts that share words are near; `everyMs` is what each text takes, `maxWords` where one becomes too long sooner than the model's context. */
export function embedding({ dimension = 32, maxWords = Number.POSITIVE_INFINITY, everyMs = 0 } = {}): Reply {
  return async (body, response) => {
    const texts = [body.input ?? body.prompt].flat().map(String)
    const numCtx = Number(body.num_ctx ?? 256)
    const counts = texts.map((text) => countWordPieces(text))
    for (const _ of texts) if (everyMs > 0 && !(await untilClosed(response, everyMs))) return
    if (
      body.truncate === false &&
      texts.some((text, index) => (text.match(/\w+/g) ?? []).length > maxWords || (counts[index] ?? 0) > numCtx)
    ) {
      return sendJson(response, 400, { error: 'the input length exceeds the context length' })
    }
    const vectors = texts.map((text) => toVector(text, dimension))
    if (body.input === undefined) return sendJson(response, 200, { embedding: vectors[0] }, true)
    const tokens = counts.reduce((sum, count) => sum + Math.min(count, numCtx), 0)
    const durations = { total_duration: 1, load_duration: 1, prompt_eval_count: tokens }
    sendJson(response, 200, { model: body.model, embeddings: vectors, ...durations }, true)
  }
}

export function toLine(part: object): string {
  return `${JSON.stringify(part)}\n`
}

/** Ollama sends short bodies whole and long ones in chunks. */
export function sendJson(response: ServerResponse, status: number, body: object, chunked = false): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': `application/json${chunked && status >= 400 ? '' : '; charset=utf-8'}`,
    ...(chunked ? {} : { 'content-length': Buffer.byteLength(text) }),
  })
  response.write(text)
  response.end()
}

function sendText(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type, 'content-length': text.length }).end(text)
}

function toModel(name: string): Model {
  const embeds = /minilm|embed|bge|e5/.test(name)
  return embeds ? { name, embeds, trained: 512, byDefault: 256 } : { name, embeds, trained: 32_768, byDefault: 4096 }
}

/** As Ollama takes names: whatever the case, with or without its registry, `library/` and `:latest`. */
function findModel(models: readonly Model[], asked: unknown): Model | undefined {
  const name = withTag(String(asked))
    .toLowerCase()
    .replace(/^registry\.ollama\.ai\//, '')
    .replace(/^library\//, '')
  return models.find((model) => withTag(model.name).toLowerCase() === name)
}

function withTag(name: string): string {
  return /:[^/]*$/.test(name) ? name : `${name}:latest`
}

/** As /api/tags has it; it says of every model that it completes, an embedding model too. */
function toTag({ name, embeds }: Model): object {
  const family = embeds ? 'bert' : 'gemma3'
  return {
    name,
    model: name,
    modified_at: '2026-11-25T10:29:03.371281544Z',
    size: 491_400_893,
    digest: '9f9aba75ec34c39cd58edabc60737a00f232ccffd7acf98328754430f2a16c70',
    details: {
      parent_model: '',
      format: 'gguf',
      family,
      families: [family],
      parameter_size: '630.17M',
      quantization_level: 'Q4_K_M',
    },
    capabilities: ['completion'],
  }
}

/** As /api/show has it; this one knows what a model can do. */
function toDetails({ name, embeds, trained, byDefault }: Model): object {
  const family = embeds ? 'bert' : 'gemma3'
  return {
    modelfile: `# Modelfile generated by "ollama show"\nFROM ${name}\nPARAMETER num_ctx ${byDefault}\n`,
    parameters: `num_ctx                        ${byDefault}`,
    template: '{{ .Prompt }}',
    details: { parent_model: '', format: 'gguf', family, families: [family] },
    model_info: { 'general.architecture': family, [`${family}.context_length`]: trained },
    tensors: [{ name: 'token_embd.weight', type: 'F16', shape: [384, 30_522] }],
    capabilities: [embeds ? 'embedding' : 'completion'],
    modified_at: '2026-11-25T10:25:53.633270674Z',
  }
}

/** JSON inside a string, as the runner's own error is passed on. */
function exceeded(tokens: number, numCtx: number): object {
  const message = `request (${tokens} tokens) exceeds the available context size (${numCtx} tokens), try increasing it`
  const error = { code: 400, message, type: 'exceed_context_size_error', n_prompt_tokens: tokens, n_ctx: numCtx }
  return { error: JSON.stringify({ error }) }
}

/** What the runner counts: words, marks, a space at the end, and what the template adds. */
function countPrompt(body: Body): number {
  const texts = [body.messages ?? []].flat().map((message) => String(Object(message).content ?? ''))
  const counts = texts.map((text) => (text.match(/[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]|\s$/gu) ?? []).length)
  return counts.reduce((sum, count) => sum + count, 9)
}

/** What of the prompt is read: one that is too long is cut to half the context without a word. */
function countRead(body: Body): number {
  const numCtx = Number(optionsOf(body).num_ctx ?? 4096)
  const tokens = countPrompt(body)
  return tokens > numCtx ? Math.floor(numCtx / 2) + 2 : tokens
}

/** A word is a piece, a long one several; each text is between two marks of its own. */
function countWordPieces(text: string): number {
  const words = text.match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? []
  return words.reduce((sum, { length }) => sum + (length <= 8 ? 1 : Math.ceil(length / 3)), 2)
}

function toVector(text: string, dimension: number): number[] {
  const vector = new Array<number>(dimension).fill(0.01)
  for (const word of text.toLowerCase().match(/\w+/g) ?? []) {
    const slot = [...word].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7) % dimension
    vector[slot] = (vector[slot] ?? 0) + 1
  }
  return vector
}

function optionsOf(body: Body): Body {
  return Object(body.options) as Body
}

function isEmpty(list: unknown): boolean {
  return list === undefined || (Array.isArray(list) && list.length === 0)
}

/** A number of seconds or a Go duration; undefined where it is neither. */
function toMilliseconds(keepAlive: unknown): number | undefined {
  if (typeof keepAlive === 'number') return keepAlive * 1000
  const parts = [...String(keepAlive).matchAll(/(-?\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  if (parts.map(([part]) => part).join('') !== keepAlive) return undefined
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0)
}

/** The body, or what Ollama says of one that is none. */
function toBody(text: string): Body | string {
  if (text === '') return 'missing request body'
  try {
    return JSON.parse(text)
  } catch {
    return 'unexpected EOF'
  }
}

/** What a promise was rejected with; fails when it was not. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => {
      throw new Error('nothing failed')
    },
    (error: unknown) => error,
  )
}
