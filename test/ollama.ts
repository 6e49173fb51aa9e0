import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Owner } from './running.ts'

/** A request that the server saw, and whether its client went away before the reply was whole. */
export interface Seen {
  readonly path: string
  readonly body: Record<string, unknown>
  aborted: boolean
}

export interface OllamaServer {
  readonly host: string
  readonly seen: Seen[]
  /** The bodies of the requests to one path, in order. */
  readonly bodies: (path: string) => Array<Record<string, unknown>>
  readonly close: () => Promise<void>
}

type Reply = (body: Record<string, unknown>, response: ServerResponse) => void | Promise<void>

/** What the server does in place of the usual: other models, or another reply at a path. */
export interface Behaviour {
  readonly models?: readonly string[]
  readonly chat?: Reply
  readonly embed?: Reply
}

/** A real HTTP server that speaks Ollama's protocol: /api/version, /api/tags, /api/embed and /api/chat, with its error bodies. */
export async function startOllama(t: Owner, behaviour: Behaviour = {}): Promise<OllamaServer> {
  const models = behaviour.models ?? ['gemma3:1b', 'all-minilm:latest']
  const seen: Seen[] = []
  const known = (model: unknown): boolean => models.includes(String(model)) || models.includes(`${model}:latest`)

  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    const body = await readJson(request)
    const entry: Seen = { path, body, aborted: false }
    seen.push(entry)
    response.once('close', () => {
      entry.aborted = !response.writableFinished
    })
    if (path === '/api/version') return sendJson(response, 200, { version: '0.12.0' })
    if (path === '/api/tags') return sendJson(response, 200, { models: models.map((name) => ({ name })) })
    if (path !== '/api/chat' && path !== '/api/embed' && path !== '/api/generate')
      return sendJson(response, 404, { error: 'not found' })
    if (!known(body.model))
      return sendJson(response, 404, { error: `model "${body.model}" not found, try pulling it first` })
    // Without a prompt, the model is only loaded.
    if (path === '/api/generate') return sendJson(response, 200, { response: '', done: true, done_reason: 'load' })
    await (path === '/api/chat'
      ? (behaviour.chat ?? saying('Kubernetes runs containers [1].'))
      : (behaviour.embed ?? embedding()))(body, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  t.teardown(close)
  const { port } = server.address() as AddressInfo
  return {
    host: `http://127.0.0.1:${port}`,
    seen,
    bodies: (path) => seen.filter((request) => request.path === path).map(({ body }) => body),
    close,
  }
}

/** A chat that streams these words, one line of NDJSON each, and ends as Ollama does. */
export function saying(text: string): Reply {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    for (const content of text.split(/(?<= )/))
      response.write(toLine({ message: { role: 'assistant', content }, done: false }))
    response.end(toLine({ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' }))
  }
}

/** A reply with a status and Ollama's error body. */
export function failing(status: number, error: string): Reply {
  return (_, response) => sendJson(response, status, { error })
}

/** No reply at all, for as long as the client waits. */
export const silent: Reply = () => undefined

/** Embeddings by words alone, so that texts that share words are near; `maxWords` is where an input becomes too long. */
export function embedding({ dimension = 32, maxWords = Number.POSITIVE_INFINITY } = {}): Reply {
  return (body, response) => {
    const texts = [body.input].flat().map(String)
    if (texts.some((text) => (text.match(/\w+/g) ?? []).length > maxWords)) {
      return sendJson(response, 400, { error: 'the input length exceeds the context length' })
    }
    sendJson(response, 200, { model: body.model, embeddings: texts.map((text) => toVector(text, dimension)) })
  }
}

export function toLine(part: object): string {
  return `${JSON.stringify(part)}\n`
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function toVector(text: string, dimension: number): number[] {
  const vector = new Array<number>(dimension).fill(0.01)
  for (const word of text.toLowerCase().match(/\w+/g) ?? []) {
    const slot = [...word].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7) % dimension
    vector[slot] = (vector[slot] ?? 0) + 1
  }
  return vector
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const piece of request.setEncoding('utf8')) text += piece
  return text === '' ? {} : JSON.parse(text)
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
