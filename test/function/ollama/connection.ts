import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { CallerGoneError } from '../../../function/errors.ts'
import { NoReply, type OllamaAddress, Refusal, send } from '../../../function/ollama/connection.ts'
import { failure, saysInstead, silent, startOllama } from '../../ollama.ts'
import { makeTable, nowhere, root, run } from '../../running.ts'

const never = new AbortController().signal
const open: OllamaAddress = { ollamaHost: '', ollamaAuthorization: null }
const certificate = join(root, 'test/fixtures/ollama/cert.pem')
const tls = {
  key: readFileSync(join(root, 'test/fixtures/ollama/key.pem'), 'utf8'),
  cert: readFileSync(certificate, 'utf8'),
}
const post = (model: string): { method: string; body: string } => ({
  method: 'POST',
  body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }], stream: true }),
})
const listen = async (t: Test, server: Server): Promise<string> => {
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

t.test('a reply comes in the form that fetch gives it, a path before /api with it', async (t) => {
  const { host } = await startOllama(t, { basePath: '/ollama' })
  const reply = await send(open, `${host}/api/version`, {}, never)
  t.strictSame(await reply.json(), { version: '0.32.14' })
  const stream = await send(open, `${host}/api/chat`, post('gemma3:1b'), never)
  t.match(await stream.text(), /"content":"Kubernetes "[^\n]*\n[\s\S]*"done":true[^\n]*\n$/)
})

t.test('what is no success is a Refusal with what was said, however long that is', async (t) => {
  const said = async (...reply: Parameters<typeof saysInstead>): Promise<unknown> => {
    const { host } = await startOllama(t, { proxy: saysInstead(...reply) })
    return await failure(send(open, `${host}/api/tags`, {}, never))
  }
  t.match(await said(404, '{"error":"model \'x\' not found"}', 'application/json'), {
    status: 404,
    said: "model 'x' not found",
  })
  t.match(await said(502, '<h1>Bad</h1>'), { status: 502, said: undefined, page: true })
  t.match(await said(200, '<h1>Hello</h1>'), { status: 200, page: true })
  const long = await said(500, 'x'.repeat(1_000_000), 'text/plain')
  t.ok(long instanceof Refusal && long.message.length < 1_000)
})

t.test('each request has a connection of its own, also where the other end closes it without a word', async (t) => {
  const asked: string[] = []
  const host = await listen(
    t,
    createSocketServer((socket) => {
      socket.once('data', (data) => {
        asked.push(data.toString())
        socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}')
      })
    }),
  )
  for (let count = 0; count < 3; count += 1) {
    const reply = await send(open, `${host}/api/version`, {}, never)
    t.strictSame(await reply.json(), {})
  }
  t.match(asked, [/connection: close/i, /connection: close/i, /connection: close/i])
})

t.test('it does not follow anybody elsewhere, with its credentials least of all', async (t) => {
  const elsewhere = await startOllama(t)
  const { host } = await startOllama(t, {
    proxy: (_, response) => {
      response.writeHead(307, { location: elsewhere.host }).end()
      return true
    },
  })
  const address = { ...open, ollamaAuthorization: 'Bearer sk-1' }
  t.match(await failure(send(address, `${host}/api/tags`, {}, never)), {
    status: 307,
    location: elsewhere.host,
    authorized: true,
  })
  t.equal(elsewhere.seen.length, 0)
})

t.test('where nothing answers, or something else than HTTP, there is no reply', async (t) => {
  t.match(await failure(send(open, `${nowhere}/api/tags`, {}, never)), {
    name: 'NoReply',
    cause: { code: 'ECONNREFUSED' },
  })
  const mute = await listen(
    t,
    createSocketServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')),
  )
  t.match(await failure(send(open, `${mute}/api/tags`, {}, never)), { cause: { code: /^HPE_/ } })
})

t.test('a request ends with its signal: before the reply, and in the middle of it', async (t) => {
  const ollama = await startOllama(t, { chat: silent })
  const gone = new AbortController()
  const before = failure(send(open, `${ollama.host}/api/chat`, post('gemma3:1b'), gone.signal))
  while (ollama.bodies('/api/chat').length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  gone.abort(new CallerGoneError('gone'))
  t.equal(((await before) as Error).name, 'CallerGoneError')
  await t.rejects(send(open, ollama.host, {}, gone.signal), CallerGoneError, 'who has gone already asks nothing')

  const drip = await startOllama(t, { chat: (_, response) => void response.write('{"message":{}}\n') })
  const later = new AbortController()
  const stream = await send(open, `${drip.host}/api/chat`, post('gemma3:1b'), later.signal)
  const rest = failure(stream.text())
  later.abort()
  await rest
  while (!drip.seen.some(({ aborted }) => aborted)) await new Promise((resolve) => setTimeout(resolve, 5))
  t.pass('Ollama is told')
})

t.test('an abort after the last byte hurts nobody', async (t) => {
  const { host } = await startOllama(t)
  const later = new AbortController()
  const first = await send(open, `${host}/api/chat`, post('gemma3:1b'), later.signal)
  await first.text()
  later.abort()
  await send(open, `${host}/api/version`, {}, never)
})

t.test('a request that nobody answered is not made twice', async (t) => {
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    if (requests > 1) request.socket.destroy()
    else response.end('{}')
  })
  const host = await listen(t, server)
  await (await send(open, host, {}, never)).text()
  t.match(await failure(send(open, host, {}, never)), { name: 'NoReply', cause: { code: 'ECONNRESET' } })
  t.equal(requests, 2)
})

t.test('lines that are not JSON end a stream', async (t) => {
  const { host } = await startOllama(t, { chat: (_, response) => void response.end('{"a":1}\nnot json\n{"b":2}') })
  const stream = await send(open, `${host}/api/chat`, post('gemma3:1b'), never)
  t.match(await failure(stream.text()), { message: /not JSON/ })
})

t.test('a certificate of one’s own is trusted once NODE_EXTRA_CA_CERTS names it', async (t) => {
  const { host } = await startOllama(t, { tls })
  const error = await failure(send(open, `${host}/api/version`, {}, never))
  t.ok(error instanceof NoReply)
  t.match(error, { cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } })
  const plain = await startOllama(t)
  t.match(await failure(send(open, plain.host.replace('http:', 'https:'), {}, never)), {
    cause: { code: /EPROTO|ERR_SSL/ },
  })

  const folder = t.testdir({ docs: { 'a.md': '# Pods\n\nA pod runs containers.' } })
  const TABLE_URI = join(folder, 'table')
  await makeTable(join(folder, 'docs'), TABLE_URI)
  const distrusting = run(t, ['doctor/cli.ts'], { TABLE_URI, OLLAMA_HOST: host, PATH: '' })
  await distrusting.exited
  t.match(distrusting.output(), /certificate is not trusted here\. Set NODE_EXTRA_CA_CERTS/)
  const trusting = run(t, ['doctor/cli.ts'], {
    TABLE_URI,
    OLLAMA_HOST: host,
    PATH: '',
    NODE_EXTRA_CA_CERTS: certificate,
  })
  await trusting.exited
  t.match(trusting.output(), `ok  Ollama        ${host}, version 0.32.14`)
})

t.test('HTTP_PROXY and NO_PROXY are heeded where NODE_USE_ENV_PROXY says so', async (t) => {
  const proxy = await startOllama(t)
  const folder = t.testdir({ docs: { 'a.md': '# Pods\n\nA pod runs containers.' } })
  const TABLE_URI = join(folder, 'table')
  await makeTable(join(folder, 'docs'), TABLE_URI)
  const environment = { TABLE_URI, PATH: '', OLLAMA_HOST: 'http://ollama.invalid:11434', HTTP_PROXY: proxy.host }
  const through = run(t, ['doctor/cli.ts'], { ...environment, NODE_USE_ENV_PROXY: '1' })
  await through.exited
  t.match(through.output(), 'ok  Ollama        http://ollama.invalid:11434, version 0.32.14')
  t.equal(proxy.seen[0]?.headers.host, 'ollama.invalid:11434')
  for (const others of [{}, { NODE_USE_ENV_PROXY: '1', NO_PROXY: 'ollama.invalid' }]) {
    const past = run(t, ['doctor/cli.ts'], { ...environment, ...others })
    await past.exited
    t.match(past.output(), /no address is known for the host in OLLAMA_HOST/)
  }
})
