import { existsSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createMark, isWrittenElsewhere, markedTables } from '../../index/underway.ts'

t.test('a table is marked while it is written, and no longer', async (t) => {
  const folder = t.testdir()
  const mark = createMark(folder, 'chunks-a')
  await mark.begin()
  t.strictSame(await markedTables(folder), ['chunks-a'])
  t.equal(await isWrittenElsewhere(folder, 'chunks-a'), undefined, 'here numbers of processes say it')
  await mark.end()
  t.strictSame(await markedTables(folder), [])
  await mark.end()
})

t.test('what is written elsewhere is left alone until nothing was heard of it for five minutes', async (t) => {
  const folder = t.testdir()
  const file = join(folder, 'writing-chunks-b')
  writeFileSync(file, 'another machine\n\n')
  t.equal(await isWrittenElsewhere(folder, 'chunks-b'), true)
  const silent = new Date(Date.now() - 301_000)
  utimesSync(file, silent, silent)
  t.equal(await isWrittenElsewhere(folder, 'chunks-b'), false)
  t.equal(await isWrittenElsewhere(folder, 'chunks-c'), undefined, 'nobody says where')
})

t.test('in a store that is no folder nothing is marked', async (t) => {
  const mark = createMark('s3://bucket/table', 'chunks-a')
  await mark.begin()
  await mark.end()
  t.strictSame(await markedTables('s3://bucket/table'), [])
  t.notOk(existsSync('s3:'))
})
