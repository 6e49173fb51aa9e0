import { join } from 'node:path'
import t from 'tap'
import { askBoth, createAsk, type Outcome, type Reply, toOutcome, toReply } from '../../compare/answers.ts'
import { comparePages, type Page } from '../../compare/pages.ts'
import { readConfig } from '../../function/config.ts'
import type { Answer } from '../../function/contract/replies.ts'
import { openTable } from '../../function/table/open.ts'
import { failure } from '../ollama.ts'
import { makeTable, nowhere } from '../running.ts'

const page = (source: string, words: string): [string, Page] => [
  source,
  { source, title: source, chunks: [{ heading: '', text: words }], headings: [], words },
]
const pods = 'A pod is a group of containers that share a network.'
const pages = comparePages(
  new Map([
    page('pods.md', pods),
    page('same.md', 'It stays.'),
    page('twin.md', 'It stays.'),
    page('gone.md', 'Gone.'),
    page('edited.md', 'One.'),
  ]),
  new Map([
    page('new/pods.md', pods),
    page('same.md', 'It stays.'),
    page('twin.md', 'It stays.'),
    page('added.md', 'New.'),
    page('edited.md', 'Two.'),
  ]),
)

const reply = (source: string, ...quotes: string[]): Reply => ({
  answered: true,
  reason: undefined,
  pages: [source],
  heading: '',
  passage: `passage of ${source}`,
  quotes: quotes.map((text) => ({ source, text })),
})
const refusal: Reply = { ...reply('same.md'), answered: false, reason: 'About something else.' }
const judge = (before: Reply, after: Reply, ...relevant: string[]): Outcome =>
  toOutcome({ question: 'Which?', history: [], relevant }, before, after, pages)

t.test('what became of an answer', (t) => {
  const cases: Array<[string, Outcome, Partial<Outcome>]> = [
    [
      'lost, though nobody touched its page',
      judge(reply('same.md', 'It stays.'), refusal, 'same.md'),
      { kind: 'lost', moved: false, requoted: false, verdict: 'worse', sideEffect: true },
    ],
    [
      'lost with its page',
      judge(reply('gone.md', 'Gone.'), refusal, 'gone.md'),
      { kind: 'lost', sideEffect: false, relevantGone: true, status: { before: 'gone', after: 'same' } },
    ],
    [
      'gained',
      judge(refusal, reply('added.md', 'New.'), 'added.md'),
      { kind: 'gained', verdict: 'better', moved: false },
    ],
    ['neither', judge(refusal, refusal), { kind: 'unanswered', verdict: undefined }],
    [
      'a page that is only elsewhere has not moved from the first place',
      judge(reply('pods.md', pods), reply('new/pods.md', pods), 'pods.md'),
      { kind: 'answered', moved: false, requoted: false, relevant: ['new/pods.md'], rank: { before: 1, after: 1 } },
    ],
    [
      'nor have two that say the same',
      judge(reply('same.md', 'It stays.'), reply('twin.md', 'It stays.')),
      { moved: false, requoted: false },
    ],
    [
      'nor has a page whose passage stands word for word in another',
      judge(reply('same.md', 'It stays.'), { ...reply('added.md', 'It stays.'), passage: 'passage  of\nsame.md' }),
      { moved: false },
    ],
    [
      'another page, for the worse, by a side effect',
      judge(reply('same.md', 'It stays.'), reply('added.md', 'New.'), 'same.md'),
      { moved: true, requoted: true, verdict: 'worse', sideEffect: true, status: { before: 'same', after: 'added' } },
    ],
    [
      'another page, for the better, is no side effect',
      judge(reply('same.md', 'It stays.'), reply('added.md', 'New.'), 'added.md'),
      { moved: true, verdict: 'better', sideEffect: false },
    ],
    [
      'white space, the order of quotations and their numbers are nothing',
      judge(reply('same.md', 'One  thing.', 'Another.'), reply('same.md', 'Another.', 'One\nthing.')),
      { requoted: false, sideEffect: false },
    ],
    [
      'other words from an edited page',
      judge(reply('edited.md', 'One.', 'Rest.'), reply('edited.md', 'One.', 'Other.')),
      { moved: false, requoted: true, sameOpening: true, sideEffect: false },
    ],
  ]
  for (const [name, outcome, expected] of cases) t.match(outcome, expected, name)
  t.end()
})

t.test('the page that comes first is that of the first quotation, where anything is quoted', (t) => {
  const source = (number: number, name: string): Answer['sources'][number] => ({
    number,
    source: name,
    title: '',
    heading: `heading of ${name}`,
    text: 'Text.',
    score: 1,
    cited: false,
  })
  const given = {
    answered: true,
    reason: undefined,
    answer: 'Thirty days. [2]',
    sources: [source(1, 'prices.xlsx'), source(2, 'handbook.docx')],
    citations: [{ number: 2, start: 0, end: 12 }],
  } as unknown as Answer
  t.match(toReply(given), {
    pages: ['handbook.docx', 'prices.xlsx'],
    heading: 'heading of handbook.docx',
    quotes: [{ source: 'handbook.docx', text: 'Thirty days.' }],
  })
  t.match(toReply({ ...given, citations: [] }), {
    pages: ['prices.xlsx', 'handbook.docx'],
    heading: 'heading of prices.xlsx',
  })
  t.end()
})

t.test('both tables are asked as they are served, and the first page is the best passage’s', async (t) => {
  const folder = t.testdir({
    old: { 'pods.md': '# Pods\n\nA pod is a group of containers.', 'nodes.md': '# Nodes\n\nA node is a machine.' },
    new: { 'nodes.md': '# Nodes\n\nA node is a machine that runs pods.' },
  })
  const ask = async (name: string): Promise<ReturnType<typeof createAsk>> => {
    await makeTable(join(folder, name), join(folder, `${name}-table`))
    return createAsk(await openTable(join(folder, `${name}-table`)), null, readConfig({ OLLAMA_HOST: nowhere }))
  }
  const both = { before: await ask('old'), after: await ask('new') }
  const questions = ['What is a pod?', 'What is a node?', 'Who won the cup in 1954?'].map((question) => ({
    question,
    history: [],
    relevant: [],
  }))
  const heard: number[] = []
  const signal = new AbortController().signal
  const outcomes = await askBoth(questions, both, pages, (done) => heard.push(done), signal)
  t.strictSame(heard, [1, 2, 3])
  t.match(outcomes, [
    {
      before: { pages: ['pods.md'], quotes: [{ source: 'pods.md', text: 'A pod is a group of containers.' }] },
      after: { pages: ['nodes.md'] },
    },
    { requoted: true, before: { quotes: [{ text: 'A node is a machine.' }] } },
    { kind: 'unanswered', before: { quotes: [] }, after: { reason: String } },
  ])
  t.match(await failure(askBoth(questions, both, pages, () => undefined, AbortSignal.abort(new Error('stopped')))), {
    message: 'stopped',
  })
})
