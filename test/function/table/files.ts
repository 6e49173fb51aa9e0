import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { checkContents, checksumFile, isSmall } from '../../../function/table/files.ts'
import { openTable, openWholeTable } from '../../../function/table/open.ts'
import { failure } from '../../ollama.ts'
import { makeDamageable } from '../../running.ts'

t.test('a file that is missing, or not as long as it was, is found at the start', async (t) => {
  const harm: Array<[string, string, (file: string) => void]> = [
    ['a truncated data file', 'data/', (file) => truncateSync(file, 20)],
    ['a longer data file', 'data/', (file) => appendFileSync(file, 'x')],
    ['a missing data file', 'data/', (file) => rmSync(file)],
    ['a missing index file', 'invert', (file) => rmSync(file)],
    ['a missing version file', '.manifest', (file) => rmSync(file)],
  ]
  for (const [what, part, harmFile] of harm) {
    await t.test(what, async (t) => {
      const { table, file } = await makeDamageable(t, part)
      harmFile(file)
      t.match(await failure(openTable(table)), {
        name: 'TableError',
        message: /is damaged\. Delete it and make it anew: npm run ingest -- .*docs/,
      })
    })
  }
})

t.test('a flipped byte is found: at the start in a small table, and in any when its files are read', async (t) => {
  const { table, file } = await makeDamageable(t, 'data/')
  const { manifest } = await openTable(table)
  t.ok(isSmall(manifest))
  t.notOk(isSmall({ ...manifest, files: [{ path: 'a', bytes: 5e6, crc32: 0 }] }))
  await checkContents(table, manifest)
  t.strictSame((await openWholeTable(table)).manifest, manifest)
  writeFileSync(
    file,
    readFileSync(file).map((byte, index) => (index === 40 ? byte ^ 1 : byte)),
  )
  for (const error of [
    await failure(openTable(table)),
    await failure(openWholeTable(table)),
    await failure(checkContents(table, manifest)),
  ]) {
    t.match(error, {
      name: 'TableError',
      message: /is damaged\. Delete it and make it anew: npm run ingest -- .*docs/,
      cause: { message: /chunks-.*is not as it was written/ },
    })
  }
})

t.test('checksums are CRC-32', async (t) => {
  const folder = t.testdir({ a: '123456789' })
  t.equal(await checksumFile(join(folder, 'a')), 0xcbf43926)
})
