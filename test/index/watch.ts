import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { changes } from '../../index/watch.ts'
import { root, run } from '../running.ts'

/** Watches a folder; `next` waits for one more change, and says whether it came. */
async function watch(t: Test, folder: string): Promise<{ next: () => Promise<boolean>; seen: () => number }> {
  const interrupt = new AbortController()
  let seen = 0
  let awaited = 0
  const watching = (async () => {
    for await (const _ of changes(folder, interrupt.signal)) seen += 1
  })()
  t.teardown(async () => {
    interrupt.abort()
    await watching
  })
  const next = async (): Promise<boolean> => {
    awaited += 1
    for (let tries = 0; tries < 300 && seen < awaited; tries += 1) await setTimeout(100)
    return seen >= awaited
  }
  return { next, seen: () => seen }
}

t.test('what changes together is one change', async (t) => {
  const folder = t.testdir({ 'a.md': 'a', sub: { 'b.md': 'b' } })
  const { next, seen } = await watch(t, folder)
  t.ok(await next(), 'what changed before the watch is not lost')
  writeFileSync(join(folder, 'a.md'), 'c')
  writeFileSync(join(folder, 'sub/b.md'), 'd')
  t.ok(await next())
  await setTimeout(1500)
  t.equal(seen(), 2)
})

t.test('an interrupt ends the watch at once', async (t) => {
  const interrupt = new AbortController()
  let abortedMs = 0
  void setTimeout(100).then(() => {
    abortedMs = performance.now()
    interrupt.abort()
  })
  for await (const _ of changes(t.testdir(), interrupt.signal));
  t.ok(performance.now() - abortedMs < 200)
})

t.test('each save is seen, however it is made', async (t) => {
  const folder = t.testdir({ 'a.md': 'a', 'b.md': 'b', sub: {} })
  const path = join(folder, 'a.md')
  const { next } = await watch(t, folder)
  t.ok(await next())
  const replace = (text: string): void => {
    writeFileSync(join(folder, 'sed'), text)
    renameSync(join(folder, 'sed'), path)
  }
  const moved = join(folder, 'sub/moved.md')
  const saves: Record<string, () => void> = {
    'a new file in its place': () => replace('c'),
    'another, as long': () => replace('d'),
    'a third': () => replace('e'),
    'appended to what was replaced': () => appendFileSync(path, 'f'),
    'moved into a folder': () => renameSync(path, moved),
    'its name made again': () => writeFileSync(path, 'g'),
    'appended to that': () => appendFileSync(path, 'h'),
    'appended to what was moved': () => appendFileSync(moved, 'i'),
  }
  for (const [name, save] of Object.entries(saves)) {
    save()
    t.ok(await next(), name)
  }
})

t.test('a folder that goes away and comes back between two looks is seen', async (t) => {
  const place = t.testdir({ docs: { 'a.md': 'a' } })
  const [folder, elsewhere] = [join(place, 'docs'), join(place, 'elsewhere')]
  const { next } = await watch(t, folder)
  t.ok(await next())
  renameSync(folder, elsewhere)
  renameSync(elsewhere, folder)
  t.ok(await next())
})

t.test('a folder that goes away and comes back', async (t) => {
  const place = t.testdir({ docs: { 'a.md': '# A\n\nAda wrote this.' } })
  const folder = join(place, 'docs')
  const environment = { TABLE_URI: join(place, 'table'), EMBEDDING_MODEL: 'none', NO_COLOR: '1' }
  const watching = run(t, ['index/cli.ts', folder, '--watch'], environment)
  const said = async (text: string): Promise<boolean> => {
    for (let tries = 0; tries < 300; tries += 1) {
      if (watching.output().includes(text)) return true
      await setTimeout(100)
    }
    return false
  }
  const named = relative(root, folder)
  t.ok(await said('Watching'))
  renameSync(folder, join(place, 'elsewhere'))
  t.ok(await said(`There is no folder ${named}.`))
  t.ok(await said(`The table is as it was before. Still watching ${named}`))
  renameSync(join(place, 'elsewhere'), folder)
  t.ok(await said(`The table is up to date with ${named}.`))
  mkdirSync(join(folder, 'new'))
  writeFileSync(join(folder, 'new/b.md'), '# B\n\nBabbage wrote this.')
  t.ok(await said('documents  2 '))
  watching.child.kill('SIGINT')
  t.equal(await watching.exited, 0, watching.output())
})
