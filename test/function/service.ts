import { setTimeout } from 'node:timers/promises'
import pino from 'pino'
import t from 'tap'
import { CallerGoneError, TableError } from '../../function/errors.ts'
import { checkLater, createSmokeTest, tellUnreadable } from '../../function/service.ts'
import { failure } from '../ollama.ts'

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

t.test('a table that turns out to be damaged takes readiness down, and the log says why', async (t) => {
  let logged = ''
  const log = pino({ base: null }, { write: (line: string) => (logged += line) })
  const whole = checkLater(async () => undefined, { log }, 0)
  const damaged = checkLater(async () => Promise.reject(new Error('a.lance is not as it was written')), { log }, 0)
  t.equal(damaged(), undefined, 'before it was read')
  while (damaged() === undefined) await setTimeout(1)
  t.equal(damaged(), 'the table is damaged')
  t.equal(whole(), undefined)
  t.match(logged, /a\.lance is not as it was written/)
})

t.test("what goes wrong while a table is read is the table's fault only where it no longer answers", async (t) => {
  const fault = new Error('odd')
  const gone = new CallerGoneError('gone')
  const toError = (cause: unknown): TableError => new TableError('not to be read', { cause })
  const whole = tellUnreadable(async () => undefined, toError)
  const deleted = tellUnreadable(async () => Promise.reject(new Error('Not found')), toError)
  t.equal(await failure(whole(async () => Promise.reject(fault))()), fault)
  t.match(await failure(deleted(async () => Promise.reject(fault))()), { name: 'TableError', cause: /Not found/ })
  t.equal(await failure(deleted(async () => Promise.reject(gone))()), gone, 'nobody is left to be told')
  t.equal(await deleted(async (given: number) => given + 1)(1), 2)
})
