import { once } from 'node:events'
import t from 'tap'
import { CallerGoneError, OllamaError } from '../../../function/errors.ts'
import {
  createOllama,
  isPulled,
  listModels,
  reachOllama,
  startBudget,
  toOllamaError,
} from '../../../function/ollama/client.ts'
import { failure, silent, startOllama } from '../../ollama.ts'
import { nowhere } from '../../running.ts'

t.test('Ollama is reached when it answers anything at all', async (t) => {
  const { host } = await startOllama(t)
  await reachOllama({ ollamaHost: host, connectTimeoutMs: 1000 })
})

t.test(
  'where nothing answers, the error says what to do; where it looked stands in its cause, for the log',
  async (t) => {
    t.match(await failure(reachOllama({ ollamaHost: nowhere, connectTimeoutMs: 1000 })), {
      kind: 'unreachable',
      message: 'Ollama does not answer. Start it (ollama serve), or set OLLAMA_HOST to where it runs.',
      cause: { message: `nothing answers at ${nowhere}` },
    })
  },
)

t.test('waiting ends with the budget, or with the caller', async (t) => {
  const { createServer } = await import('node:http')
  const server = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const ollamaHost = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  t.match(await failure(reachOllama({ ollamaHost, connectTimeoutMs: 50 })), { kind: 'unreachable' })
  const gone = AbortSignal.abort(new CallerGoneError('gone'))
  await t.rejects(reachOllama({ ollamaHost, connectTimeoutMs: 5000 }, gone), CallerGoneError)
})

t.test('a budget runs out with a reason that says what to do, unless it is ended before', async (t) => {
  const { signal } = startBudget(1, 'It was not done')
  await once(signal, 'abort')
  t.match(signal.reason, { kind: 'timeout', message: /^It was not done within 0\.001 s\. Ask again/ })
  const ended = startBudget(1, 'It was not done')
  ended.end()
  await once(startBudget(2, 'Later').signal, 'abort')
  t.notOk(ended.signal.aborted)
})

t.test('a request ends with its signal, even before the first token', async (t) => {
  const ollama = await startOllama(t, { chat: silent })
  const gone = new AbortController()
  const asking = createOllama(ollama.host, gone.signal).chat({ model: 'gemma3:1b', messages: [], stream: true })
  const failed = t.rejects(asking)
  while (ollama.bodies('/api/chat').length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  gone.abort()
  await failed
  while (!ollama.seen.some(({ aborted }) => aborted)) await new Promise((resolve) => setTimeout(resolve, 5))
  t.ok(ollama.seen.find(({ path }) => path === '/api/chat')?.aborted)
})

t.test('what Ollama says becomes an error whose kind and message say what mends it', async (t) => {
  const said = (status_code: number, message: string): Error => Object.assign(new Error(message), { status_code })
  const cases: Array<[Error, string, RegExp]> = [
    [
      said(404, 'model "x" not found, try pulling it first'),
      'model-missing',
      /Ollama has no model x\. Pull it: ollama pull x/,
    ],
    [said(404, "model 'x' not found"), 'model-missing', /ollama pull x/],
    [said(404, '404 page not found'), 'nonsense', /^Ollama failed/],
    [said(400, 'the input length exceeds the context length'), 'input-too-long', /longer than the context of x/],
    [said(400, '"x" does not support chat'), 'nonsense', /cannot do this \("x" does not support chat\)/],
    [said(503, 'server busy, please try again.  maximum pending requests exceeded'), 'busy', /busy/],
    [said(500, 'llama runner process has terminated: signal: killed'), 'nonsense', /^Ollama failed/],
    [
      new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 10.0.0.1:11434') }),
      'unreachable',
      /^Ollama does not answer\. Start it/,
    ],
    [new Error('Did not receive done or success response in stream.'), 'nonsense', /^Ollama failed/],
  ]
  for (const [given, kind, message] of cases) {
    const error = toOllamaError(given, { host: 'http://h', model: 'x' })
    const found = kind === 'unreachable' && error.cause instanceof Error ? error.cause.cause : error.cause
    t.match(error, { kind }, given.message)
    t.equal(found, given)
    t.match(error.message, message)
    t.notMatch(error.message, /10\.0\.0\.1|signal/, 'nothing internal is passed on')
  }
  const known = new OllamaError('busy', 'busy')
  t.equal(toOllamaError(known, { host: '', model: '' }), known)
  t.match(toOllamaError('odd', { host: '', model: '' }), { kind: 'nonsense' })
})

t.test('the models are those that Ollama names; a name without a tag is its latest', async (t) => {
  const { host } = await startOllama(t, { models: ['gemma3:1b', 'all-minilm:latest'] })
  const models = await listModels(host, 5_000)
  t.strictSame(models, ['gemma3:1b', 'all-minilm:latest'])
  const cases = [
    ['gemma3:1b', true],
    ['gemma3', false],
    ['all-minilm', true],
    ['all-minilm:latest', true],
    ['all-minilm:22m', false],
  ] as const
  for (const [model, expected] of cases) t.equal(isPulled(model, models ?? []), expected, model)
  t.equal(await listModels(nowhere, 1_000), undefined)
})
