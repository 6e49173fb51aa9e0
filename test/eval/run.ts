import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { runCorpus } from '../../eval/run.ts'
import { readConfig } from '../../function/config.ts'
import { failure } from '../ollama.ts'
import { makeTable, nowhere } from '../running.ts'

const question = { id: 'q1', question: 'What is a pod?', relevant: ['pods.md'], key: ['containers'], kind: 'keyword' }
const progress = { documents: () => undefined, counts: () => undefined, notice: () => undefined, end: () => undefined }

t.test('a corpus is asked as it is and framed, of the table at TABLE_URI', async (t) => {
  const folder = t.testdir({
    docs: { 'pods.md': '# Pods\n\nA pod is a group of containers.' },
    'questions.jsonl': JSON.stringify(question),
  })
  await makeTable(join(folder, 'docs'), join(folder, 'table'))
  const config = readConfig({ OLLAMA_HOST: nowhere, EMBEDDING_MODEL: 'none', TABLE_URI: join(folder, 'table') })
  const corpus = { name: 'pods', questions: join(folder, 'questions.jsonl'), language: 'English', speech: 'English' }
  const settings = { config, modes: undefined, framed: true, progress, signal: new AbortController().signal }

  const runs = await runCorpus(corpus, settings)
  t.match(runs, [{ corpus: 'pods', mode: 'full-text', plain: [{ pageRank: 1, keyFound: true, refused: false }] }])
  t.equal(runs[0]?.framed.length, 4)
  t.match(await runCorpus(corpus, { ...settings, framed: false }), [{ framed: [] }])

  t.match(await failure(runCorpus(corpus, { ...settings, modes: ['hybrid'] })), { message: /no embeddings/ })
  const stopped = new AbortController()
  stopped.abort(new Error('stopped'))
  t.match(await failure(runCorpus(corpus, { ...settings, signal: stopped.signal })), { message: 'stopped' })
})

t.test('documents are written and ingested where the table is missing or out of date, into .eval', async (t) => {
  const folder = t.testdir({ 'questions.jsonl': JSON.stringify(question) })
  const before = process.cwd()
  process.chdir(folder)
  t.teardown(() => process.chdir(before))
  const ingested: number[] = []
  const written = { text: '# Pods\n\nA pod is a group of containers.' }
  const corpus = {
    name: 'pods',
    questions: join(folder, 'questions.jsonl'),
    documents: join(folder, 'docs'),
    language: 'English',
    speech: 'English',
    write: async (docs: string) => {
      mkdirSync(docs, { recursive: true })
      writeFileSync(join(docs, 'pods.md'), written.text)
    },
  }
  const config = readConfig({ OLLAMA_HOST: nowhere, EMBEDDING_MODEL: 'none' })
  const watched = { ...progress, documents: (done: number) => ingested.push(done) }
  const settings = { config, modes: undefined, framed: false, progress: watched, signal: new AbortController().signal }

  t.match(await runCorpus(corpus, settings), [{ plain: [{ pageRank: 1 }] }])
  const first = ingested.length
  t.ok(first > 0)
  await runCorpus(corpus, settings)
  t.equal(ingested.length, first, 'not again')
  written.text = '# Pods\n\nNothing about them.'
  t.match(await runCorpus(corpus, settings), [{ plain: [{ keyFound: false }] }])
  t.ok(ingested.length > first, 'again, since the documents changed')
})

t.test('a page that is not in the table is told of; none there is another table', async (t) => {
  const folder = t.testdir({
    docs: { 'pods.md': '# Pods\n\nA pod is a group of containers.' },
    'some.jsonl': JSON.stringify({ ...question, relevant: ['pods.md', 'nodes.md'] }),
    'none.jsonl': JSON.stringify({ ...question, relevant: ['nodes.md'] }),
  })
  await makeTable(join(folder, 'docs'), join(folder, 'table'))
  const config = readConfig({ OLLAMA_HOST: nowhere, EMBEDDING_MODEL: 'none', TABLE_URI: join(folder, 'table') })
  const settings = { config, modes: undefined, framed: false, progress, signal: new AbortController().signal }
  const corpus = (questions: string): Parameters<typeof runCorpus>[0] => ({
    name: 'pods',
    questions: join(folder, questions),
    language: 'English',
    speech: 'English',
  })
  const said = t.capture(console, 'error')
  await runCorpus(corpus('some.jsonl'), settings)
  t.match(said()[0]?.args[0], 'Not in the table, so never found: nodes.md.')
  t.match(await failure(runCorpus(corpus('none.jsonl'), settings)), { message: /nodes\.md for one/ })
})
