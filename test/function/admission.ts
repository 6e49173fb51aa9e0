import t from 'tap'
import { createAdmission } from '../../function/admission.ts'

const never = new AbortController().signal
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

t.test('so many are at work, so many wait, and the next is turned away until a place is free', async (t) => {
  const { admit } = createAdmission(2, 1)
  const places = [admit(), admit(), admit()]
  t.throws(() => admit(), { name: 'CallerError', kind: 'too-many', message: /Ask again in a moment/ })
  places[0]?.leave()
  places[0]?.leave()
  admit()
  t.throws(
    () => admit(),
    { name: 'CallerError', kind: 'too-many' },
    'a place is given back once, however often it is left',
  )
})

t.test('turns come in the order in which places were taken, not in that in which they were wanted', async (t) => {
  const { admit, atWork, waiting } = createAdmission(1, 9)
  const order: number[] = []
  const ends = [await admit().turn(never)]
  const places = [1, 2, 3].map((number) => ({ number, place: admit() }))
  const later = places.toReversed().map(async ({ number, place }) => {
    ends.push(await place.turn(never))
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
  const { admit, waiting } = createAdmission(1, 9)
  const end = await admit().turn(never)
  const gone = new AbortController()
  const leaving = admit().turn(gone.signal)
  const staying = admit().turn(never)
  t.equal(waiting(), 2)
  gone.abort(new Error('gone'))
  await t.rejects(leaving, { message: 'gone' })
  t.equal(waiting(), 1)
  end()
  t.type(await staying, 'function')
  await t.rejects(admit().turn(gone.signal), { message: 'gone' }, 'who has gone already does not wait at all')
})

t.test('who waits hears how many turns away it is, as often as that changes', async (t) => {
  const { admit } = createAdmission(1, 5)
  const end = await admit().turn(never, () => t.fail('who has a turn has no place'))
  const heard: number[][] = [[], [], []]
  const gone = new AbortController()
  const signals = [never, gone.signal, never]
  const turns = signals.map((signal, index) => admit().turn(signal, (place) => heard[index]?.push(place)))
  await settled()
  t.strictSame(heard, [[1], [2], [3]])
  gone.abort(new Error('gone'))
  await t.rejects(async () => await turns[1], { message: 'gone' })
  t.strictSame(heard, [[1], [2], [3, 2]])
  end()
  await turns[0]
  t.strictSame(heard, [[1], [2], [3, 2, 1]])
})
