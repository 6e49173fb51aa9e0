import { join } from 'node:path'
import t from 'tap'
import { byKind, type EvalQuestion, evaluate, readQuestions, toFigures } from '../../eval/evaluate.ts'
import type { SearchResult } from '../../function/contract.ts'
import { failure } from '../ollama.ts'

const question = (id: string, relevant: string[], key: string[] = [], kind = 'howto'): EvalQuestion => ({
  id,
  question: id,
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
const search = async ({ text }: { readonly text: string }): Promise<SearchResult> => replies[text] ?? found(false)

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
    const outcomes = await evaluate(questions, search, (done) => asked.push(done))
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
      'page@1': 1 / 3,
      'page@5': 2 / 3,
      'page@10': 2 / 3,
      'MRR@10': (1 + 1 / 3) / 3,
      'key@5': 1 / 3,
      refused: 1 / 3,
    })
    t.match(howto, { questions: 2, 'page@1': 0.5 })
    t.match(error, { questions: 1, 'page@1': 0, 'page@5': 1 })
    t.match(unanswerable, { questions: 2, refused: 0.5 })
    t.equal(unanswerable?.['page@5'], undefined)
    t.equal(toFigures([]).p50, 0)
  },
)

t.test('questions are read a line each; a bad line is named', async (t) => {
  const line = JSON.stringify(question('a', ['a.md']))
  const folder = t.testdir({
    'good.jsonl': `\uFEFF${line}\n\n${line}\r\n`,
    'bad.jsonl': `${line}\n{"id": 1}\n`,
    'broken.jsonl': '{',
    'empty.jsonl': '\n',
  })
  t.equal((await readQuestions(join(folder, 'good.jsonl'))).length, 2)
  t.match(await failure(readQuestions(join(folder, 'bad.jsonl'))), { message: /bad\.jsonl, line 2 is not a question/ })
  t.match(await failure(readQuestions(join(folder, 'broken.jsonl'))), { message: /line 1 is not a question/ })
  t.match(await failure(readQuestions(join(folder, 'empty.jsonl'))), { message: /There are no questions/ })
  t.match(await failure(readQuestions(join(folder, 'nowhere.jsonl'))), { message: /There is no file .*nowhere\.jsonl/ })
})
