import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { openTable } from '../../../function/table/open.ts'
import { createRenewal } from '../../../function/table/renewal.ts'
import { makeTable, startFunction } from '../../running.ts'

t.test('a table that is replaced is handed over, once', async (t) => {
  const folder = t.testdir({ 'a.md': 'The code is 4711.' })
  const table = join(t.testdirName, 'table')
  await makeTable(folder, table)
  const taken: string[] = []
  const failures: unknown[] = []
  const renew = createRenewal(table, (await openTable(table)).manifest, {
    take: ({ manifest }) => taken.push(manifest.version),
    failed: (error) => failures.push(error),
  })
  const { manifest } = await makeTable(folder, table, undefined, { maxTokens: 64 })
  await setTimeout(1_100)
  await Promise.all([renew(), renew()])
  t.strictSame(taken, [manifest.version])
  rmSync(table, { recursive: true })
  await setTimeout(1_100)
  await renew()
  t.equal(failures.length, 1, 'and where it is gone, the old one is kept')
  t.strictSame(
    await createRenewal('s3://bucket/table', manifest, { take: () => t.fail(), failed: () => t.fail() })(),
    undefined,
  )
})

t.test('a running function answers from the new table, without a restart', async (t) => {
  const folder = t.testdir({ 'a.md': '# Gate\n\nThe gate code is 4711.' })
  const table = join(t.testdirName, 'table')
  await makeTable(folder, table)
  const { url } = await startFunction(t, { TABLE_URI: table, GENERATOR: 'extractive' })
  const ask = async (): Promise<unknown> => await (await fetch(`${url}/query?q=What+is+the+gate+code`)).json()
  t.match(await ask(), { answer: /4711/ })
  writeFileSync(join(folder, 'a.md'), '# Gate\n\nThe gate code is 8822.')
  const { manifest } = await makeTable(folder, table)
  await setTimeout(1_100)
  t.match(await ask(), { answer: /8822/, index: { version: manifest.version } })
})
