import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { corpora, readCorpora } from '../../eval/corpora.ts'
import { readQuestions } from '../../eval/evaluate.ts'
import { failure } from '../ollama.ts'

t.test('each corpus has questions on its own pages, and each key stands in one of them', async (t) => {
  const plain = (text: string): string =>
    text
      .replace(/[*_`#>|\\]/g, '')
      .replace(/\s+/g, ' ')
      .toLowerCase()
  for (const corpus of corpora) {
    const documents = corpus.write === undefined ? corpus.documents : join(t.testdir(), corpus.name)
    await corpus.write?.(documents)
    const questions = await readQuestions(corpus.questions)
    t.equal(new Set(questions.map(({ id }) => id)).size, questions.length, `${corpus.name} has no id twice`)
    for (const { id, relevant, key, kind } of questions) {
      const pages = relevant.map((page) => join(documents, page))
      for (const page of pages) t.ok(existsSync(page), `${corpus.name} ${id} ${page}`)
      const texts = pages.map((page) => plain(readFileSync(page, 'utf8')))
      for (const phrase of key)
        t.ok(
          texts.some((text) => text.includes(plain(phrase))),
          `${corpus.name} ${id} ${phrase}`,
        )
      t.equal(kind === 'unanswerable', relevant.length === 0, `${corpus.name} ${id}`)
    }
  }
})

t.test('a list names further corpora, with paths relative to it', async (t) => {
  const folder = t.testdir({
    'list.json': JSON.stringify([
      { name: 'notes', questions: 'notes.jsonl', documents: '../notes' },
      { name: 'notizen', questions: '/notizen.jsonl', documents: 'notizen', language: 'German' },
    ]),
    'broken.json': '{"name": "notes"}',
    'welsh.json': '[{"name": "notes", "questions": "a", "documents": "b", "language": "Welsh"}]',
  })
  t.match(await readCorpora(join(folder, 'list.json')), [
    {
      questions: join(folder, 'notes.jsonl'),
      documents: join(folder, '../notes'),
      language: 'English',
      speech: 'English',
    },
    { questions: '/notizen.jsonl', documents: join(folder, 'notizen'), language: 'German', speech: 'German' },
  ])
  t.match(await failure(readCorpora(join(folder, 'broken.json'))), { message: /broken\.json is not a list of corpora/ })
  t.match(await failure(readCorpora(join(folder, 'welsh.json'))), { message: /--language is "Welsh"/ })
  t.match(await failure(readCorpora(join(folder, 'nowhere.json'))), { message: /There is no file/ })
})
