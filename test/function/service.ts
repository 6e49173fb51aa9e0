import t from 'tap'
import { createSmokeTest } from '../../function/service.ts'

t.test('readiness is lost while the table does not answer, and comes back with it', async (t) => {
  let broken = true
  const whyNotReady = createSmokeTest(async () => {
    if (broken) throw new Error('a path of the machine')
  }, 0)
  t.equal(await whyNotReady(), 'the table does not answer')
  broken = false
  t.equal(await whyNotReady(), undefined)
})

t.test('a table that answered just now is not asked again', async (t) => {
  const asked = createSmokeTest(async () => void t.fail('it was asked'), 3_600_000)
  t.equal(await asked(), undefined)
})
