import { rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { failing, type OllamaServer, saying, silent, startOllama } from '../ollama.ts'
import { makeTable, nowhere, type RunningFunction, root, run, startFunction } from '../running.ts'

const documents = {
  'kubernetes.md':
    '# Kubernetes\n\nKubernetes is a system that runs containers.\n\n## Pods\n\nA pod is the smallest thing that Kubernetes runs.',
  'knative.md': '# Knative\n\nKnative scales services to zero.',
}
const folder = t.testdir({ docs: documents })
const tableUri = join(folder, 'table')
let extractive: RunningFunction
let generated: RunningFunction
let ollama: OllamaServer

t.before(async () => {
  ollama = await startOllama(t, { chat: saying('Kubernetes runs containers [1]. It is nice [9].') })
  await makeTable(join(folder, 'docs'), tableUri, { OLLAMA_HOST: ollama.host })
  extractive = await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: nowhere })
  generated = await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: ollama.host })
})

const json = { 'content-type': 'application/json' }
const ask = async (
  url: string,
  init: RequestInit = {},
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> => {
  const response = await fetch(url, init)
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  }
}
const q = encodeURIComponent('What is Kubernetes?')

/** As `curl -F` sends them. */
const toForm = (fields: Record<string, string | Blob>): FormData => {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return form
}

t.test('a question is answered by GET and POST, in the URL, a form or a body, at / and /query', async (t) => {
  const { url } = generated
  const cases: Array<[string, RequestInit]> = [
    [`/query?q=${q}`, {}],
    [`/query?q=${q}`, { method: 'POST' }],
    [`/?q=${q}`, {}],
    [`/?q=${q}`, { method: 'POST' }],
    [`/query/?q=${q}`, {}],
    ['/query', { method: 'POST', headers: json, body: '{"question": "What is Kubernetes?"}' }],
    ['/', { method: 'POST', headers: json, body: '{"question": "What is Kubernetes?", "topK": 2, "stream": false}' }],
    ['/query', { method: 'POST', body: new URLSearchParams({ q: 'What is Kubernetes?' }) }],
    ['/query', { method: 'POST', body: toForm({ question: 'What is Kubernetes?', topK: '2' }) }],
    ['/query', { method: 'POST', body: toForm({ q: new Blob(['What is Kubernetes?']) }) }],
    [`/query?q=${q}`, { method: 'POST', body: new URLSearchParams() }],
    [`/query?q=${q}`, { method: 'POST', headers: json, body: '' }],
    [`/query?q=${q}&topK=3`, {}],
  ]
  for (const [path, init] of cases) {
    const { status, headers, body } = await ask(url + path, init)
    t.equal(status, 200, path)
    t.equal(headers.get('content-type'), 'application/json; charset=utf-8')
    t.match(body, {
      answer: 'Kubernetes runs containers [1]. It is nice.',
      answered: true,
      generator: 'ollama',
      model: 'gemma3:1b',
      index: { version: /^sha256:/, documents: 2, chunks: 3, retrieval: 'hybrid', embeddingModel: 'all-minilm' },
      timings: { retrieveMs: Number, generateMs: Number, totalMs: Number },
    })
    const sources = body.sources as Array<Record<string, unknown>>
    t.match(sources[0], {
      number: 1,
      source: 'kubernetes.md',
      title: 'Kubernetes',
      heading: String,
      text: /Kubernetes/,
      score: Number,
      cited: true,
    })
    t.notOk('notice' in body || 'reason' in body)
  }
})

t.test('without Ollama the answer is extractive, word for word, and a notice names the cure', async (t) => {
  const { status, body } = await ask(`${extractive.url}/query?q=${q}`)
  t.equal(status, 200)
  t.match(body, {
    answered: true,
    generator: 'extractive',
    model: null,
    answer: /^Kubernetes is a system that runs containers\. \[1\]/,
  })
  t.match(body.notice, /words alone[\s\S]*extractive[\s\S]*ollama serve/)
})

t.test('a search returns passages and asks no model', async (t) => {
  const before = ollama.bodies('/api/chat').length
  const { status, body } = await ask(`${generated.url}/search?q=${q}`)
  t.equal(status, 200)
  t.match(body, {
    answered: true,
    sources: [{ number: 1, source: 'kubernetes.md', cited: false }],
    timings: { retrieveMs: Number, totalMs: Number },
    index: {},
  })
  t.notOk('answer' in body)
  t.equal(ollama.bodies('/api/chat').length, before)
})

t.test('a question that nothing answers is refused without asking a model', async (t) => {
  const before = ollama.bodies('/api/chat').length
  const fullText = join(t.testdir({}), 'table')
  await makeTable(join(folder, 'docs'), fullText)
  const { url } = await startFunction(t, { TABLE_URI: fullText, OLLAMA_HOST: ollama.host })
  const { status, body } = await ask(`${url}/query?q=${encodeURIComponent('zebra unicorn')}`)
  t.equal(status, 200)
  t.match(body, { answered: false, reason: String, answer: 'The documents do not say.', model: null })
  t.match((await ask(`${url}/search?q=zebra`)).body, { answered: false, reason: String, sources: [] })
  t.equal(ollama.bodies('/api/chat').length, before)
})

t.test('bad input gets a problem that says what to do, and the next question is answered', async (t) => {
  const { url } = extractive
  const post = (body: RequestInit['body'] & {}, headers: Record<string, string> = json): RequestInit => ({
    method: 'POST',
    headers,
    body,
  })
  const cases: Array<[string, RequestInit, number, RegExp]> = [
    ['/query', {}, 400, /There is no question/],
    ['/query', { method: 'POST' }, 400, /There is no question/],
    ['/search', {}, 400, /There is no question/],
    ['/', { method: 'POST' }, 400, /There is no question/],
    ['/query?q=', {}, 400, /The question is empty/],
    ['/query?q=%20%00', {}, 400, /The question is empty/],
    ['/query', post('{"question": "  "}'), 400, /The question is empty/],
    ['/query', post(JSON.stringify({ question: 'x'.repeat(50_000) })), 400, /50000 characters; at most 2000/],
    ['/query', post('{"question": '), 400, /not JSON/],
    ['/query', post('[]'), 400, /must be an object/],
    ['/query', post('null'), 400, /There is no question/],
    ['/query', post('{"question": 7}'), 400, /question must be a string/],
    ['/query', post('{}'), 400, /There is no question/],
    ['/query', post('{"question": "x", "topk": 3}'), 400, /"topk" in the body means nothing here/],
    ...[0, -1, 1e9, 1.5, '"a"'].map((topK): [string, RequestInit, number, RegExp] => [
      '/query',
      post(`{"question": "x", "topK": ${topK}}`),
      400,
      /topK must be/,
    ]),
    ...['0', '-1', '1000000000', 'a', ''].map((topK): [string, RequestInit, number, RegExp] => [
      `/query?q=x&topK=${topK}`,
      {},
      400,
      /topK must be/,
    ]),
    ['/query', post('{"question": "x", "stream": "yes"}'), 400, /stream must be true or false/],
    [`/query?q=${q}`, post('{"question": "x"}'), 400, /Send one of them/],
    ['/query?q=a&q=b', {}, 400, /"q" stands more than once/],
    ['/query?query=x', {}, 400, /"query" in the URL means nothing here. Send q/],
    ['/query?q=x&headers=x', {}, 400, /"headers" in the URL means nothing/],
    ['/query?q=x&cloudevent=x', {}, 400, /"cloudevent"/],
    ['/query?q=x&body=x', {}, 400, /"body"/],
    [
      '/query',
      post('{"question": "x"}', { 'content-type': 'application/x-www-form-urlencoded' }),
      400,
      /content-type: application\/json/,
    ],
    ...['', '; boundary=x'].map((boundary): [string, RequestInit, number, RegExp] => [
      '/query',
      post('question=x', { 'content-type': `multipart/form-data${boundary}` }),
      400,
      boundary === '' ? /names no boundary\. Leave that header/ : /its parts are not whole/,
    ]),
    ['/query', { method: 'POST', body: toForm({ text: 'x' }) }, 400, /"text" in the form means nothing here/],
    ['/query', post(Buffer.from([0xff, 0xfe, 0x00])), 400, /not UTF-8/],
    ['/query', post(Buffer.from([1, 2, 3]), { 'content-type': 'application/octet-stream' }), 415, /application\/json/],
    ['/query', post('{"question": "x"}', { ...json, 'content-encoding': 'gzip' }), 415, /uncompressed/],
    ['/query', post(JSON.stringify({ question: 'x'.repeat(2_000_000) })), 413, /larger than 65536 bytes/],
    ['/nothing', {}, 404, /Ask at \/query/],
    ['/query', { method: 'PUT' }, 405, /Use GET, HEAD, POST, OPTIONS/],
    ['/query', { method: 'DELETE' }, 405, /Use GET, HEAD, POST, OPTIONS/],
  ]
  for (const [path, init, status, detail] of cases) {
    const reply = await ask(url + path, init)
    const what = `${init.method ?? 'GET'} ${path} ${String(init.body ?? '').slice(0, 40)}`
    t.equal(reply.status, status, what)
    t.equal(reply.headers.get('content-type'), 'application/problem+json; charset=utf-8')
    t.match(reply.body, { title: String, status, detail }, what)
    t.notMatch(JSON.stringify(reply.body), /node_modules|function\/|Error:/, 'nothing internal')
    if (status === 405) t.equal(reply.headers.get('allow'), 'GET, HEAD, POST, OPTIONS')
  }
  t.equal((await ask(`${url}/query?q=${q}`)).status, 200)
})

t.test('strange questions are answered or refused, never an error', async (t) => {
  const questions = [
    'pod AND NOT (kubernetes^2 OR "x',
    'lone \ud800 surrogate',
    'nul \u0000 pod',
    '🦄🦄',
    'ما هو كوبرنيتس؟',
    '\u202epod',
    '什么是豆荚',
    '%',
    '<script>alert(1)</script>',
    'a'.repeat(2000),
  ]
  for (const question of questions) {
    const { status, body } = await ask(`${extractive.url}/query`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ question }),
    })
    t.equal(status, 200, JSON.stringify(question.slice(0, 30)))
    t.type(body.answered, 'boolean')
  }
})

t.test('a body sent in pieces without a length is bounded too', async (t) => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const { port } = new URL(extractive.url)
    const sending = request({ port, host: '127.0.0.1', path: '/query', method: 'POST', headers: json }, (response) => {
      resolve(response.statusCode)
      sending.destroy()
    })
    sending.on('error', reject)
    for (let piece = 0; piece < 12; piece += 1) sending.write('x'.repeat(100_000))
  })
  t.equal(status, 413)
})

t.test('who reads nothing before the whole of a body is sent, too large as it is, still reads why', async (t) => {
  const socket = connect(Number(new URL(extractive.url).port), '127.0.0.1').pause()
  socket.write('POST /query HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n')
  for (let piece = 0; piece < 20; piece += 1) {
    socket.write(`19000\r\n${' '.repeat(0x19000)}\r\n`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  socket.write('0\r\n\r\nGET /nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  let reply = ''
  for await (const piece of socket) reply += piece
  t.match(reply, /^HTTP\/1\.1 413 .*larger than 65536 bytes.*HTTP\/1\.1 404 /s)
})

t.test('a body without end is refused, and not read for ever', async (t) => {
  const socket = connect(Number(new URL(extractive.url).port), '127.0.0.1').on('error', () => undefined)
  socket.write('POST /query HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n')
  const sending = setInterval(() => socket.write(`19000\r\n${' '.repeat(0x19000)}\r\n`), 20)
  t.teardown(() => clearInterval(sending))
  let reply = ''
  socket.on('data', (piece) => (reply += piece))
  await new Promise((resolve) => socket.once('close', resolve))
  t.match(reply, /^HTTP\/1\.1 413 /)
})

t.test("headers and parameters that would steer the runtime don't", async (t) => {
  const headers = { 'ce-id': '1', 'ce-type': 'x', 'ce-source': '/', 'ce-specversion': '0.1' }
  t.equal((await fetch(`${extractive.url}/query?q=${q}`, { headers })).status, 200)
})

t.test('GET / describes the service and what is degraded', async (t) => {
  t.match((await ask(`${generated.url}/`)).body, {
    name: 'ragfunction',
    version: /^\d+\.\d+\.\d+$/,
    index: { documents: 2, chunks: 3 },
    model: 'gemma3:1b',
    endpoints: { '/query': String },
    ollama: { reachable: true, modelPulled: true, seenAt: /^20/ },
    degraded: [],
  })
  t.match((await ask(`${extractive.url}/`)).body, {
    ollama: { reachable: false },
    degraded: [/^Answers are extractive: Ollama does not answer/, /words alone/],
  })
  t.equal((await fetch(`${extractive.url}/`, { method: 'HEAD' })).status, 200)
})

t.test('health answers as the platform expects', async (t) => {
  for (const path of ['/health/liveness', '/health/readiness'])
    t.equal((await fetch(extractive.url + path)).status, 200, path)
})

t.test('when generation fails, the status says how and the sources are not lost', async (t) => {
  const cases = [
    [{ OLLAMA_HOST: nowhere, GENERATOR: 'ollama' }, {}, 503, 'Ollama does not answer'],
    [{ GENERATOR: 'ollama' }, { models: ['all-minilm:latest'] }, 503, 'ollama pull gemma3:1b'],
    [{ GENERATOR: 'ollama' }, { chat: failing(500, 'secret internal path /root/.ollama') }, 502, 'Ollama failed'],
    [{ GENERATOR: 'ollama' }, { chat: failing(503, 'server busy') }, 503, 'busy'],
    [{ FIRST_TOKEN_TIMEOUT_MS: '80' }, { chat: silent }, 504, 'did not begin to answer'],
  ] as const
  for (const [environment, behaviour, status, detail] of cases) {
    const { host } = await startOllama(t, behaviour)
    const { url } = await startFunction(t, {
      TABLE_URI: tableUri,
      OLLAMA_HOST: host,
      LOG_LEVEL: 'fatal',
      ...environment,
    })
    const reply = await ask(`${url}/query?q=${q}`)
    t.equal(reply.status, status)
    t.equal(reply.headers.get('content-type'), 'application/problem+json; charset=utf-8')
    t.match(reply.body, { status, detail: new RegExp(detail), sources: [{ source: 'kubernetes.md' }] })
    t.notMatch(JSON.stringify(reply.body), 'secret')
    if (status === 503) t.ok(Number(reply.headers.get('retry-after')) > 0)
  }
})

t.test('GENERATOR=auto answers without a model that was not pulled, and names the command', async (t) => {
  const { host } = await startOllama(t, { models: ['all-minilm:latest'] })
  const { url } = await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: host })
  t.match((await ask(`${url}/query?q=${q}`)).body, { generator: 'extractive', notice: /ollama pull gemma3:1b/ })
  t.match((await ask(url)).body, {
    ollama: { reachable: true, modelPulled: false },
    degraded: [/ollama pull gemma3:1b/],
  })
})

t.test('GENERATOR=auto quotes wherever Ollama left nothing written, and says what it did', async (t) => {
  const { host } = await startOllama(t, { chat: failing(500, 'secret internal path /root/.ollama') })
  const { url, output } = await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: host, LOG_LEVEL: 'warn' })
  const { status, body } = await ask(`${url}/query?q=${q}`)
  t.equal(status, 200)
  t.match(body, { generator: 'extractive', notice: /Ollama failed/ })
  t.notMatch(JSON.stringify(body), 'secret')
  // The log's pipe may be read later than the reply.
  while (!output().includes('"level":40')) await new Promise((resolve) => setTimeout(resolve, 10))
  t.match(output(), /"level":40.*secret internal path.*the documents are quoted/s, 'the cause is in the log')
})

t.test('the description says that questions cannot be embedded, and names the command', async (t) => {
  const { host } = await startOllama(t, { models: ['gemma3:1b'] })
  const { url } = await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: host })
  t.match((await ask(`${url}/query?q=${q}`)).body, { generator: 'ollama', notice: /ollama pull all-minilm/ })
  t.match((await ask(url)).body, {
    ollama: { reachable: true, modelPulled: true },
    degraded: [/words alone.*ollama pull all-minilm/],
  })
})

t.test('GENERATOR=extractive never calls a model', async (t) => {
  const { host, bodies } = await startOllama(t)
  const { url } = await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: host, GENERATOR: 'extractive' })
  const { body } = await ask(`${url}/query?q=${q}`)
  t.match(body, { generator: 'extractive', answered: true })
  t.notOk('notice' in body)
  t.equal(bodies('/api/chat').length, 0)
})

t.test("it runs under the runtime's own command too", async (t) => {
  const { url } = await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: nowhere }, [
    join(root, 'node_modules/faas-js-runtime/bin/cli.js'),
    'function/index.ts',
  ])
  t.equal((await ask(`${url}/query?q=${q}`, { method: 'POST' })).status, 200)
  t.equal((await ask(`${url}/search?q=${q}`)).status, 200)
})

t.test(
  'a table that is deleted while it is served is no matter of asking again, and the log says what mends it',
  async (t) => {
    const place = join(t.testdir(), 'table')
    await makeTable(join(root, 'documents'), place)
    const running = await startFunction(t, { TABLE_URI: place, OLLAMA_HOST: nowhere })
    rmSync(place, { recursive: true })
    for (const path of ['/query', '/search']) {
      const response = await fetch(`${running.url}${path}?q=${q}`)
      t.equal(response.status, 500)
      const text = await response.text()
      t.match(JSON.parse(text), { title: 'The documents cannot be read', detail: /log what mends it/ })
      t.notMatch(text, /Ask again|lance|table/)
    }
    t.match(running.output(), /The table at .*table cannot be read any more\..*npm run ingest -- /)
    await makeTable(join(root, 'documents'), place)
    await sleep(1_100)
    t.equal(
      (await fetch(`${running.url}/search?q=${q}`)).status,
      200,
      'the table made anew is served without a restart',
    )
  },
)

t.test('what keeps it from starting is one clear line and exit 1', async (t) => {
  const { port: taken } = new URL(extractive.url)
  const cases: Array<[Record<string, string>, RegExp]> = [
    [
      { TABLE_URI: tableUri, FUNC_PORT: taken },
      new RegExp(`^Nothing can listen on port ${taken}: another program has it\\. Take another: FUNC_PORT=`),
    ],
    [{ TABLE_URI: join(folder, 'nowhere') }, /^There is no table at .*nowhere\. Make one: npm run ingest/],
    [{ TABLE_URI: tableUri, TOP_K: 'many' }, /^TOP_K is "many": it must be a whole number from 1 to 20\.$/],
    [{ TABLE_URI: tableUri, FUNC_PORT: 'x' }, /^FUNC_PORT is "x"/],
  ]
  for (const [environment, message] of cases) {
    const { exited, output } = run(t, ['function/index.ts'], environment)
    t.equal(await exited, 1)
    t.match(output().trim(), message)
    t.notMatch(output(), /\n\s+at /)
  }
})

t.test('SIGTERM ends it with exit 0, and it had said where to ask', async (t) => {
  const running = await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: nowhere })
  t.match(
    running.output(),
    new RegExp(`curl "http://localhost:${new URL(running.url).port}/query\\?q=What%20is%20Knative%3F"`),
  )
  running.child.kill('SIGTERM')
  t.equal(await running.exited, 0)
})

t.test('func invoke, as people type it, is answered', async (t) => {
  const { url } = generated
  const cases: Array<[Record<string, string>, string, boolean]> = [
    // Without --data.
    [json, '{"message":"Hello World"}', false],
    [json, '{"message":"What is Kubernetes?"}', true],
    [json, '{"question":"What is Kubernetes?"}', true],
    [{ 'content-type': 'text/plain' }, 'What is Kubernetes?', true],
  ]
  for (const [headers, body, answered] of cases) {
    const reply = await ask(url, { method: 'POST', headers, body })
    t.match([reply.status, reply.body.answered, typeof reply.body.answer], [200, answered, 'string'], body)
  }
  const ce = { 'ce-id': '1', 'ce-source': '/boson/fn', 'ce-type': 'boson.fn', 'ce-specversion': '1.0' }
  const event = await ask(url, {
    method: 'POST',
    headers: { ...json, ...ce },
    body: '{"message":"What is Kubernetes?"}',
  })
  t.match([event.status, event.body.answered], [200, true])
  const both = await ask(url, { method: 'POST', headers: json, body: '{"message":"a","question":"b"}' })
  t.match([both.status, both.body.detail], [400, 'There are question and message in the body. Send one of them.'])
})
