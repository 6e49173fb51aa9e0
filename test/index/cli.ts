import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import t, { type Test } from 'tap'
import { openTable } from '../../function/table/open.ts'
import { findManifest } from '../../index/ingest.ts'
import { embedding, startOllama } from '../ollama.ts'
import { makeTable, nowhere, type Run, root, run } from '../running.ts'

const documents = {
  'pods.md': '# Pods\n\nA pod is a group of containers.',
  'nodes.md': '# Nodes\n\nA node is a machine.',
}

const cli = (t: Parameters<typeof run>[0], args: string[], environment: Record<string, string> = {}): Run =>
  run(t, ['index/cli.ts', ...args], { OLLAMA_HOST: nowhere, EMBEDDING_MODEL: 'none', ...environment })

t.test('a folder becomes a table, and a report says so', async (t) => {
  const folder = t.testdir({ docs: documents })
  const { exited, output } = cli(t, [join(folder, 'docs')], {
    TABLE_URI: join(folder, 'table'),
    EMBEDDING_MODEL: 'built-in',
  })
  t.equal(await exited, 0)
  t.match(
    output(),
    /documents {2}2 in[\s\S]*retrieval {2}hybrid: full-text, and all-MiniLM-L6-v2[\s\S]*version {4}sha256:/,
  )
  t.notMatch(output(), 'full-text only')
  t.match(output(), `Serve it: TABLE_URI=${join(folder, 'table')} npm start`, 'from where it is')
  t.notMatch(output(), 'WARN')
})

t.test('--help explains every option', async (t) => {
  const { exited, output } = cli(t, ['--help'])
  t.equal(await exited, 0)
  for (const option of ['FOLDER', '--max-tokens', '--language', '--if-missing', '--check', '--prune', 'TABLE_URI'])
    t.match(output(), option)
})

t.test('a wrong argument, folder or variable ends with one line that says what to do', async (t) => {
  const folder = t.testdir({ empty: {}, 'a-file': '' })
  const cases: Array<[string[], Record<string, string>, RegExp]> = [
    [['--frobnicate'], {}, /There is no option --frobnicate\.[\s\S]*--help/],
    [[''], {}, /The folder is ""/],
    [['a', 'b'], {}, /One folder at a time: a, b/],
    [['--max-tokens', 'many'], {}, /--max-tokens is "many": it must be a whole number/],
    [[join(folder, 'nowhere')], {}, /There is no folder .*nowhere/],
    [[join(folder, 'empty')], {}, /There are no documents in .*empty/],
    [['documents'], { TABLE_URI: join(folder, 'a-file') }, /The store at .*a-file cannot be opened/],
    [['documents'], { TABLE_URI: join(folder, 'a-file') }, /: not a directory\. TABLE_URI must be a folder/],
    [['documents'], { TABLE_URI: join(folder, 'a-file', 'x') }, /: not a directory\. TABLE_URI must be a folder/],
    [['documents'], { TOP_K: 'x' }, /TOP_K is "x"/],
    [['--language', 'Klingon', 'documents'], {}, /--language is "Klingon": it must be one of Arabic, Danish/],
  ]
  for (const [args, environment, expected] of cases) {
    const { exited, output } = cli(t, args, { TABLE_URI: join(folder, 'table'), ...environment })
    t.equal(await exited, 1, args.join(' '))
    t.match(output(), expected)
    t.notMatch(output(), /\n\s+at /, 'no stack trace')
  }
})

t.test('--if-missing makes a table where there is none, and never replaces one', async (t) => {
  const folder = t.testdir({ docs: documents })
  const docs = join(folder, 'docs')
  const environment = { TABLE_URI: join(folder, 'table') }
  const first = cli(t, [docs, '--if-missing'], environment)
  t.equal(await first.exited, 0)
  t.notMatch(first.output(), 'npm start', 'which is what runs it')
  const before = await findManifest(environment.TABLE_URI)
  t.equal(before?.documents, 2)

  const unchanged = cli(t, ['--if-missing'], environment)
  t.equal(await unchanged.exited, 0)
  t.equal(unchanged.output(), '')

  writeFileSync(join(docs, 'pods.md'), '# Pods\n\nChanged.')
  const changed = cli(t, ['--if-missing'], environment)
  t.equal(await changed.exited, 0)
  t.match(
    changed.output(),
    `The documents in ${relative(root, docs)} have changed since the table was made. Renew it: npm run ingest -- ${relative(root, docs)}`,
  )
  t.strictSame(await findManifest(environment.TABLE_URI), before)
})

t.test('--if-missing makes no table of the sample documents where TABLE_URI names another place', async (t) => {
  const TABLE_URI = join(t.testdir({}), 'tabel')
  const { exited, output } = cli(t, ['--if-missing'], { TABLE_URI })
  t.equal(await exited, 1)
  t.match(
    output(),
    /^There is no table at .*tabel\. Make one: npm run ingest -- FOLDER .*or set TABLE_URI to where it is\.\n$/,
  )
  t.notOk(existsSync(TABLE_URI))
  const here = run(
    t,
    [join(root, 'index/cli.ts'), '--if-missing'],
    { OLLAMA_HOST: nowhere, EMBEDDING_MODEL: 'none' },
    t.testdir({ documents }),
  )
  t.equal(await here.exited, 0, here.output())
  t.equal((await findManifest(join(t.testdirName, 'table')))?.documents, 2)
})

t.test('--if-missing puts no other table in the place of one that is damaged or has lost its manifest', async (t) => {
  const folder = t.testdir({
    docs: documents,
    damaged: { 'manifest.lance': { _versions: { '1.manifest': 'not lance' } } },
  })
  await makeTable(join(folder, 'docs'), join(folder, 'lost'))
  rmSync(join(folder, 'lost', 'manifest.lance'), { recursive: true })
  const cases = [
    ['damaged', /The table at .*damaged is damaged: its manifest cannot be read\. Delete it and ingest again/],
    [
      'lost',
      /The table at .*lost is not whole: it has no manifest\..* Ingest again: npm run ingest -- FOLDER; or delete/,
    ],
  ] as const
  for (const [name, said] of cases) {
    const before = readdirSync(join(folder, name))
    const { exited, output } = cli(t, ['--if-missing'], { TABLE_URI: join(folder, name) })
    t.equal(await exited, 1, name)
    t.match(output(), said)
    t.strictSame(readdirSync(join(folder, name)), before)
  }
})

t.test(
  'where --report cannot be written no table is made; where it fails afterwards, the new table is named',
  async (t) => {
    const folder = t.testdir({ docs: documents })
    const environment = { TABLE_URI: join(folder, 'table') }
    const early = cli(t, [join(folder, 'docs'), '--report', join(folder, 'nowhere', 'r.json')], environment)
    t.equal(await early.exited, 1)
    t.match(early.output(), /^--report .*r\.json cannot be written: there is no folder .*nowhere\.\n$/)
    t.notOk(existsSync(environment.TABLE_URI))
    const late = cli(t, [join(folder, 'docs'), '--report', '/dev/full'], environment)
    t.equal(await late.exited, 1)
    t.match(late.output(), 'The table is new, but --report /dev/full cannot be written: no space left on device.')
    t.notMatch(late.output(), 'as it was before')
    t.equal((await findManifest(environment.TABLE_URI))?.documents, 2)
  },
)

t.test('--check says whether a table may be served, also where it was moved together with its documents', async (t) => {
  const folder = t.testdir({ here: { docs: documents } })
  const at = (place: string, ...args: string[]): Run =>
    run(
      t,
      [join(root, 'index/cli.ts'), ...args],
      { OLLAMA_HOST: nowhere, EMBEDDING_MODEL: 'none' },
      join(folder, place),
    )
  const none = at('here', '--check')
  t.equal(await none.exited, 1)
  t.match(none.output(), 'There is no table at')

  t.equal(await at('here', 'docs').exited, 0)
  renameSync(join(folder, 'here'), join(folder, 'there'))
  const fresh = at('there', '--check')
  t.equal(await fresh.exited, 0, fresh.output())
  t.match(fresh.output(), 'The table is whole, and up to date with docs.')

  writeFileSync(join(folder, 'there', 'docs', 'pods.md'), '# Pods\n\nChanged.')
  const stale = at('there', '--check')
  t.equal(await stale.exited, 1)
  t.match(
    stale.output(),
    'The documents in docs have changed since the table was made. Renew it: npm run ingest -- docs',
  )

  renameSync(join(folder, 'there', 'docs'), join(folder, 'docs'))
  const apart = at('there', '--check')
  t.equal(await apart.exited, 0)
  t.match(apart.output(), 'The table is whole; whether it is up to date cannot be said: docs is not here.')
})

t.test('--check --prune drops the table before, once its ingest is over', async (t) => {
  const folder = t.testdir({ docs: documents })
  const environment = { TABLE_URI: join(folder, 'table'), EMBEDDING_MODEL: 'none' }
  const tables = (): string[] => readdirSync(environment.TABLE_URI).filter((name) => name.startsWith('chunks-'))
  for (const tokens of ['64', '128', '256'])
    t.equal(await cli(t, [join(folder, 'docs'), '--max-tokens', tokens], environment).exited, 0)
  t.equal(tables().length, 2, 'the one in use, and the one before')
  const used = (await openTable(environment.TABLE_URI)).manifest.chunksTable
  t.equal(await cli(t, ['--check', '--prune'], environment).exited, 0)
  t.strictSame(tables(), [`${used}.lance`])
})

/** Runs an ingest that is interrupted once Ollama embeds. */
async function interrupted(t: Test, folder: string, tableUri: string): Promise<Run> {
  let asked = 0
  let interrupt = (): void => undefined
  const ollama = await startOllama(t, {
    embed: (body, response) => {
      asked += 1
      if (asked > 1) return interrupt()
      return embedding()(body, response)
    },
  })
  const running = cli(t, [join(folder, 'docs')], {
    TABLE_URI: tableUri,
    OLLAMA_HOST: ollama.host,
    EMBEDDING_MODEL: 'all-minilm',
  })
  interrupt = () => void running.child.kill('SIGINT')
  t.equal(await running.exited, 130)
  return running
}

t.test('Ctrl-C in a first ingest leaves no table, and says so', async (t) => {
  const folder = t.testdir({ docs: documents })
  const tableUri = join(folder, 'table')
  const running = await interrupted(t, folder, tableUri)
  t.match(running.output(), 'Interrupted: no table was made.')
  t.equal(await findManifest(tableUri), undefined)
})

t.test('Ctrl-C half-way leaves the table as it was', async (t) => {
  const folder = t.testdir({ docs: documents })
  const tableUri = join(folder, 'table')
  const { manifest } = await makeTable(join(folder, 'docs'), tableUri)
  writeFileSync(join(folder, 'docs', 'pods.md'), '# Pods\n\nChanged.')
  const running = await interrupted(t, folder, tableUri)
  t.match(running.output(), 'Interrupted: the table is as it was before.')
  t.equal((await findManifest(tableUri))?.version, manifest.version)
  t.ok(existsSync(join(tableUri, `${manifest.chunksTable}.lance`)))
})

t.test('where a table comes while --if-missing makes one, it is kept', async (t) => {
  const folder = t.testdir({ docs: documents, samples: { 'a.md': '# A\n\nA sample.' } })
  const tableUri = join(folder, 'table')
  const ollama = await startOllama(t, {
    embed: async (body, response) => {
      if (String(body.input) === 'dimension') return embedding()(body, response)
      if (!existsSync(join(tableUri, 'manifest.lance', 'data'))) await makeTable(join(folder, 'docs'), tableUri)
      return embedding()(body, response)
    },
  })
  const { exited, output } = cli(t, [join(folder, 'samples'), '--if-missing'], {
    TABLE_URI: tableUri,
    OLLAMA_HOST: ollama.host,
    EMBEDDING_MODEL: 'all-minilm',
  })
  t.equal(await exited, 1)
  t.match(output(), /^Another ingest made a table at .*table meanwhile; it was kept\.\n$/m)
  t.equal((await openTable(tableUri)).manifest.documents, 2)
})
