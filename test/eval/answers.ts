import t from 'tap'
import { type AnswerOutcome, answersFallenBelow, spread, toAnswerFigures, toAnswerTable } from '../../eval/answers.ts'
import type { Answer } from '../../function/contract/replies.ts'

const answer = (about: Partial<Answer>): Answer => ({
  answer: 'Pods run [1]. They end.',
  answered: true,
  sources: [
    { number: 1, source: 'pods.md', title: '', heading: '', text: 'Pods run.', score: 1, cited: true },
    { number: 2, source: 'nodes.md', title: '', heading: '', text: 'Nodes.', score: 1, cited: false },
  ],
  citations: [
    { number: 1, start: 0, end: 8, marker: { start: 8, end: 12 }, quote: 'Pods run.', heading: '', support: 1 },
  ],
  unsupported: [{ start: 14, end: 22 }],
  generator: 'ollama',
  model: 'm',
  index: { version: 'v', documents: 1, chunks: 1, retrieval: 'full-text', embeddingModel: null },
  timings: { retrieveMs: 1, generateMs: 1, totalMs: 2 },
  ...about,
})
const outcome = (
  given: Answer | undefined,
  relevant: string[] = ['pods.md'],
  more: Partial<AnswerOutcome> = {},
): AnswerOutcome => ({
  question: {
    id: 'q',
    question: 'What?',
    history: [],
    relevant,
    key: relevant.length === 0 ? [] : ['pods run'],
    kind: relevant.length === 0 ? 'unanswerable' : 'keyword',
  },
  answer: given,
  error: given === undefined ? 'gone' : undefined,
  promptTokens: 800,
  firstTokenMs: 1000,
  totalMs: 2000,
  ...more,
})

t.test('answers become figures', async (t) => {
  const figures = toAnswerFigures([
    outcome(answer({})),
    outcome(
      answer({ citations: [], unsupported: [{ start: 0, end: 4 }], notice: 'none', answer: 'No.' }),
      ['pods.md'],
      { promptTokens: 900 },
    ),
    outcome(
      answer({
        citations: [
          { number: 2, start: 0, end: 8, marker: { start: 8, end: 12 }, quote: 'Nodes.', heading: '', support: 1 },
        ],
        unsupported: [],
      }),
    ),
    outcome(answer({ answered: false, citations: [], unsupported: [] }), []),
    outcome(answer({}), []),
    outcome(undefined),
  ])
  t.match(figures, { questions: 6, failed: 1, notices: 1, promptTokens: 800, firstTokenMs: 1000, totalMs: 2000 })
  const expected = { cited: 2 / 3, supported: 0.5, page: 0.5, key: 2 / 3, answered: 1, refused: 0.5 }
  for (const [name, value] of Object.entries(expected)) {
    t.ok(Math.abs((Object.entries(figures).find(([known]) => known === name)?.[1]?.value ?? -1) - value) < 0.001, name)
  }
})

t.test('without answers there are no figures, and the table says so', async (t) => {
  const figures = toAnswerFigures([])
  t.match(figures, { questions: 0, cited: undefined, promptTokens: undefined })
  const table = toAnswerTable('documents', { quoted: figures, m: toAnswerFigures([outcome(answer({}))]) })
  t.match(table, /^documents +questions +cited/)
  t.match(table, /\nm +1 +1\.00/)
  t.match(table, /800 +1\.0 +2\.0/)
})

t.test('a minimum is held against what was written', async (t) => {
  const figures = toAnswerFigures([outcome(answer({}))])
  t.strictSame(answersFallenBelow('c', figures, [{ measure: 'cited', least: 0.9 }]), [])
  t.match(answersFallenBelow('c', figures, [{ measure: 'supported', least: 0.9 }]), [
    'c: supported is 0.500, below 0.9.',
  ])
  t.match(answersFallenBelow('c', figures, [{ measure: 'refused', least: 0.9 }]), [/no answer counts/])
})

t.test('few questions of many are spread over the whole list', async (t) => {
  t.strictSame(spread([1, 2, 3, 4, 5, 6], 3), [1, 3, 5])
  t.strictSame(spread([1, 2], 3), [1, 2])
  t.strictSame(spread([1, 2], undefined), [1, 2])
})
