import { join } from 'node:path'
import t from 'tap'
import type { Answer } from '../../../function/contract/replies.ts'
import { isEvent, parseEvent, toEventResponse } from '../../../function/http/event.ts'
import { failing, startOllama } from '../../ollama.ts'
import { makeTable, nowhere, type RunningFunction, startFunction } from '../../running.ts'

const folder = t.testdir({ docs: { 'kubernetes.md': '# Kubernetes\n\nKubernetes is a system that runs containers.' } })
const tableUri = join(folder, 'table')
let running: RunningFunction
t.before(async () => {
  await makeTable(join(folder, 'docs'), tableUri)
  running = await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: nowhere, LOG_LEVEL: 'fatal' })
})

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const attributes = {
  specversion: '1.0',
  id: 'q-1',
  source: '/people/ann',
  type: 'dev.ragfunction.question',
  subject: 'a b%"ü',
  traceparent,
  tracestate: 'a=b',
}
const binary = (given: Record<string, string> = {}): Record<string, string> => {
  const all = Object.entries({ ...attributes, ...given })
  return {
    'content-type': 'application/json',
    ...Object.fromEntries(all.map(([name, value]) => [`ce-${name}`, encodeURIComponent(value)])),
  }
}
const structured = { 'content-type': 'application/cloudevents+json; charset=utf-8' }
const send = async (headers: Record<string, string>, body: string, path = '/', url = running.url): Promise<Response> =>
  await fetch(url + path, { method: 'POST', headers, body })

t.test('a binary event is answered by a binary one', async (t) => {
  const bodies = [
    ['application/json', '{"question": "What is Kubernetes?"}'],
    ['application/json', '"What is Kubernetes?"'],
    ['text/plain', 'What is Kubernetes?'],
  ] as const
  for (const [type, body] of bodies) {
    const response = await send({ ...binary(), 'content-type': type }, body)
    t.equal(response.status, 200)
    const headers = Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('ce-')))
    t.match(headers, {
      'ce-specversion': '1.0',
      'ce-id': /^q-1-/,
      'ce-source': '/ragfunction',
      'ce-type': 'dev.ragfunction.answer',
      'ce-time': /^20.*Z$/,
      'ce-subject': 'a%20b%25%22%C3%BC',
      'ce-traceparent': traceparent,
      'ce-tracestate': 'a=b',
    })
    t.match(response.headers.get('content-type'), /^application\/json/)
    t.match(await response.json(), { answer: /runs containers/, answered: true, sources: [{ cited: true }] })
  }
})

t.test('a structured event is answered by a structured one, with the same answer', async (t) => {
  const data = [{ data: { question: 'What is Kubernetes?', topK: 1 } }, { data: 'What is Kubernetes?' }]
  const base64 = [
    { data_base64: Buffer.from('{"question": "What is Kubernetes?"}').toString('base64') },
    { data_base64: Buffer.from('What is Kubernetes?').toString('base64') },
  ]
  for (const question of [...data, ...base64]) {
    const response = await send(structured, JSON.stringify({ ...attributes, ...question }), '/query')
    t.equal(response.status, 200)
    t.match(response.headers.get('content-type'), /^application\/cloudevents\+json/)
    t.notOk(response.headers.get('ce-id'))
    t.match(await response.json(), {
      ...{ specversion: '1.0', id: /^q-1-/, source: '/ragfunction', type: 'dev.ragfunction.answer' },
      ...{ subject: attributes.subject, traceparent, tracestate: 'a=b', datacontenttype: 'application/json' },
      data: { answer: /runs containers/, answered: true },
    })
  }
})

t.test('an attribute that is null is one that is not set', async (t) => {
  const unset = { subject: null, traceparent: null, tracestate: null, data_base64: null }
  const response = await send(structured, JSON.stringify({ ...attributes, ...unset, data: 'What is Kubernetes?' }))
  t.equal(response.status, 200)
  t.notMatch(await response.text(), /"(subject|traceparent|tracestate)":/)
})

t.test('a redelivery gets the same id, another question another one', async (t) => {
  const idOf = async (given: Record<string, string>): Promise<string | null> => {
    const response = await send(binary(given), '"What is Kubernetes?"')
    await response.text()
    return response.headers.get('ce-id')
  }
  const first = await idOf({})
  t.equal(await idOf({ time: '2026-01-01T00:00:00Z' }), first)
  t.not(await idOf({ id: 'q-2' }), first)
  t.not(await idOf({ source: '/people/bob' }), first)
})

t.test('what no retry can mend is a 4xx', async (t) => {
  const good = '{"question": "What is Kubernetes?"}'
  const whole = { ...attributes, data: { question: 'x' } }
  const cases: Array<[string, Record<string, string>, string, number, RegExp]> = [
    [
      'its own answer',
      binary({ type: 'dev.ragfunction.answer' }),
      good,
      400,
      /question: ce-type must not be.* not asked again/,
    ],
    ['its own report', binary({ type: 'dev.ragfunction.unanswered' }), good, 400, /not asked again/],
    ['no id', binary({ id: '' }), good, 400, /: ce-id must not be empty\.$/],
    ['another version', binary({ specversion: '0.3' }), good, 400, /: ce-specversion must be 1\.0\.$/],
    [
      'no source',
      { 'ce-id': '1', 'ce-type': 'x', 'ce-specversion': '1.0' },
      good,
      400,
      /: ce-source must be a string\.$/,
    ],
    ['no data', binary(), '', 400, /not JSON/],
    ['bad JSON', binary(), '{"question": ', 400, /not JSON/],
    ['no question', binary(), '{}', 400, /There is no question/],
    ['a number', binary(), '7', 400, /must be an object/],
    ['an unknown field', binary(), '{"question": "x", "y": 1}', 400, /"y" in the data means nothing/],
    ['an empty question', { ...binary(), 'content-type': 'text/plain' }, ' ', 400, /The question is empty/],
    ['structured, bad JSON', structured, '{', 400, /not JSON/],
    ['structured, no object', structured, '[]', 400, /no CloudEvent/],
    ['structured, no data', structured, JSON.stringify(attributes), 400, /must be an object/],
    [
      'structured, bad base64',
      structured,
      JSON.stringify({ ...attributes, data_base64: '*' }),
      400,
      /: data_base64 must be base64\.$/,
    ],
    [
      'structured, bytes that are no text',
      structured,
      JSON.stringify({ ...attributes, data_base64: '/////w==' }),
      400,
      /not UTF-8 text/,
    ],
    [
      'structured, its own answer',
      structured,
      JSON.stringify({ ...whole, type: 'dev.ragfunction.answer' }),
      400,
      /not asked again/,
    ],
    ['a batch', { 'content-type': 'application/cloudevents-batch+json' }, '[]', 415, /one event at a time/],
  ]
  for (const [what, headers, body, status, detail] of cases) {
    const response = await send(headers, body)
    t.equal(response.status, status, what)
    t.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8')
    t.match(await response.json(), { detail }, what)
  }
  t.equal((await send(binary(), good, '/search')).status, 400, 'a search has no event to answer with')
  t.equal((await send(binary(), good, '/query?q=x')).status, 400, 'and there is one question')
})

t.test('any other type is a question too', async (t) => {
  t.equal((await send(binary({ type: 'com.example.ticket' }), '"What is Kubernetes?"')).status, 200)
})

t.test('what a retry may mend is a 5xx with the sources', async (t) => {
  const { host } = await startOllama(t, { chat: failing(500, 'broken') })
  const environment = { TABLE_URI: tableUri, OLLAMA_HOST: host, LOG_LEVEL: 'fatal', GENERATOR: 'ollama' }
  const { url } = await startFunction(t, environment)
  const response = await send(binary(), '"What is Kubernetes?"', '/', url)
  t.equal(response.status, 502)
  t.match(await response.json(), { status: 502, sources: [{ source: 'kubernetes.md' }] })
})

t.test('what is no event is left alone; what calls itself one is not', async (t) => {
  t.notOk(isEvent({ 'content-type': 'application/json' }))
  t.ok(isEvent({ 'ce-type': 'x' }))
  t.ok(isEvent({ 'content-type': 'Application/CloudEvents+json' }))
})

t.test('an attribute that is not percent-encoded is taken as it is, and what goes out is', async (t) => {
  const event = parseEvent({ 'ce-specversion': '1.0', 'ce-id': '100%', 'ce-source': 's', 'ce-type': 't' }, '"x"')
  t.equal(event.attributes.id, '100%')
  const odd = { ...event, attributes: { ...event.attributes, id: '\ud800\n é' } }
  t.match(toEventResponse(odd, {} as Answer).headers['ce-id'], /^%EF%BF%BD%0A%20%C3%A9-[0-9a-f]{12}$/)
})

t.test('data without a type, or of bytes, is the JSON it holds or the question itself', async (t) => {
  const untyped: Record<string, string> = { ...binary(), 'content-type': '' }
  const cases: Array<[Record<string, string>, string]> = [
    [untyped, 'What is Kubernetes?'],
    [untyped, '{"question": "What is Kubernetes?"}'],
    [untyped, '"What is Kubernetes?"'],
    [{ ...binary(), 'content-type': 'application/octet-stream' }, 'What is Kubernetes?'],
    [{ ...binary(), 'content-type': 'application/octet-stream' }, '{"question": "What is Kubernetes?"}'],
    [{ ...binary(), 'content-type': 'application/json' }, JSON.stringify('{"question": "What is Kubernetes?"}')],
    [structured, JSON.stringify({ ...attributes, data: '{"question": "What is Kubernetes?"}' })],
    [structured, JSON.stringify({ ...attributes, data_base64: Buffer.from('What is Kubernetes?').toString('base64') })],
  ]
  for (const [headers, body] of cases) {
    const response = await send(headers, body)
    t.equal(response.status, 200, `${headers['content-type']} ${body}`)
    const reply = (await response.json()) as { data?: unknown }
    t.match(reply.data ?? reply, { answered: true, answer: /runs containers/ }, body)
  }
})
