import { join } from 'node:path'
import t from 'tap'
import { checkBuiltIn, checkNode, checkTable } from '../../doctor/checks.ts'
import { readConfig } from '../../function/config.ts'
import { makeTable, root } from '../running.ts'

t.test('an older Node is told how to get the right one', async (t) => {
  t.match(checkNode('v20.19.0'), { state: 'failed', mend: /npm ci/ })
  t.match(checkNode('v24.21.0'), { state: 'good' })
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
  t.strictSame(await checkBuiltIn(readConfig({ EMBEDDING_MODEL: 'nomic-embed-text' })), [])
})
