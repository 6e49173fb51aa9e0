import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readConfig } from '../../../function/config.ts'
import { createBuiltIn } from '../../../function/embedding/built-in.ts'
import { createEmbedder } from '../../../function/embedding/embed.ts'
import { CallerGoneError } from '../../../function/errors.ts'
import { createRetrieve, type Retrieve } from '../../../function/retrieval/retrieve.ts'
import { openTable } from '../../../function/table/open.ts'
import { embedding, failing, failure, startOllama } from '../../ollama.ts'
import { makeTable } from '../../running.ts'

const never = new AbortController().signal
const documents = {
  'pods.md': '# Pods\n\nA pod is a group of containers that share an address.',
  'nodes.md': '# Nodes\n\nA node is a machine on which the kubelet runs.',
  'scaling.md': '# Scaling\n\nThe annotation `autoscaling.knative.dev/min-scale` sets the fewest pods.',
  'copy.md': '# Pods\n\nA pod is a group of containers that share an address!',
  'error.md': '# Errors\n\nThe code E123-XYZ means that the disk is full.',
}

const fullText = async (t: Test): Promise<Retrieve> => {
  const table = join(t.testdir({ docs: documents }), 'table')
  await makeTable(join(t.testdirName, 'docs'), table)
  return createRetrieve(await openTable(table), null)
}

t.test('full-text search finds words, stems of words, flags and codes, whole and in parts', async (t) => {
  const retrieve = await fullText(t)
  const cases = [
    ['What is a node?', 'nodes.md'],
    ['machines', 'nodes.md'],
    ['autoscaling.knative.dev/min-scale', 'scaling.md'],
    ['--min-scale', 'scaling.md'],
    ['E123-XYZ', 'error.md'],
    ['disk full', 'error.md'],
  ] as const
  for (const [question, source] of cases) {
    const { passages, notice } = await retrieve(question, 5, never)
    t.equal(passages[0]?.source, source, question)
    t.ok((passages[0]?.bm25 ?? 0) > 0)
    t.equal(passages[0]?.similarity, null)
    t.equal(notice, undefined)
  }
})

t.test('a chunk that repeats a better one is left out', async (t) => {
  const { passages } = await (await fullText(t))('group of containers', 5, never)
  t.equal(passages.filter(({ title }) => title === 'Pods').length, 1)
})

t.test('no more than topK come back, best first', async (t) => {
  const { passages } = await (await fullText(t))('pod node annotation code', 2, never)
  t.equal(passages.length, 2)
  t.ok((passages[0]?.score ?? 0) >= (passages[1]?.score ?? 0))
})

t.test('whatever is asked, search goes on', async (t) => {
  const retrieve = await fullText(t)
  for (const question of [
    'AND OR NOT (',
    '"unclosed',
    'a:b^2~',
    '\\',
    '*',
    'pod'.repeat(600),
    'مرحبا بالعالم',
    '🦄',
    'x '.repeat(900),
    "'; DROP TABLE chunks; --",
  ]) {
    t.ok(Array.isArray((await retrieve(question, 5, never)).passages), question.slice(0, 20))
  }
  t.match(await retrieve('🦄', 5, never), { passages: [], refusal: String, evidence: { similarity: null } })
})

t.test('with embeddings, both searches speak, and their own scores are kept', async (t) => {
  const ollama = await startOllama(t)
  const table = join(t.testdir({ docs: documents }), 'table')
  await makeTable(join(t.testdirName, 'docs'), table, { OLLAMA_HOST: ollama.host })
  const opened = await openTable(table)
  const retrieve = createRetrieve(
    opened,
    createEmbedder(readConfig({ OLLAMA_HOST: ollama.host }), { model: 'all-minilm' }).embed,
  )
  const { passages, notice } = await retrieve('kubelet machine', 5, never)
  t.equal(passages[0]?.source, 'nodes.md')
  t.ok((passages[0]?.bm25 ?? 0) > 0)
  t.ok((passages[0]?.similarity ?? 0) > 0 && (passages[0]?.similarity ?? 0) <= 1)
  t.ok((passages[0]?.score ?? 0) > 0 && (passages[0]?.score ?? 0) <= 1)
  t.equal(notice, undefined)

  const embedded: string[] = []
  const listen = async (texts: readonly string[]): Promise<number[][]> => {
    embedded.push(...texts)
    throw new Error('no vector')
  }
  await createRetrieve(opened, listen)('I work at Siemens. What is a node? Thanks, Anna', 5, never, 'And before?')
  t.strictSame(embedded, ['And before?\nWhat is a node?'], 'without what is said around it')

  const broken = await startOllama(t, { embed: failing(500, 'died') })
  const alone = await createRetrieve(
    opened,
    createEmbedder(readConfig({ OLLAMA_HOST: broken.host }), { model: 'all-minilm' }).embed,
  )('kubelet machine', 5, never)
  t.equal(alone.passages[0]?.source, 'nodes.md')
  t.match(alone.notice, /Searched by words alone: the question could not be embedded/)

  const fileless = createBuiltIn({ path: join(t.testdirName, 'none') })
  const unread = await createRetrieve(opened, fileless.embed)('kubelet machine', 5, never)
  t.equal(unread.passages[0]?.source, 'nodes.md')
  t.match(unread.notice, /Searched by words alone:.*The built-in model's file all-MiniLM-L6-v2\.bin is missing/)

  const other = await startOllama(t, { embed: embedding({ dimension: 8 }) })
  const unfit = await createRetrieve(
    opened,
    createEmbedder(readConfig({ OLLAMA_HOST: other.host }), { model: 'all-minilm' }).embed,
  )('kubelet', 5, never)
  t.equal(unfit.passages[0]?.source, 'nodes.md')
  t.match(
    unfit.notice,
    /Searched by words alone: the table could not be searched by meaning.*npm run ingest -- FOLDER$/,
    'and not where the documents are',
  )

  const gone = AbortSignal.abort(new CallerGoneError('gone'))
  t.match(await failure(retrieve('kubelet', 5, gone)), { name: 'CallerGoneError' })
})

t.test(
  'a question in a script that the built-in model cannot read is searched by words alone, which is nothing to tell',
  async (t) => {
    const folder = t.testdir({ docs: { 'pods.md': '# ポッド\n\nポッドはコンテナの集まりです。' } })
    await makeTable(join(folder, 'docs'), join(folder, 'table'), { EMBEDDING_MODEL: 'built-in' })
    const unasked = async (): Promise<number[][]> => {
      throw new Error('asked for a vector')
    }
    const retrieve = createRetrieve(await openTable(join(folder, 'table')), unasked)
    const { passages, notice } = await retrieve('コンテナの集まり', 5, never)
    t.equal(passages[0]?.source, 'pods.md')
    t.equal(notice, undefined)
    t.match((await retrieve('What is a container?', 5, never)).notice, 'Searched by words alone')
  },
)

t.test('a question that says little alone is found by those before it', async (t) => {
  const retrieve = await fullText(t)
  const first = async (question: string, context: string): Promise<string | undefined> =>
    (await retrieve(question, 5, never, context)).passages[0]?.source
  t.equal(await first('And what runs on it?', 'What is a node?'), 'nodes.md')
  t.equal(await first('And that?', 'What is a node?'), 'nodes.md', 'even where it says nothing alone')
  t.equal(
    await first('What does E123-XYZ mean?', 'What is a node? What is a pod?'),
    'error.md',
    'its own words count more',
  )
})

t.test('a large table is asked column by column, and the same is found', async (t) => {
  const table = join(t.testdir({ docs: documents }), 'table')
  await makeTable(join(t.testdirName, 'docs'), table)
  const opened = await openTable(table)
  const large = { ...opened, manifest: { ...opened.manifest, chunks: 20_000 } }
  for (const question of [
    'What is a node?',
    'I have a pod. Which annotation sets the fewest pods?',
    'disk full errors',
  ]) {
    const [small, column] = [
      await createRetrieve(opened, null)(question, 5, never),
      await createRetrieve(large, null)(question, 5, never),
    ]
    t.strictSame(
      column.passages.map(({ id }) => id),
      small.passages.map(({ id }) => id),
      question,
    )
    t.ok(Math.abs((column.passages[0]?.bm25 ?? 0) - (small.passages[0]?.bm25 ?? 0)) < 1e-4)
  }
})
