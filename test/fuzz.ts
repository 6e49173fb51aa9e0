import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { extract } from '../function/answer/extract.ts'
import { createCheck } from '../function/answer/grounding/support.ts'
import { namesIn } from '../function/retrieval/question.ts'
import { type Behaviour, type OllamaServer, startOllama, toLine } from './ollama.ts'
import { language, readTexts } from './reading.ts'
import { makeTable, type RunningFunction, startFunction } from './running.ts'

const folder = t.testdir({
  docs: { 'kubernetes.md': '# Kubernetes\n\nKubernetes is a system that runs containers.' },
})
/** What Ollama does next; each property sets its own. */
let chat: NonNullable<Behaviour['chat']>
let embed: Behaviour['embed'] | undefined
let ollama: OllamaServer
let running: RunningFunction
/** The same, for when Ollama falls silent. */
let impatient: RunningFunction

t.before(async () => {
  ollama = await startOllama(t, {
    chat: (body, response) => chat(body, response),
    embed: (body, response) => embed?.(body, response),
  })
  const { host } = await startOllama(t)
  await makeTable(join(folder, 'docs'), join(folder, 'table'), { OLLAMA_HOST: host })
  const settings = { TABLE_URI: join(folder, 'table'), OLLAMA_HOST: ollama.host, LOG_LEVEL: 'silent' }
  running = await startFunction(t, settings)
  impatient = await startFunction(t, { ...settings, EMBED_TIMEOUT_MS: '100', ANSWER_TIMEOUT_MS: '1500' })
})
t.beforeEach(() => {
  chat = (_, response) => void response.end(toLine({ message: { content: 'It runs [1].' }, done: true }))
  embed = (_, response) => void response.writeHead(500).end()
})

interface Reply {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

const send = async (
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: Buffer },
  url = running.url,
): Promise<Reply> => {
  const sending = request(url + path, {
    agent: false,
    method: options.method ?? 'GET',
    headers: { ...options.headers, ...(options.body ? { 'content-length': String(options.body.length) } : {}) },
  })
  sending.end(options.body)
  const [response] = await once(sending, 'response')
  let body = ''
  for await (const piece of response.setEncoding('utf8')) body += piece
  return { status: response.statusCode, headers: response.headers, body }
}

/** Throws unless the reply is one that the contract knows. */
const check = ({ status, headers, body }: Reply, method = 'GET'): void => {
  const type = String(headers['content-type'] ?? '')
  if (method === 'HEAD' || status === 204) return
  if (status >= 400) {
    if (!type.startsWith('application/problem+json')) throw new Error(`${status} is ${type}: ${body}`)
    const problem = JSON.parse(body)
    if (problem.status !== status || typeof problem.title !== 'string' || typeof problem.detail !== 'string')
      throw new Error(`no problem: ${body}`)
    if (status === 500 || /node_modules|Error:|\n +at /.test(body)) throw new Error(`something internal: ${body}`)
  } else if (type.startsWith('text/event-stream')) {
    const events = body.split('\n\n').filter((block) => block.startsWith('event: '))
    if (!/^event: (answer|error)\n/.test(events.at(-1) ?? '') || !body.endsWith('\n\n'))
      throw new Error(`a silent end: ${body}`)
    for (const event of events) JSON.parse(event.slice(event.indexOf('data: ') + 6))
  } else if (type.includes('json')) JSON.parse(body)
  else if (!/^text\/(html|plain)/.test(type)) throw new Error(`${status} is ${type}`)
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('', 'pod', '\u0000', '\ud800', '%', '__proto__'),
)
const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/)
const headerValue = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xfe })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
})
const knownHeader = fc.constantFrom(
  ...[
    'accept',
    'authorization',
    'content-encoding',
    'content-type',
    'origin',
    'traceparent',
    'expect-nothing',
    'cookie',
  ],
  ...['ce-id', 'ce-type', 'ce-source', 'ce-specversion', 'ce-subject', 'ce-traceparent', 'ce-time', 'x-forwarded-for'],
)
const knownValue = fc.constantFrom(
  ...['application/json', 'text/event-stream', 'application/cloudevents+json', 'text/plain', '1.0', 'gzip', 'Bearer x'],
  ...['application/x-www-form-urlencoded', 'application/cloudevents-batch+json', 'text/html', 'null', '*/*;q=x'],
)
const headers = fc.dictionary(
  fc.oneof(
    knownHeader,
    token.map((name) => `x-${name}`),
  ),
  fc.oneof(knownValue, headerValue),
  { maxKeys: 6 },
)
const name = fc.oneof(
  fc.constantFrom('q', 'topK', 'stream', 'query', 'headers', 'body', 'cloudevent', '__proto__', 'method'),
  text,
)
const query = fc
  .array(fc.tuple(name, text), { maxLength: 3 })
  .map((pairs) =>
    new URLSearchParams(pairs.map(([a, b]): [string, string] => [a.toWellFormed(), b.toWellFormed()])).toString(),
  )
const path = fc.oneof(
  fc.constantFrom(
    '/',
    '/query',
    '/query/',
    '/search',
    '/metrics',
    '/health/readiness',
    '/health/liveness',
    '//',
    '/%2e%2e/',
  ),
  fc.webPath(),
)
const method = fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'PROPFIND')
const json = fc.oneof(
  fc.json(),
  fc
    .record({ question: text, topK: fc.oneof(fc.integer(), fc.anything()), stream: fc.boolean() }, { requiredKeys: [] })
    .map((body) => JSON.stringify(body) ?? ''),
)
const bytes = fc.oneof(
  json.map((body) => Buffer.from(body)),
  fc.uint8Array({ maxLength: 200 }).map((body) => Buffer.from(body)),
)
const event = fc
  .record(
    {
      specversion: fc.constantFrom('1.0', '0.3', 1, ''),
      id: fc.oneof(text, fc.anything()),
      source: text,
      type: fc.oneof(text, fc.constant('dev.ragfunction.answer')),
      subject: fc.anything(),
      data: fc.oneof(text, fc.record({ question: text }), fc.anything()),
      data_base64: text,
    },
    { requiredKeys: [] },
  )
  .map((given) => Buffer.from(safeJson(given)))

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch {
    return 'null'
  }
}

t.test('whatever is asked, however, the reply is one of the contract', async (t) => {
  const asked = fc.record({ method, path, query, headers, body: fc.option(bytes, { nil: undefined }) })
  await fc.assert(
    fc.asyncProperty(asked, async ({ method, path, query, headers, body }) => {
      const address = `${path.startsWith('/') ? path : `/${path}`}${query === '' ? '' : `?${query}`}`
      const hasBody = method !== 'GET' && method !== 'HEAD' && body !== undefined
      check(await send(address, { method, headers, ...(hasBody ? { body } : {}) }), method)
    }),
    { numRuns: 300 },
  )
  t.pass()
})

t.test('whatever calls itself an event, too', async (t) => {
  const binary = fc.record(
    { id: headerValue, type: headerValue, source: headerValue, specversion: fc.constantFrom('1.0', '', 'x') },
    { requiredKeys: ['id'] },
  )
  await fc.assert(
    fc.asyncProperty(event, binary, bytes, async (structured, attributes, body) => {
      const type = { 'content-type': 'application/cloudevents+json' }
      check(await send('/', { method: 'POST', headers: type, body: structured }))
      const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]))
      check(await send('/query', { method: 'POST', headers, body }))
    }),
    { numRuns: 100 },
  )
  t.pass()
})

const part = fc.oneof(
  fc.string().map((content) => toLine({ message: { content }, done: false })),
  fc.constantFrom(
    toLine({ message: { content: '' }, done: true }),
    toLine({ error: 'broken' }),
    toLine({ done: true }),
    '\n',
    'null\n',
    '7\n',
    '{"message":',
  ),
  fc.json().map((line) => `${line}\n`),
  fc.string(),
)
const reply = fc.record({
  status: fc.constantFrom(200, 200, 200, 200, 400, 404, 500, 503),
  type: fc.constantFrom('application/x-ndjson', 'application/json', 'text/html'),
  parts: fc.array(part, { maxLength: 6 }),
  cutAt: fc.option(fc.nat(80), { nil: undefined }),
  end: fc.oneof(
    { weight: 9, arbitrary: fc.constant('end') },
    { weight: 3, arbitrary: fc.constant('destroy') },
    fc.constant('hang'),
  ),
  drip: fc.boolean(),
})

t.test('whatever Ollama says, or stops saying, the caller gets an answer or a problem with the sources', async (t) => {
  const stops = new Set<() => void>()
  await fc.assert(
    fc.asyncProperty(
      reply,
      fc.boolean(),
      fc.json(),
      async ({ status, type, parts, cutAt, end, drip }, stream, vector) => {
        embed = (_, response) => void response.end(vector)
        chat = async (_, response) => {
          response.writeHead(status, { 'content-type': type })
          const whole = parts.join('').slice(0, cutAt)
          for (const piece of drip ? (whole.match(/[\s\S]{1,9}/g) ?? []) : [whole]) {
            response.write(piece)
            if (drip) await new Promise((resolve) => setImmediate(resolve))
          }
          if (end === 'end') response.end()
          else if (end === 'destroy') response.destroy()
          else stops.add(() => response.destroy())
        }
        const got = await send(
          '/query?q=Kubernetes',
          { headers: stream ? { accept: 'text/event-stream' } : {} },
          impatient.url,
        )
        check(got)
        // Out of time before anything was found, there is nothing to show.
        if (got.status !== 504 && !got.body.includes('kubernetes.md'))
          throw new Error(`the sources are lost: ${got.body}`)
      },
    ),
    { numRuns: 100, endOnFailure: true },
  )
  for (const stop of stops) stop()
  t.pass()
})

t.test('callers who come together, and some who leave, never see one another', async (t) => {
  chat = async (body, response) => {
    const asked = /Question: .*?(xmark\w+)/.exec(JSON.stringify(body.messages))?.[1] ?? 'nobody'
    await new Promise((resolve) => setTimeout(resolve, asked.length % 4))
    response.end(toLine({ message: { content: `Kubernetes runs containers [1]. So says ${asked}.` }, done: true }))
  }
  const callers = fc.uniqueArray(fc.stringMatching(/^[a-z]{4,9}$/), { minLength: 6, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(callers, fc.boolean(), async (names, stream) => {
      const replies = names.map(async (name, index) => {
        const asked = `/query?q=What%20is%20Kubernetes%2C%20xmark${name}`
        if (index % 3 === 2) {
          const leaving = request(running.url + asked, { agent: false }).end()
          leaving.on('error', () => undefined)
          setTimeout(() => leaving.destroy(), index)
          return
        }
        const { body } = await send(asked, { headers: stream ? { accept: 'text/event-stream' } : {} })
        const seen = new Set(body.match(/xmark\w+/g))
        if (seen.size !== 1 || !seen.has(`xmark${name}`)) throw new Error(`xmark${name} saw ${[...seen]}: ${body}`)
      })
      await Promise.all(replies)
    }),
    { numRuns: 40 },
  )
  t.pass()
})

t.test('bytes that are no HTTP, and connections that break anywhere, hurt nobody else', async (t) => {
  const whole = `POST /query HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 36\r\n\r\n{"question": "What is Kubernetes?"}  `
  const odd = fc.oneof(
    fc.nat(whole.length).map((at) => whole.slice(0, at)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(
      'GET /query?q=x HTTP/1.0\r\n\r\n',
      'GET /query?q=x HTTP/1.1\r\n\r\n',
      'POST /query HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      'POST /query HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      'CONNECT /query HTTP/1.1\r\nhost: x\r\n\r\n',
      'GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
      'OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n',
      `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`,
      `GET /query?q=${'x'.repeat(9_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
      'GET /query?q=Kubernetes HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(5),
    ),
  )
  await fc.assert(
    fc.asyncProperty(odd, fc.boolean(), async (bytes, reset) => {
      const socket = connect(Number(new URL(running.url).port), '127.0.0.1')
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      socket.write(bytes)
      check(await send('/search?q=Kubernetes', {}))
      if (reset) socket.resetAndDestroy()
      else socket.destroy()
    }),
    { numRuns: 100 },
  )
  check(await send('/query?q=Kubernetes', {}))
  t.equal(running.child.exitCode, null)
})

t.test(
  'a question of pieces said again and again is read, quoted for and checked in the time that words take',
  async (t) => {
    const passage = `## Pods\n\nA pod restarts in step 2 of 5. ${'It has 3 replicas, and Kafka. '.repeat(50)}`
    const cpuOf = (question: string): number => {
      const begun = process.cpuUsage()
      const reading = readTexts(question, passage, 'Nodes are machines.')
      extract(reading)
      createCheck(reading, new Set([1, 2]))(question, [])
      namesIn(language.read(question), true)
      return process.cpuUsage(begun).user
    }
    // Long enough that what grows with its square takes hundreds of times as long.
    const length = 20_000
    const letters = [...'aéжα中の한กअا1x', 'ß', 'ﬁ', 'a\u0301', '\ud835\udc9c', '😀']
    const joints = ['', ' ', '-', '.', '_', "'", '’', '/', ',', ':', ';', '@', '? ', '! ', '. ', '\n', '\u200d']
    const others = ['aB', 'Ab-', '.a', 'v1.', 'a+', 'a#', '`a`', '"a"', '(a) ', '[1]', '{a}', '|a', '- a\n', '# a\n']
    const further = ['step 1 ', '1 march ', '1. 1. 2020 ', 'http://a/', '--a ', 'a=b', 'ﷺ', '2 a', ' ', '-', '\u0301']
    const shapes = [...letters.flatMap((letter) => joints.map((joint) => letter + joint)), ...others, ...further]
    const toText = (piece: string): string => piece.repeat(length / piece.length)
    const words = toText('How do I restart a pod of Kafka? ')
    const ordinary = cpuOf(words) + cpuOf(words)
    for (const piece of shapes) {
      const spent = cpuOf(toText(piece))
      t.ok(spent < 20 * ordinary, `${JSON.stringify(piece)}: ${spent} µs, where words take ${ordinary}`)
    }
  },
)
