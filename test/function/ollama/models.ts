import t from 'tap'
import { readConfig } from '../../../function/config.ts'
import { CallerGoneError } from '../../../function/errors.ts'
import { findContext, showModel } from '../../../function/ollama/models.ts'
import { failure, saysInstead, startOllama } from '../../ollama.ts'

const never = new AbortController().signal

t.test('Ollama knows what a model can do, and what it was trained for', async (t) => {
  const ollama = await startOllama(t, { models: ['gemma3:1b', 'all-minilm:latest'] })
  const config = readConfig({ OLLAMA_HOST: ollama.host })
  t.strictSame(await showModel(config, 'gemma3:1b', never), { capabilities: ['completion'], contextTokens: 32_768 })
  t.strictSame(await showModel(config, 'all-minilm', never), { capabilities: ['embedding'], contextTokens: 512 })
  t.match(await failure(showModel(config, 'other', never)), { kind: 'model-missing', message: /ollama pull other/ })
  await t.rejects(showModel(config, 'other', AbortSignal.abort(new CallerGoneError('gone'))), CallerGoneError)
})

t.test(
  'an embedding model is loaded with what it was trained for, within bounds, and where that is known',
  async (t) => {
    const { host } = await startOllama(t)
    t.equal(await findContext(readConfig({ OLLAMA_HOST: host }), 'all-minilm', never), 512)
    t.equal(await findContext(readConfig({ OLLAMA_HOST: host }), 'gemma3:1b', never), 4_096)
    t.equal(await findContext(readConfig({ OLLAMA_HOST: host }), 'other', never), undefined)
    const old = await startOllama(t, { proxy: saysInstead(200, '{"details":{}}', 'application/json') })
    t.equal(await findContext(readConfig({ OLLAMA_HOST: old.host }), 'all-minilm', never), undefined)
    const gone = AbortSignal.abort(new CallerGoneError('gone'))
    await t.rejects(findContext(readConfig({ OLLAMA_HOST: host }), 'all-minilm', gone), CallerGoneError)
  },
)
