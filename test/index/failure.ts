import t from 'tap'
import { ConfigError } from '../../function/errors.ts'
import { sayFailure } from '../../index/failure.ts'

t.test('a command that ends says why in one line, and its exit code tells which of three it was', async (t) => {
  const endings = { interrupted: 'Interrupted.', failed: 'It failed:' }
  const { signal } = new AbortController()
  const cases: Array<[unknown, AbortSignal, number, string]> = [
    [new Error('odd'), AbortSignal.abort(), 130, 'Interrupted.'],
    [new ConfigError('TOP_K is "many".'), signal, 1, 'TOP_K is "many".'],
    [new Error('odd'), signal, 1, 'It failed: odd'],
    ['odd', signal, 1, 'It failed: odd'],
  ]
  for (const [error, given, code, said] of cases) {
    const logged = t.capture(console, 'error', () => undefined)
    t.equal(sayFailure(error, given, endings), code)
    t.match(
      logged().map(({ args }) => args),
      [[new RegExp(said.replace(/[.?]/g, '\\$&'))]],
    )
    logged.restore()
  }
})
