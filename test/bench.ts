import t from 'tap'
import { run } from './running.ts'

const commands: Readonly<Record<string, string>> = { cli: 'bench', soak: 'soak' }

t.test('--help explains each measurement, and a mistake is one line that says where to look', async (t) => {
  const cases: Array<[string, string[], RegExp]> = [
    ['cli', ['--effort', 'much'], /^--effort is "much": it must be from 0\.01 to 100\.\n/],
    ['cli', ['--parts', 'start,stop'], /^--parts has "stop"/],
    ['ingest', ['--chunks', 'many'], /^--chunks is "many": it must be a whole number from 1\.\n/],
    ['recall', ['--rows', '5000,many'], /^--rows is "many"/],
    ['recall', ['--min', '2'], /^--min is "2": it must be a share of 1/],
    ['soak', ['--restarts', '0'], /^--restarts is "0"/],
  ]
  for (const [name, args, message] of cases) {
    for (const given of [args, ['--frobnicate']]) {
      const wrong = run(t, [`bench/${name}.ts`, ...given], {})
      t.equal(await wrong.exited, 1, `${name} ${given.join(' ')}`)
      t.match(wrong.output(), given === args ? message : '--frobnicate')
      t.match(wrong.output(), `See npm run ${commands[name] ?? `bench:${name}`} -- --help.`)
      t.notMatch(wrong.output(), /\n\s+at /, 'no stack trace')
    }
    const help = run(t, [`bench/${name}.ts`, '--help'], {})
    t.equal(await help.exited, 0)
    t.match(help.output(), '--help')
  }
})

t.test('a folder for the results that cannot be had is named before anything is measured', async (t) => {
  const wrong = run(t, ['bench/cli.ts', '--out', '/dev/null/results'], {})
  t.equal(await wrong.exited, 1)
  t.match(wrong.output(), /^--out \/dev\/null\/results cannot be written to \(ENOTDIR/)
  t.notMatch(wrong.output(), 'making a table')
})
