import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type CompareSettings, type Comparison, compare } from '../../compare/compare.ts'
import type { Side } from '../../compare/side.ts'
import { readConfig } from '../../function/config.ts'
import { openTable } from '../../function/table/open.ts'
import { startOllama } from '../ollama.ts'
import { makeTable, nowhere } from '../running.ts'

const side = async (
  t: Test,
  name: string,
  ...made: [Record<string, string>?, { language?: string; maxTokens?: number }?]
): Promise<Side> => {
  const uri = join(t.testdirName, `${name}-table`)
  await makeTable(join(t.testdirName, name), uri, ...made)
  return { name, kind: 'table', uri, table: await openTable(uri), skipped: new Map() }
}

const asked: Array<[number, number]> = []
const settings: CompareSettings = {
  config: readConfig({ OLLAMA_HOST: nowhere }),
  questions: undefined,
  limit: 100,
  onAsked: (done, total) => asked.push([done, total]),
  signal: new AbortController().signal,
}

const pods = '# Pods\n\nA pod is a group of containers.\n\n## Limits\n\nAt most 110 pods run on a node.'
const nodes = '# Nodes\n\nA node is a machine.'

const kinds = ({ outcomes }: Comparison): Record<string, string> =>
  Object.fromEntries(
    outcomes.map(({ question, kind, moved, requoted }) => [
      question,
      `${kind}${moved ? ' moved' : ''}${requoted ? ' requoted' : ''}`,
    ]),
  )

t.test('pages and answers, of questions that the two make', async (t) => {
  t.testdir({
    old: { 'pods.md': pods, 'nodes.md': nodes, 'zebras.md': '# Zebras\n\nZebras graze in Etosha.' },
    new: { 'pods.md': pods.replace('110', '250'), 'nodes.md': nodes, 'quagga.md': '# Quagga\n\nIt died out in 1883.' },
  })
  const comparison = await compare({ before: await side(t, 'old'), after: await side(t, 'new') }, settings)
  t.match(comparison, {
    identical: false,
    notices: [],
    before: { name: 'old', pages: 3 },
    after: { pages: 3 },
    pages: { gone: [{ source: 'zebras.md' }], added: [{ source: 'quagga.md' }], same: 1 },
    questions: { from: 'titles and headings of both', possible: 5 },
  })
  t.strictSame(kinds(comparison), {
    Pods: 'answered requoted',
    'Pods: Limits': 'answered requoted',
    Zebras: 'lost',
    'What is Quagga?': 'gained',
    Nodes: 'answered requoted',
  })
  t.strictSame(asked.at(-1), [5, 5])
})

t.test('the same documents by the same settings are not asked anything', async (t) => {
  t.testdir({ old: { 'pods.md': pods }, new: { 'pods.md': pods } })
  const comparison = await compare({ before: await side(t, 'old'), after: await side(t, 'new') }, settings)
  t.match(comparison, {
    identical: true,
    outcomes: [],
    pages: { same: 1, gone: [], added: [], changed: [], moved: [] },
  })
})

t.test('given questions are asked, and pages that are in neither table are told of', async (t) => {
  t.testdir({ old: { 'pods.md': pods, 'nodes.md': nodes }, new: { 'pods.md': pods } })
  const questions = {
    from: 'mine.txt',
    possible: 1,
    questions: [{ question: 'How many pods run on a node?', history: [], relevant: ['pods.md', 'pod.md'] }],
  }
  const comparison = await compare(
    { before: await side(t, 'old'), after: await side(t, 'new') },
    { ...settings, questions },
  )
  t.match(comparison, {
    notices: ['1 of the pages that the questions name are in neither table, pod.md for one.'],
    questions: { from: 'mine.txt' },
    outcomes: [{ kind: 'answered', rank: { before: 1, after: 1 } }],
  })
})

t.test('tables of two languages, sizes and embeddings are compared, and it is said', async (t) => {
  const ollama = await startOllama(t)
  t.testdir({
    old: { 'pods.md': pods, 'knative.md': '# Knative\n\nIt scales.' },
    new: { 'schoten.md': '# Schoten\n\nEine Schote.', 'knative.md': '# Knative\n\nEs skaliert.' },
  })
  const sides = {
    before: await side(t, 'old', { OLLAMA_HOST: ollama.host }),
    after: await side(t, 'new', { EMBEDDING_MODEL: 'none' }, { language: 'German', maxTokens: 128 }),
  }
  const config = readConfig({ OLLAMA_HOST: ollama.host })
  const comparison = await compare(sides, { ...settings, config })
  t.strictSame(comparison.notices, [
    'Two languages: English in OLD, German in NEW. Each is searched by its own.',
    'Two embeddings: all-minilm in OLD, none in NEW. Each is searched by its own.',
    'Two chunk sizes: 256 tokens in OLD, 128 tokens in NEW. Where a chunk begins and ends may make a page look changed.',
  ])
  t.strictSame(kinds(comparison), { Knative: 'answered requoted' })
  t.match(JSON.stringify(ollama.bodies('/api/embed').at(-1)), 'Knative', 'the question was embedded for the one')

  const away = await compare(sides, settings)
  t.match(away.notices.at(-1), /^Tables embedded by all-minilm, OLD for one, are searched by words alone: Ollama/)
  t.equal(away.outcomes.length, 1)
})

t.test('where there is nothing to ask, the pages are compared all the same', async (t) => {
  t.testdir({
    old: { 'pods.md': '# Pods\n\nA pod.' },
    new: { 'schoten.md': '# Schoten\n\nEine Schote.' },
    bare: { 'index.md': '# Overview\n\nText.' },
    index: { 'index.md': '# Overview\n\nOther text.' },
  })
  const two = await compare(
    { before: await side(t, 'old'), after: await side(t, 'new', undefined, { language: 'German' }) },
    settings,
  )
  t.match(two, { outcomes: [], pages: { gone: [{}], added: [{}] } })
  t.match(
    two.notices.at(-1),
    'There are no questions that both can be asked: OLD is in English, NEW in German, and they have no title and no heading in common. Name some: --questions FILE',
  )
  const bare = await compare({ before: await side(t, 'bare'), after: await side(t, 'index') }, settings)
  t.match(bare.notices, [/no title and no heading says anything/])
})
