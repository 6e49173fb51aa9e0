import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import { openSides, type SideSettings, type Sides } from '../../compare/side.ts'
import { readConfig } from '../../function/config.ts'
import { failure, startOllama } from '../ollama.ts'
import { makeTable, nowhere, onePage } from '../running.ts'

const settingsFor = (t: Test, given: Partial<SideSettings> = {}): SideSettings & { readonly notices: string[] } => {
  const temporary = join(t.testdirName, 'temporary')
  rmSync(temporary, { recursive: true, force: true })
  mkdirSync(temporary, { recursive: true })
  const notices: string[] = []
  return {
    language: undefined,
    include: undefined,
    exclude: undefined,
    embeddingModel: null,
    config: readConfig({ OLLAMA_HOST: nowhere, EMBEDDING_MODEL: 'none' }),
    temporary,
    progress: { documents: () => undefined, notice: (text) => notices.push(text) },
    signal: new AbortController().signal,
    notices,
    ...given,
  }
}

t.test('a side is documents, a table by its folder or its file: address, or a repository', async (t) => {
  const folder = t.testdir({ docs: onePage, repository: { docs: { ...onePage } } })
  const table = join(folder, 'table')
  await makeTable(join(folder, 'docs'), table)
  const sides = await openSides(join(folder, 'docs'), pathToFileURL(table).href, settingsFor(t))
  t.match(sides.before, { name: join(folder, 'docs'), kind: 'documents', table: { manifest: { chunks: 1 } } })
  t.match(sides.after, { kind: 'table', uri: table })

  const git = (...args: string[]): unknown => execFileSync('git', ['-C', join(folder, 'repository'), ...args])
  git('init', '--quiet')
  git('add', '.')
  git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--quiet', '-m', 'one')
  const config = join(folder, 'gitconfig')
  writeFileSync(config, `[url "file://${join(folder, 'repository')}"]\n\tinsteadOf = https://example.org/docs.git\n`)
  const { GIT_CONFIG_GLOBAL } = process.env
  process.env.GIT_CONFIG_GLOBAL = config
  t.teardown(() => {
    if (GIT_CONFIG_GLOBAL === undefined) delete process.env.GIT_CONFIG_GLOBAL
    else process.env.GIT_CONFIG_GLOBAL = GIT_CONFIG_GLOBAL
  })
  const cloned = await openSides(table, 'https://example.org/docs.git#:docs', settingsFor(t))
  t.match(cloned.after, { kind: 'repository', table: { manifest: { documents: 1 } } })
})

t.test('documents are ingested as the table on the other side was, unless it is said otherwise', async (t) => {
  const folder = t.testdir({ docs: { 'a.md': '# Häuser\n\nEin Haus.', 'b.md': '# Boote\n\nEin Boot.' } })
  const table = join(folder, 'table')
  const made = { language: 'German', maxTokens: 128, selection: { include: ['a.md'], exclude: [] } }
  await makeTable(join(folder, 'docs'), table, { EMBEDDING_MODEL: 'none' }, made)
  const manifestOf = async (given: Partial<SideSettings>): Promise<Sides['before']['table']['manifest']> =>
    (await openSides(join(folder, 'docs'), table, settingsFor(t, given))).before.table.manifest
  t.match(await manifestOf({ embeddingModel: undefined }), {
    language: 'German',
    maxTokens: 128,
    embedding: null,
    documents: 1,
  })
  t.match(await manifestOf({ language: 'French', include: ['**'], exclude: ['a.md'] }), {
    language: 'French',
    documents: 1,
    selection: { include: ['**'], exclude: ['a.md'] },
  })
})

t.test('what the other side has embedded is not embedded again', async (t) => {
  const ollama = await startOllama(t)
  const folder = t.testdir({ old: onePage, new: { ...onePage, 'nodes.md': '# Nodes\n\nA node is a machine.' } })
  const config = readConfig({ OLLAMA_HOST: ollama.host, EMBEDDING_MODEL: 'all-minilm' })
  await makeTable(join(folder, 'old'), join(folder, 'table'), { OLLAMA_HOST: ollama.host })
  const before = readdirSync(join(folder, 'table')).sort()
  const embedded = (): string[] => ollama.bodies('/api/embed').map((body) => JSON.stringify(body))
  const first = embedded().length
  const sides = await openSides(
    join(folder, 'table'),
    join(folder, 'new'),
    settingsFor(t, { config, embeddingModel: undefined }),
  )
  t.match(sides.after.table.manifest, { embedding: { model: 'all-minilm' }, documents: 2 })
  const again = embedded().slice(first).join('\n')
  t.match(again, /A node is a machine/)
  t.notMatch(again, /group of containers/)
  t.strictSame(readdirSync(join(folder, 'table')).sort(), before, 'the table is as it was')
})

t.test('files that cannot be read are known, with why', async (t) => {
  const folder = t.testdir({ docs: { ...onePage, 'empty.md': '' } })
  const { before } = await openSides(join(folder, 'docs'), join(folder, 'docs'), settingsFor(t))
  t.strictSame([...before.skipped.keys()], ['empty.md'])
})

t.test('what cannot be opened ends with which side it is, and why', async (t) => {
  const folder = t.testdir({ docs: onePage, empty: {}, 'file.md': 'text', torn: { 'chunks-1.lance': {} } })
  const table = join(folder, 'table')
  await makeTable(join(folder, 'docs'), table)
  cpSync(table, join(folder, 'damaged'), { recursive: true })
  const [largest = ''] = readdirSync(join(folder, 'damaged'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.startsWith('chunks-') && /data.*\.lance$/.test(name),
  )
  writeFileSync(join(folder, 'damaged', largest), 'short')
  const cases: Array<[string, string, RegExp]> = [
    [join(folder, 'nowhere'), table, /^OLD: There is no folder .*nowhere\. Name a folder of documents or of a table/],
    [table, '', /^NEW: an empty name/],
    [table, join(folder, 'file.md'), /^NEW: .*file\.md is a file\. Name a folder/],
    [table, join(folder, 'empty'), /^NEW: There are no documents in .*empty: there is no file in it/],
    [join(folder, 'torn'), table, /^OLD: The table at .*torn is damaged: its manifest is not there/],
    [
      join(folder, 'damaged'),
      table,
      /^OLD: The table at .*damaged is damaged\. Delete it[\s\S]*Or name the folder of its documents/,
    ],
    ['file://elsewhere/table', table, /^OLD: file:\/\/elsewhere\/table is no path on this machine/],
    [table, 'nonsense://a/b', /^NEW: The store at nonsense:\/\/a\/b cannot be opened/],
  ]
  for (const [before, after, message] of cases) {
    const error = await failure(openSides(before, after, settingsFor(t)))
    t.match(error, { name: /ConfigError|TableError/, message })
  }
  const stopped = new Error('stopped')
  t.match(
    await failure(openSides(join(folder, 'docs'), table, settingsFor(t, { signal: AbortSignal.abort(stopped) }))),
    stopped,
  )
})

t.test('a table of another format ends with what to do, by the name that it was given', async (t) => {
  const folder = t.testdir({ docs: onePage })
  await makeTable(join(folder, 'docs'), join(folder, 'table'))
  const { connectStore } = await import('../../function/table/open.ts')
  const store = await connectStore(join(folder, 'table'))
  await store.createTable('manifest', [{ json: JSON.stringify({ formatVersion: 1 }), vocabulary: '' }], {
    mode: 'overwrite',
  })
  t.match(await failure(openSides(join(folder, 'table'), join(folder, 'docs'), settingsFor(t))), {
    name: 'TableError',
    message:
      /^OLD: The table at .*table has format 1, and this version of ragfunction reads format 2\. Make it anew: .*\nOr name the folder/,
  })
})
