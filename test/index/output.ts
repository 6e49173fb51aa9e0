import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { checkOutput, writeOutput } from '../../index/output.ts'

t.test('a place where no file can be written is refused by the name of its option', async (t) => {
  const folder = t.testdir({ 'old.json': '{}', inner: {}, 'locked.json': '{}' })
  chmodSync(join(folder, 'locked.json'), 0o400)
  const cases: Array<[string, RegExp]> = [
    ['', /^--json is "": name the file to write\.$/],
    [join(folder, 'nowhere', 'a.json'), /^--json .*a\.json cannot be written: there is no folder .*nowhere\.$/],
    [join(folder, 'old.json', 'a.json'), /there is no folder .*old\.json\.$/],
    [join(folder, 'inner'), /inner cannot be written: it is a folder\. Name a file\.$/],
    // Root may write everywhere.
    ...(process.getuid?.() === 0
      ? []
      : [[join(folder, 'locked.json'), /cannot be written: permission denied\.$/] satisfies [string, RegExp]]),
  ]
  for (const [file, message] of cases)
    t.match(await checkOutput('--json', file).catch((error: unknown) => error), { name: 'ConfigError', message })
  await checkOutput('--json', undefined)
  await checkOutput('--json', join(folder, 'new.json'))
  await checkOutput('--json', join(folder, 'old.json'))
})

t.test('what is written is there, and what could not be written is said', async (t) => {
  const file = join(t.testdir(), 'a.json')
  t.equal(await writeOutput('--json', file, '{}'), undefined)
  t.equal(await writeOutput('--json', file, async () => '[]'), undefined)
  t.equal(readFileSync(file, 'utf8'), '[]')
  t.equal(await writeOutput('--json', undefined, () => String(t.fail('nothing is made of it'))), undefined)
  t.equal(
    await writeOutput('--json', join(file, 'b.json'), '{}'),
    `--json ${join(file, 'b.json')} cannot be written: not a directory.`,
  )
})
