import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readEvents } from './events.ts'
import {
  asking,
  type Behaviour,
  failing,
  type OllamaServer,
  saying,
  saysInstead,
  sendJson,
  silent,
  startOllama,
  toLine,
} from './ollama.ts'
import { makeTable, nowhere, type RunningFunction, run, startFunction } from './running.ts'

const folder = t.testdir({
  docs: { 'kubernetes.md': '# Kubernetes\n\nKubernetes is a system that runs containers.' },
})
const tableUri = join(folder, 'table')
const hybridUri = join(folder, 'hybrid')
t.before(async () => {
  await makeTable(join(folder, 'docs'), tableUri)
  const { host } = await startOllama(t)
  await makeTable(join(folder, 'docs'), hybridUri, { OLLAMA_HOST: host })
})

const path = `/query?q=${encodeURIComponent('What is Kubernetes?')}`
const start = async (
  t: Test,
  behaviour: Behaviour,
  environment: Record<string, string> = {},
  args?: readonly string[],
): Promise<{ ollama: OllamaServer; running: RunningFunction; url: string }> => {
  const ollama = await startOllama(t, behaviour)
  const settings = { TABLE_URI: tableUri, OLLAMA_HOST: ollama.host, LOG_LEVEL: 'fatal', ...environment }
  const running = await startFunction(t, settings, args)
  return { ollama, running, url: running.url }
}
const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** A chat that answers when it is told to, the oldest question first. */
const onCommand = (): { chat: NonNullable<Behaviour['chat']>; release: () => void; held: () => number } => {
  const held: Array<() => void> = []
  return {
    chat: (body, response) => {
      held.push(() => void saying('Kubernetes runs containers [1].')(body, response))
    },
    release: () => held.shift()?.(),
    held: () => held.length,
  }
}

/** One request over a connection of its own, or the agent's; the reply's head and body. */
const plain = async (
  url: string,
  options: { agent?: Agent; method?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; body: string }> => {
  const asking = request(url, { agent: false, ...options }).end()
  const [response] = await once(asking, 'response')
  let body = ''
  for await (const piece of response) body += piece
  return { status: response.statusCode, headers: response.headers, body }
}

t.test(
  'beyond those with Ollama and those waiting, 429 with Retry-After, and a search is answered meanwhile',
  async (t) => {
    const { chat, release, held } = onCommand()
    const { ollama, url } = await start(t, { chat }, { MAX_CONCURRENT_ANSWERS: '1', MAX_WAITING_ANSWERS: '2' })
    const asked = ['one', 'two', 'three'].map(async (word) => await plain(`${url}${path}%20${word}`))
    await until(async () => /answers_waiting 2/.test((await plain(`${url}/metrics`)).body))
    // Its turn is taken before its request is there.
    await until(() => held() === 1)

    const refused = await plain(url + path, { headers: { accept: 'text/event-stream' } })
    t.equal(refused.status, 429)
    t.match(refused.headers, { 'retry-after': /^\d+$/, 'content-type': 'application/problem+json; charset=utf-8' })
    t.match(JSON.parse(refused.body), { status: 429, detail: /Ask again/ })
    const event = {
      'ce-specversion': '1.0',
      'ce-id': '1',
      'ce-source': '/',
      'ce-type': 't',
      'content-type': 'text/plain',
    }
    const retried = await fetch(url, { method: 'POST', headers: event, body: 'What is Kubernetes?' })
    t.equal(retried.status, 503, 'a broker retries a 5xx')
    t.match(retried.headers.get('retry-after'), /^\d+$/)
    await retried.text()
    t.equal((await plain(url + path.replace('query', 'search'))).status, 200)
    t.equal((await plain(`${url}/health/readiness`)).status, 200)

    for (let left = 3; left > 0; left -= 1) {
      await until(() => held() === 1)
      release()
    }
    for (const { status } of await Promise.all(asked)) t.equal(status, 200)
    t.equal(ollama.bodies('/api/chat').length, 3, 'nothing was spent on those who were refused')
    release()
    const again = plain(url + path)
    await until(() => held() === 1)
    release()
    t.equal((await again).status, 200, 'and there is room again')
  },
)

t.test('who leaves while waiting never reaches Ollama, and frees the place', async (t) => {
  const { chat, release, held } = onCommand()
  const { ollama, url } = await start(t, { chat }, { MAX_CONCURRENT_ANSWERS: '1', MAX_WAITING_ANSWERS: '1' })
  const waiting = async (count: number): Promise<void> =>
    await until(async () => (await plain(`${url}/metrics`)).body.includes(`answers_waiting ${count}`))
  const first = plain(url + path)
  await until(() => held() === 1)
  const leave = new AbortController()
  const leaving = fetch(url + path, { signal: leave.signal })
  leaving.catch(() => undefined)
  await waiting(1)
  leave.abort()
  await waiting(0)
  const second = plain(url + path)
  await waiting(1)
  release()
  await until(() => held() === 1)
  release()
  t.strictSame([(await first).status, (await second).status], [200, 200])
  t.equal(ollama.bodies('/api/chat').length, 2)
})

t.test('a model is asked the last question alone, and told those before it', async (t) => {
  const { ollama, url } = await start(t, { chat: saying('It runs containers.') })
  const history = [{ role: 'user', content: 'What is Kubernetes?' }]
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ question: 'And what does it run?', history })
  await (await fetch(`${url}/query`, { method: 'POST', headers, body })).json()
  const [{ messages = [] } = {}] = ollama.bodies('/api/chat')
  t.match(messages, [
    {},
    { content: /^Asked before: What is Kubernetes\?\n[\s\S]*\n\nQuestion: And what does it run\?\n/ },
  ])
})

t.test('where Ollama is down, nobody waits for anybody', async (t) => {
  const { url } = await start(t, {}, { OLLAMA_HOST: nowhere, MAX_CONCURRENT_ANSWERS: '1', MAX_WAITING_ANSWERS: '20' })
  const replies = await Promise.all(Array.from({ length: 20 }, async () => await plain(url + path)))
  for (const { status, body } of replies) t.match([status, JSON.parse(body)], [200, { generator: 'extractive' }])
})

t.test('GENERATOR=extractive has no model to wait for', async (t) => {
  const environment = { GENERATOR: 'extractive', MAX_CONCURRENT_ANSWERS: '1', MAX_WAITING_ANSWERS: '0' }
  const { url } = await start(t, {}, environment)
  const replies = await Promise.all(Array.from({ length: 10 }, async () => await plain(url + path)))
  for (const { status } of replies) t.equal(status, 200)
})

t.test('an embedding that does not come in time is done without', async (t) => {
  const environment = { TABLE_URI: hybridUri, EMBED_TIMEOUT_MS: '50' }
  const { url } = await start(t, { embed: silent, chat: saying('It runs containers [1].') }, environment)
  const { body } = await plain(url + path)
  t.match(JSON.parse(body), { generator: 'ollama', notice: /words alone.*within 0\.05 s/ })
  const { body: metrics } = await plain(`${url}/metrics`)
  t.match(metrics, /ragfunction_embedding_fallbacks_total 1/)
})

t.test('a slow embedding keeps no other question from the table', async (t) => {
  const held: Array<() => void> = []
  const { ollama, url } = await start(
    t,
    { embed: (body, response) => void held.push(() => sendJson(response, 500, { error: String(body.model) })) },
    { TABLE_URI: hybridUri, EMBED_TIMEOUT_MS: '60000', GENERATOR: 'extractive' },
  )
  const asked = Array.from({ length: 9 }, async () => await plain(url + path.replace('query', 'search')))
  const texts = (): number => ollama.bodies('/api/embed').filter(({ input }) => [input].flat().length > 0).length
  await until(() => texts() === 9 && held.length === 1)
  held.pop()?.()
  t.equal((await Promise.race(asked)).status, 200, 'the first is answered while the others wait')
  for (let left = 8; left > 0; left -= 1) {
    await until(() => held.length === 1)
    held.pop()?.()
  }
  for (const { status } of await Promise.all(asked)) t.equal(status, 200)
})

t.test('a question that leaves no room for a passage asks no model, and the next one is read as ever', async (t) => {
  const chat = saying('Kubernetes is a system that runs containers.')
  const { ollama, url } = await start(t, { chat }, { NUM_CTX: '1024' })
  const long = await plain(`${url}/query?q=${encodeURIComponent(`What is Kubernetes? ${'哈'.repeat(900)}`)}`)
  t.match(JSON.parse(long.body), { generator: 'extractive', notice: /no room for a passage in NUM_CTX/ })
  t.equal(ollama.bodies('/api/chat').length, 0)
  t.match(JSON.parse((await plain(url + path)).body), { generator: 'ollama', citations: [{ number: 1 }] })
})

t.test('on start the model is loaded as it will be used; not so without a model', async (t) => {
  const { ollama } = await start(t, {}, { NUM_CTX: '2048', KEEP_ALIVE: '10m' })
  await until(() => ollama.bodies('/api/generate').length === 1)
  t.match(ollama.bodies('/api/generate'), [
    { model: 'gemma3:1b', prompt: '', keep_alive: '10m', options: { num_ctx: 2048 } },
  ])
  const none = await start(t, {}, { GENERATOR: 'extractive' })
  await plain(none.url + path)
  t.equal(none.ollama.seen.length, 0)
  const missing = await start(t, { models: [] }, { LOG_LEVEL: 'info' })
  await until(() => missing.running.output().includes('the model is not loaded ahead'))
  t.match(missing.running.output(), /ollama pull gemma3:1b/)
})

t.test(
  'SIGTERM: readiness goes down, answers and streams finish, kept connections are answered and told to go, late ones get 503, then exit 0',
  async (t) => {
    const { chat, release, held } = onCommand()
    const { running, url } = await start(t, { chat, slots: 2 }, { MAX_CONCURRENT_ANSWERS: '2' })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    t.equal((await plain(`${url}/search?q=Kubernetes`, { agent })).headers.connection, 'keep-alive')

    const json = plain(url + path)
    const stream = fetch(url + path, { headers: { accept: 'text/event-stream' } })
    const events = readEvents(await stream)
    t.match((await events.next()).value, { event: 'sources' })
    await until(() => held() === 2)
    running.child.kill('SIGTERM')
    await until(async () => (await plain(`${url}/health/readiness`)).status === 503)
    running.child.kill('SIGTERM')
    const kept = await plain(`${url}/search?q=Kubernetes`, { agent })
    t.match([kept.status, kept.headers.connection], [200, 'close'], 'whoever kept a connection is answered once more')

    await until(async () => (await plain(`${url}/search?q=Kubernetes`)).status === 503)
    const refused = await plain(url + path)
    t.equal(refused.status, 503)
    t.match(refused.headers, { connection: 'close', 'retry-after': /^\d+$/ })
    t.match(JSON.parse(refused.body), { status: 503, detail: /shutting down/ })
    t.equal((await plain(`${url}/health/liveness`)).status, 200, 'it still lives')
    t.equal((await plain(`${url}/metrics`)).status, 200, 'the last figures can be had')

    release()
    release()
    const finished = await json
    t.match(
      [finished.status, finished.headers, JSON.parse(finished.body)],
      [200, { connection: 'close' }, { answer: 'Kubernetes runs containers [1].' }],
    )
    const rest: unknown[] = []
    for await (const { event } of events) rest.push(event)
    t.equal(rest.at(-1), 'answer')
    t.equal(await running.exited, 0)
  },
)

t.test("Ctrl-C does not wait for a browser's idle connection", async (t) => {
  const { chat, release, held } = onCommand()
  const { running, url } = await start(t, { chat })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  await plain(`${url}/search?q=Kubernetes`, { agent })
  const [idle] = Object.values(agent.freeSockets).flat()
  const asked = plain(url + path)
  await until(() => held() === 1)
  if (idle === undefined) throw new Error('no connection was kept')
  const closed = once(idle, 'close').then(() => 'closed')
  running.child.kill('SIGINT')
  t.equal(await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 4_000))]), 'closed')
  release()
  t.equal((await asked).status, 200)
  t.equal(await running.exited, 0)
})

t.test('where the kernel has no IPv6, it listens on IPv4', async (t) => {
  const withoutIpv6 =
    "data:text/javascript,process.binding('tcp_wrap').TCP.prototype.bind6=()=>process.binding('uv').UV_EAFNOSUPPORT"
  const { url } = await start(t, {}, {}, ['--import', withoutIpv6, 'function/index.ts'])
  t.equal((await plain(url + path)).status, 200)
})

t.test("the stock runtime's variables add a path for each probe, and take none away", async (t) => {
  const probes = { LIVENESS_URL: '/livez', READINESS_URL: '/healthz/ready' }
  const { url } = await start(t, {}, { ...probes, OLLAMA_HOST: nowhere })
  for (const probe of ['/health/liveness', '/health/readiness', ...Object.values(probes)])
    t.equal((await plain(url + probe)).status, 200, probe)
  t.equal((await plain(`${url}/livez/x`)).status, 404)
})

t.test('an error or a rejection that nothing catches is logged, and exits 1', async (t) => {
  const cases = [
    ['throw new Error("on purpose")', /"msg":"nothing caught this: exiting"/],
    ['Promise.reject(new Error("on purpose"))', /"origin":"unhandledRejection"/],
  ] as const
  for (const [code, logged] of cases) {
    const onSignal = `data:text/javascript,process.on("SIGUSR2",()=>{${code}})`
    const { running } = await start(t, {}, {}, ['--import', onSignal, 'function/index.ts'])
    running.child.kill('SIGUSR2')
    t.equal(await running.exited, 1)
    t.match(running.output(), logged)
    t.match(running.output(), /on purpose/)
  }
})

t.test('readiness asks the table, never Ollama', async (t) => {
  const { ollama, url } = await start(t, {}, { GENERATOR: 'extractive', TABLE_URI: hybridUri })
  for (let probe = 0; probe < 3; probe += 1) t.equal((await plain(`${url}/health/readiness?cloudevent=x`)).status, 200)
  t.equal(ollama.seen.length, 0)
  const headers = { 'ce-id': '1', 'ce-specversion': 'nonsense', 'ce-type': 'x', 'ce-source': 'x' }
  t.equal((await plain(`${url}/health/readiness`, { headers })).status, 200)
  t.equal((await plain(`${url}/health/readiness`, { method: 'POST' })).headers.allow, 'GET, HEAD, OPTIONS')
})

t.test('API_TOKEN closes everything but health and the page; the token is never shown', async (t) => {
  const { url, running } = await start(t, {}, { API_TOKEN: 's3cret', OLLAMA_HOST: nowhere, LOG_LEVEL: 'trace' })
  for (const closed of [path, '/', '/search?q=x', '/metrics', '/nothing']) {
    const { status, headers, body } = await plain(url + closed)
    t.equal(status, 401, closed)
    t.match(headers, { 'www-authenticate': /^Bearer/, 'content-type': 'application/problem+json; charset=utf-8' })
    t.match(JSON.parse(body), { status: 401, detail: /Authorization: Bearer/ })
    const known = await plain(url + closed, { headers: { authorization: 'Bearer s3cret' } })
    t.equal(known.status, closed === '/nothing' ? 404 : 200, closed)
  }
  const page = await plain(url, { headers: { accept: 'text/html' } })
  t.match([page.status, page.headers['content-type']], [200, /html/])
  t.equal((await plain(`${url}/health/readiness`)).status, 200)
  t.equal((await plain(url + path, { method: 'OPTIONS' })).status, 204)
  t.notMatch(running.output(), 's3cret')
})

t.test('CORS_ORIGINS says which pages may ask', async (t) => {
  const origin = 'https://a.example'
  const preflight = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization, baggage, ce-id',
  }
  const open = await start(t, {}, { OLLAMA_HOST: nowhere, CORS_ORIGINS: '*' })
  const asked = await plain(open.url + path, { method: 'OPTIONS', headers: preflight })
  t.match(
    [asked.status, asked.headers],
    [
      204,
      {
        allow: 'GET, HEAD, POST, OPTIONS',
        'access-control-allow-origin': '*',
        'access-control-allow-methods': /POST/,
        'access-control-allow-headers': 'authorization, baggage, ce-id',
      },
    ],
  )
  t.equal((await plain(open.url + path, { headers: { origin } })).headers['access-control-allow-origin'], '*')
  t.equal((await plain(`${open.url}/nothing`, { method: 'OPTIONS' })).status, 404)

  const closed = await start(t, {}, { OLLAMA_HOST: nowhere, CORS_ORIGINS: `${origin}, https://b.example/` })
  const allowed = async (headers: Record<string, string>): Promise<unknown> =>
    (await plain(closed.url + path, { headers })).headers['access-control-allow-origin']
  t.equal(await allowed({ origin }), origin)
  t.equal(await allowed({ origin: 'https://b.example' }), 'https://b.example')
  t.equal(await allowed({ origin: 'https://evil.example' }), undefined)
  t.equal(await allowed({}), undefined)

  const byDefault = await start(t, {}, { OLLAMA_HOST: nowhere })
  const { headers } = await plain(byDefault.url + path, { headers: { origin } })
  t.equal(headers['access-control-allow-origin'], undefined, 'no page of another origin may read the documents')
})

t.test('Server-Timing says where the time went', async (t) => {
  const { url } = await start(t, {}, { OLLAMA_HOST: nowhere })
  t.match((await plain(url + path)).headers['server-timing'], /^retrieve;dur=\d+, generate;dur=\d+, total;dur=\d+$/)
  t.match((await plain(url + path.replace('query', 'search'))).headers['server-timing'], /^retrieve;dur=\d+, total/)
})

t.test('a HEAD costs no model', async (t) => {
  const { ollama, url } = await start(t, {})
  const { status, body } = await plain(url + path, { method: 'HEAD' })
  t.strictSame([status, body], [200, ''])
  t.equal(ollama.bodies('/api/chat').length, 0)
})

t.test('an address in full, as a proxy sends it, is understood', async (t) => {
  const { url } = await start(t, {}, { OLLAMA_HOST: nowhere })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(`GET ${url}${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
  let reply = ''
  for await (const piece of socket) reply += piece
  t.match(reply, /^HTTP\/1\.1 200 /)
})

t.test('who waits for 100 Continue before the body gets it', async (t) => {
  const { url } = await start(t, {}, { OLLAMA_HOST: nowhere })
  const body = '{"question":"What is Kubernetes?"}'
  const headers = { expect: '100-continue', 'content-length': String(body.length) }
  const asking = request(`${url}/query`, { method: 'POST', agent: false, headers })
  asking.flushHeaders()
  await once(asking, 'continue')
  asking.end(body)
  const [response] = await once(asking, 'response')
  t.equal(response.statusCode, 200)
  response.resume()
})

t.test('standard output is JSON lines alone, whatever Ollama sends, and no secret is in them', async (t) => {
  const replies: Array<NonNullable<Behaviour['chat']>> = [
    (_, response) => void response.writeHead(403, { 'content-type': 'text/html' }).end('<html>403</html>'),
    (_, response) => void response.writeHead(502, { 'content-type': 'text/plain' }).end('bad gateway'),
    (_, response) => void response.end('not json\n{"message":{"content":"It"}}\nnot json either'),
    (_, response) => void response.end(toLine({ message: { content: 'It runs' } })),
    (_, response) => void response.destroy(),
    failing(500, 'llama runner process has terminated'),
    saying('It runs containers [1].'),
  ]
  const { running, url } = await start(
    t,
    { chat: (body, response) => replies.shift()?.(body, response), proxy: asking('Bearer sk-s3cret') },
    { GENERATOR: 'ollama', LOG_LEVEL: 'trace', OLLAMA_API_KEY: 'sk-s3cret' },
  )
  const count = replies.length
  const statuses: Array<number | undefined> = []
  for (let number = 0; number < count; number += 1) statuses.push((await plain(url + path)).status)
  t.strictSame(statuses, [502, 503, 502, 502, 503, 502, 200])
  await plain(url)
  running.child.kill('SIGTERM')
  await running.exited
  const lines = running.stdout().trim().split('\n')
  t.ok(lines.length >= count)
  for (const line of lines) t.doesNotThrow(() => JSON.parse(line), line)
  t.notMatch(running.output(), 's3cret')
})

t.test('a password in OLLAMA_HOST is sent to Ollama and shown nowhere', async (t) => {
  const proxy = asking(`Basic ${Buffer.from('ann:s3cret').toString('base64')}`)
  const ollama = await startOllama(t, { proxy, chat: saying('It runs containers [1].') })
  const OLLAMA_HOST = ollama.host.replace('//', '//ann:s3cret@')
  const settings = { TABLE_URI: hybridUri, LOG_LEVEL: 'trace', OLLAMA_HOST }
  const running = await startFunction(t, settings)
  const reply = await plain(running.url + path)
  t.match(JSON.parse(reply.body), { generator: 'ollama', index: { retrieval: 'hybrid' } })
  t.notMatch(JSON.parse(reply.body), { notice: String })
  const described = await plain(running.url)
  t.match(JSON.parse(described.body), { degraded: [], ollama: { reachable: true, modelPulled: true } })
  t.ok(ollama.seen.every(({ headers }) => headers.authorization?.startsWith('Basic ')))
  t.notMatch(running.output() + reply.body + described.body, /s3cret|YW5uOn/)
  const wrong = run(t, ['function/index.ts'], { ...settings, OLLAMA_HOST: 'http://ann:s3#cret@host' })
  t.equal(await wrong.exited, 1)
  t.match(wrong.output(), /OLLAMA_HOST is "http:\/\/…@host"/)
  t.notMatch(wrong.output(), /s3#?cret/)
})

t.test('the service says of itself what Ollama, or what stands in its place, said', async (t) => {
  const cases: Array<[NonNullable<Behaviour['proxy']>, RegExp]> = [
    [asking('Bearer sk-1'), /^Answers are extractive: Ollama, or a proxy before it, asks for credentials \(401\)/],
    [saysInstead(200, '<h1>Welcome</h1>'), /not Ollama but a web page/],
  ]
  for (const [proxy, expected] of cases) {
    const { url } = await start(t, { proxy })
    t.match(JSON.parse((await plain(url)).body), { ollama: { reachable: false }, degraded: [expected, /words alone/] })
    t.match(JSON.parse((await plain(url + path)).body), { generator: 'extractive', notice: /\(401\)|web page/ })
  }
})

t.test('a stream says what it waits for: its place, the load, the reading', async (t) => {
  const { chat, release, held } = onCommand()
  const { url } = await start(t, { chat })
  const first = fetch(url + path, { headers: { accept: 'text/event-stream' } })
  await until(() => held() === 1)
  const waits: unknown[] = []
  for await (const { event, data } of readEvents(
    await fetch(url + path, { headers: { accept: 'text/event-stream' } }),
  )) {
    if (event === 'status') waits.push(data)
    // Once for the first, which it waits behind, and once for itself.
    if (event === 'status' && waits.length === 1) release()
    if (event === 'status' && waits.length === 2) void until(() => held() === 1).then(release)
  }
  t.strictSame(waits, [{ state: 'queued', place: 1 }, { state: 'reading' }])
  t.equal((await first).status, 200)
})

t.test('a failure at Ollama is one question lost, and the turn goes to the next', async (t) => {
  let asked = 0
  const { url } = await start(
    t,
    {
      chat: async (body, response) => {
        asked += 1
        if (asked % 3 === 0) response.destroy()
        else if (asked % 3 === 1) await failing(500, 'broken')(body, response)
        else response.end(toLine({ message: { content: 'It runs [1].' }, done: true }))
      },
    },
    { MAX_CONCURRENT_ANSWERS: '1', GENERATOR: 'ollama' },
  )
  const statuses = (await Promise.all(Array.from({ length: 9 }, async () => await plain(url + path)))).map(
    ({ status }) => status,
  )
  t.strictSame(statuses.sort(), [200, 200, 200, 502, 502, 502, 503, 503, 503].sort())
})
