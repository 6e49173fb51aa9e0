import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { makeTable, nowhere, type Run, root, run } from '../running.ts'

// Each test runs the program several times; on a busy machine a start takes seconds.
t.setTimeout(300_000)

const pods = '# Pods\n\nA pod is a group of containers.\n\n## Limits\n\nAt most 110 pods run on a node.'

const comparing = (t: Test, args: string[], environment: Record<string, string> = {}): Run => {
  const temporary = join(t.testdirName, 'temporary')
  mkdirSync(temporary, { recursive: true })
  return run(
    t,
    [join(root, 'compare/cli.ts'), ...args],
    { OLLAMA_HOST: nowhere, EMBEDDING_MODEL: 'none', TMPDIR: temporary, ...environment },
    t.testdirName,
  )
}
/** But for what Node keeps of the programs that parse documents. */
const leftOver = (t: Test): string[] =>
  readdirSync(join(t.testdirName, 'temporary')).filter((name) => name !== 'node-compile-cache')

const prepare = async (t: Test): Promise<string> => {
  const folder = t.testdir({
    old: { 'pods.md': pods, 'zebras.md': '# Zebras\n\nZebras graze in Etosha.' },
    new: { 'pods.md': pods.replace('110', '250') },
  })
  await makeTable(join(folder, 'old'), join(folder, 'table'))
  return folder
}

t.test('a table and new documents are compared; what is found is printed, written and drawn', async (t) => {
  const folder = await prepare(t)
  const { exited, stdout, output } = comparing(t, ['table', 'new', '--json', 'out.json', '--html', 'out.html'])
  t.equal(await exited, 0, output())
  t.match(stdout(), /^OLD {2}table {2}table: 2 pages[\s\S]*Pages gone \(1\)\n {2}- zebras\.md {2}Zebras/)
  t.match(stdout(), 'Answered before, and now not (1)\n  Zebras [its page is gone]')
  t.match(stdout(), /1 question that was answered now is not; 2 answers change; 1 page is gone\.\n$/)
  t.notMatch(stdout(), '\u001b', 'no colour where nobody looks')
  t.match(JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')), { counts: { questions: { lost: 1 } } })
  t.match(readFileSync(join(folder, 'out.html'), 'utf8'), /^<!doctype html>/)
  t.strictSame(leftOver(t), [])
  t.strictSame(readdirSync(folder).sort(), ['new', 'old', 'out.html', 'out.json', 'table', 'temporary'])
})

t.test('more lost than --max-lost is exit 1, as is a limit that nothing can be held to', async (t) => {
  const folder = await prepare(t)
  const enough = comparing(t, ['old', 'new', '--max-lost', '1'])
  t.equal(await enough.exited, 0, enough.output())
  const many = comparing(t, ['old', 'new', '--max-lost', '0'])
  t.equal(await many.exited, 1)
  t.match(many.output(), '1 answered before and now not, more than --max-lost 0.')
  writeFileSync(join(folder, 'new/etosha.md'), '# Etosha\n\nEtosha is a pan of salt. Zebras are seen in Etosha.')
  const worse = comparing(t, ['old', 'new', '--max-lost', '0', '--max-worse', '0'])
  t.equal(await worse.exited, 1)
  t.match(worse.output(), '1 answered from a worse page, more than --max-worse 0.')
  t.notMatch(worse.output(), 'more than --max-lost')
  mkdirSync(join(folder, 'bare'))
  writeFileSync(join(folder, 'bare/index.md'), '# Overview\n\nText.')
  mkdirSync(join(folder, 'other'))
  writeFileSync(join(folder, 'other/index.md'), '# Overview\n\nOther text.')
  const none = comparing(t, ['bare', 'other', '--max-lost', '0'])
  t.equal(await none.exited, 1)
  t.match(none.output(), '--max-lost 0 cannot be held to: no question was asked.')
})

t.test('two that are the same are said to be', async (t) => {
  await prepare(t)
  const { exited, stdout } = comparing(t, ['table', 'old', '--max-lost', '0'])
  t.equal(await exited, 0)
  t.match(stdout(), 'Nothing changed: both have the same documents, by the same settings.')
})

t.test('questions of a file are asked, and so many are made as are wanted', async (t) => {
  const folder = await prepare(t)
  writeFileSync(join(folder, 'mine.txt'), 'How many pods run on a node?\n')
  const own = comparing(t, ['table', 'new', '--questions', 'mine.txt'])
  t.equal(await own.exited, 0, own.output())
  t.match(own.stdout(), 'Asked: 1 question from mine.txt.')
  t.match(own.stdout(), 'NEW  pods.md: … At most 250 pods run on a node.')
  const few = comparing(t, ['table', 'new', '--limit', '2'])
  t.equal(await few.exited, 0)
  t.match(few.stdout(), 'Asked: 2 of the 3 questions that titles and headings of both make.')
})

t.test('a mistake ends with a line that says what to do, before anything is ingested', async (t) => {
  await prepare(t)
  const cases: Array<[string[], RegExp]> = [
    [[], /Two are compared: npm run compare -- OLD NEW\. None was given/],
    [['table'], /Two are compared.*Given: table\./],
    [['a', 'b', 'c'], /Given: a, b, c\./],
    [['old', 'new', '--max-lost', 'few'], /--max-lost is "few": it must be a whole number from 0/],
    [['old', 'new', '--limit', '0'], /--limit is "0": it must be a whole number from 1/],
    [
      ['old', 'new', '--json', 'nowhere/out.json'],
      /^--json nowhere\/out\.json cannot be written: there is no folder nowhere/,
    ],
    [['old', 'new', '--questions', 'nowhere.txt'], /There is no file nowhere\.txt/],
    [['old', 'new', '--language', 'Klingon'], /--language is "Klingon"/],
    [['old', 'new', '--frobnicate'], /--frobnicate[\s\S]*npm run compare -- --help/],
    [['old', 'nowhere'], /NEW: There is no folder nowhere/],
  ]
  for (const [args, message] of cases) {
    const { exited, output } = comparing(t, args)
    t.equal(await exited, 1, args.join(' '))
    t.match(output(), message)
    t.notMatch(output(), 'EMBEDDING_MODEL is none')
  }
  const helped = comparing(t, ['--help'])
  t.equal(await helped.exited, 0)
  t.match(helped.stdout(), 'npm run compare -- OLD NEW [options]')
  t.strictSame(leftOver(t), [])
})

t.test('Ctrl-C leaves nothing', async (t) => {
  const folder = await prepare(t)
  for (let page = 0; page < 400; page += 1)
    writeFileSync(join(folder, `new/page-${page}.md`), `# Page ${page}\n\nText ${page}.`)
  const { child, exited, output } = comparing(t, ['table', 'new', '--json', 'out.json'])
  // Its temporary folder is there, so it is at work.
  while (leftOver(t).length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  child.kill('SIGINT')
  await once(child, 'exit')
  t.equal(await exited, 130, output())
  t.match(output(), 'Interrupted: nothing is left of it.')
  t.strictSame(leftOver(t), [])
  t.notOk(readdirSync(folder).includes('out.json'))
})
