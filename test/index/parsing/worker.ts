import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import { root } from '../../running.ts'

t.test('a worker parses what it is sent, and ends with whoever started it', async (t) => {
  const folder = t.testdir({ 'a.md': 'Text.' })
  const worker = fork(join(root, 'index/parsing/worker.ts'), { serialization: 'advanced', stdio: 'ignore' })
  t.teardown(() => worker.kill('SIGKILL'))
  t.strictSame(await once(worker, 'message'), ['ready', undefined])
  worker.send({ folder, source: 'a.md', maxTokens: 256 })
  const [parsed] = await once(worker, 'message')
  t.match(parsed, { source: 'a.md', chunks: [{ text: 'Text.' }] })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) worker.kill(signal)
  worker.disconnect()
  const [code] = await once(worker, 'exit')
  t.equal(code, 0)
})
