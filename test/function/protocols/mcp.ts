import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import t, { type Test } from 'tap'
import { saying, startOllama } from '../../ollama.ts'
import { makeTable, type RunningFunction, startFunction } from '../../running.ts'

const folder = t.testdir({
  docs: {
    'kubernetes.md':
      '# Kubernetes\n\nKubernetes is a system that runs containers.\n\n## Pods\n\nA pod is a group of containers.',
    "ann's notes.md": '# Notes\n\nBuy milk.',
  },
})
const tableUri = join(folder, 'table')
let running: RunningFunction
t.before(async () => {
  await makeTable(join(folder, 'docs'), tableUri)
  const { host } = await startOllama(t, { chat: saying('Kubernetes is a system that runs containers [1].') })
  running = await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: host, LOG_LEVEL: 'fatal' })
})

const connect = async (t: Test, mode: 'legacy' | { pin: '2026-07-28' }, url = running.url): Promise<Client> => {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', url)))
  t.teardown(() => client.close())
  return client
}
const post = async (body: object, headers: Record<string, string> = {}): Promise<Response> =>
  await fetch(`${running.url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify(body),
  })

for (const mode of ['legacy', { pin: '2026-07-28' }] as const) {
  const revision = mode === 'legacy' ? 'the revision of 2025' : 'the revision of 2026'

  t.test(`the SDK's client of ${revision} finds three tools that only read`, async (t) => {
    const client = await connect(t, mode)
    const { tools } = await client.listTools()
    t.strictSame(tools.map(({ name }) => name).sort(), ['ask', 'fetch', 'search'])
    for (const { name, annotations, outputSchema } of tools) {
      t.equal(annotations?.readOnlyHint, true, name)
      t.equal(outputSchema?.type, 'object', name)
    }
  })

  t.test(`the SDK's client of ${revision} searches, reads what it found, and asks`, async (t) => {
    const client = await connect(t, mode)
    const found = await client.callTool({ name: 'search', arguments: { query: 'What is a pod?', limit: 2 } })
    const { results } = found.structuredContent as { results: Array<Record<string, string>> }
    t.match(results[0], { id: /^kubernetes\.md#\d+$/, title: 'Kubernetes', url: /^http/, text: /A pod is/ })
    t.strictSame(JSON.parse((found.content as Array<{ text: string }>)[0]?.text ?? ''), found.structuredContent)

    const around = await client.callTool({ name: 'fetch', arguments: { id: results[0]?.id } })
    t.match(around.structuredContent, {
      id: results[0]?.id,
      text: /runs containers\..*Pods\n\nA pod is/s,
      metadata: { source: 'kubernetes.md' },
    })
    const whole = await client.callTool({ name: 'fetch', arguments: { id: "ann's notes.md" } })
    t.match(whole.structuredContent, { title: 'Notes', text: 'Buy milk.', metadata: { chunks: 1 } })

    const answer = await client.callTool({ name: 'ask', arguments: { question: 'What is Kubernetes?' } })
    t.match(answer.structuredContent, { answered: true, answer: /runs containers \[1\]/, generator: 'ollama' })
  })

  t.test(`with ${revision}, what is wrong is said to the model, not thrown at it`, async (t) => {
    const client = await connect(t, mode)
    const cases: Array<[string, Record<string, unknown>, RegExp]> = [
      ['search', { query: ' ' }, /question is empty/],
      ['fetch', { id: 'nothing.md' }, /^Not found\. No document or passage has the id nothing\.md/],
      ['fetch', { id: "x' OR '1'='1" }, /No document or passage/],
      ['ask', { question: 'x'.repeat(2001) }, /at most 2000/],
    ]
    for (const [name, given, message] of cases) {
      const { isError, content } = await client.callTool({ name, arguments: given })
      t.equal(isError, true, name)
      t.match((content as Array<{ text: string }>)[0]?.text, message)
    }
  })
}

t.test('the list of tools may be kept by all', async (t) => {
  const client = await connect(t, { pin: '2026-07-28' })
  t.match(await client.listTools(), { ttlMs: 3_600_000, cacheScope: 'public' })
})

t.test('progress is told to who asks for it', async (t) => {
  const client = await connect(t, { pin: '2026-07-28' })
  const seen: number[] = []
  await client.callTool(
    { name: 'ask', arguments: { question: 'What is Kubernetes?' } },
    { onprogress: ({ progress }) => seen.push(progress) },
  )
  t.ok(seen.length > 0)
})

t.test('who closes the stream stops the model', async (t) => {
  const ollama = await startOllama(t, { chat: () => undefined })
  const { url } = await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: ollama.host, LOG_LEVEL: 'fatal' })
  const client = await connect(t, { pin: '2026-07-28' }, url)
  const leave = new AbortController()
  const asking = client
    .callTool({ name: 'ask', arguments: { question: 'What is Kubernetes?' } }, { signal: leave.signal })
    .catch(() => undefined)
  while (ollama.bodies('/api/chat').length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  leave.abort()
  await asking
  while (!ollama.seen.some(({ path, aborted }) => path === '/api/chat' && aborted))
    await new Promise((resolve) => setTimeout(resolve, 5))
  t.pass('Ollama was told')
})

t.test('a page of another origin is kept out', async (t) => {
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }
  t.equal((await post(list, { origin: 'https://evil.example' })).status, 403)
  t.equal((await post(list, { origin: 'null' })).status, 403)
  t.equal((await post(list, { origin: running.url })).status, 200)
  t.equal((await post(list)).status, 200)
})

t.test(
  'a name that somebody points at this machine is nobody’s way in; localhost and a name that TLS has shown are',
  async (t) => {
    const { port } = new URL(running.url)
    const ask = async (host: string, origin: string): Promise<number | undefined> => {
      const headers = {
        host,
        origin,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      }
      const asked = request({ host: '127.0.0.1', port, path: '/mcp', method: 'POST', headers })
      asked.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }))
      const [response] = (await once(asked, 'response')) as [IncomingMessage]
      response.resume()
      return response.statusCode
    }
    t.equal(await ask('evil.example', 'http://evil.example'), 403)
    t.equal(await ask(`evil.example:${port}`, `http://evil.example:${port}`), 403)
    t.equal(await ask(`localhost:${port}`, `http://localhost:${port}`), 200)
    t.equal(await ask(`[::1]:${port}`, `http://[::1]:${port}`), 200)
    t.equal(await ask('rag.example', 'https://rag.example'), 200)
  },
)

t.test('a token is asked for here as well, and bad input is an answer', async (t) => {
  const closed = await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: running.url, API_TOKEN: 's3cret' })
  t.equal((await fetch(`${closed.url}/mcp`, { method: 'POST', body: '{}' })).status, 401)
  for (const body of ['', '{', '[]', '"x"', '{"jsonrpc":"2.0"}']) {
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
    const response = await fetch(`${running.url}/mcp`, { method: 'POST', headers, body })
    t.ok(response.status >= 400 && response.status < 500, `${body}: ${response.status}`)
    await response.body?.cancel()
  }
  t.equal((await fetch(`${running.url}/mcp`)).status, 405)
})

t.test('who takes everything is answered', async (t) => {
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }
  for (const accept of ['*/*', 'application/json, */*;q=0.5']) {
    const response = await post(ping, { accept })
    t.equal(response.status, 200, accept)
    await response.body?.cancel()
  }
  for (const accept of ['text/html', 'application/json, */*;q=0']) {
    const response = await post(ping, { accept })
    t.equal(response.status, 406, accept)
    await response.body?.cancel()
  }
})
