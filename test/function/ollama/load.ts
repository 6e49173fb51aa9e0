import t from 'tap'
import { createLoad, waitFor } from '../../../function/ollama/load.ts'

t.test('one load is under way at a time, and who comes later joins it', async (t) => {
  const asked: Array<PromiseWithResolvers<void>> = []
  const load = createLoad(() => {
    const one = Promise.withResolvers<void>()
    asked.push(one)
    return one.promise
  })
  const both = [load(), load()]
  t.equal(asked.length, 1)
  asked[0]?.resolve()
  await Promise.all(both)
  const again = load()
  t.equal(asked.length, 2)
  asked[1]?.reject(new Error('no'))
  await t.rejects(again, { message: 'no' })
})

t.test('who leaves stops waiting, and the load goes on', async (t) => {
  const loading = Promise.withResolvers<void>()
  const gone = new AbortController()
  const leaving = t.rejects(waitFor(loading.promise, gone.signal), { message: 'gone' })
  const staying = waitFor(loading.promise, new AbortController().signal)
  gone.abort(new Error('gone'))
  await leaving
  await t.rejects(waitFor(loading.promise, gone.signal), { message: 'gone' }, 'who has gone already does not wait')
  loading.resolve()
  await staying
})
