import t from 'tap'
import { readConfig } from '../../../function/config.ts'
import { createEngine } from '../../../function/embedding/engine.ts'
import { width } from '../../../function/embedding/model-file.ts'
import { failure, silent, startOllama } from '../../ollama.ts'
import { nowhere } from '../../running.ts'

const never = new AbortController().signal
const prefixes = { documentPrefix: '', queryPrefix: '' }

t.test('a table of the built-in model is asked by it, without Ollama and without a time limit', async (t) => {
  const settings = readConfig({ OLLAMA_HOST: nowhere, EMBED_TIMEOUT_MS: '1' })
  const engine = createEngine(
    { engine: 'built-in', model: 'all-MiniLM-L6-v2', dimension: width, ...prefixes },
    settings,
  )
  await engine.warm()
  const [vector] = await engine.embed(['What is a pod?'], never)
  t.equal(vector?.length, width)
})

t.test("a table of Ollama's all-minilm is asked by Ollama's, within the time that the settings allow", async (t) => {
  const ollama = await startOllama(t)
  const embedding = { engine: 'ollama', model: 'all-minilm', dimension: 8, ...prefixes } as const
  const engine = createEngine(embedding, readConfig({ OLLAMA_HOST: ollama.host }))
  await engine.warm()
  t.equal((await engine.embed(['What is a pod?'], never)).length, 1)
  t.match(ollama.bodies('/api/embed'), [{ model: 'all-minilm', input: [] }, { input: ['What is a pod?'] }])
  const slow = await startOllama(t, { embed: silent })
  const impatient = createEngine(embedding, readConfig({ OLLAMA_HOST: slow.host, EMBED_TIMEOUT_MS: '50' }))
  t.match(await failure(impatient.embed(['What is a pod?'], never)), { kind: 'timeout' })
})
