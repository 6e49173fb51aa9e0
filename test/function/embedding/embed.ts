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
