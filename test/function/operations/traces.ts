import { PassThrough } from 'node:stream'
import t from 'tap'
import { OllamaError } from '../../../function/errors.ts'
import {
  type Attributes,
  createTraces,
  noTraces,
  openTraces,
  type Span,
  type Tracer,
} from '../../../function/operations/traces.ts'

interface Seen {
  readonly name: string
  readonly attributes: Attributes
  ended: boolean
  error?: string
}

/** A tracer that keeps what it is told. */
function keepSpans(): { tracer: Tracer; spans: Seen[] } {
  const spans: Seen[] = []
  const begin: Tracer['begin'] = ({ name, attributes }): Span => {
    const seen: Seen = { name, attributes: { ...attributes }, ended: false }
    spans.push(seen)
    return {
      note: (more) => Object.assign(seen.attributes, more),
      end(error) {
        if (!seen.ended && error !== undefined) seen.error = error
        seen.ended = true
      },
      within: (work) => work(),
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    }
  }
  return { tracer: { begin, end: async () => undefined }, spans }
}

const config = { ollamaModel: 'gemma3:1b', ollamaHost: 'https://ollama.example' }
const signal = new AbortController().signal
const prompt = { messages: [{ role: 'user', content: 'What?' }], maxAnswerTokens: 64 }

t.test('without a collector everything is as it was', async (t) => {
  const traces = await openTraces({}, { ...config, otlpEndpoint: null }, () => undefined)
  t.equal(traces, noTraces)
  const embed = async () => [[1]]
  t.equal(
    traces.embed(embed, { engine: 'ollama', model: 'm', dimension: 1, documentPrefix: '', queryPrefix: '' }),
    embed,
  )
})

t.test('an answer that its reader leaves ends its span, as does one that fails before its turn', async (t) => {
  const { tracer, spans } = keepSpans()
  const { generate } = createTraces(tracer, config, true)
  const turn = async () => () => undefined
  const words = generate(async function* (_prompt, signal, turn) {
    await turn(signal)
    yield 'One '
    yield 'two.'
  })
  for await (const word of words(prompt, signal, turn)) if (word === 'One ') break
  t.match(spans[0], {
    name: 'chat gemma3:1b',
    ended: true,
    attributes: {
      'server.address': 'ollama.example',
      'server.port': 443,
      'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"One "}]}]',
    },
  })
  const fails = generate(async function* () {
    yield await Promise.reject(new OllamaError('unreachable', 'not there'))
  })
  await t.rejects(async () => {
    for await (const _ of fails(prompt, signal, turn));
  })
  t.match(spans[1], { ended: true, error: 'unreachable' })
})

t.test('a request lasts until its last byte is out, or until its reader leaves', async (t) => {
  const { tracer, spans } = keepSpans()
  const { request } = createTraces(tracer, config, false)
  const leaving = new AbortController()
  const headers: Record<string, string> = {}
  for (const signal of [new AbortController().signal, leaving.signal]) {
    const body = new PassThrough()
    await request({ method: 'GET', path: '/query', headers, signal }, '/query', async () => ({ status: 200, body }))
    const seen = spans.at(-1)
    t.match(seen, { name: 'GET /query', ended: false })
    if (signal === leaving.signal) leaving.abort()
    else for await (const _ of body.end('text'));
    t.equal(seen?.ended, true)
  }
  t.match(headers, { traceparent: /^00-0af7/ }, 'the log can name the trace')
})
