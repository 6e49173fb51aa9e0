import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { changes } from '../../index/watch.ts'

t.test('what changes together is one change, and an interrupt ends the watch', async (t) => {
  const folder = t.testdir({ 'a.md': 'a', sub: { 'b.md': 'b' } })
  const interrupt = new AbortController()
  let seen = 0
  const watching = (async () => {
    for await (const _ of changes(folder, interrupt.signal)) seen += 1
  })()
  while (seen === 0) {
    writeFileSync(join(folder, 'a.md'), 'c')
    writeFileSync(join(folder, 'sub/b.md'), 'd')
    await setTimeout(50)
    // The watch may not have begun; a change is not lost once it has.
    await setTimeout(400)
  }
  t.ok(seen >= 1)
  interrupt.abort()
  await watching
})
