import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { saying, startOllama } from '../../ollama.ts'
import { startCollector } from '../../otlp.ts'
import { makeTable, nowhere, type RunningFunction, startFunction } from '../../running.ts'

const tableUri = join(t.testdir({ docs: { 'a.md': '# Pods\n\nA pod is a group of containers.' } }), 'table')
const question = '/query?q=What%20is%20a%20pod%3F'
const caller = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=b' }

t.before(() => makeTable(join(t.testdirName, 'docs'), tableUri, { EMBEDDING_MODEL: 'built-in' }))

const end = async (running: RunningFunction): Promise<number> => {
  const started = performance.now()
  running.child.kill('SIGTERM')
  t.equal(await running.exited, 0)
  return performance.now() - started
}

t.test(
  'a question is one trace: the request, the search, the embedding and the answer, below the caller’s own span',
  async (t) => {
    const collector = await startCollector(t)
    const ollama = await startOllama(t, { chat: saying('A pod is a group of containers.') })
    const running = await startFunction(t, {
      TABLE_URI: tableUri,
      OLLAMA_HOST: ollama.host,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=secret',
      OTEL_SERVICE_NAME: 'my-answers',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      // Only the end sends them.
      OTEL_BSP_SCHEDULE_DELAY: '600000',
    })
    const reply = await fetch(running.url + question, { headers: { ...caller, accept: 'text/event-stream' } })
    t.match(await reply.text(), 'event: answer')
    await (await fetch(`${running.url}/nowhere`)).text()
    await (await fetch(`${running.url}/metrics`)).text()
    await end(running)

    const named = (name: RegExp) => {
      const [span, ...more] = collector.spans.filter((span) => name.test(span.name))
      if (span === undefined || more.length > 0)
        throw new Error(`not one ${name}: ${collector.spans.map(({ name }) => name)}`)
      return span
    }
    const request = named(/^GET \/query$/)
    const retrieval = named(/^retrieval sha256:[0-9a-f]{12}$/)
    const embeddings = named(/^embeddings all-MiniLM-L6-v2$/)
    const chat = named(/^chat gemma3:1b$/)
    t.equal(collector.spans.length, 5, 'metrics are not traced')
    for (const span of [request, retrieval, embeddings, chat]) t.equal(span.traceId, '0af7651916cd43dd8448eb211c80319c')
    t.equal(request.parentSpanId, 'b7ad6b7169203331')
    t.equal(retrieval.parentSpanId, request.spanId)
    t.equal(embeddings.parentSpanId, retrieval.spanId)
    t.equal(chat.parentSpanId, request.spanId)
    t.match(request, {
      kind: 2,
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/query',
        'url.path': '/query',
        'http.response.status_code': 200,
      },
      resource: {
        'service.name': 'my-answers',
        'service.version': /^\d/,
        'deployment.environment.name': 'test',
        'telemetry.sdk.language': 'nodejs',
      },
    })
    t.match(retrieval, {
      kind: 1,
      attributes: {
        'gen_ai.operation.name': 'retrieval',
        'gen_ai.data_source.id': /^sha256:[0-9a-f]{64}$/,
        'gen_ai.request.top_k': 5,
        'ragfunction.passages': 1,
      },
    })
    t.match(embeddings.attributes, { 'gen_ai.provider.name': 'ragfunction', 'gen_ai.embeddings.dimension.count': 384 })
    t.match(chat, {
      kind: 3,
      status: 0,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'ollama',
        'gen_ai.request.model': 'gemma3:1b',
        'gen_ai.request.stream': true,
        'gen_ai.request.max_tokens': 1024,
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.response.time_to_first_chunk': Number,
        'gen_ai.usage.input_tokens': Number,
        'gen_ai.usage.output_tokens': Number,
        'server.address': '127.0.0.1',
        'server.port': Number,
      },
    })
    t.ok(request.milliseconds >= chat.milliseconds, 'a stream lasts until its end')
    t.notMatch(JSON.stringify(collector.spans), /What is|group of containers/, 'nothing of question or answer')
    t.match(named(/^GET$/), { kind: 2, attributes: { 'url.path': '/nowhere', 'http.response.status_code': 404 } })
    t.match(collector.headers[0], { 'x-key': 'secret', 'content-type': 'application/x-protobuf' })
  },
)

t.test('contents are told where they are asked for; what fails says how, and the log names the trace', async (t) => {
  const collector = await startCollector(t)
  const ollama = await startOllama(t, { chat: (_, response) => void response.writeHead(500).end('{"error":"boom"}') })
  const running = await startFunction(t, {
    TABLE_URI: tableUri,
    OLLAMA_HOST: ollama.host,
    GENERATOR: 'ollama',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
    OTEL_BSP_SCHEDULE_DELAY: '50',
    K_SERVICE: 'rag-app',
  })
  t.equal((await fetch(running.url + question)).status, 502)
  const spans = await collector.until('GET /query')
  const [request, chat, retrieval] = [/^GET/, /^chat/, /^retrieval/].map((name) =>
    spans.find((span) => name.test(span.name)),
  )
  t.match(request, { status: 2, attributes: { 'error.type': '502' }, resource: { 'service.name': 'rag-app' } })
  t.match(chat, { status: 2, attributes: { 'error.type': 'failed', 'gen_ai.input.messages': /"role":"system"/ } })
  t.match(retrieval?.attributes, {
    'gen_ai.retrieval.query.text': 'What is a pod?',
    'gen_ai.retrieval.documents': /"score":/,
  })
  while (!running.stdout().includes('"outcome"')) await setTimeout(10)
  t.match(running.stdout(), `"traceId":"${request?.traceId}"`)
  t.notMatch(running.stdout(), 'traces are not sent')
})

t.test('whoever began the trace decides whether it is kept, and OTEL_TRACES_SAMPLER where nobody did', async (t) => {
  const collector = await startCollector(t)
  const running = await startFunction(t, {
    TABLE_URI: tableUri,
    OLLAMA_HOST: nowhere,
    GENERATOR: 'extractive',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_TRACES_SAMPLER: 'parentbased_always_off',
  })
  await (await fetch(running.url + question)).text()
  await (
    await fetch(running.url + question, { headers: { traceparent: caller.traceparent.replace(/01$/, '00') } })
  ).text()
  const event = {
    'ce-specversion': '1.0',
    'ce-id': '1',
    'ce-source': '/a',
    'ce-type': 'b',
    'ce-traceparent': caller.traceparent,
  }
  await (await fetch(running.url, { method: 'POST', headers: event, body: 'What is a pod?' })).text()
  await end(running)
  t.strictSame(
    collector.spans.filter(({ kind }) => kind === 2).map(({ name, parentSpanId }) => [name, parentSpanId]),
    [['POST /', 'b7ad6b7169203331']],
  )
})

t.test('a collector that hangs, refuses or is not there costs no answer, and no end', async (t) => {
  const hangs = await startCollector(t, () => undefined)
  const refuses = await startCollector(t, (response) => response.writeHead(401).end())
  for (const [name, endpoint] of [
    ['hangs', hangs.endpoint],
    ['refuses', refuses.endpoint],
    ['is not there', nowhere],
  ] as const) {
    const running = await startFunction(t, {
      TABLE_URI: tableUri,
      OLLAMA_HOST: nowhere,
      GENERATOR: 'extractive',
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_BSP_SCHEDULE_DELAY: '20',
    })
    for (let asked = 0; asked < 20; asked += 1)
      t.match(await (await fetch(running.url + question)).json(), { answered: true })
    if (name !== 'hangs') while (!running.stdout().includes('traces are not sent')) await setTimeout(20)
    running.child.kill('SIGINT')
    const started = performance.now()
    t.equal(await running.exited, 0)
    const took = performance.now() - started
    t.ok(took < 20_000, `${name}: ${Math.round(took)} ms`)
    for (const line of running.stdout().trim().split('\n')) t.type(JSON.parse(line), 'object', 'stdout is JSON lines')
  }
})

t.test('nothing is sent where it is switched off, and what is no address stops the start', async (t) => {
  const collector = await startCollector(t)
  for (const off of [{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }]) {
    const environment = { TABLE_URI: tableUri, OLLAMA_HOST: nowhere, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint }
    const running = await startFunction(t, { ...environment, ...off })
    await (await fetch(running.url + question)).text()
    running.child.kill('SIGINT')
    await running.exited
  }
  t.strictSame(collector.headers, [])
  await t.rejects(
    startFunction(t, { TABLE_URI: tableUri, OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }),
    /OTEL_EXPORTER_OTLP_ENDPOINT is "collector:4318": it must be the address of a collector/,
  )
})
