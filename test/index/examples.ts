import t from 'tap'
import { readExamples } from '../../index/examples.ts'

t.test('the examples file is read line by line', async (t) => {
  const folder = t.testdir({
    'example-questions.txt': `\uFEFFWhat is a pod?\r\n\r\n  Was ist das?  \n${'long '.repeat(50)}\nmaxSurge default\n`,
  })
  t.strictSame(await readExamples(folder, [{ source: 'a.md', title: 'Alpha' }], 'English'), [
    'What is a pod?',
    'Was ist das?',
    'maxSurge default',
  ])
})

t.test('at most six examples are kept', async (t) => {
  const folder = t.testdir({ 'example-questions.txt': '1?\n2?\n3?\n4?\n5?\n6?\n7?\n' })
  t.strictSame(await readExamples(folder, [], 'English'), ['1?', '2?', '3?', '4?', '5?', '6?'])
})

t.test('an empty examples file means that none are wanted', async (t) => {
  t.strictSame(
    await readExamples(t.testdir({ 'example-questions.txt': '\n' }), [{ source: 'a', title: 'A b' }], 'English'),
    [],
  )
})

t.test('without the file, titles become questions where that reads well', async (t) => {
  const folder = t.testdir()
  const cases = [
    ['Knative', 'English', ['What is Knative?']],
    ['RAG', 'English', ['What is RAG?']],
    ['How to deploy a function', 'English', ['How do I deploy a function?']],
    ['Why do pods restart?', 'English', ['Why do pods restart?']],
    ['Pods', 'English', ['Pods']],
    ['Troubleshooting', 'English', ['Troubleshooting']],
    ['Installing with YAML', 'English', ['Installing with YAML']],
    ['Knative', 'German', ['Knative']],
    ['Overview', 'English', []],
    ['Licence', 'English', []],
    ['', 'English', []],
  ] as const
  for (const [title, language, expected] of cases) {
    t.strictSame(await readExamples(folder, [{ source: 'a.md', title }], language), expected, title)
  }
})

t.test('titles are taken from every folder before a second one is taken from any', async (t) => {
  const titled = [
    { source: 'a/1.md', title: 'Scale to zero' },
    { source: 'a/2.md', title: 'Traffic splitting' },
    { source: 'a/3.md', title: 'Cold starts' },
    { source: 'b/1.md', title: 'Full-text search' },
    { source: 'b/2.md', title: 'Full-text search' },
    { source: 'top.md', title: 'Knative' },
  ]
  t.strictSame(await readExamples(t.testdir(), titled, 'English'), [
    'Scale to zero',
    'Full-text search',
    'What is Knative?',
    'Traffic splitting',
  ])
})
