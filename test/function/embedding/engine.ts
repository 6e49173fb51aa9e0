import t from 'tap'
import { readConfig } from '../../../function/config.ts'
import { createEngine, isReadable } from '../../../function/embedding/engine.ts'
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

t.test('what the built-in model can read is mostly Latin letters, or has none', async (t) => {
  const cases = [
    ['What is a pod?', true],
    ['Wie viele Urlaubstage habe ich im Jahr?', true],
    ['E123-XYZ', true],
    ['8080', true],
    ['', true],
    ['有給休暇は年に何日ありますか', false],
    ['Podとは何ですか、どうやって使いますか', false],
    ['What does 豆荚 mean?', true],
    ['Что такое под?', false],
    ['ما هو البود؟', false],
  ] as const
  for (const [text, readable] of cases) t.equal(isReadable(text), readable, text)
})
