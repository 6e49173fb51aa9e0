import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startOllama } from '../ollama.ts'
import { makeTable, nowhere, type Run, root, run } from '../running.ts'

// Each test runs the program several times; on a busy machine a start takes seconds.
t.setTimeout(300_000)

const documents = {
  'pods.md': '# Pods\n\nA pod is a group of containers.',
  'nodes.md': '# Nodes\n\nA node is a machine.',
}
const questions = [
  { id: 'q1', question: 'What is a pod?', relevant: ['pods.md'], key: ['group of containers'], kind: 'keyword' },
  {
    id: 'q2',
    question: 'Which machine is it for the containers?',
    relevant: ['pods.md'],
    key: ['group'],
    kind: 'keyword',
  },
  { id: 'q3', question: 'What does Velero cost?', relevant: [], key: [], kind: 'unanswerable' },
]

const evaluation = (t: Test, args: string[], environment: Record<string, string>): Run =>
  run(
    t,
    [join(root, 'eval/cli.ts'), ...args],
    { OLLAMA_HOST: nowhere, EMBEDDING_MODEL: 'none', ...environment },
    t.testdirName,
  )

const prepare = async (t: Test, environment?: Record<string, string>): Promise<string> => {
  const folder = t.testdir({
    docs: documents,
    'questions.jsonl': questions.map((question) => JSON.stringify(question)).join('\n'),
  })
  await makeTable(join(folder, 'docs'), join(folder, 'table'), environment)
  return folder
}

t.test(
  'a file that cannot be written is named before anything is asked, or once the figures are printed',
  async (t) => {
    await prepare(t)
    for (const option of ['--json', '--plot']) {
      const early = evaluation(t, ['--questions', 'questions.jsonl', option, 'nowhere/out'], { TABLE_URI: 'table' })
      t.equal(await early.exited, 1)
      t.equal(early.output(), `${option} nowhere/out cannot be written: there is no folder nowhere.\n`)
    }
    const late = evaluation(t, ['--questions', 'questions.jsonl', '--json', '/dev/full', '--plot', 'out.svg'], {
      TABLE_URI: 'table',
    })
    t.equal(await late.exited, 1)
    t.match(late.output(), /overall[\s\S]*--json \/dev\/full cannot be written: no space left on device\./)
    t.match(readFileSync(join(t.testdirName, 'out.svg'), 'utf8'), /^<svg/)
  },
)

t.test('the table at TABLE_URI is asked, and figures are printed, written and drawn', async (t) => {
  const folder = await prepare(t)
  const { exited, output } = evaluation(
    t,
    ['--questions', 'questions.jsonl', '--json', 'out.json', '--plot', 'out.svg'],
    { TABLE_URI: 'table' },
  )
  t.equal(await exited, 0, output())
  t.match(
    output(),
    /^full-text +questions +page@1[\s\S]*overall +2 +0\.50 \(\.\d\d \.\d\d\) +1\.00[\s\S]*unanswerable +1 .* 1\.00/,
  )
  const [json] = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8'))
  t.match(json, { corpus: 'questions', mode: 'full-text', figures: { overall: { 'page@1': { value: 0.5 } } } })
  t.equal(json.outcomes.length, 3)
  t.type(json.outcomes[0].evidence.one, 'number')
  t.match(readFileSync(join(folder, 'out.svg'), 'utf8'), /^<svg/)
})

t.test('a minimum that is not reached is exit 1, and names the questions', async (t) => {
  await prepare(t)
  const { exited, output } = evaluation(
    t,
    [
      '--questions',
      'questions.jsonl',
      '--min',
      'page@1=0.9',
      '--min',
      'page@5=1',
      '--min',
      'key@5=1',
      '--min',
      'refused=1',
    ],
    { TABLE_URI: 'table' },
  )
  t.equal(await exited, 1)
  t.match(
    output(),
    /full-text: page@1 is 0\.500, below 0\.9\. The questions that fell:\n {2}q2 Which machine is it for the containers\?/,
  )
  t.notMatch(output(), 'page@5 is')
  t.notMatch(output(), 'refused is')
})

t.test('a minimum that no question counts for is exit 1, not a check that cannot fail', async (t) => {
  await prepare(t)
  writeFileSync(join(t.testdirName, 'answerable.jsonl'), JSON.stringify(questions[0]))
  const { exited, output } = evaluation(t, ['--questions', 'answerable.jsonl', '--min', 'refused=0.5'], {
    TABLE_URI: 'table',
  })
  t.equal(await exited, 1)
  t.match(output(), 'full-text: no question counts for refused, so it cannot be held to 0.5.')
})

t.test('a list of corpora is asked as it is and framed, and what refusals stand on is drawn', async (t) => {
  const folder = t.testdir({
    docs: documents,
    'questions.jsonl': questions.map((question) => JSON.stringify(question)).join('\n'),
    'list.json': JSON.stringify([
      { name: 'one', questions: 'questions.jsonl', documents: 'docs' },
      { name: 'two', questions: 'questions.jsonl', documents: 'docs', language: 'German' },
    ]),
  })
  const { exited, output } = evaluation(
    t,
    ['--corpora', 'list.json', '--framed', '--curve', '--min', 'page@10=0.5', '--json', 'out.json'],
    {},
  )
  t.equal(await exited, 0, output())
  for (const text of ['one, full-text', 'one, full-text, framed', 'two, full-text', 'full-text, all', 'left out'])
    t.match(output(), text)
  const json = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8'))
  t.match(json, [{ corpus: 'one', frames: { overall: { questions: 3 } } }, { corpus: 'two' }])
  t.equal(json[0].outcomes.length, 3 + 3 * 4)
})

t.test('a folder is ingested into a table of its own, once', async (t) => {
  t.testdir({ docs: documents, 'questions.jsonl': JSON.stringify(questions[0]) })
  const args = ['--questions', 'questions.jsonl', '--documents', 'docs']
  const first = evaluation(t, args, {})
  t.equal(await first.exited, 0, first.output())
  t.match(first.output(), 'EMBEDDING_MODEL is none')
  const second = evaluation(t, args, {})
  t.equal(await second.exited, 0)
  t.notMatch(second.output(), 'EMBEDDING_MODEL is none')
})

t.test('all modes run where there are embeddings', async (t) => {
  const ollama = await startOllama(t)
  await prepare(t, { OLLAMA_HOST: ollama.host })
  const { exited, output } = evaluation(t, ['--questions', 'questions.jsonl', '--modes', 'full-text,vector,hybrid'], {
    TABLE_URI: 'table',
    OLLAMA_HOST: ollama.host,
  })
  t.equal(await exited, 0, output())
  for (const mode of ['full-text', 'vector', 'hybrid']) t.match(output(), new RegExp(`^${mode} `, 'm'))
})

t.test('a mistake ends with a line that says what to do', async (t) => {
  await prepare(t)
  const cases: Array<[string[], RegExp]> = [
    [['--modes', 'magic'], /--modes has "magic": each must be one of full-text, vector, hybrid/],
    [['--min', 'page@5'], /--min is "page@5": it must be a measure and a share/],
    [['--min', 'speed=1'], /--min is "speed=1"/],
    [['--frobnicate'], /--frobnicate[\s\S]*--help/],
    [['--questions', 'nowhere.jsonl'], /There is no file nowhere\.jsonl/],
    [['--questions', 'questions.jsonl', '--modes', 'hybrid'], /no embeddings/],
  ]
  for (const [args, message] of cases) {
    const { exited, output } = evaluation(t, args, { TABLE_URI: 'table' })
    t.equal(await exited, 1, args.join(' '))
    t.match(output(), message)
  }
  const helped = evaluation(t, ['--help'], {})
  t.equal(await helped.exited, 0)
  t.match(helped.output(), '--questions FILE')
})

t.test('pages that are not in the table are named; where none is, it is another table', async (t) => {
  const folder = await prepare(t)
  const asked = [
    { id: 'q1', question: 'What is a pod?', relevant: ['pod.md'], key: [], kind: 'keyword' },
    { id: 'q2', question: 'What is a node?', relevant: ['nodes.md'], key: [], kind: 'keyword' },
  ]
  writeFileSync(join(folder, 'one.jsonl'), asked.map((question) => JSON.stringify(question)).join('\n'))
  writeFileSync(join(folder, 'none.jsonl'), JSON.stringify(asked[0]))

  const one = evaluation(t, ['--questions', 'one.jsonl'], { TABLE_URI: 'table' })
  t.equal(await one.exited, 0)
  t.match(one.output(), 'Not in the table, so never found: pod.md.')

  const none = evaluation(t, ['--questions', 'none.jsonl'], { TABLE_URI: 'table' })
  t.equal(await none.exited, 1)
  t.match(none.output(), /None of the pages that the questions name is in the table, pod\.md for one/)
})

t.test('documents/ holds to its thresholds: eval/questions/documents.jsonl, by words alone', async (t) => {
  const { exited, output } = run(
    t,
    ['eval/cli.ts', '--documents', 'documents', '--min', 'page@5=0.9', '--min', 'key@5=0.75', '--min', 'refused=0.2'],
    { OLLAMA_HOST: nowhere, EMBEDDING_MODEL: 'none' },
  )
  t.equal(await exited, 0, output())
})
