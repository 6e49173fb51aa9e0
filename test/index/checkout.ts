import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parseRepository, withCheckout } from '../../index/checkout.ts'

const { signal } = new AbortController()

t.test('an address of a repository is told from the name of a folder', async (t) => {
  const cases = [
    ['https://example.org/repo.git#main:docs', { url: 'https://example.org/repo.git', branch: 'main', folder: 'docs' }],
    ['https://example.org/repo', { url: 'https://example.org/repo', branch: undefined, folder: '' }],
    ['git@example.org:me/repo.git#:docs', { url: 'git@example.org:me/repo.git', branch: undefined, folder: 'docs' }],
    ['my-documents', undefined],
    ['C:\\Users\\me', undefined],
    ['--upload-pack=x', undefined],
    ['ext::sh -c x', undefined],
  ] as const
  for (const [given, expected] of cases) t.strictSame(parseRepository(given), expected, given)
})

t.test('a repository is checked out for as long as it is read', async (t) => {
  const folder = t.testdir({ docs: { 'a.md': 'A.' } })
  const git = (...args: string[]): Buffer =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args])
  git('init', '-q', '-b', 'main')
  git('add', '-A')
  git('commit', '-qm', 'x')
  const url = `file://${folder}`
  let seen = ''
  const files = await withCheckout({ url, branch: 'main', folder: 'docs' }, signal, async (place) => {
    seen = place
    return readdirSync(place)
  })
  t.strictSame(files, ['a.md'])
  t.notOk(existsSync(seen), 'and it is gone afterwards')
  const use = async (): Promise<void> => void t.fail('nothing is there to use')
  await t.rejects(withCheckout({ url, branch: 'nope', folder: '' }, signal, use), {
    message: /^git cannot check out file:.* at nope: /,
  })
  for (const outside of ['nowhere', '../..'])
    await t.rejects(withCheckout({ url, branch: undefined, folder: outside }, signal, use), {
      message: `There is no folder ${outside} in ${url}.`,
    })
  await t.rejects(
    withCheckout(
      { url: `file://${join(folder, 'gone')}`, branch: undefined, folder: '' },
      AbortSignal.abort(new Error('interrupted')),
      use,
    ),
    { message: 'interrupted' },
  )
})
