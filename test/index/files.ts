import { execFileSync } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { listFolder } from '../../index/files.ts'

t.test('every file of a folder is a document, or left out by a rule that is named', async (t) => {
  const folder = t.testdir({
    '.gitignore': '*.pdf\n/private/\n',
    'a.md': 'a',
    'b.pdf': 'b',
    'c.png': 'c',
    'd.txt': 'd',
    Makefile: 'm',
    README: 'r',
    '.env': 'x',
    '.git': { config: 'x', 'y.md': 'y' },
    node_modules: { x: { 'z.md': 'z' } },
    private: { 'e.md': 'e' },
    'example-questions.txt': 'q?',
  })
  symlinkSync(join(folder, 'a.md'), join(folder, 'link.md'))
  symlinkSync(join(folder, 'nowhere.md'), join(folder, 'lost.md'))
  execFileSync('mkfifo', [join(folder, 'private/pipe.md')])
  symlinkSync(join(folder, 'private/pipe.md'), join(folder, 'to-pipe.md'))
  const { sources, leftOut } = await listFolder(folder, { include: ['**'], exclude: ['d.*'] })
  t.strictSame(sources, ['README', 'a.md'])
  t.strictSame(
    leftOut.map(({ source, rule }) => [source.replace(/\/$/, ''), rule]),
    [
      ['.env', 'dot'],
      ['.git', 'dot'],
      ['.gitignore', 'dot'],
      ['Makefile', 'no ending'],
      ['b.pdf', '.gitignore'],
      ['c.png', '.png'],
      ['d.txt', 'glob'],
      ['link.md', 'link'],
      ['lost.md', 'no file'],
      ['node_modules', 'node_modules'],
      ['private/e.md', '.gitignore'],
      ['private/pipe.md', 'no file'],
      ['to-pipe.md', 'no file'],
    ],
  )
})

t.test('a name with a line end in it is a name', async (t) => {
  const folder = t.testdir({ d: { 'a.md': 'a' } })
  writeFileSync(join(folder, 'd', 'two\nlines.md'), 'b')
  const { sources } = await listFolder(folder)
  t.strictSame(sources, ['d/a.md', 'd/two\nlines.md'])
})
