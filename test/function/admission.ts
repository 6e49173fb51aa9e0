import t from 'tap'
import { createAdmission } from '../../function/admission.ts'

const never = new AbortController().signal
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

t.test('so many are at work, so many wait, and the next is turned away until a place is free', async (t) => {
  const { admit } = createAdmission(2, 1)
  const leave = [admit(), admit(), admit()]
  t.throws(() => admit(), { name: 'CallerError', kind: 'too-many', message: /Ask again in a moment/ })
  leave[0]?.()
  leave[0]?.()
  admit()
  t.throws(
    () => admit(),
    { name: 'CallerError', kind: 'too-many' },
    'a place is given back once, however often it is left',
  )
})

t.test('turns come in order', async (t) => {
  const { turn, atWork, waiting } = createAdmission(1, 9)
  const order: number[] = []
  const ends = [await turn(never)]
  const later = [1, 2, 3].map(async (number) => {
    ends.push(await turn(never))
    order.push(number)
  })
  await settled()
  t.strictSame([order, atWork(), waiting()], [[], 1, 3])
  for (const expected of [[1], [1, 2], [1, 2, 3]]) {
    ends.at(-1)?.()
    await settled()
    t.strictSame([order, atWork()], [expected, 1])
  }
  ends.at(-1)?.()
  ends.at(-1)?.()
  await Promise.all(later)
  t.strictSame([atWork(), waiting()], [0, 0])
})

t.test('who leaves while waiting frees the place, and the others move up', async (t) => {
  const { turn, waiting } = createAdmission(1, 9)
  const end = await turn(never)
  const gone = new AbortController()
  const leaving = turn(gone.signal)
  const staying = turn(never)
  t.equal(waiting(), 2)
  gone.abort(new Error('gone'))
  await t.rejects(leaving, { message: 'gone' })
  t.equal(waiting(), 1)
  end()
  t.type(await staying, 'function')
  await t.rejects(turn(gone.signal), { message: 'gone' }, 'who has gone already does not wait at all')
})
