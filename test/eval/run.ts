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
