import t from 'tap'
import { readConfig } from '../../../function/config.ts'
import { createEmbedder, prefixesFor, withinBudget } from '../../../function/embedding/embed.ts'
import { CallerGoneError } from '../../../function/errors.ts'
import { failing, failure, sendJson, silent, startOllama } from '../../ollama.ts'
import { nowhere } from '../../running.ts'

const never = new AbortController().signal

t.test('texts become vectors of unit length, in order, without silent cuts', async (t) => {
  const ollama = await startOllama(t)
  const [a = [], b = [], again = []] = await createEmbedder(readConfig({ OLLAMA_HOST: ollama.host }), {
    model: 'all-minilm',
  }).embed(['one', 'two words', 'one'], never)
  t.strictSame(a, again)
  t.notSame(a, b)
  t.ok(Math.abs(Math.hypot(...a) - 1) < 1e-9)
  t.match(ollama.bodies('/api/embed'), [{ model: 'all-minilm', truncate: false, input: ['one', 'two words', 'one'] }])
})

t.test('prefixes are those of the model, a namespace and a tag aside', async (t) => {
  t.equal(prefixesFor('nomic-embed-text:v1.5').queryPrefix, 'search_query: ')
  t.equal(prefixesFor('someone/multilingual-e5-large').documentPrefix, 'passage: ')
  t.strictSame(prefixesFor('all-minilm'), { documentPrefix: '', queryPrefix: '' })
  t.strictSame(prefixesFor('unknown'), { documentPrefix: '', queryPrefix: '' })
})

t.test('embeddings that cannot be used are an error', async (t) => {
  const cases: object[] = [
    { embeddings: [] },
    { embeddings: [[0, 0]] },
    { embeddings: [[null]] },
    { embeddings: 'x' },
    {},
    { embeddings: [[1], [1, 2]] },
  ]
  for (const reply of cases) {
    const { host } = await startOllama(t, { embed: (_, response) => sendJson(response, 200, reply) })
    t.match(
      await failure(
        createEmbedder(readConfig({ OLLAMA_HOST: host }), { model: 'all-minilm' }).embed(
          Array.isArray((reply as { embeddings?: unknown }).embeddings) && JSON.stringify(reply).includes('2')
            ? ['a', 'b']
            : ['a'],
          never,
        ),
      ),
      { kind: 'nonsense' },
      JSON.stringify(reply),
    )
  }
})

t.test('errors are classed', async (t) => {
  const long = await startOllama(t, { embed: failing(400, 'the input length exceeds the context length') })
  t.match(
    await failure(createEmbedder(readConfig({ OLLAMA_HOST: long.host }), { model: 'all-minilm' }).embed(['a'], never)),
    { kind: 'input-too-long' },
  )
  t.match(
    await failure(createEmbedder(readConfig({ OLLAMA_HOST: long.host }), { model: 'other' }).embed(['a'], never)),
    { kind: 'model-missing' },
  )
  t.match(
    await failure(createEmbedder(readConfig({ OLLAMA_HOST: nowhere }), { model: 'all-minilm' }).embed(['a'], never)),
    { kind: 'unreachable' },
  )
})

t.test('a budget that runs out is a timeout; a caller who leaves is not', async (t) => {
  const { host } = await startOllama(t, { embed: silent })
  const embed = withinBudget(createEmbedder(readConfig({ OLLAMA_HOST: host }), { model: 'all-minilm' }).embed, 50)
  t.match(await failure(embed(['a'], never)), { kind: 'timeout' })
  await t.rejects(embed(['a'], AbortSignal.abort(new CallerGoneError('gone'))), CallerGoneError)
})

t.test('a load that is slower than a question waits goes on, and is there for the next', async (t) => {
  const ollama = await startOllama(t, { loadMs: 400 })
  const { embed, load } = createEmbedder(readConfig({ OLLAMA_HOST: ollama.host }), { model: 'all-minilm' })
  const patient = withinBudget(embed, 100, load)
  t.match(await failure(patient(['a'], never)), {
    kind: 'timeout',
    message: /^Ollama did not embed it within 0\.1 s: it was busy, or loading the model.*EMBEDDING_MODEL=built-in/,
  })
  while (!ollama.loads.some(({ state }) => state === 'loaded')) await new Promise((resolve) => setTimeout(resolve, 5))
  t.strictSame(
    ollama.loads.map(({ state }) => state),
    ['aborted', 'loaded'],
  )
  await embed(['a'], never)
  t.equal(ollama.loads.length, 2, 'it is in memory')
})

t.test('the model is loaded with the context that the table says, and as long as the settings say', async (t) => {
  const ollama = await startOllama(t)
  const config = readConfig({ OLLAMA_HOST: ollama.host, KEEP_ALIVE: '10m' })
  const { embed, load } = createEmbedder(config, { model: 'all-minilm', contextTokens: 512 })
  await load()
  await embed(['word '.repeat(300)], never)
  const expected = { keep_alive: '10m', options: { num_ctx: 512 } }
  t.match(ollama.bodies('/api/embed'), [{ input: [], ...expected }, expected])
  t.equal(ollama.loads.length, 1)
})

t.test('a model that cannot embed is named at once', async (t) => {
  const { host } = await startOllama(t)
  const { embed } = createEmbedder(readConfig({ OLLAMA_HOST: host }), { model: 'gemma3:1b' })
  t.match(await failure(embed(['a'], never)), {
    kind: 'model-unfit',
    message: 'The model gemma3:1b cannot embed. Set EMBEDDING_MODEL to one that can, such as all-minilm.',
  })
})
