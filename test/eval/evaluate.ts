import { join } from 'node:path'
import t from 'tap'
import {
  byFrame,
  byKind,
  createAsk,
  type EvalQuestion,
  evaluate,
  readQuestions,
  toFigures,
} from '../../eval/evaluate.ts'
import { readConfig } from '../../function/config.ts'
import type { SearchResult } from '../../function/contract/replies.ts'
import { createRetrieve } from '../../function/retrieval/retrieve.ts'
import { openTable } from '../../function/table/open.ts'
import { failure } from '../ollama.ts'
import { makeTable } from '../running.ts'

const question = (id: string, relevant: string[], key: string[] = [], kind = 'howto'): EvalQuestion => ({
  id,
  question: id,
  history: [],
  relevant,
  key,
  kind,
})
const found = (answered: boolean, ...passages: Array<[source: string, text: string]>): SearchResult => ({
  answered,
  sources: passages.map(([source, text], index) => ({
    number: index + 1,
    source,
    title: '',
    heading: '',
    text,
    score: 1,
    cited: false,
  })),
  index: { version: '', documents: 1, chunks: 1, retrieval: 'full-text', embeddingModel: null },
  timings: { retrieveMs: 1, totalMs: 1 },
})

const replies: Record<string, SearchResult> = {
  first: found(true, ['a.md', 'Set **minScale**\n  to `1`.'], ['b.md', 'x']),
  third: found(true, ['b.md', 'x'], ['b.md', 'y'], ['c.md', 'z'], ['a.md', 'no key']),
  never: found(false, ['b.md', 'x']),
  nothing: found(false),
  wrong: found(true, ['b.md', 'x']),
}
const ask = async (text: string): Promise<SearchResult & { readonly evidence: Record<string, number> }> => ({
  ...(replies[text] ?? found(false)),
  evidence: { share: text.length },
})

t.test(
  'pages are ranked once each, key phrases found whatever the markup, refusals counted on their own',
  async (t) => {
    const questions = [
      question('first', ['a.md'], ['set minscale to 1']),
      question('third', ['a.md', 'z.md'], ['set minScale'], 'error'),
      question('never', ['a.md'], ['x']),
      question('nothing', [], [], 'unanswerable'),
      question('wrong', [], [], 'unanswerable'),
    ]
    const asked: number[] = []
    const outcomes = await evaluate(questions, ask, (done) => asked.push(done))
    t.strictSame(asked, [1, 2, 3, 4, 5])
    t.strictSame(
      outcomes.map(({ pageRank }) => pageRank),
      [1, 3, undefined, undefined, undefined],
    )
    t.strictSame(
      outcomes.map(({ keyFound }) => keyFound),
      [true, false, false, false, false],
    )
    const { overall, unanswerable, howto, error } = byKind(outcomes)
    t.match(overall, {
      questions: 3,
      'page@1': { value: 1 / 3 },
      'page@5': { value: 2 / 3 },
      'page@10': { value: 2 / 3 },
      'MRR@10': { value: (1 + 1 / 3) / 3 },
      'key@5': { value: 1 / 3 },
      refused: { value: 1 / 3 },
    })
    t.match(howto, { questions: 2, 'page@1': { value: 0.5 } })
    t.match(error, { questions: 1, 'page@1': { value: 0 }, 'page@5': { value: 1 } })
    t.match(unanswerable, { questions: 2, refused: { value: 0.5 } })
    t.equal(unanswerable?.['page@5'], undefined)
    t.equal(toFigures([]).p50, 0)
  },
)

t.test('framed, a question is asked in each of its frames and counts once, beside itself as it is', async (t) => {
  const questions = [question('first', ['a.md'], ['set minscale to 1']), question('nothing', [], [], 'unanswerable')]
  const heard: string[] = []
  const impatient = async (text: string): ReturnType<typeof ask> => {
    heard.push(text)
    return await ask(text.includes('ThinkPad') ? 'nothing' : text.includes('first') ? 'first' : 'nothing')
  }
  const plain = await evaluate(questions, impatient, () => undefined)
  const framed = await evaluate(questions, impatient, () => undefined, 'German')
  t.equal(heard.length, 2 + 2 * 4)
  t.ok(heard.slice(2, 6).every((text) => text.includes('first') && text.length > 'first'.length))
  t.equal(toFigures(framed).questions, 2)
  t.match(byFrame(plain, framed), {
    overall: {
      questions: 2,
      wronglyRefused: { value: 0.25 },
      'page@5': { value: -0.25 },
      rightlyRefused: { value: 1 },
    },
    machine: { wronglyRefused: { value: 1 } },
  })
})

t.test('a question that is unclear has a line of its own, and counts nowhere else', async (t) => {
  const questions = [question('nothing', [], [], 'unanswerable'), question('wrong', [], [], 'underspecified')]
  const kinds = byKind(await evaluate(questions, ask, () => undefined))
  t.match(kinds, { unanswerable: { questions: 1 }, underspecified: { questions: 1 } })
})

t.test('what a refusal was decided on comes with each answer', async (t) => {
  const folder = t.testdir({ docs: { 'pods.md': '# Pods\n\nA pod is a group of containers.' } })
  await makeTable(join(folder, 'docs'), join(folder, 'table'))
  const table = await openTable(join(folder, 'table'))
  const { manifest } = table
  const settings = readConfig({})
  const real = createAsk({ retrieve: createRetrieve(table, null), manifest, settings })
  t.match(await real('What is a pod?'), { answered: true, evidence: { similarity: null } })
})

t.test('questions are read a line each; a bad line is named', async (t) => {
  const line = JSON.stringify(question('a', ['a.md']))
  const folder = t.testdir({
    'good.jsonl': `\uFEFF${line}\n\n${line}\r\n`,
    'history.jsonl':
      '{"id": "q", "question": "And now?", "relevant": [], "kind": "x", "history": [{"speaker": "user", "text": "Hi"}, {"role": "assistant", "content": "Hello"}]}',
    'bad.jsonl': `${line}\n{"id": 1}\n`,
    'broken.jsonl': '{',
    'empty.jsonl': '\n',
  })
  t.equal((await readQuestions(join(folder, 'good.jsonl'))).length, 2)
  t.match(await readQuestions(join(folder, 'history.jsonl')), [
    {
      key: [],
      history: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello' },
      ],
    },
  ])
  t.match(await failure(readQuestions(join(folder, 'bad.jsonl'))), { message: /bad\.jsonl, line 2 is not a question/ })
  t.match(await failure(readQuestions(join(folder, 'broken.jsonl'))), { message: /line 1 is not a question/ })
  t.match(await failure(readQuestions(join(folder, 'empty.jsonl'))), { message: /There are no questions/ })
  t.match(await failure(readQuestions(join(folder, 'nowhere.jsonl'))), { message: /There is no file .*nowhere\.jsonl/ })
})
