import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from '@lancedb/lancedb'
import t, { type Test } from 'tap'
import {
  checkContents,
  checksumFile,
  isSmall,
  openTable,
  openWholeTable,
  toIngestCommand,
} from '../../function/table.ts'
import { failure, startOllama } from '../ollama.ts'
import { makeTable } from '../running.ts'

const documents = { 'pods.md': '# Pods\n\nA pod is a group of containers.' }

/** A table of its own, and the largest file of its data. */
const damageable = async (t: Test, part: string): Promise<{ table: string; file: string }> => {
  const table = join(t.testdir({ docs: documents }), 'table')
  await makeTable(join(t.testdirName, 'docs'), table)
  const found = readdirSync(table, { recursive: true, encoding: 'utf8' }).find(
    (name) => name.startsWith('chunks-') && name.includes(part),
  )
  if (found === undefined) throw new Error(`no ${part}`)
  return { table, file: join(table, found) }
}

t.test('a table without examples opens with none', async (t) => {
  const { table } = await damageable(t, 'data/')
  const { manifest } = await openTable(table)
  const { examples, ...older } = manifest
  t.not(examples.length, 0)
  await (await connect(table)).createTable('manifest', [{ json: JSON.stringify(older) }], { mode: 'overwrite' })
  t.strictSame((await openTable(table)).manifest.examples, [])
})

t.test('a table opens with its manifest', async (t) => {
  const { table } = await damageable(t, 'data/')
  const { chunks, manifest } = await openTable(table)
  t.equal(await chunks.countRows(), 1)
  t.match(manifest, { formatVersion: 1, documents: 1, chunks: 1, language: 'English', maxTokens: 256 })
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
      const { table, file } = await damageable(t, part)
      harmFile(file)
      t.match(await failure(openTable(table)), {
        name: 'TableError',
        message: /is damaged\. Delete it and make it anew: npm run ingest -- .*docs/,
      })
    })
  }
})

t.test('a flipped byte is found: at the start in a small table, and in any when its files are read', async (t) => {
  const { table, file } = await damageable(t, 'data/')
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

t.test('a manifest that is newer, older, or none at all is named as such', async (t) => {
  const cases: Array<[string, RegExp]> = [
    [
      JSON.stringify({ formatVersion: 99 }),
      /has format 99; this version of ragfunction reads format 1\. Update ragfunction/,
    ],
    [JSON.stringify({ formatVersion: 1 }), /was not made by this version/],
    ['not json', /its manifest cannot be read/],
  ]
  for (const [json, message] of cases) {
    const { table } = await damageable(t, 'data/')
    await (await connect(table)).createTable('manifest', [{ json }], { mode: 'overwrite' })
    t.match(await failure(openTable(table)), { name: 'TableError', message })
  }
})

t.test('a store that cannot be opened is named', async (t) => {
  t.match(await failure(openTable('nonsense://x')), {
    name: 'TableError',
    message: /The store at nonsense:\/\/x cannot be opened/,
  })
})

t.test('the smoke query covers vectors too', async (t) => {
  const { host } = await startOllama(t)
  const folder = t.testdir({ docs: documents })
  await makeTable(join(folder, 'docs'), join(folder, 'table'), { OLLAMA_HOST: host })
  t.equal((await openTable(join(folder, 'table'))).manifest.embedding?.dimension, 32)
})

t.test('checksums are CRC-32', async (t) => {
  const folder = t.testdir({ a: '123456789' })
  t.equal(await checksumFile(join(folder, 'a')), 0xcbf43926)
})

t.test('the command that renews a table repeats the settings it was made with, quoted for a shell', async (t) => {
  const { manifest } = await makeTable(t.testdir({ 'a.md': 'A pod.' }), join(t.testdirName, 'table'))
  t.equal(toIngestCommand({ ...manifest, folder: 'docs' }), 'npm run ingest -- docs')
  const made = {
    ...manifest,
    folder: "Ann's papers",
    selection: { include: ['guides/**'], exclude: ['drafts/**', 'old.md'] },
    maxTokens: 128,
    language: 'German',
  }
  t.equal(
    toIngestCommand(made),
    `npm run ingest -- 'Ann'\\''s papers' --include 'guides/**' --exclude 'drafts/**' --exclude old.md --max-tokens 128 --language German`,
  )
})
