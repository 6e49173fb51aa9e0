import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { OllamaError } from '../../function/errors.ts'
import { openTable } from '../../function/table/open.ts'
import { findManifest } from '../../index/ingest.ts'
import { embedding, failing, sendJson, startOllama } from '../ollama.ts'
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

t.test('a model that needs prefixes gets them, and the manifest keeps them for questions', async (t) => {
  const ollama = await startOllama(t, { models: ['nomic-embed-text:latest'] })
  const folder = t.testdir(documents)
  const { manifest } = await makeTable(folder, join(t.testdirName, 'table'), {
    OLLAMA_HOST: ollama.host,
    EMBEDDING_MODEL: 'nomic-embed-text',
  })
  t.match(manifest.embedding, { documentPrefix: 'search_document: ', queryPrefix: 'search_query: ' })
  t.ok(
    ollama
      .bodies('/api/embed')
      .flatMap(({ input }) => input)
      .includes('search_document: Nodes\nA node is a machine.'),
  )
})

t.test(
  'where the model that is to embed is not to be had, the ingest fails, says how to mend it, and leaves the table as it was',
  async (t) => {
    const folder = t.testdir(documents)
    const table = join(t.testdirName, 'table')
    const withModel = await startOllama(t)
    const { manifest } = await makeTable(folder, table, { OLLAMA_HOST: withModel.host })
    const withoutModel = await startOllama(t, { models: ['gemma3:1b'] })
    const cases: Array<[Record<string, string>, RegExp]> = [
      [
        {},
        /^Ollama does not answer\..*OLLAMA_HOST is http:\/\/127\.0\.0\.1:9[\s\S]*all-minilm[\s\S]*EMBEDDING_MODEL=none/,
      ],
      [{ OLLAMA_HOST: withoutModel.host }, /^Ollama has no model all-minilm\. Pull it: ollama pull all-minilm/],
      [
        { OLLAMA_HOST: withModel.host, EMBEDDING_MODEL: 'build-in' },
        /no model build-in[\s\S]*EMBEDDING_MODEL=built-in/,
      ],
    ]
    for (const [environment, message] of cases) {
      await t.rejects(makeTable(folder, table, environment), { name: 'OllamaError', message })
      t.strictSame(await findManifest(table), manifest)
    }
    const none = await makeTable(folder, table, { EMBEDDING_MODEL: 'none' })
    t.equal(none.manifest.embedding, null, 'which somebody asked for')
    t.match(none.notices.join(), /EMBEDDING_MODEL is none\. The table is full-text only/)
  },
)

t.test('chunks that did not change are not embedded again', async (t) => {
  const ollama = await startOllama(t)
  const folder = t.testdir(documents)
  const table = join(t.testdirName, 'table')
  await makeTable(folder, table, { OLLAMA_HOST: ollama.host })
  const before = await rowsOf(table)
  ollama.seen.length = 0
  writeFileSync(join(folder, 'nodes.md'), '# Nodes\n\nA node is a machine, or a virtual one.')
  const { reused } = await makeTable(folder, table, { OLLAMA_HOST: ollama.host })
  t.equal(reused, 3)
  t.strictSame(
    ollama.bodies('/api/embed').map(({ input }) => input),
    [['dimension'], ['Nodes\nA node is a machine, or a virtual one.']],
  )
  const after = await rowsOf(table)
  t.strictSame(after[1], before[1])
})

t.test('a chunk that the model finds too long is halved, and the rest goes on', async (t) => {
  const ollama = await startOllama(t, { embed: embedding({ maxWords: 20 }) })
  const folder = t.testdir({
    ...documents,
    'long.md': `# Long\n\n${Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ')}`,
  })
  const table = join(t.testdirName, 'table')
  const { manifest } = await makeTable(folder, table, { OLLAMA_HOST: ollama.host })
  const rows = await rowsOf(table)
  const long = rows.filter(({ source }) => source === 'long.md')
  t.equal(manifest.chunks, 4 + long.length)
  t.ok(long.length >= 4)
  t.strictSame(
    long.map(({ position }) => position),
    long.map((_, index) => index),
  )
  t.equal(
    long
      .map(({ text }) => text)
      .join(' ')
      .split(' ').length,
    60,
  )
})

t.test('a failure that passes is tried again; one that stays leaves the table as it was', async (t) => {
  let calls = 0
  const flaky = await startOllama(t, {
    embed: (body, response) => {
      calls += 1
      if (calls === 2) return sendJson(response, 500, { error: 'the runner has died' })
      return embedding()(body, response)
    },
  })
  const folder = t.testdir(documents)
  const table = join(t.testdirName, 'table')
  const { manifest } = await makeTable(folder, table, { OLLAMA_HOST: flaky.host })
  t.equal(manifest.chunks, 4)
  const broken = await startOllama(t, { embed: failing(400, '"all-minilm" does not support embeddings') })
  await t.rejects(makeTable(folder, table, { OLLAMA_HOST: broken.host }), OllamaError)
  t.equal((await findManifest(table))?.version, manifest.version)
  await openTable(table)
})

t.test('the context that the model was trained for is asked for at ingest, and kept for questions', async (t) => {
  const ollama = await startOllama(t)
  const table = join(t.testdir({ docs: documents }), 'table')
  const { manifest } = await makeTable(join(t.testdirName, 'docs'), table, { OLLAMA_HOST: ollama.host })
  t.equal(manifest.embedding?.contextTokens, 512)
  for (const body of ollama.bodies('/api/embed')) t.match(body, { options: { num_ctx: 512 } })
  t.equal(ollama.loads.length, 1)
})

t.test('a model that cannot embed ends the ingest at once, and is not asked again', async (t) => {
  const ollama = await startOllama(t)
  const folder = t.testdir(documents)
  const table = join(t.testdirName, 'table')
  const environment = { OLLAMA_HOST: ollama.host, EMBEDDING_MODEL: 'gemma3:1b' }
  await t.rejects(makeTable(folder, table, environment), { message: /^The model gemma3:1b cannot embed/ })
  t.equal(ollama.bodies('/api/embed').length, 1)
})

t.test('an ingest sends few texts at once, so that a question gets in between', async (t) => {
  const ollama = await startOllama(t)
  const pages = Array.from({ length: 40 }, (_, index) => [`p${index}.md`, `# Page ${index}\n\nText of page ${index}.`])
  const folder = t.testdir(Object.fromEntries(pages))
  await makeTable(folder, join(t.testdirName, 'table'), { OLLAMA_HOST: ollama.host })
  const sizes = ollama.bodies('/api/embed').map(({ input }) => [input].flat().length)
  t.equal(Math.max(...sizes), 16)
})

t.test('embeddings of another dimension than the first end the ingest', async (t) => {
  let asked = 0
  const ollama = await startOllama(t, {
    embed: (body, response) => {
      asked += 1
      return embedding({ dimension: asked === 1 ? 16 : 15 })(body, response)
    },
  })
  const folder = t.testdir(documents)
  await t.rejects(makeTable(folder, join(t.testdirName, 'table'), { OLLAMA_HOST: ollama.host }), {
    message: 'The model all-minilm returned embeddings of more than one dimension.',
  })
})

t.test('a model that finds even a title too long ends the ingest, and is not asked for ever', async (t) => {
  const ollama = await startOllama(t, { embed: embedding({ maxWords: 3 }) })
  const folder = t.testdir({ 'a.md': '# One two three four\n\nSome text of the page.' })
  await t.rejects(makeTable(folder, join(t.testdirName, 'table'), { OLLAMA_HOST: ollama.host }), {
    message: /finds even the title and headings of a\.md too long/,
  })
})

t.test('the built-in model embeds without Ollama, and not again what did not change', async (t) => {
  const folder = t.testdir(documents)
  const table = join(t.testdirName, 'table')
  const builtIn = { EMBEDDING_MODEL: 'built-in' }
  const first = await makeTable(folder, table, builtIn)
  t.strictSame(first.notices, [])
  t.match(first.manifest.embedding, { engine: 'built-in', model: 'all-MiniLM-L6-v2', dimension: 384 })
  const before = await rowsOf(table)
  writeFileSync(join(folder, 'nodes.md'), '# Nodes\n\nA node is a machine, or a virtual one.')
  const second = await makeTable(folder, table, builtIn)
  t.equal(second.reused, 3)
  t.strictSame((await rowsOf(table))[1], before[1])
})

t.test("vectors of Ollama's all-minilm and of the built-in model are not mixed", async (t) => {
  const ollama = await startOllama(t, { embed: embedding({ dimension: 384 }) })
  const folder = t.testdir(documents)
  const table = join(t.testdirName, 'table')
  const { manifest } = await makeTable(folder, table, { OLLAMA_HOST: ollama.host })
  t.match(manifest.embedding, { engine: 'ollama', model: 'all-minilm', dimension: 384 })
  const { reused } = await makeTable(folder, table, { EMBEDDING_MODEL: 'built-in' })
  t.equal(reused, 0)
})

t.test('chunks longer than the built-in model reads are refused before anything is embedded', async (t) => {
  const folder = t.testdir(documents)
  const wanted = makeTable(folder, join(t.testdirName, 'table'), { EMBEDDING_MODEL: 'built-in' }, { maxTokens: 512 })
  await t.rejects(wanted, { name: 'ConfigError', message: /--max-tokens is 512.*reads 256 tokens/ })
})

t.test('an interrupted ingest stops its threads and leaves the table as it was', async (t) => {
  const folder = t.testdir({ 'long.md': `# Long\n\n${'Pods run containers on nodes. '.repeat(4_000)}` })
  const table = join(t.testdirName, 'table')
  const settings = { signal: AbortSignal.timeout(1_000) }
  await t.rejects(makeTable(folder, table, { EMBEDDING_MODEL: 'built-in' }, settings))
  t.equal(await findManifest(table), undefined)
})

t.test('the operator hears what the built-in model is not made for, and what is', async (t) => {
  const builtIn = { EMBEDDING_MODEL: 'built-in' }
  const german = t.testdir({ 'pods.md': '# Pods\n\nEin Pod ist eine Gruppe von Containern.' })
  const { manifest, notices } = await makeTable(german, join(t.testdirName, 'table'), builtIn, { language: 'German' })
  t.match(notices.join(), /learned from English; in German it finds less by meaning\..*EMBEDDING_MODEL=bge-m3/)
  t.match(manifest.embedding, { engine: 'built-in' })
  const japanese = t.testdir({ 'pods.md': '# ポッド\n\nポッドはコンテナの集まりです。' })
  const other = await makeTable(japanese, join(t.testdirName, 'table'), builtIn)
  t.match(other.notices.join(), /a script that the built-in model cannot read.*by words alone.*EMBEDDING_MODEL=bge-m3/)
})
