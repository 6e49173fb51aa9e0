import { join } from 'node:path'
import t from 'tap'
import { checkBuiltIn, checkNode, checkOllama, checkTable } from '../../doctor/checks.ts'
import { readConfig } from '../../function/config.ts'
import { startOllama } from '../ollama.ts'
import { makeTable, nowhere, root } from '../running.ts'

t.test('an older Node is told how to get the right one', async (t) => {
  t.match(checkNode('v20.19.0'), { state: 'failed', mend: /npm ci/ })
  t.match(checkNode('v24.21.0'), { state: 'good' })
})

t.test('Ollama at another of the usual addresses is found', async (t) => {
  const { host } = await startOllama(t)
  const config = readConfig({ OLLAMA_HOST: nowhere })
  t.match(await checkOllama(config, [nowhere, host]), [
    {
      state: 'missing',
      found: `does not answer at ${nowhere}, but does at ${host}`,
      mend: `export OLLAMA_HOST=${host}`,
    },
  ])
  t.match(await checkOllama(config, []), [{ mend: /ollama serve/ }])
})

t.test('a table says how old it is', async (t) => {
  const table = join(t.testdir(), 'table')
  await makeTable(join(root, 'documents'), table)
  const config = readConfig({ TABLE_URI: table })
  for (const [days, age] of [
    [0, 'today'],
    [1, 'yesterday'],
    [9, '9 days ago'],
  ] as const)
    t.match((await checkTable(config, Date.now() + days * 86_400_000)).found, age)
})

t.test('the built-in model is looked at byte for byte, where it is what embeds', async (t) => {
  const config = readConfig({})
  t.match(await checkBuiltIn(config), [{ state: 'good', found: 'built in: all-MiniLM-L6-v2' }])
  const { testdirName } = t
  t.testdir({})
  t.match(await checkBuiltIn(config, join(testdirName, 'none')), [
    { state: 'missing', found: /all-MiniLM-L6-v2\.bin is missing/, mend: /^git checkout -- function\/embedding\// },
  ])
  t.strictSame(await checkBuiltIn(readConfig({ EMBEDDING_MODEL: 'none' })), [])
  const ollama = await startOllama(t)
  const other = readConfig({ EMBEDDING_MODEL: 'nomic-embed-text', OLLAMA_HOST: ollama.host })
  t.match((await checkOllama(other)).at(-1), { what: 'Embeddings', mend: 'ollama pull nomic-embed-text' })
})
