import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Answer, Tell } from '../../../function/contract/replies.ts'
import { CallerError } from '../../../function/errors.ts'
import { toStreamResponse } from '../../../function/http/stream.ts'
import { readEvents, type ServerSentEvent } from '../../events.ts'
import { type Behaviour, failing, type OllamaServer, saying, silent, startOllama, toLine } from '../../ollama.ts'
import { makeTable, nowhere, type RunningFunction, startFunction } from '../../running.ts'

const folder = t.testdir({
  docs: {
    'kubernetes.md':
      '# Kubernetes\n\nKubernetes is a system that runs containers. Kubernetes restarts failed containers.',
    'knative.md': '# Knative\n\nKnative scales services to zero.',
  },
})
const tableUri = join(folder, 'table')
t.before(async () => void (await makeTable(join(folder, 'docs'), tableUri)))

const events = { accept: 'text/event-stream' }
const path = `/query?q=${encodeURIComponent('What is Kubernetes?')}`

const start = async (
  t: Test,
  behaviour: Behaviour,
  environment: Record<string, string> = {},
): Promise<{ ollama: OllamaServer; running: RunningFunction; url: string }> => {
  const ollama = await startOllama(t, behaviour)
  const running = await startFunction(t, {
    TABLE_URI: tableUri,
    OLLAMA_HOST: ollama.host,
    LOG_LEVEL: 'fatal',
    ...environment,
  })
  return { ollama, running, url: running.url + path }
}
const collect = async (response: Response): Promise<ServerSentEvent[]> => {
  const all: ServerSentEvent[] = []
  for await (const event of readEvents(response)) if (event.event !== 'comment') all.push(event)
  return all
}
const text = (all: readonly ServerSentEvent[]): string =>
  all
    .filter(({ event }) => event === 'token')
    .map(({ data }) => (data as { text: string }).text)
    .join('')

t.test('sources leave before the model says anything, tokens as they come, then the whole answer', async (t) => {
  let say: (content: string, done?: boolean) => void = () => undefined
  const { url } = await start(t, {
    chat: (_, response) => {
      say = (content, done = false) => void response.write(toLine({ message: { content }, done }))
    },
  })
  const response = await fetch(url, { headers: events })
  t.equal(response.status, 200)
  t.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  t.equal(response.headers.get('cache-control'), 'no-store, no-transform')
  t.equal(response.headers.get('x-accel-buffering'), 'no')
  const stream = readEvents(response)
  const waits: unknown[] = []
  const next = async (): Promise<unknown> => {
    const { value } = await stream.next()
    if (value?.event !== 'status') return value
    waits.push(value.data)
    return await next()
  }
  t.match(await next(), {
    event: 'sources',
    data: { sources: [{ number: 1, source: 'kubernetes.md', cited: false }] },
  })
  t.match(
    await next(),
    {
      event: 'quotes',
      data: { answer: /^Kubernetes is a system that runs containers\. \[1\]/, citations: [{ number: 1, start: 0 }] },
    },
    'the quoted answer is there while the model reads',
  )
  while (say.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  say('Kubernetes runs containers')
  t.match(await next(), { event: 'token', data: { text: 'Kubernetes runs' } }, 'a word waits for its end')
  say(' [1')
  t.match(await next(), { event: 'token', data: { text: ' containers' } })
  say('].')
  say('', true)
  t.match(await next(), { event: 'token', data: { text: ' [1].' } }, 'a citation is never split')
  t.match(await next(), {
    event: 'answer',
    data: {
      answer: 'Kubernetes runs containers [1].',
      sources: [{ number: 1, cited: true }],
      citations: [{ number: 1, start: 0, end: 26, marker: { start: 26, end: 30 }, support: 1 }],
      unsupported: [],
    },
  })
  t.match(await stream.next(), { done: true })
  t.strictSame(waits.at(-1), { state: 'reading' }, 'what it waited for, before the first word')
})

t.test('the last event is what the JSON form says, with a model, without one, and where nothing answers', async (t) => {
  const withModel = await start(t, { chat: saying('Kubernetes runs containers [1]. It is nice [9].') })
  const withoutModel = await start(t, {}, { OLLAMA_HOST: nowhere })
  const cases = [
    [withModel.url, 'ollama'],
    [withoutModel.url, 'extractive'],
    [`${withModel.running.url}/query?q=zebra`, 'extractive'],
  ] as const
  for (const [url, generator] of cases) {
    const all = await collect(await fetch(url, { headers: events }))
    const whole = all.at(-1)?.data as Answer
    const json = (await (await fetch(url)).json()) as Answer
    t.strictSame({ ...whole, timings: {} }, { ...json, timings: {} }, url)
    t.strictSame(Object.keys(whole.timings), Object.keys(json.timings))
    t.equal(whole.generator, generator)
    t.equal(text(all), whole.answer, 'the tokens are the answer')
    t.strictSame([all[0]?.event, all.at(-1)?.event], ['sources', 'answer'])
  }
  const quoted = await collect(await fetch(withoutModel.url, { headers: events }))
  t.strictSame(
    quoted.filter(({ event }) => event === 'token').map(({ data }) => data),
    [
      { text: 'Kubernetes is a system that runs containers. [1]' },
      { text: '\nKubernetes restarts failed containers. [1]' },
    ],
    'an extractive answer comes sentence by sentence',
  )
})

t.test('a stream is asked for by header or by field, and the field wins', async (t) => {
  const { running } = await start(t, { chat: saying('It runs [1].') })
  const ask = async (accept: string, stream?: boolean): Promise<string | null> => {
    const body = JSON.stringify({ question: 'What is Kubernetes?', ...(stream === undefined ? {} : { stream }) })
    const headers = { 'content-type': 'application/json', accept }
    const response = await fetch(`${running.url}/query`, { method: 'POST', headers, body })
    await response.text()
    return response.headers.get('content-type')
  }
  const cases: Array<[string, boolean | undefined, RegExp]> = [
    ['*/*', true, /event-stream/],
    ['text/event-stream', undefined, /event-stream/],
    ['text/event-stream, application/json;q=0.9', undefined, /event-stream/],
    ['application/json, text/event-stream', undefined, /json/],
    ['application/json;q=0.5, text/event-stream', undefined, /event-stream/],
    ['text/event-stream;q=0', undefined, /json/],
    ['text/event-stream;q=x', undefined, /event-stream/],
    ['text/event-stream', false, /json/],
  ]
  for (const [accept, stream, type] of cases) t.match(await ask(accept, stream), type, `${accept} ${stream}`)
  const search = await fetch(`${running.url}/search?q=Kubernetes`, { headers: events })
  t.match(search.headers.get('content-type'), /json/, 'a search has nothing to stream')
  await search.text()
})

t.test('a failure midway is an error event with the problem and the sources', async (t) => {
  const half = toLine({ message: { content: 'Half of an answer stands here ' }, done: false })
  const cases: Array<[Behaviour, Record<string, string>, object]> = [
    [{ chat: (_, response) => void response.write(half, () => response.destroy()) }, {}, { status: 502 }],
    [{ chat: (_, response) => void response.end(half + toLine({ error: 'secret' })) }, {}, { status: 502 }],
    [{ chat: failing(500, 'secret') }, { GENERATOR: 'ollama' }, { status: 502 }],
    [{ chat: silent }, { FIRST_TOKEN_TIMEOUT_MS: '100' }, { status: 504, detail: /did not begin to answer/ }],
    [
      { chat: (_, response) => void response.write(half) },
      { ANSWER_TIMEOUT_MS: '5000' },
      { status: 504, detail: /not finished within 5 s/ },
    ],
    [{ models: [] }, { GENERATOR: 'ollama' }, { status: 503, detail: /ollama pull gemma3:1b/ }],
  ]
  for (const [behaviour, environment, problem] of cases) {
    const { url } = await start(t, behaviour, environment)
    const all = await collect(await fetch(url, { headers: events }))
    const expected = { title: String, sources: [{ source: 'kubernetes.md' }], ...problem }
    t.match(all.at(-1), { event: 'error', data: expected })
    t.equal(all[0]?.event, 'sources')
    t.notMatch(JSON.stringify(all), 'secret')
  }
})

t.test('what goes wrong before there is anything to send is a status', async (t) => {
  const { running } = await start(t, {})
  const response = await fetch(`${running.url}/query?q=`, { headers: events })
  t.equal(response.status, 400)
  t.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8')
  await response.text()
  const refused = toStreamResponse(async () => {
    throw new CallerError('unusable-question', 'no')
  })
  await t.rejects(refused, CallerError)
})

t.test('while the model loads, a comment is sent again and again', async (t) => {
  const finish = Promise.withResolvers<Answer>()
  const response = await toStreamResponse(async (tell: Tell) => {
    tell({ type: 'sources', sources: [], chunks: [], answered: true })
    return await finish.promise
  }, 1)
  const seen: string[] = []
  for await (const piece of response.body as AsyncIterable<Buffer>) {
    seen.push(String(piece))
    if (seen.filter((event) => event.startsWith(':')).length === 3) finish.resolve({} as Answer)
  }
  t.match(
    seen.join(''),
    /^event: sources\ndata: \{"sources":\[\]\}\n\n(: still here\n\n){3,}event: answer\nid: end\ndata: \{\}\n\n$/,
  )
})

t.test('when the caller leaves, the model stops before its next token; as a stream and as JSON', async (t) => {
  for (const accept of ['text/event-stream', 'application/json']) {
    const order: string[] = []
    const asked = Promise.withResolvers<void>()
    const stopped = Promise.withResolvers<void>()
    let next: NodeJS.Timeout | undefined
    const { url, running } = await start(t, {
      chat: (_, response) => {
        response.write(toLine({ message: { content: 'One' }, done: false }))
        response.once('close', () => {
          order.push('stopped')
          clearTimeout(next)
          stopped.resolve()
        })
        asked.resolve()
      },
    })
    const leave = new AbortController()
    const asking = fetch(url, { headers: { accept }, signal: leave.signal }).then((response) => response.text())
    asking.catch(() => undefined)
    await asked.promise
    const left = performance.now()
    next = setTimeout(() => order.push('next token'), 30_000)
    leave.abort()
    await stopped.promise
    t.comment(`${accept}: the model was stopped ${(performance.now() - left).toFixed(1)} ms after the caller left`)
    t.strictSame(order, ['stopped'])
    t.equal((await fetch(`${running.url}/search?q=Kubernetes`)).status, 200, 'and the function goes on')
  }
})

t.test('a reader who is slow holds nothing up: the model is done before the stream is read', async (t) => {
  const done = Promise.withResolvers<void>()
  const { url } = await start(t, {
    chat: (body, response) => {
      void saying(`${'word '.repeat(1_000)}end [1].`)(body, response)
      response.once('finish', () => done.resolve())
    },
  })
  const response = await fetch(url, { headers: events })
  await done.promise
  const all = await collect(response)
  const whole = all.at(-1)?.data as Answer | undefined
  t.match(whole?.answer, /end\.$/)
  t.equal(text(all), whole?.answer)
})
