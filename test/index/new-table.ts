import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, type Table } from '@lancedb/lancedb'
import t, { type Test } from 'tap'
import type { Manifest } from '../../function/table/manifest.ts'
import { connectStore, openTable } from '../../function/table/open.ts'
import { findManifest } from '../../index/ingest.ts'
import { buildIndexes, isDiskFull, newName, toSchema, verify } from '../../index/new-table.ts'
import { embedding, failure, startOllama } from '../ollama.ts'
import { makeTable, nowhere, root, run } from '../running.ts'

const documents = { 'pods.md': '# Pods\n\nA pod is a group of containers.' }
const chunkTables = (table: string): string[] => readdirSync(table).filter((name) => name.startsWith('chunks-'))
const deadPid = (): number => spawnSync('true').pid

t.test('what a killed ingest left goes with the next; what another process still writes stays', async (t) => {
  const folder = t.testdir({ docs: documents, table: {} })
  const table = join(folder, 'table')
  const store = await connectStore(table)
  const now = Date.now().toString(36)
  const dayBefore = (Date.now() - 90_000_000).toString(36)
  const left = [`chunks-${now}-${deadPid()}`, `chunks-${dayBefore}-1`]
  const inProgress = [`chunks-${now}-1`, newName()]
  for (const name of [...left, ...inProgress]) await store.createEmptyTable(name, toSchema(undefined))
  const { manifest } = await makeTable(join(folder, 'docs'), table)
  t.strictSame(chunkTables(table), [...inProgress, manifest.chunksTable].map((name) => `${name}.lance`).sort())
})

/** Runs an ingest, and kills it as soon as the files of its store are as they are waited for. */
async function killed(t: Test, docs: string, tableUri: string, come: (files: string[]) => boolean): Promise<void> {
  const environment = { OLLAMA_HOST: nowhere, EMBEDDING_MODEL: 'none', TABLE_URI: tableUri }
  const running = run(t, ['index/cli.ts', docs], environment)
  const files = (): string[] =>
    existsSync(tableUri) ? readdirSync(tableUri, { recursive: true, encoding: 'utf8' }) : []
  const looking = setInterval(() => {
    try {
      if (come(files())) running.child.kill('SIGKILL')
    } catch {
      // A file that goes while it is listed.
    }
  }, 1)
  t.equal(await running.exited, null)
  clearInterval(looking)
}

const moments = {
  'its store': (files: string[]) => files.length > 0,
  'its first chunks': (files: string[]) => files.some((name) => /^chunks-.*\/data\/./.test(name)),
  'its last index': (files: string[]) => files.filter((name) => /^chunks-.*\/_indices\/[^/]+$/.test(name)).length > 1,
}

t.test('a first ingest may be killed at any moment: there is no table then, and the next makes one', async (t) => {
  const folder = t.testdir({ docs: documents })
  const docs = join(folder, 'docs')
  for (const [moment, come] of Object.entries(moments)) {
    const tableUri = join(folder, moment)
    await killed(t, docs, tableUri, come)
    t.equal(await findManifest(tableUri), undefined)
    const { manifest } = await makeTable(docs, tableUri)
    t.strictSame(chunkTables(tableUri), [`${manifest.chunksTable}.lance`], 'and nothing is left')
  }
})

t.test('ingests that are killed one after the other leave the table as it was, and do not pile up', async (t) => {
  const folder = t.testdir({ docs: documents })
  const docs = join(folder, 'docs')
  const tableUri = join(folder, 'table')
  await makeTable(docs, tableUri)
  const { manifest } = await makeTable(docs, tableUri)
  const before = chunkTables(tableUri)
  t.equal(before.length, 2, 'the one in use, and the one before, which may still be served')
  for (const come of Object.values(moments)) {
    const isNew = (name: string): boolean => name.startsWith('chunks-') && !before.some((old) => name.startsWith(old))
    await killed(t, docs, tableUri, (files) => come(files.filter(isNew)))
    t.ok(chunkTables(tableUri).length <= 3)
    t.equal((await openTable(tableUri)).manifest.chunksTable, manifest.chunksTable)
  }
  const next = await makeTable(docs, tableUri)
  t.strictSame(chunkTables(tableUri), [...before, `${next.manifest.chunksTable}.lance`].sort())
})

t.test('what a process of the same number left, in a container that starts again, goes with the next', async (t) => {
  const folder = t.testdir({ docs: documents, table: {} })
  const table = join(folder, 'table')
  const before = Math.floor(performance.timeOrigin) - 1_000
  const name = `chunks-${before.toString(36)}-${process.pid}-abcdef`
  await (await connectStore(table)).createEmptyTable(name, toSchema(undefined))
  const { manifest } = await makeTable(join(folder, 'docs'), table)
  t.strictSame(chunkTables(table), [`${manifest.chunksTable}.lance`])
})

t.test(
  'what another container writes stays as long as it is heard of, though its process has our number',
  async (t) => {
    const folder = t.testdir({ docs: documents, table: {} })
    const table = join(folder, 'table')
    const before = Math.floor(performance.timeOrigin) - 1_000
    const names = [process.pid, deadPid()].map((pid) => `chunks-${before.toString(36)}-${pid}-abcdef`)
    const marks = names.map((name) => join(table, `writing-${name}`))
    for (const name of names) await (await connectStore(table)).createEmptyTable(name, toSchema(undefined))
    for (const mark of marks) writeFileSync(mark, 'in another container')
    const first = await makeTable(join(folder, 'docs'), table)
    t.strictSame(chunkTables(table), [...names, first.manifest.chunksTable].map((name) => `${name}.lance`).sort())
    for (const mark of marks) utimesSync(mark, 0, 0)
    const { manifest } = await makeTable(join(folder, 'docs'), table)
    t.strictSame(
      chunkTables(table),
      [first.manifest.chunksTable, manifest.chunksTable].map((name) => `${name}.lance`).sort(),
    )
    t.notOk(
      readdirSync(table).some((name) => name.startsWith('writing-')),
      'and no mark of it, nor of ours',
    )
  },
)

t.test('two ingests at once both end, and the table is that of the last', async (t) => {
  const folder = t.testdir({ one: documents, two: { ...documents, 'nodes.md': '# Nodes\n\nA node is a machine.' } })
  const table = join(folder, 'table')
  await makeTable(join(folder, 'one'), table)
  const both = await Promise.all([makeTable(join(folder, 'one'), table), makeTable(join(folder, 'two'), table)])
  const { chunks, manifest } = await openTable(table)
  t.ok(both.some((report) => report.manifest.version === manifest.version))
  t.equal(await chunks.countRows(), manifest.chunks)
})

t.test('a table that is not whole is not swapped in', async (t) => {
  const store = await connect(t.testdir())
  const empty = await store.createEmptyTable('chunks', toSchema(undefined))
  const row = { id: 'a#0', source: 'a', title: 'a', heading: '', position: 0, text: 'a pod', page: null }
  const add = (table: Table): Promise<unknown> => table.add([{ ...row, headings: '', words: 'pod', hash: '' }])
  const wanted = (chunks: number): Manifest => ({ chunks, embedding: null }) as Manifest
  t.match(await failure(verify(empty, wanted(1))), { message: /has 0 rows instead of 1/ })
  await add(empty)
  await buildIndexes(empty, null)
  await verify(empty, wanted(1))
  await add(empty)
  t.match(await failure(verify(empty, wanted(2))), { message: /is not complete/ })
})

t.test('a full disk is known by what the system calls it', async (t) => {
  t.ok(isDiskFull(new Error('lance error: IO error: No space left on device (os error 28)')))
  t.ok(isDiskFull(new Error('Disk quota exceeded')))
  t.notOk(isDiskFull(new Error('Not found')))
})

t.test('a disk that fills leaves the old table whole, and is named', async (t) => {
  const text = (index: number): string =>
    `# ${index}\n\n${Array.from({ length: 300 }, (_, word) => `w${index}x${word}`).join(' ')}`
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`${index}.md`, text(index)]))
  const folder = t.testdir({ docs: documents, many, disk: {} })
  // A disk of 400 kB that only this process sees, and that goes with it.
  const script = `
    mount -t tmpfs -o size=400k tmpfs ${folder}/disk || exit 99
    export EMBEDDING_MODEL=none TABLE_URI=${folder}/disk/table
    ${process.execPath} index/cli.ts ${folder}/docs && ${process.execPath} index/cli.ts ${folder}/many
    echo "exit $?"
    ls ${folder}/disk/table`
  const { status, stdout, stderr } = spawnSync('unshare', ['-rm', 'sh', '-c', script], { cwd: root, encoding: 'utf8' })
  if (status === null || status === 99 || /unshare/.test(stderr)) {
    t.comment('no file system may be mounted here')
    return
  }
  t.match(stderr, /The disk that holds .*table is full; no new table was made\. Make room/)
  t.match(stdout, /chunks {5}1\n[\s\S]*exit 1\nchunks-\S+\.lance\nmanifest\.lance\n/)
})

t.test('enough chunks with embeddings get a vector index, and the manifest says how to search it', async (t) => {
  const { host } = await startOllama(t, { embed: embedding({ dimension: 8 }) })
  const lines = Array.from({ length: 5_000 }, (_, index) => `## Part ${index}\n\nText ${index}.`)
  const folder = t.testdir({ docs: { 'a.md': lines.join('\n\n') } })
  const table = join(folder, 'table')
  const { manifest } = await makeTable(join(folder, 'docs'), table, { OLLAMA_HOST: host })
  t.match(manifest.vectorIndex, { kind: 'IVF_FLAT', nprobes: 20, refineFactor: null })
  const { chunks } = await openTable(table)
  t.ok((await chunks.listIndices()).some(({ columns }) => columns.includes('vector')))
})
