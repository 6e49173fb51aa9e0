import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { freePort } from '../../../build/warm.ts'
import { createAdmission } from '../../../function/admission.ts'
import { createObserver } from '../../../function/operations/observe.ts'
import { toIndexInfo } from '../../../function/table/manifest.ts'
import { manifest } from '../../fixtures/manifest.ts'
import { failing, saying, startOllama } from '../../ollama.ts'
import { makeTable, nowhere, type RunningFunction, run, startFunction } from '../../running.ts'

const folder = t.testdir({ docs: { 'kubernetes.md': '# Kubernetes\n\nKubernetes is a system that runs containers.' } })
const tableUri = join(folder, 'table')
t.before(async () => void (await makeTable(join(folder, 'docs'), tableUri)))

const path = `/query?q=${encodeURIComponent('What is Kubernetes?')}`
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const start = async (t: Test, environment: Record<string, string>): Promise<RunningFunction> =>
  await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: nowhere, ...environment })
const lines = (running: RunningFunction, message: string): Array<Record<string, unknown>> =>
  running
    .output()
    .split('\n')
    .filter((line) => line.endsWith('}') && line.includes(`"msg":"${message}"`))
    .map((line) => JSON.parse(line))
/** A reply may be here before its line. */
const questions = async (running: RunningFunction): Promise<Array<Record<string, unknown>>> => {
  while (lines(running, 'question').length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  return lines(running, 'question')
}
const get = async (url: string, headers: Record<string, string> = {}): Promise<string> =>
  await (await fetch(url, { headers })).text()

/** `name{labels}` -> value, for every sample; throws where a line is none. */
const toSamples = (text: string): Map<string, number> => {
  const samples = new Map<string, number>()
  for (const line of text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))) {
    const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\]|\\["\\n])*"`
    const parts = new RegExp(String.raw`^([a-zA-Z_:][\w:]*(?:\{(?:${label},?)*\})?) (\S+)$`).exec(line)
    if (parts?.[1] === undefined || !/^([+-]?Inf|NaN|[\d.e+-]+)$/.test(parts[2] ?? ''))
      throw new Error(`no sample: ${line}`)
    samples.set(parts[1], Number(parts[2]))
  }
  return samples
}

/** What `ragfunction_questions_total` is to be of a version, by `outcome/generator`. */
const counted = (version: string, counts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(counts).map(([key, count]) => {
      const [outcome, generator] = key.split('/')
      const labels = `outcome="${outcome}",generator="${generator}",index_version="${version}"`
      return [`ragfunction_questions_total{${labels}}`, count]
    }),
  )

t.test('metrics are valid Prometheus exposition of the right type, and count what happened', async (t) => {
  const { host } = await startOllama(t, { chat: saying('Kubernetes runs containers [1].') })
  const { url } = await start(t, { OLLAMA_HOST: host, LOG_LEVEL: 'fatal' })
  for (const asked of [path, path, '/search?q=Kubernetes', '/query?q=zebra', '/query?q=', '/nothing'])
    await get(url + asked)
  const response = await fetch(`${url}/metrics`)
  t.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  const text = await response.text()
  const samples = toSamples(text)
  const version = /ragfunction_index_info\{version="(sha256:\w+)"/.exec(text)?.[1] ?? ''
  const expected = {
    ...counted(version, { 'answered/ollama': 2, 'searched/none': 1, 'not_in_documents/extractive': 1 }),
    ...counted(version, { 'answered/extractive': 0, 'unsupported/ollama': 0 }),
    'ragfunction_rejected_requests_total{reason="unusable-question"}': 1,
    'ragfunction_rejected_requests_total{reason="unknown-path"}': 1,
    ragfunction_retrieve_duration_seconds_count: 4,
    ragfunction_first_token_duration_seconds_count: 2,
    'ragfunction_generate_duration_seconds_count{generator="ollama"}': 2,
    ragfunction_answers_in_progress: 0,
    ragfunction_answers_waiting: 0,
    ragfunction_embedding_fallbacks_total: 0,
  }
  for (const [sample, value] of Object.entries(expected)) t.equal(samples.get(sample), value, sample)
  t.ok((samples.get('ragfunction_cold_start_seconds') ?? 0) > 0)
  t.ok(samples.has('process_cpu_seconds_total') && samples.has('nodejs_heap_size_used_bytes'), "Node's own")
  t.match(
    text,
    /^ragfunction_index_info\{version="sha256:\w+",retrieval="full-text",embedding_model="none",documents="1",chunks="1"\} 1$/m,
  )
  for (const name of new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name)))
    t.equal(text.match(new RegExp(`^# TYPE ${name} `, 'gm'))?.length, 1, `${name} is described once`)
  t.equal((await fetch(`${url}/metrics`, { method: 'POST' })).status, 405)
})

t.test(
  'a question is one line: how it ended, how long, which chunks, whose trace; its text only at debug',
  async (t) => {
    const quiet = await start(t, {})
    await get(quiet.url + path, { traceparent })
    t.match(await questions(quiet), [
      {
        level: 30,
        outcome: 'answered',
        generator: 'extractive',
        retrieveMs: Number,
        generateMs: Number,
        totalMs: Number,
        chunks: ['kubernetes.md#0'],
        notice: /Ollama does not answer/,
        traceId: '0af7651916cd43dd8448eb211c80319c',
      },
    ])
    t.notMatch(quiet.output(), 'What is Kubernetes?"')
    const debug = await start(t, { LOG_LEVEL: 'debug' })
    await get(debug.url + path, { traceparent: 'nonsense' })
    const [line] = await questions(debug)
    t.match(line, { question: 'What is Kubernetes?' })
    t.notOk(line && 'traceId' in line)
  },
)

t.test('a failure is one line with its cause, and a counter of its kind', async (t) => {
  const { host } = await startOllama(t, { chat: failing(500, 'llama runner died') })
  const running = await start(t, { OLLAMA_HOST: host, GENERATOR: 'ollama' })
  await get(running.url + path)
  t.match(await questions(running), [{ level: 40, outcome: 'ollama_failed', chunks: ['kubernetes.md#0'] }])
  t.match(JSON.stringify(await questions(running)), 'llama runner died', 'the log says what the caller is not told')
  t.notMatch(running.output(), 'is a system that runs containers', 'and does not repeat the documents')
  t.match(
    await get(`${running.url}/metrics`),
    /^ragfunction_questions_total\{outcome="ollama_failed",generator="none",index_version="sha256:\w+"\} 1$/m,
  )
})

t.test('an answer that is degraded says so in its line', async (t) => {
  const running = await start(t, {})
  await get(running.url + path)
  t.match(await questions(running), [{ level: 30, notice: /ollama serve/ }])
})

t.test('that no model writes is said once, until one writes again, and not in the lines of our code', async (t) => {
  const died = failing(500, 'llama runner died')
  const chats = [died, died, saying('Kubernetes runs containers [1].'), died]
  const { host } = await startOllama(t, { chat: (body, response) => chats.shift()?.(body, response) })
  const running = await start(t, { OLLAMA_HOST: host })
  for (let count = chats.length; count > 0; count -= 1) await get(running.url + path)
  while ((await questions(running)).length < 4) await new Promise((resolve) => setTimeout(resolve, 5))
  t.match(lines(running, 'the documents are quoted, since no model wrote'), [
    { level: 40, err: { kind: 'failed', message: /^Ollama failed.*llama runner died/ } },
    { level: 40 },
  ])
  t.equal(lines(running, 'a model writes again').length, 1)
  t.notMatch(running.output(), '"stack"')
})

t.test('why Ollama cannot be reached is in the log', async (t) => {
  const running = await start(t, {})
  for (const _ of 'ab') await get(running.url + path)
  await questions(running)
  t.match(lines(running, 'the documents are quoted, since no model wrote'), [
    { err: { kind: 'unreachable', message: /^Ollama does not answer.*ECONNREFUSED/ } },
  ])
})

t.test('the cold start ends when the function listens, however late the first probe comes', async (t) => {
  const port = await freePort()
  const running = run(t, ['function/index.ts'], { TABLE_URI: tableUri, OLLAMA_HOST: nowhere, FUNC_PORT: String(port) })
  while (!running.output().includes('Listening on')) await new Promise((resolve) => setTimeout(resolve, 20))
  const coldStart = async (): Promise<number | undefined> =>
    toSamples(await get(`http://127.0.0.1:${port}/metrics`)).get('ragfunction_cold_start_seconds')
  const before = await coldStart()
  t.ok((before ?? 0) > 0)
  await get(`http://127.0.0.1:${port}/health/readiness`)
  t.equal(await coldStart(), before)
})

t.test('a fault on this side is one line, an error', async (t) => {
  const damaged = join(folder, 'damaged')
  cpSync(tableUri, damaged, { recursive: true })
  const running = await start(t, { TABLE_URI: damaged })
  rmSync(damaged, { recursive: true })
  await get(running.url + path)
  t.match(await questions(running), [{ level: 50, outcome: 'failed', err: { message: String } }])
  t.strictSame(lines(running, 'a request was not answered'), [])
})

t.test('an answer that nothing bore out is counted apart, whichever words the caller got', async (t) => {
  const { host } = await startOllama(t, { chat: saying('Zebras graze in large herds at dawn.') })
  const ollama = await start(t, { OLLAMA_HOST: host, GENERATOR: 'ollama' })
  await get(ollama.url + path)
  t.match(await questions(ollama), [{ outcome: 'unsupported', generator: 'ollama' }])
  const auto = await start(t, { OLLAMA_HOST: host })
  t.match(await get(auto.url + path), 'Nothing that the model wrote is borne out')
  t.notMatch(await get(auto.url + path, { accept: 'text/event-stream' }), 'event: unsupported')
  t.match(await questions(auto), [{ outcome: 'unsupported', generator: 'extractive', indexVersion: /^sha256:/ }])
})

t.test('each version is counted apart, the one before the present one too, and none before that', async (t) => {
  const observer = createObserver(
    { logLevel: 'silent', sink: null, unansweredText: false },
    manifest,
    createAdmission(1, 1),
  )
  const ask = async (version: string): Promise<void> => {
    const question = { text: 'What?', topK: 1, stream: false }
    const timings = { retrieveMs: 1, totalMs: 1 }
    const index = toIndexInfo({ ...manifest, version })
    await observer.question(question, undefined, async () => ({ answered: true, sources: [], index, timings }))
  }
  const versions = async (): Promise<Array<string | undefined>> => {
    const { text } = await observer.metrics()
    return [...text.matchAll(/outcome="searched",.*index_version="(.*)"\} (\d)$/gm)].map(([, ...found]) =>
      found.join(' '),
    )
  }
  await ask('sha256:abc')
  for (const version of ['two', 'three', 'three']) {
    observer.table({ ...manifest, version })
    await ask(version)
  }
  t.strictSame(await versions(), ['two 1', 'three 2'])
  observer.table({ ...manifest, version: 'two' })
  t.strictSame(await versions(), ['two 1', 'three 2'], 'a version that comes back goes on counting')
})

t.test('a caller who leaves is a line, not a warning', async (t) => {
  const asked = Promise.withResolvers<void>()
  const { host } = await startOllama(t, { chat: () => asked.resolve() })
  const running = await start(t, { OLLAMA_HOST: host })
  const leave = new AbortController()
  const leaving = fetch(running.url + path, { signal: leave.signal })
  leaving.catch(() => undefined)
  await asked.promise
  leave.abort()
  const [line] = await questions(running)
  t.match(line, { level: 30, outcome: 'caller_gone' })
  t.notOk(line && 'err' in line)
})
