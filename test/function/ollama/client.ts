import { once } from 'node:events'
import t from 'tap'
import { readConfig } from '../../../function/config.ts'
import { CallerGoneError } from '../../../function/errors.ts'
import {
  createOllama,
  isPulled,
  listModels,
  lookAtOllama,
  startBudget,
  toFullName,
} from '../../../function/ollama/client.ts'
import { asking, failure, type OllamaServer, saysInstead, silent, startOllama } from '../../ollama.ts'
import { nowhere } from '../../running.ts'

const never = new AbortController().signal
const at = ({ host }: Pick<OllamaServer, 'host'>, environment: Record<string, string> = {}) =>
  readConfig({ OLLAMA_HOST: host, ...environment })

t.test('what is in memory is what Ollama says, with the context that it was loaded with', async (t) => {
  const ollama = await startOllama(t)
  t.strictSame(await lookAtOllama(at(ollama), never), [])
  await createOllama(at(ollama), never).generate({ model: 'gemma3:1b', prompt: '', options: { num_ctx: 2048 } })
  t.strictSame(await lookAtOllama(at(ollama), never), [{ name: 'gemma3:1b', context: 2048 }])
})

t.test('whatever else answers is left for the question to hear', async (t) => {
  for (const proxy of [
    saysInstead(404, 'nothing here'),
    saysInstead(401, ''),
    saysInstead(200, '{}', 'application/json'),
  ])
    t.equal(await lookAtOllama(at(await startOllama(t, { proxy })), never), undefined)
})

t.test(
  'where nothing answers, the error says what to do; where it looked stands in its cause, for the log',
  async (t) => {
    t.match(await failure(lookAtOllama(at({ host: nowhere }), never)), {
      kind: 'unreachable',
      message: 'Ollama does not answer. Start it (ollama serve), or set OLLAMA_HOST to where it runs.',
      cause: { message: `nothing answers at ${nowhere}` },
    })
  },
)

t.test('waiting ends with the budget, or with the caller', async (t) => {
  const ollama = await startOllama(t, { proxy: () => true })
  t.match(await failure(lookAtOllama(at(ollama, { CONNECT_TIMEOUT_MS: '50' }), never)), {
    kind: 'unreachable',
    message: /^Ollama does not answer\. Start it/,
  })
  const gone = AbortSignal.abort(new CallerGoneError('gone'))
  await t.rejects(lookAtOllama(at(ollama), gone), CallerGoneError)
})

t.test('a budget runs out with a reason that says what to do, unless it is ended or renewed before', async (t) => {
  const { signal } = startBudget(1, 'It was not done')
  await once(signal, 'abort')
  t.match(signal.reason, { kind: 'timeout', message: /^It was not done within 0\.001 s\. Ask again/ })
  const ended = startBudget(1, 'It was not done')
  ended.end()
  const renewed = startBudget(60, 'It was not done')
  await once(startBudget(40, 'Later').signal, 'abort')
  renewed.renew()
  await once(startBudget(40, 'Later').signal, 'abort')
  t.notOk(ended.signal.aborted)
  t.notOk(renewed.signal.aborted)
  renewed.end()
})

t.test('a request ends with its signal, even before the first token', async (t) => {
  const ollama = await startOllama(t, { chat: silent })
  const gone = new AbortController()
  const asked = createOllama(at(ollama), gone.signal).chat({
    model: 'gemma3:1b',
    messages: [{ role: 'user', content: 'Hello' }],
    stream: true,
  })
  const failed = t.rejects(asked)
  while (ollama.bodies('/api/chat').length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  gone.abort()
  await failed
  while (!ollama.seen.some(({ aborted }) => aborted)) await new Promise((resolve) => setTimeout(resolve, 5))
  t.ok(ollama.seen.find(({ path }) => path === '/api/chat')?.aborted)
})

t.test('the models are those that Ollama names, or the reason why it named none', async (t) => {
  const models = ['gemma3:1b', 'all-minilm:latest']
  t.strictSame(await listModels(at(await startOllama(t, { models })), 5_000), { models })
  const cases = [
    [saysInstead(401, 'no'), 'unauthorized', /asks for credentials \(401\)/],
    [saysInstead(200, '<h1>Hello</h1>'), 'not-ollama', /not Ollama but a web page/],
    [saysInstead(200, '{}', 'application/json'), 'not-ollama', /has no list of models/],
    [saysInstead(200, 'not json', 'application/json'), 'nonsense', /cannot be read/],
    [() => true, 'unreachable', /does not answer/],
  ] as const
  for (const [proxy, kind, message] of cases)
    t.match(await listModels(at(await startOllama(t, { proxy })), 100), { error: { kind, message } })
  t.match(await listModels(at({ host: nowhere }), 1_000), { error: { kind: 'unreachable' } })
})

t.test('a model is the same whatever its case, with or without its registry, library and latest', async (t) => {
  const pulled = ['gemma3:1b', 'all-minilm:latest', 'hf.co/Someone/Model-GGUF:Q4_K_M']
  const cases = [
    ['gemma3:1b', true],
    ['Gemma3:1B', true],
    ['library/gemma3:1b', true],
    ['registry.ollama.ai/library/gemma3:1b', true],
    ['gemma3', false],
    ['all-minilm', true],
    ['library/all-minilm', true],
    ['all-minilm:22m', false],
    ['hf.co/someone/model-gguf:q4_k_m', true],
    ['someone/model-gguf:q4_k_m', false],
  ] as const
  for (const [model, expected] of cases) t.equal(isPulled(model, pulled), expected, model)
  t.equal(toFullName('localhost:5000/team/model'), 'localhost:5000/team/model:latest')
})

t.test('credentials go with every request', async (t) => {
  const ways: Array<[string, (host: string) => Record<string, string>]> = [
    ['Bearer sk-1', (host) => ({ OLLAMA_HOST: host, OLLAMA_API_KEY: 'sk-1' })],
    ['Bearer sk-1', (host) => ({ OLLAMA_HOST: host, OLLAMA_API_KEY: '"Bearer sk-1"' })],
    [
      `Basic ${Buffer.from('ann:p@ss:word').toString('base64')}`,
      (host) => ({ OLLAMA_HOST: host.replace('//', '//ann:p%40ss%3Aword@') }),
    ],
  ]
  for (const [expected, toEnvironment] of ways) {
    const ollama = await startOllama(t, { proxy: asking(expected) })
    const config = readConfig(toEnvironment(ollama.host))
    const client = createOllama(config, never)
    await client.version()
    await client.show({ model: 'gemma3:1b' })
    t.match(await listModels(config, 5_000), { models: ['gemma3:1b', 'all-minilm:latest'] })
    t.strictSame(await lookAtOllama(config, never), [])
    t.strictSame(
      ollama.seen.map(({ headers }) => headers.authorization),
      Array(4).fill(expected),
    )
    const without = await listModels({ ...config, ollamaAuthorization: null }, 5_000)
    t.match(without, { error: { message: /asks for credentials \(401\)\. Set OLLAMA_API_KEY/ } })
    const wrong = await listModels({ ...config, ollamaAuthorization: 'Bearer no' }, 5_000)
    t.match(wrong, { error: { message: /refuses the credentials it is sent \(401\)\. Correct OLLAMA_API_KEY/ } })
  }
})
