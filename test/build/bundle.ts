import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import t from 'tap'
import { bundle } from '../../build/bundle.ts'
import { startFlags, warm } from '../../build/warm.ts'
import { saying, startOllama } from '../ollama.ts'
import { startCollector } from '../otlp.ts'
import { makeTable, nowhere, root, run, startFunction } from '../running.ts'

t.test('the bundle', async (t) => {
  const folder = t.testdir()
  const dist = join(folder, 'dist')
  const table = join(folder, 'table')
  const start = [...startFlags, join(dist, 'index.cjs')]
  await makeTable(join(root, 'documents'), table)
  const bytes = await bundle(dist)

  await t.test('is one file that a person can read', async (t) => {
    const code = readFileSync(join(dist, 'function.cjs'), 'utf8')
    t.ok(bytes < 5e6, `${bytes} bytes`)
    t.match(code, '// function/answer/answer.ts')
    t.match(code, 'async function openTable(tableUri')
    t.notMatch(code, /[^\0-\x7f]/, 'beyond ASCII it would take twice the time and memory to read')
    const left = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = '']) => name)
    // Inside what Ajv and LanceDB only do for schemas that validate formats, or for embedding functions of LanceDB's own.
    const unreached = /^(\.\/lancedb\.|@lancedb\/lancedb-|openai$|ajv(-formats)?\/dist\/)/
    t.strictSame(
      left.filter((name) => !isBuiltin(name) && !unreached.test(name) && !name.startsWith('./')),
      [],
      'nothing is loaded from node_modules but the native library',
    )
  })

  await t.test('is warmed up into a cache that node uses', async (t) => {
    await warm(dist, { PATH: '', TABLE_URI: table, OLLAMA_HOST: nowhere, API_TOKEN: 'of the shell that builds' })
    const [cached = ''] = readdirSync(join(dist, 'cache'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\/[0-9a-f]{8}$/.test(name),
    )
    t.not(cached, '')
    const running = await startFunction(
      t,
      { TABLE_URI: table, OLLAMA_HOST: nowhere, NODE_COMPILE_CACHE: '', NODE_DEBUG_NATIVE: 'COMPILE_CACHE' },
      start,
    )
    t.match(running.output(), /cache for .*function\.cjs was accepted/)
  })

  await t.test('answers as the sources do', async (t) => {
    const ollama = await startOllama(t, { chat: saying('Kubernetes runs containers [1].') })
    const environment = { TABLE_URI: table, OLLAMA_HOST: ollama.host }
    const [bundled, sources] = [await startFunction(t, environment, start), await startFunction(t, environment)]
    for (const path of [
      '/query?q=What%20is%20Kubernetes%3F',
      '/search?q=scale%20to%20zero',
      '/query?q=',
      '/nowhere',
      '/',
    ]) {
      const [is, shouldBe] = await Promise.all(
        [bundled, sources].map(async ({ url }) => await toReply(`${url}${path}`)),
      )
      t.strictSame(is, shouldBe, path)
    }
    const metrics = await (await fetch(`${bundled.url}/metrics`)).text()
    t.match(metrics, /^ragfunction_questions_total\{.*\} 1$/m)
    t.match(metrics, /^process_cpu_seconds_total /m, "Node's own are there too")
    t.equal((await fetch(bundled.url, { headers: { accept: 'text/html' } })).status, 200, 'the page is there too')
    t.equal((await fetch(`${bundled.url}/docs`)).status, 200, 'and the other one')
  })

  await t.test('embeds questions in a thread of its own', async (t) => {
    const hybrid = join(folder, 'hybrid')
    await makeTable(join(root, 'documents/minikube'), hybrid, { EMBEDDING_MODEL: 'built-in' })
    const { url } = await startFunction(t, { TABLE_URI: hybrid, OLLAMA_HOST: nowhere }, start)
    const reply = await (await fetch(`${url}/search?q=containers`)).json()
    t.match(reply, { index: { retrieval: 'hybrid', embeddingModel: 'all-MiniLM-L6-v2' }, notice: undefined })
  })

  await t.test('sends traces where a collector is named', async (t) => {
    const collector = await startCollector(t)
    const environment = { TABLE_URI: table, OLLAMA_HOST: nowhere, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint }
    const running = await startFunction(t, environment, start)
    await (await fetch(`${running.url}/query?q=pods`)).text()
    running.child.kill('SIGINT')
    t.equal(await running.exited, 0)
    t.ok(collector.spans.some(({ name }) => name === 'GET /query'))
  })

  await t.test('ends with 0 on SIGTERM', async (t) => {
    const running = await startFunction(t, { TABLE_URI: table, OLLAMA_HOST: nowhere }, start)
    running.child.kill('SIGTERM')
    t.equal(await running.exited, 0)
  })

  await t.test('ends with 1 and says what mends it when there is no table', async (t) => {
    const running = run(t, start, { TABLE_URI: join(folder, 'none') })
    t.equal(await running.exited, 1)
    t.match(running.output(), 'There is no table at')
  })

  await t.test('cannot be warmed up without a table', async (t) => {
    await t.rejects(warm(dist, { PATH: '', TABLE_URI: join(folder, 'none') }), /the bundle does not start/)
  })
})

t.test('--help makes no screenshots', async (t) => {
  const help = run(t, ['test/screenshots.ts', '--help'], {})
  t.equal(await help.exited, 0)
  t.match(help.output(), 'npm run screenshots')
  t.notMatch(help.output(), /^(not )?ok/m)
})

t.test('--help explains the build, and a folder is not taken for one to empty', async (t) => {
  const { build } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts
  t.equal(build, 'node build/cli.ts', 'nothing is done before its arguments are read')
  const help = run(t, ['build/cli.ts', '--help'], {})
  t.equal(await help.exited, 0)
  t.match(help.output(), 'npm run build')
  t.match(help.output(), `npx node ${startFlags.join(' ')} dist/index.cjs`)
  for (const given of ['--frobnicate', 'documents']) {
    const wrong = run(t, ['build/cli.ts', given], {})
    t.equal(await wrong.exited, 1, given)
    t.match(wrong.output(), new RegExp(`${given}[\\s\\S]*--help`))
  }
})

/** The reply without what differs from one to the next. */
async function toReply(url: string): Promise<unknown> {
  const response = await fetch(url)
  const { timings: _, ollama: __, ...body } = (await response.json()) as Record<string, unknown>
  return { status: response.status, type: response.headers.get('content-type'), body }
}
