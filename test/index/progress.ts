import type { WriteStream } from 'node:tty'
import t from 'tap'
import { createProgress } from '../../index/progress.ts'

const stream = (isTTY: boolean): { written: string[]; stream: WriteStream } => {
  const written: string[] = []
  return { written, stream: { isTTY, write: (text: string) => written.push(text) } as unknown as WriteStream }
}

t.test('on a terminal a bar redraws itself, and is gone at the end', async (t) => {
  const { written, stream: terminal } = stream(true)
  const progress = createProgress(terminal)
  await new Promise((resolve) => setTimeout(resolve, 100))
  progress.documents(5, 10, 50)
  t.match(written.join(''), /█{12}.*░{12}.* 5 of 10 documents, 50 chunks/)
  progress.documents(6, 10, 60)
  t.notMatch(written.join(''), '6 of 10', 'not more often than it can be read')
  progress.end()
  t.equal(written.at(-1), '\r\u001b[K')
})

t.test('elsewhere there are no control characters', async (t) => {
  const { written, stream: file } = stream(false)
  const progress = createProgress(file)
  progress.documents(5, 10, 50)
  progress.notice('Mind this.')
  progress.end()
  t.notMatch(written.join(''), '\r')
  t.match(written.join(''), 'Mind this.\n')
})

t.test('elsewhere a line comes every five seconds', async (t) => {
  const { written, stream: file } = stream(false)
  const now = performance.now.bind(performance)
  t.teardown(() => {
    performance.now = now
  })
  const progress = createProgress(file)
  progress.documents(5, 10, 50)
  performance.now = () => now() + 5_000
  progress.documents(6, 10, 60)
  progress.documents(7, 10, 70)
  t.match(written.join(''), /^6 of 10 documents, 60 chunks · about 4 s left\n$/)
})

t.test('what is left is told at the rate of what is counted, once that is known', async (t) => {
  const { written, stream: file } = stream(false)
  let now = 0
  const real = performance.now.bind(performance)
  t.teardown(() => {
    performance.now = real
  })
  performance.now = () => now
  const progress = createProgress(file)
  const counted = (ms: number, done: number, total: number): string => {
    now = ms
    written.length = 0
    progress.counts(done, total, 'documents')
    return written.join('')
  }
  t.equal(counted(10_000, 1, 1_000), '1 of 1000 documents · about 167 min left\n')
  t.equal(counted(20_000, 500, 1_000), '500 of 1000 documents · about 20 s left\n')
  t.equal(counted(40_000, 1_000, 1_000), '1000 of 1000 documents\n')
  t.equal(counted(50_000, 0, 20), '0 of 20 documents\n', 'something else is counted')
  t.equal(counted(60_000, 10, 20), '10 of 20 documents · about 10 s left\n')
})
