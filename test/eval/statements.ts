import { join } from 'node:path'
import t from 'tap'
import {
  checkStatements,
  readStatements,
  toInventions,
  toRephrasings,
  toStatementTable,
} from '../../eval/statements.ts'
import { openTable } from '../../function/table/open.ts'
import { makeTable, nowhere } from '../running.ts'

t.test('an invention is one change away from what is said', async (t) => {
  const changes = toInventions('The default of `minScale` is 30 seconds in Berlin.')
  t.strictSame(
    changes.map(({ change }) => change),
    ['another number', 'denied', 'another identifier', 'another name', 'two swapped', 'something added'],
  )
  t.match(changes[4]?.text, /The default of 30 is `minScale` seconds/)
  t.match(changes[0]?.text, /91 seconds/)
  t.match(changes[1]?.text, /is not 30/)
  t.strictSame(toInventions('').length, 1, 'something can always be added')
})

t.test('a sentence is rephrased by rules', async (t) => {
  const rephrased = toRephrasings('When nobody asks for anything at all, the function is scaled down to nothing.')
  t.equal(rephrased.length, 3)
  t.match(rephrased[0], /^In short, when/)
  t.notMatch(rephrased[1], /\bthe\b/)
  t.match(rephrased[2], /^the function .*, When/)
})

t.test('statements are checked against what the table has on their question', async (t) => {
  const folder = t.testdir({
    docs: { 'pods.md': '# Pods\n\nA pod is deleted after exactly 30 seconds of grace.' },
    'statements.jsonl':
      '{"corpus":"c","question":"When is a pod deleted?","statement":"The moon is made of cheese and gold.","label":"invented","model":"m"}\n',
  })
  const tableUri = join(folder, 'table')
  await makeTable(join(folder, 'docs'), tableUri, { OLLAMA_HOST: nowhere, EMBEDDING_MODEL: 'none' })
  const table = await openTable(tableUri, {})
  const question = {
    id: 'q',
    question: 'When is a pod deleted?',
    history: [],
    relevant: ['pods.md'],
    key: ['30 seconds'],
    kind: 'k',
  }
  const labelled = await readStatements(join(folder, 'statements.jsonl'), 'c')
  const outcomes = await checkStatements({ table, embed: null, questions: [question] }, labelled)
  t.strictSame(
    outcomes.filter(({ right, kind }) => right && kind !== 'supported'),
    [],
  )
  t.strictSame(
    outcomes.filter(({ right, kind }) => !right && kind !== 'unsupported'),
    [],
  )
  t.ok(outcomes.every(({ onPage, right }) => !right || onPage))
  t.match(toStatementTable('c', outcomes), /\ninvented +\d+ +0\.00/)
  t.match(toStatementTable('c', outcomes), /written by m/)
  t.strictSame(await readStatements(join(folder, 'statements.jsonl'), 'other'), [])
})
