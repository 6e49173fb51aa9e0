import t from 'tap'
import { toNotices } from '../../build/notices.ts'

t.test('the notices of each package that was taken in are there, once, with their text', async (t) => {
  const inputs = [
    'function/index.ts',
    'node_modules/zod/v4/core/core.js',
    'node_modules/zod/index.js',
    'node_modules/@lancedb/lancedb/dist/index.js',
  ]
  const notices = await toNotices(inputs)
  t.match(notices, /^zod \d+\.\d+\.\d+ \(MIT\)\n\nMIT License\n\nCopyright \(c\)/m)
  t.equal(notices.match(/^zod /gm)?.length, 1)
  t.match(notices, /^@lancedb\/lancedb \d+\.\d+\.\d+ \(Apache-2\.0\)$/m)
  t.notMatch(notices, 'ragfunction')
})

t.test('nothing taken in, nothing to say', async (t) => {
  t.equal(await toNotices(['function/index.ts']), '')
})
