import { networkInterfaces } from 'node:os'
import t from 'tap'
import { checkOllama } from '../../doctor/ollama.ts'
import { type Config, readConfig } from '../../function/config.ts'
import { createOllama } from '../../function/ollama/client.ts'
import { asking, saying, saysInstead, startOllama } from '../ollama.ts'
import { nowhere } from '../running.ts'

const toConfig = (host: string, environment: Record<string, string> = {}): Config =>
  readConfig({ OLLAMA_HOST: host, EMBEDDING_MODEL: 'all-minilm', ...environment })
const load = async (config: Config): Promise<void> => {
  const options = { num_ctx: config.numCtx }
  await createOllama(config, AbortSignal.timeout(5_000)).generate({ model: config.ollamaModel, prompt: '', options })
}

t.test('it says where Ollama is, what its models can do and what they were trained for', async (t) => {
  const { host } = await startOllama(t)
  t.match(await checkOllama(toConfig(host), []), [
    { what: 'Ollama', state: 'good', found: `${host}, version 0.32.14` },
    { what: 'Model', state: 'good', found: 'gemma3:1b, trained for 32768 tokens; NUM_CTX is 4096' },
    { what: 'Embeddings', state: 'good', found: 'all-minilm, trained for 512 tokens' },
    { what: 'At once', state: 'good', found: /^not known: gemma3:1b is not in memory/ },
    { what: 'From a pod' },
  ])
})

t.test('a model that cannot do what it is wanted for comes with one that can', async (t) => {
  const { host } = await startOllama(t)
  const swapped = toConfig(host, { OLLAMA_MODEL: 'all-minilm', EMBEDDING_MODEL: 'gemma3:1b', GENERATOR: 'ollama' })
  t.match(await checkOllama(swapped, []), [
    {},
    { state: 'failed', found: 'all-minilm does not write: it can do embedding', mend: /OLLAMA_MODEL=gemma3:1b/ },
    { state: 'missing', found: 'gemma3:1b does not embed: it can do completion', mend: /EMBEDDING_MODEL=all-minilm/ },
  ])
  const large = await checkOllama(toConfig(host, { NUM_CTX: '65536' }), [])
  t.match(large[1], {
    state: 'missing',
    found: 'gemma3:1b was trained for 32768 tokens, and NUM_CTX is 65536',
    mend: 'export NUM_CTX=32768',
  })
  const none = await startOllama(t, { models: [] })
  t.match(await checkOllama(toConfig(none.host), []), [
    {},
    { state: 'missing', mend: 'ollama pull gemma3:1b' },
    { state: 'missing', mend: 'ollama pull all-minilm' },
  ])
})

t.test('two answers at once show how many Ollama writes at a time', async (t) => {
  const chat = saying('one two three four', { everyMs: 20 })
  const cases = [
    [1, '1', 'good', /^Ollama writes one answer at a time$/],
    [1, '4', 'missing', /one answer at a time, and MAX_CONCURRENT_ANSWERS is 4/],
    [2, '1', 'good', /several answers at a time; MAX_CONCURRENT_ANSWERS may be/],
    [2, '2', 'good', /^Ollama writes several answers at a time$/],
  ] as const
  for (const [slots, MAX_CONCURRENT_ANSWERS, state, found] of cases) {
    const { host } = await startOllama(t, { slots, chat })
    const config = toConfig(host, { MAX_CONCURRENT_ANSWERS })
    await load(config)
    const findings = await checkOllama(config, [])
    t.match(
      findings.find(({ what }) => what === 'At once'),
      { state, found },
    )
  }
})

t.test('what answers in place of Ollama, or wants credentials, is named by what it said', async (t) => {
  const cases = [
    [asking('Bearer sk-1'), /asks for credentials \(401\)\. Set OLLAMA_API_KEY/],
    [saysInstead(200, '<h1>Welcome</h1>'), /not Ollama but a web page/],
    [saysInstead(502, '<h1>Bad gateway</h1>'), /A proxy before Ollama could not reach it \(502\)/],
  ] as const
  for (const [proxy, found] of cases) {
    const { host } = await startOllama(t, { proxy })
    t.match(await checkOllama(toConfig(host), []), [{ what: 'Ollama', state: 'missing', found }])
  }
  const { host } = await startOllama(t, { proxy: asking('Bearer sk-1') })
  t.match(await checkOllama(toConfig(host, { OLLAMA_API_KEY: 'sk-1' }), []), [{ state: 'good' }, { state: 'good' }])
})

t.test('Ollama at another of the usual addresses is found', async (t) => {
  const { host } = await startOllama(t)
  const config = toConfig(nowhere)
  t.match(await checkOllama(config, [nowhere, host]), [
    {
      state: 'missing',
      found: `does not answer at ${nowhere}, but does at ${host}`,
      mend: `export OLLAMA_HOST=${host}`,
    },
  ])
  t.match(await checkOllama(config, []), [{ mend: /ollama serve/ }])
})

t.test('whether a pod could reach it is whether it listens at another address than its own', async (t) => {
  const others = Object.values(networkInterfaces())
    .flat()
    .some((one) => one?.family === 'IPv4' && !one.internal)
  const fromPod = async (host: string): Promise<unknown> =>
    (await checkOllama(toConfig(host), [])).find(({ what }) => what === 'From a pod')
  const alone = await startOllama(t)
  t.match(await fromPod(alone.host), { state: 'missing', mend: /OLLAMA_HOST=0\.0\.0\.0 ollama serve/ })
  const open = await startOllama(t, { listen: '0.0.0.0' })
  if (others) t.match(await fromPod(open.host), { state: 'good', found: /from Minikube it is http:\/\/host\.minikube/ })
})

t.test('GENERATOR=extractive asks nobody', async (t) => {
  t.match(await checkOllama(toConfig(nowhere, { GENERATOR: 'extractive' })), [{ found: /not asked/ }])
})
