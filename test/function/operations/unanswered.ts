import { join } from 'node:path'
import t, { type Test } from 'tap'
import { z } from 'zod'
import { type Unanswered, unansweredSchema } from '../../../function/contract/replies.ts'
import { saying, startOllama } from '../../ollama.ts'
import { makeTable, nowhere, type RunningFunction, startFunction } from '../../running.ts'
import { type RunningSink, startSink } from '../../sink.ts'

/** A word that every page has answers nothing, but finds passages. */
const clusters = Array.from({ length: 12 }, (_, n) => [
  `page-${n}.md`,
  `# Page ${n}\n\nA cluster has page ${n}.\n\n## More\n\nThe cluster ends.`,
])
const docs = {
  'kubernetes.md': '# Kubernetes\n\nKubernetes is a system that runs containers.',
  ...Object.fromEntries(clusters),
}
const folder = t.testdir({ docs })
const tableUri = join(folder, 'table')
t.before(async () => void (await makeTable(join(folder, 'docs'), tableUri)))

const start = async (t: Test, sink: RunningSink, environment: Record<string, string> = {}): Promise<RunningFunction> =>
  await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: nowhere, K_SINK: sink.url, ...environment })
const secret = 'Which cluster feeds zebras marzipan and nougat?'
const path = `/query?q=${encodeURIComponent(secret)}`
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
/** The value as the schema has it, with nothing beside it. */
const parse = (data: unknown): Unanswered =>
  z.fromJSONSchema(z.toJSONSchema(unansweredSchema)).parse(data) as Unanswered
const sent = async (url: string): Promise<string | undefined> =>
  /^ragfunction_unanswered_events_total\{fate="sent"\} (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]

t.test('a refusal is told to the sink, without the words of the question', async (t) => {
  const sink = await startSink(t)
  const { url } = await start(t, sink, { K_CE_OVERRIDES: '{"extensions":{"team":"docs"}}' })
  const reply = (await (await fetch(url + path, { headers: { traceparent } })).json()) as Record<string, unknown>
  t.equal(reply.answered, false)
  const [received] = await sink.wait(1)
  const { data, ...attributes } = received?.event ?? {}
  t.match(attributes, {
    specversion: '1.0',
    id: /^[\da-f-]{36}$/,
    source: '/ragfunction',
    type: 'dev.ragfunction.unanswered',
    time: /^20.*Z$/,
    datacontenttype: 'application/json',
    traceparent,
    team: 'docs',
  })
  t.match(received?.headers['content-type'], /^application\/cloudevents\+json/)
  const { pages, ...rest } = parse(data)
  t.strictSame(rest, {
    outcome: 'not_in_documents',
    reason: reply.reason,
    asked: 'answer',
    indexVersion: (reply.index as { version: string }).version,
    generator: 'extractive',
    model: null,
  })
  t.equal(pages.length, 5)
  for (const { source, score } of pages) t.ok(/^page-\d+\.md$/.test(source) && score > 0)
  t.equal(new Set(pages.map(({ source }) => source)).size, 5, 'each page once')
  t.notMatch(JSON.stringify(received), /zebra|marzipan|nougat/i)
  // Ids differ, so that nothing takes the second for a redelivery of the first.
  await fetch(url + path)
  const [, second] = await sink.wait(2)
  t.not(second?.event.id, attributes.id)
})

t.test('with UNANSWERED_TEXT=true it has them, and those that it was searched for with', async (t) => {
  const sink = await startSink(t)
  const { url } = await start(t, sink, { UNANSWERED_TEXT: 'true' })
  const history = [{ role: 'user', content: 'Who eats at all?' }]
  await fetch(`${url}/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ question: secret, history }),
  })
  const [received] = await sink.wait(1)
  t.match(parse(received?.event.data), { question: secret, searched: `Who eats at all? ${secret}` })
})

t.test('searches and answers to events are told too; what is answered is not', async (t) => {
  const sink = await startSink(t)
  const { url } = await start(t, sink)
  await fetch(`${url}/query?q=What+is+Kubernetes`)
  await fetch(`${url}/search?q=zebra`)
  await sink.wait(1)
  const event = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/ann', 'ce-type': 'dev.ragfunction.question' }
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...event, 'ce-traceparent': traceparent },
    body: secret,
  })
  t.match(await answer.json(), { answered: false })
  const [search, asked] = await sink.wait(2)
  t.strictSame(parse(search?.event.data), { ...parse(search?.event.data), asked: 'search', pages: [] })
  t.notOk('generator' in parse(search?.event.data))
  t.match(asked?.event, { traceparent, data: { asked: 'answer' } })
  t.equal(await sent(url), '2')
})

t.test('an answer that nothing bore out is told, whichever words the caller got', async (t) => {
  const { host } = await startOllama(t, { chat: saying('Zebras graze in large herds at dawn.') })
  for (const [GENERATOR, generator] of [
    ['ollama', 'ollama'],
    ['auto', 'extractive'],
  ] as const) {
    const sink = await startSink(t)
    const { url } = await start(t, sink, { OLLAMA_HOST: host, GENERATOR })
    await fetch(`${url}/query?q=What+is+Kubernetes`)
    const [received] = await sink.wait(1)
    t.match(parse(received?.event.data), {
      outcome: 'unsupported',
      reason: 'Nothing that the model wrote is borne out by the passages.',
      generator,
      pages: [{ source: 'kubernetes.md' }],
    })
  }
})

t.test('an unanswered question that comes back is not asked', async (t) => {
  const sink = await startSink(t)
  const { url } = await start(t, sink, { UNANSWERED_TEXT: 'true' })
  await fetch(url + path)
  const [received] = await sink.wait(1)
  const structured = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': String(received?.headers['content-type']) },
    body: JSON.stringify(received?.event),
  })
  const { data, ...attributes } = received?.event ?? {}
  const headers = Object.entries(attributes).map(([name, value]): [string, string] => [`ce-${name}`, String(value)])
  const binary = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...Object.fromEntries(headers) },
    body: JSON.stringify(data),
  })
  for (const reply of [structured, binary]) {
    t.equal(reply.status, 400, 'which Knative does not retry')
    t.match(await reply.json(), { detail: /the function’s own/ })
  }
  await new Promise((resolve) => setTimeout(resolve, 100))
  t.equal(sink.received.length, 1, 'nothing goes round in circles')
})

t.test('a sink that hangs keeps nobody waiting: 100 refusals at once, and the end', async (t) => {
  const sink = await startSink(t, () => undefined)
  const running = await start(t, sink, { GENERATOR: 'extractive' })
  const replies = await Promise.all(Array.from({ length: 100 }, async () => (await fetch(running.url + path)).status))
  t.strictSame([...new Set(replies)], [200])
  await sink.wait(4)
  t.equal(sink.atOnce(), 4)
  const begun = performance.now()
  running.child.kill('SIGTERM')
  t.equal(await running.exited, 0)
  t.ok(performance.now() - begun < 12_000, `${performance.now() - begun}`)
  const lines = running.output().split('\n')
  t.match(lines.find((line) => line.includes('were not sent')) ?? '', /"why":"the instance ended","lost":100,/)
})

t.test('what was refused last is still sent when the instance ends', async (t) => {
  const sink = await startSink(t, (response) => void setTimeout(() => response.writeHead(202).end(), 100))
  const running = await start(t, sink, { GENERATOR: 'extractive' })
  await Promise.all(Array.from({ length: 40 }, async () => await fetch(running.url + path)))
  running.child.kill('SIGTERM')
  t.equal(await running.exited, 0)
  t.equal(sink.received.length, 40)
  t.notOk(running.output().includes('were not sent'))
})

t.test('without a sink nothing is sent, and nothing of it is loaded', async (t) => {
  const running = await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: nowhere })
  await fetch(running.url + path)
  t.equal(await sent(running.url), undefined)
})
