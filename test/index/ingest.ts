import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ConfigError } from '../../function/errors.ts'
import { openTable } from '../../function/table/open.ts'
import { findManifest, isStale } from '../../index/ingest.ts'
import { startOllama } from '../ollama.ts'
import { makeTable } from '../running.ts'

const documents = {
  'pods.md': '# Pods\n\nA pod is a group of containers.\n\n## Life\n\nPods come and go.',
  'nodes.md': '# Nodes\n\nA node is a machine.',
  sub: { 'notes.txt': 'Plain notes about services.' },
}

const rowsOf = async (tableUri: string): Promise<Array<Record<string, unknown>>> => {
  const { chunks } = await openTable(tableUri)
  return await chunks.query().toArray()
}

t.test('documents become rows: id, source, title, heading, position, text, hash', async (t) => {
  const folder = t.testdir(documents)
  const table = join(t.testdirName, 'table')
  const { manifest, skipped } = await makeTable(folder, table)
  const rows = (await rowsOf(table)).map(({ id, source, title, heading, position, text }) => ({
    id,
    source,
    title,
    heading,
    position,
    text,
  }))
  t.strictSame(rows, [
    { id: 'nodes.md#0', source: 'nodes.md', title: 'Nodes', heading: '', position: 0, text: 'A node is a machine.' },
    {
      id: 'pods.md#0',
      source: 'pods.md',
      title: 'Pods',
      heading: '',
      position: 0,
      text: 'A pod is a group of containers.',
    },
    { id: 'pods.md#1', source: 'pods.md', title: 'Pods', heading: 'Life', position: 1, text: 'Pods come and go.' },
    {
      id: 'sub/notes.txt#0',
      source: 'sub/notes.txt',
      title: 'Notes',
      heading: '',
      position: 0,
      text: 'Plain notes about services.',
    },
  ])
  t.match(manifest, { documents: 3, chunks: 4, embedding: null, folder })
  t.strictSame(skipped, [])
})

t.test('with an embedding model every chunk has its vector, of title, headings and text', async (t) => {
  const ollama = await startOllama(t)
  const folder = t.testdir(documents)
  const table = join(t.testdirName, 'table')
  const { manifest } = await makeTable(folder, table, { OLLAMA_HOST: ollama.host })
  t.match(manifest.embedding, { model: 'all-minilm', dimension: 32, documentPrefix: '', queryPrefix: '' })
  t.strictSame(
    (await rowsOf(table)).map(({ vector }) => [...(vector as Iterable<number>)].length),
    [32, 32, 32, 32],
  )
  const inputs = ollama.bodies('/api/embed').flatMap(({ input }) => input)
  t.ok(inputs.includes('Pods > Life\nPods come and go.'))
  t.ok(ollama.bodies('/api/embed').every(({ truncate }) => truncate === false))
})

t.test('the same documents and settings give the same version; a change of either gives another', async (t) => {
  const folder = t.testdir(documents)
  const table = join(t.testdirName, 'table')
  const first = await makeTable(folder, table)
  const again = await makeTable(folder, join(t.testdirName, 'other'))
  t.equal(again.manifest.version, first.manifest.version)
  t.match(first.manifest.version, /^sha256:[0-9a-f]{64}$/)
  t.not((await makeTable(folder, table, undefined, { maxTokens: 64 })).manifest.version, first.manifest.version)
  t.equal(await isStale(first.manifest), false)
  writeFileSync(join(folder, 'pods.md'), '# Pods\n\nChanged.')
  t.equal(await isStale(first.manifest), true)
  t.not((await makeTable(folder, table)).manifest.version, first.manifest.version)
  rmSync(folder, { recursive: true })
  t.equal(await isStale(first.manifest), undefined)
})

t.test('an ingest that is interrupted leaves the table as it was, and nothing beside it', async (t) => {
  const folder = t.testdir(documents)
  const table = join(t.testdirName, 'table')
  const { manifest } = await makeTable(folder, table)
  const files = readdirSync(table)
  const interrupt = new AbortController()
  const onDocuments = (): void => interrupt.abort(new Error('interrupted'))
  await t.rejects(
    makeTable(folder, table, { EMBEDDING_MODEL: 'none' }, { maxTokens: 64, signal: interrupt.signal, onDocuments }),
    { message: 'interrupted' },
  )
  t.strictSame(readdirSync(table), files)
  t.equal((await openTable(table)).manifest.version, manifest.version)
})

t.test('a table that is replaced is still served by whoever opened it', async (t) => {
  const folder = t.testdir(documents)
  const table = join(t.testdirName, 'table')
  await makeTable(folder, table)
  const { chunks } = await openTable(table)
  await makeTable(folder, table, undefined, { maxTokens: 64 })
  t.equal((await chunks.query().select(['text']).toArray()).length, await chunks.countRows())
})

t.test('documents without any text are an error that names them', async (t) => {
  const folder = t.testdir({ 'a.md': ' ', 'b.md': '# Only a heading' })
  await t.rejects(
    makeTable(folder, join(t.testdirName, 'table')),
    new ConfigError(
      `None of the 2 documents in ${folder} has text in it:\n  a.md: no text in it\n  b.md: no text in it`,
    ),
  )
})

t.test('where nothing was ingested there is no manifest', async (t) => {
  t.equal(await findManifest(join(t.testdir(), 'table')), undefined)
  t.equal(await findManifest(t.testdir({ empty: {} })), undefined)
})

t.test('the examples file is no document; its questions stand in the manifest', async (t) => {
  const folder = t.testdir({ ...documents, 'example-questions.txt': 'What is a pod?\n' })
  const { manifest } = await makeTable(folder, join(t.testdirName, 'table'))
  t.match(manifest, { documents: 3, examples: ['What is a pod?'] })
})
