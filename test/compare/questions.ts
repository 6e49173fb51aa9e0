import { join } from 'node:path'
import t from 'tap'
import { comparePages, type Page } from '../../compare/pages.ts'
import { makeQuestions, type QuestionSet, readAsked } from '../../compare/questions.ts'
import { failure } from '../ollama.ts'

t.test('a file has JSON lines as the evaluation has them, or one question a line', async (t) => {
  const folder = t.testdir({
    'eval.jsonl': `\uFEFF${JSON.stringify({ id: 'q1', question: 'What is a pod?', relevant: ['pods.md'], key: [], kind: 'howto' })}\n\n${JSON.stringify({ question: 'And why?', history: [{ role: 'user', content: 'What is a pod?' }] })}\n`,
    'plain.txt': 'What is a pod?\r\n\r\n  Why is it small?  \nWhat is a pod?\n',
  })
  t.strictSame(await readAsked(join(folder, 'eval.jsonl')), {
    from: join(folder, 'eval.jsonl'),
    possible: 2,
    questions: [
      { question: 'What is a pod?', history: [], relevant: ['pods.md'] },
      { question: 'And why?', history: [{ role: 'user', content: 'What is a pod?' }], relevant: [] },
    ],
  })
  t.strictSame(
    (await readAsked(join(folder, 'plain.txt'))).questions.map(({ question }) => question),
    ['What is a pod?', 'Why is it small?'],
  )
})

t.test('a file that cannot be used says what is wrong with it', async (t) => {
  const folder = t.testdir({
    'empty.txt': '\n\n',
    'bad.jsonl': '{"question": "What is a pod?"}\n{"text": "Why?"}\n',
    'long.txt': `Short?\n${'a'.repeat(2_001)}`,
  })
  const cases: Array<[string, RegExp]> = [
    ['nowhere.txt', /There is no file .*nowhere\.txt.*--questions FILE/],
    ['empty.txt', /There are no questions in/],
    ['bad.jsonl', /bad\.jsonl, line 2 is not a question: it must be \{"question"/],
    ['long.txt', /long\.txt, line 2 has more than the 2000 characters/],
  ]
  for (const [name, message] of cases)
    t.match(await failure(readAsked(join(folder, name))), { name: 'ConfigError', message })
})

const page = (source: string, title: string, ...headings: string[]): Page => ({
  source,
  title,
  headings,
  chunks: [{ heading: '', text: source }],
  words: source,
})
const table = (...pages: Page[]): Map<string, Page> => new Map(pages.map((each) => [each.source, each]))

const make = (before: Page[], after: Page[], limit = 100, language = 'English'): QuestionSet => {
  const [old, now] = [table(...before), table(...after)]
  return makeQuestions(
    { before: { pages: old, language: 'English' }, after: { pages: now, language } },
    comparePages(old, now),
    limit,
  )
}
const asked = ({ questions }: QuestionSet): string[] => questions.map(({ question }) => question)

t.test('titles and headings are asked for, each with the page it is of, once', (t) => {
  const set = make(
    [
      page('pods.md', 'Pods', 'How to scale', 'Limits > Upper limits', 'See also'),
      page('index.md', 'Overview', 'Kourier'),
    ],
    [page('pods.md', 'Pods', 'How to scale'), page('pods-2.md', 'Pods', 'Lower limits of pods')],
  )
  t.strictSame(Object.fromEntries(set.questions.map(({ question, relevant }) => [question, relevant])), {
    Pods: ['pods.md', 'pods-2.md'],
    'Pods: How to scale': ['pods.md'],
    'Pods: Upper limits': ['pods.md'],
    'Lower limits of pods': ['pods-2.md'],
    'What is Kourier?': ['index.md'],
  })
  t.equal(set.possible, 5)
  t.end()
})

t.test('a moved page is known by its new path', (t) => {
  const old = page('old.md', 'Pods')
  const set = make([old], [{ ...old, source: 'new.md' }])
  t.strictSame(set.questions, [{ question: 'Pods', history: [], relevant: ['new.md'] }])
  t.end()
})

t.test('at most so many: half about pages that differ, the others spread over all', (t) => {
  const pages = (from: number, count: number): Page[] =>
    Array.from({ length: count }, (_, index) =>
      page(`p${from + index}.md`, `Title number ${from + index}`, 'One more', 'Two more'),
    )
  const set = make(pages(100, 40), [...pages(100, 30), ...pages(200, 20)], 20)
  t.equal(set.possible, (40 + 20) * 3)
  t.equal(set.questions.length, 20)
  const about = set.questions.flatMap(({ relevant }) => relevant)
  t.equal(about.filter((source) => source >= 'p130.md').length, 10)
  t.ok(
    asked(set).every((question) => /^Title number \d+$/.test(question)),
    'titles come before headings',
  )
  t.strictSame(make(pages(100, 40), [...pages(100, 30), ...pages(200, 20)], 20), set, 'the same each time')
  t.equal(make(pages(100, 40), pages(100, 40), 20).questions.length, 20, 'where nothing differs, all are of the others')
  t.equal(make(pages(100, 2), pages(200, 20), 20).questions.length, 20, 'where all differs, all are of those')
  t.end()
})

t.test('two languages are asked only what both have, as it stands there', (t) => {
  const set = make(
    [page('a.md', 'Knative'), page('b.md', 'Volumes')],
    [page('a.md', 'Knative'), page('b.md', 'Datenträger')],
    10,
    'German',
  )
  t.strictSame(asked(set), ['Knative'])
  t.end()
})

t.test('what says nothing is not asked', (t) => {
  const set = make(
    [page('a.md', 'README', 'Prerequisites', '1', '-', 'x'.repeat(200))],
    [page('a.md', 'README', 'What’s next?')],
  )
  t.strictSame(set.questions, [])
  t.end()
})
