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
  t.strictSame(written, ['6 of 10 documents, 60 chunks\n'])
})
