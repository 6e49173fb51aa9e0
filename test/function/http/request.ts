import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { makeTable, nowhere, type RunningFunction, startFunction } from '../../running.ts'

const folder = t.testdir({ docs: { 'kubernetes.md': '# Kubernetes\n\nKubernetes is a system that runs containers.' } })
const tableUri = join(folder, 'table')
let running: RunningFunction
t.before(async () => {
  await makeTable(join(folder, 'docs'), tableUri)
  running = await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: nowhere, LOG_LEVEL: 'fatal' })
})

const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const q = 'q=What+is+Kubernetes'
const question = '"question": "What is Kubernetes?"'

t.test('a browser gets the page, whatever a link gathered on its way', async (t) => {
  const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
  for (const query of ['', '?', '?utm_source=teams&fbclid=x', '?gclid=1', '?code=a&state=b', '?lang=de']) {
    const response = await fetch(`${running.url}/${query}`, { headers: { accept } })
    t.equal(response.status, 200, query)
    t.match(response.headers.get('content-type'), /^text\/html/, query)
    await response.body?.cancel()
  }
})

t.test('a question is found where people put it', async (t) => {
  const cases: Array<[string, RequestInit]> = [
    ['/query', { method: 'POST', headers: json, body: '{"q": "What is Kubernetes?"}' }],
    ['/query?question=What+is+Kubernetes', {}],
    [`/query?${q}&utm_source=mail`, {}],
    [`/query?${q}`, { method: 'POST', headers: json, body: '{}' }],
    [`/query?${q}`, { method: 'POST', headers: json, body: 'null' }],
    [`/query?${q}`, { method: 'POST', headers: json, body: '{"topK": 2, "stream": false}' }],
    ['/query', { method: 'POST', headers: json, body: `{${question}, "topK": null, "stream": null, "q": null}` }],
    ['/query', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'What is Kubernetes?' }],
    ['/query', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: `{${question}}` }],
    ['/query', { method: 'POST', headers: { ...json, 'content-encoding': 'identity' }, body: `{${question}}` }],
    ['/query', { method: 'POST', headers: { ...json, 'content-encoding': '' }, body: `{${question}}` }],
    ['/query', { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: `{${question}}` }],
    [`//query?${q}`, {}],
    [`/query//?${q}`, {}],
    [`//?${q}`, {}],
  ]
  for (const [path, init] of cases) {
    const response = await fetch(running.url + path, init)
    const what = `${path} ${init.body ?? ''}`
    t.equal(response.status, 200, what)
    t.match(await response.json(), { answer: /runs containers/, answered: true }, what)
  }
})

t.test('a name that means nothing here is named, and so is the right one', async (t) => {
  const cases: Array<[string, RequestInit, RegExp]> = [
    ['/query', { method: 'POST', headers: json, body: '{"query": "x"}' }, /"query" in the body means.*Send question/],
    ['/query', { method: 'POST', headers: json, body: '{"prompt": "x"}' }, /"prompt" in the body means.*Send question/],
    ['/query', { method: 'POST', headers: json, body: '{"messages": []}' }, /"messages" in the body.*Send question/],
    ['/query?query=x', {}, /"query" in the URL means nothing here\. Send q/],
    ['/query?q=What+is+R&D', {}, /^"D" in the URL means.*Send q.*--data-urlencode "q=…" URL$/],
    [
      '/query',
      { method: 'POST', headers: form, body: 'What is Kubernetes?' },
      /in the form.*--data-urlencode "q=…" URL$/,
    ],
    ['/query?q=a&question=b', {}, /Send one of them/],
    ['/query', { method: 'POST', headers: json, body: '{"q": "a", "question": "b"}' }, /Send one of them/],
    [`/query?${q}`, { method: 'POST', headers: json, body: '{"q": "b"}' }, /one in the body\. Send one/],
  ]
  for (const [path, init, detail] of cases) {
    const response = await fetch(running.url + path, init)
    t.match([response.status, await response.json()], [400, { detail }], `${path} ${init.body ?? ''}`)
  }
})

t.test('what a shell makes of quotation marks is told apart from bad JSON', async (t) => {
  for (const body of ['{question:What is Kubernetes?}', "'{question:What", '{\\question\\:\\What is\\}']) {
    const response = await fetch(`${running.url}/query`, { method: 'POST', headers: json, body })
    t.match(await response.json(), { status: 400, detail: /the shell took its quotation marks away.*--data-urlencode/ })
  }
  const response = await fetch(`${running.url}/query`, { method: 'POST', headers: json, body: '{"question": ' })
  t.match(await response.json(), { status: 400, detail: 'The body is not JSON. Send {"question": "…"}.' })
})

t.test('percent-encoded bytes that are no UTF-8 are refused, and not read as other words', async (t) => {
  const garbled = ['q=%ff', 'q=caf%E9', 'q=%C3', 'q=%ED%A0%80', 'question=a&topK=%ff', '%ff=x', 'q=%%ff', 'q=%C0%AF']
  for (const query of garbled)
    for (const [path, init, where] of [
      [`/query?${query}`, {}, 'URL'],
      ['/search', { method: 'POST', headers: form, body: query }, 'form'],
    ] as const) {
      const response = await fetch(running.url + path, init)
      const detail = new RegExp(`^".+" in the ${where} is not UTF-8 text\\. Percent-encode it`)
      t.match([response.status, await response.json()], [400, { detail }], `${path} ${query}`)
    }
  const usable = [
    'q=100%+Kubernetes',
    'q=Kubernetes%',
    'q=%zz%4',
    'q=caf%C3%A9',
    'q=%EF%BF%BD',
    `${q}&utm_source=caf%E9`,
  ]
  for (const query of usable) {
    const response = await fetch(`${running.url}/search?${query}`)
    t.equal(response.status, 200, query)
    await response.body?.cancel()
  }
})

t.test('an address that is not percent-encoded is answered in words', async (t) => {
  for (const target of ['/search?q=café', '/search?q=What is Kubernetes', '/search?q=什么 是']) {
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1')
    socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    let reply = ''
    socket.on('data', (piece) => (reply += piece))
    await once(socket, 'close')
    t.match(reply, /^HTTP\/1\.1 400 .*percent-encoded.*--data-urlencode/s, target)
  }
})

t.test('a request of HTTP/1.1 without a Host, or of any with two, is refused in words', async (t) => {
  const cases: Array<[head: string, reply: RegExp]> = [
    [`GET /search?${q} HTTP/1.1`, /^HTTP\/1\.1 400 .*one Host header\. Send the name of the service/s],
    [`GET /search?${q} HTTP/1.1\r\nHost: a\r\nHost: a`, /^HTTP\/1\.1 400 .*one Host header/s],
    [`GET /search?${q} HTTP/1.0\r\nHost: a\r\nHost: b`, /^HTTP\/1\.1 400 .*one Host header/s],
    ['POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 0', /^HTTP\/1\.1 400 .*one Host header/s],
    [`GET /search?${q} HTTP/1.1\r\nHost:`, /^HTTP\/1\.1 200 /],
    [`GET /search?${q} HTTP/1.0`, /^HTTP\/1\.1 200 /],
  ]
  for (const [head, expected] of cases) {
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1')
    socket.write(`${head}\r\nConnection: close\r\n\r\n`)
    let reply = ''
    socket.on('data', (piece) => (reply += piece))
    await once(socket, 'close')
    t.match(reply, expected, head)
  }
})

t.test('an EventSource that comes back after the end is told to stay away', async (t) => {
  const events = { accept: 'text/event-stream' }
  const stream = await (await fetch(`${running.url}/query?${q}`, { headers: events })).text()
  const [, id = ''] = /event: answer\nid: (\S+)\n/.exec(stream) ?? []
  t.not(id, '')
  const again = await fetch(`${running.url}/query?${q}`, { headers: { ...events, 'last-event-id': id } })
  t.equal(again.status, 204)
})

t.test('a search may be kept, for as long as the documents are the same', async (t) => {
  const search = `${running.url}/search?${q}`
  const first = await fetch(search)
  const etag = first.headers.get('etag') ?? ''
  t.match(etag, /^W\/".+"$/)
  t.equal(first.headers.get('cache-control'), 'no-cache')
  await first.body?.cancel()
  for (const known of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
    const again = await fetch(search, { headers: { 'if-none-match': known, 'cache-control': 'no-cache' } })
    t.equal(again.status, 304, known)
    t.equal(again.headers.get('etag'), etag)
  }
  for (const path of ['/search?q=Kubernetes', `/search?${q}&topK=1`]) {
    const other = await fetch(running.url + path, { headers: { 'if-none-match': etag } })
    t.equal(other.status, 200, path)
    await other.body?.cancel()
  }
  const answer = await fetch(`${running.url}/query?${q}`, { headers: { 'if-none-match': '*' } })
  t.equal(answer.status, 200, 'an answer is never kept')
  t.equal(answer.headers.get('cache-control'), 'no-store')
})

t.test('a question that stands on those before it is answered, and says what was searched', async (t) => {
  const ask = async (body: object): Promise<Record<string, unknown>> => {
    const init = { method: 'POST', headers: json, body: JSON.stringify(body) }
    return (await (await fetch(`${running.url}/query`, init)).json()) as Record<string, unknown>
  }
  const history = [
    { role: 'user', content: 'What is Kubernetes?' },
    { role: 'assistant', content: 'A system.' },
  ]
  t.match(await ask({ question: 'And what does it run?', history }), {
    searched: 'What is Kubernetes? And what does it run?',
    answer: /runs containers/,
  })
  t.notOk('searched' in (await ask({ question: 'What is Kubernetes?', history: [] })))
  t.notOk('searched' in (await ask({ question: 'What is Kubernetes?', history: null })))
  for (const [wrong, detail] of [
    ['x', /history must be an array/],
    [[{ role: 'system', content: 'x' }], /role must be user or assistant/],
    [[{ role: 'user', content: 1 }], /^history\[0\]\.content must be a string\.$/],
    [['What is Kubernetes?'], /^history\[0\] must be an object\.$/],
    [[{ ...history[0], z: 1 }], /^"history\[0\]\.z" in the body means nothing here\. Leave it out\.$/],
    [Array.from({ length: 201 }, () => history[0]), /at most 200 turns/],
  ] as const)
    t.match(await ask({ question: 'x', history: wrong }), { status: 400, detail })
})
