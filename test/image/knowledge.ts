import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { makeTable, nowhere, root, startFunction } from '../running.ts'
import { findEngine, limits, run } from './engine.ts'

const engine = findEngine(null)
const dockerfile = join(root, 'deploy/knowledge/Dockerfile')
const docs = { 'pods.md': '# Pods\n\nA pod is a group of containers.' }

if (typeof engine === 'string') {
  t.test('the knowledge image', { skip: engine }, async () => undefined)
} else {
  const { command, running, build } = engine
  const table = join(t.testdir({ docs }), 'table')
  t.before(async () => void (await makeTable(join(t.testdirName, 'docs'), table)))

  /** Every file of a folder, by its path, as bytes. */
  const read = (folder: string): Map<string, string> => {
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
    const files = paths.filter((path) => statSync(join(folder, path)).isFile())
    return new Map(files.map((path) => [path, readFileSync(join(folder, path), 'base64')]))
  }
  const make = (t: Test, tag: string, more: readonly string[] = []): void => {
    const { code, output } = build(tag, table, ['-f', dockerfile, ...more])
    t.teardown(() => run(command, ['rmi', tag]))
    t.equal(code, 0, code === 0 ? 'it builds' : output.slice(-3000))
  }

  t.test('holds the table and nothing else, and the function answers from it', async (t) => {
    const tag = 'dev.local/rag-knowledge:test'
    make(t, tag)
    const name = 'ragfunction-test-knowledge'
    // It holds no program, but a container must be told of one.
    run(command, ['create', '--name', name, tag, '/none'])
    t.teardown(() => run(command, ['rm', '--force', name]))
    const folder = t.testdir({ mounted: {} })
    const archive = join(folder, 'image.tar')
    t.equal(run(command, ['export', '--output', archive, name]).code, 0)
    const mounted = join(folder, 'mounted')
    const ours = readdirSync(table)
    t.equal(run('tar', ['-C', mounted, '-xf', archive]).code, 0)
    // An engine adds folders of its own (dev, etc, proc, sys) to what it exports, all of them empty.
    const held = read(mounted)
    t.strictSame(
      [...held].filter(([path]) => ours.some((entry) => path.startsWith(`${entry}/`))),
      [...read(table)],
    )
    t.strictSame(
      [...held].filter(([path, bytes]) => bytes !== '' && !ours.some((entry) => path.startsWith(`${entry}/`))),
      [],
    )
    const { url } = await startFunction(t, { TABLE_URI: mounted, OLLAMA_HOST: nowhere, LOG_LEVEL: 'fatal' })
    t.match(await (await fetch(`${url}/query?q=What+is+a+pod`)).json(), { answered: true })
  })

  t.test('copies itself, as nobody and with no right to anything else', async (t) => {
    const [, base = ''] = /^FROM (\S+) AS busybox/m.exec(readFileSync(dockerfile, 'utf8')) ?? []
    const name = `docker.io/library/${base}`
    if (
      run(command, ['image', 'inspect', name]).code !== 0 &&
      run(command, ['pull', '--quiet', name], 60_000).code !== 0
    )
      return t.comment(`not tried: no registry gives ${base}`)
    const tag = 'dev.local/rag-knowledge-copied:test'
    make(t, tag, ['--target', 'copied'])
    const folder = join(t.testdir(), 'knowledge')
    mkdirSync(folder)
    run('chmod', ['777', folder])
    const tight = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--network', 'none']
    const { code, output } = run(command, [...running, '--rm', ...tight, ...limits, '-v', `${folder}:/knowledge`, tag])
    t.equal(code, 0, output)
    t.strictSame([...read(folder)], [...read(table)])
  })
}
