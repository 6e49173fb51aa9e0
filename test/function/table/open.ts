import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openTable } from '../../../function/table/open.ts'
import { failure, startOllama } from '../../ollama.ts'
import { makeDamageable, makeTable, onePage } from '../../running.ts'

t.test('a table opens with its manifest', async (t) => {
  const { table } = await makeDamageable(t, 'data/')
  const { chunks, manifest } = await openTable(table)
  t.equal(await chunks.countRows(), 1)
  t.match(manifest, { formatVersion: 2, documents: 1, chunks: 1, language: 'English', maxTokens: 256 })
})

t.test('where there is no table, the error says how to make one', async (t) => {
  const folder = t.testdir({ empty: {} })
  t.match(await failure(openTable(join(folder, 'nowhere'))), {
    name: 'TableError',
    message: /There is no table at .*nowhere\. Make one: npm run ingest/,
  })
  t.match(await failure(openTable(join(folder, 'empty'))), { name: 'TableError', message: /There is no table/ })
  t.strictSame(readdirSync(folder), ['empty'], 'and nothing was created')
})

t.test('a store that cannot be opened is named', async (t) => {
  t.match(await failure(openTable('nonsense://x')), {
    name: 'TableError',
    message: /The store at nonsense:\/\/x cannot be opened/,
  })
})

t.test('the smoke query covers vectors too', async (t) => {
  const { host } = await startOllama(t)
  const folder = t.testdir({ docs: onePage })
  await makeTable(join(folder, 'docs'), join(folder, 'table'), { OLLAMA_HOST: host })
  t.equal((await openTable(join(folder, 'table'))).manifest.embedding?.dimension, 32)
})
