import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, cpSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { freePort, startFlags } from '../../build/warm.ts'
import { readEvents } from '../events.ts'
import { startOllama, toLine } from '../ollama.ts'
import { nowhere, root, run as runHere } from '../running.ts'
import { findEngine, limits, run, toBase } from './engine.ts'

const tag = 'dev.local/rag-app:test'
const engine = findEngine(toBase())
const tightFiles: readonly string[] = ['--read-only', '--tmpfs', '/tmp:size=8m,mode=1777']
t.setTimeout(15 * 60_000)

if (typeof engine === 'string') {
  t.test('the image', { skip: engine }, async () => undefined)
} else {
  const { command, running, standIn, build } = engine
  const context = t.testdir()
  cloneInto(context)

  t.test('builds from a fresh clone, with a table of its documents', async (t) => {
    const built = build(tag, context)
    t.equal(built.code, 0, built.code === 0 ? 'it builds' : built.output.slice(-3000))
  })

  t.test('is small, and holds nothing but the function', async (t) => {
    const [image] = JSON.parse(run(command, ['image', 'inspect', tag]).output)
    const { Size: bytes, Config: config } = image
    t.comment(`${(bytes / 1e6).toFixed(0)} MB${standIn ? ', on a stand-in for the base image' : ''}`)
    const history = run(command, ['history', '--no-trunc', '--format', '{{.Size}}\t{{.CreatedBy}}', tag]).output
    for (const [, size = '', what = ''] of history.matchAll(/^(.*B)\t.*?COPY \S+ (?:in )?(.*)$/gm))
      t.comment(`${size.padStart(8)}  ${what}`)
    t.ok(bytes < 330e6, `${bytes} bytes`)
    t.equal(config.User, '65532:65532')
    t.equal(config.StopSignal, 'SIGTERM')
    t.strictSame(Object.keys(config.ExposedPorts), ['8080/tcp'])
    t.strictSame(config.Cmd, ['node', ...startFlags, 'dist/index.cjs'])
    t.equal(config.WorkingDir, '/app')
    for (const label of ['title', 'description', 'version', 'licenses'])
      t.ok(config.Labels[`org.opencontainers.image.${label}`])

    const files = listFiles(t)
    const programs = files.filter(
      ({ mode, path }) => mode.startsWith('-') && mode.includes('x') && !/\.(so|node)/.test(path),
    )
    t.strictSame(
      programs.map(({ path }) => path),
      ['usr/local/bin/node'],
      'no shell, no npm, no compiler',
    )
    t.strictSame(
      files.filter(({ mode }) => /^[^l].{7}w|s/.test(mode)).map(({ path }) => path),
      ['tmp/'],
      "nothing else is everybody's to write, and nothing is setuid",
    )
    const paths = files.map(({ path }) => path)
    for (const path of [
      ...['app/dist/function.cjs', 'app/LICENSE', 'app/dist/THIRD-PARTY.txt', 'app/dist/THIRD-PARTY-LANCEDB.html'],
      'usr/share/doc/libc6/copyright',
    ])
      t.ok(paths.includes(path), path)
  })

  t.test('runs read-only, as nobody, with no capability, in 256 MiB, and answers', async (t) => {
    const { url, inside } = await start(t, { OLLAMA_HOST: nowhere, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' })
    for (const probe of ['liveness', 'readiness']) t.equal((await fetch(`${url}/health/${probe}`)).status, 200)
    const reply = await fetch(`${url}/query?q=What%20is%20Kubernetes%3F`, { method: 'POST' })
    const { answer, sources } = (await reply.json()) as { answer: string; sources: Array<{ source: string }> }
    t.match(answer, /runs containers/)
    t.equal(sources[0]?.source, 'kubernetes/overview.md')

    t.match(inside('process.getuid()'), '65532')
    const status = inside('fs.readFileSync("/proc/1/status", "utf8")')
    t.match(status, /CapEff:\t0+$/m)
    t.match(status, /NoNewPrivs:\t1/)
    t.match(status, /Seccomp:\t2/)
    for (const path of ['/app/table/x', '/app/dist/x', '/x'])
      t.match(inside(`fs.writeFileSync("${path}", "")`), 'EROFS')
    t.notMatch(inside('fs.writeFileSync("/tmp/x", "")'), /EROFS|EACCES/)
  })

  t.test('starts from its compile cache, as any user', async (t) => {
    for (const user of ['65532:65532', '1000680000:0']) {
      const { log, inside } = await start(t, { OLLAMA_HOST: nowhere, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' }, [
        '--user',
        user,
      ])
      t.match(inside('process.getuid()'), user.split(':')[0] ?? '')
      t.match(log(), /function\.cjs was accepted/, user)
    }
  })

  // Docker gives a read-only container no folder to write to; podman has to be asked.
  const bare = ['--read-only', ...(command === 'podman' ? ['--read-only-tmpfs=false'] : [])]
  t.test('answers with nothing that it can write to but shared memory, and says so where not even that', async (t) => {
    const { url } = await start(t, { OLLAMA_HOST: nowhere }, [], bare)
    t.equal((await fetch(`${url}/search?q=What%20is%20Kubernetes%3F`)).status, 200)
    if (command !== 'podman') return
    const none = [...bare, '--volume', `${t.testdir()}:/dev/shm:ro`]
    const { code, output } = run(command, [...running, '--rm', '--network', 'host', ...limits, ...none, tag])
    t.equal(code, 1)
    t.match(
      output,
      'LanceDB needs a temporary folder, and /tmp and /dev/shm cannot be written to. Mount an emptyDir at /tmp',
    )
    t.notMatch(output, 'panic')
  })

  t.test('answers where the kernel has no IPv6', async (t) => {
    // AF_INET6 is 10; EAFNOSUPPORT is 97, what a kernel without it says.
    const refuse = {
      names: ['socket'],
      action: 'SCMP_ACT_ERRNO',
      errnoRet: 97,
      args: [{ index: 0, value: 10, op: 'SCMP_CMP_EQ' }],
    }
    const profile = join(
      t.testdir({ 'seccomp.json': JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: [refuse] }) }),
      'seccomp.json',
    )
    const { url } = await start(t, { OLLAMA_HOST: nowhere }, ['--security-opt', `seccomp=${profile}`])
    t.equal((await fetch(`${url}/search?q=What%20is%20Kubernetes%3F`)).status, 200)
  })

  t.test('finishes the answer it is giving when it is told to stop, and ends with 0', async (t) => {
    const ollama = await startOllama(t, {
      chat: async (_, response) => {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' })
        for (let word = 0; word < 15; word += 1) {
          response.write(toLine({ message: { role: 'assistant', content: `word${word} ` }, done: false }))
          await new Promise((resolve) => setTimeout(resolve, 200))
        }
        response.end(toLine({ message: { role: 'assistant', content: '[1].' }, done: true, done_reason: 'stop' }))
      },
    })
    const { url, name } = await start(t, { OLLAMA_HOST: ollama.host, GENERATOR: 'ollama' })
    const seen: string[] = []
    let stopped: Promise<unknown> | undefined
    for await (const { event, data } of readEvents(
      await fetch(`${url}/query?q=What%20is%20Kubernetes%3F`, { headers: { accept: 'text/event-stream' } }),
    )) {
      seen.push(event)
      if (event === 'token') stopped ??= once(spawn(command, ['stop', '--time', '60', name]), 'close')
      if (event === 'answer') t.match((data as { answer: string }).answer, 'word14')
    }
    t.equal(seen.at(-1), 'answer', seen.join(' '))
    await stopped
    t.equal(run(command, ['inspect', '--format', '{{.State.ExitCode}}', name]).output.trim(), '0')
  })

  t.test('takes the table of the host while the documents are as they were, and no longer', async (t) => {
    const ingest = runHere(t, [join(context, 'index/cli.ts')], { EMBEDDING_MODEL: 'none' }, context)
    t.equal(await ingest.exited, 0)
    t.teardown(() => run(command, ['rmi', `${tag}-fresh`]))
    const fresh = build(`${tag}-fresh`, context)
    t.equal(fresh.code, 0, fresh.code === 0 ? 'it builds' : fresh.output.slice(-3000))
    t.match(fresh.output, 'The table is whole, and up to date with documents.')

    appendFileSync(join(context, 'documents/kubernetes/overview.md'), '\nOne more sentence.\n')
    const stale = build(`${tag}-stale`, context)
    t.not(stale.code, 0)
    t.match(
      stale.output,
      'The documents in documents have changed since the table was made. Renew it: npm run ingest -- documents',
    )
  })

  /** A container of the image on a free port of this machine's own network, as tight as the manifests make it. */
  async function start(t: Test, environment: Record<string, string>, more: readonly string[] = [], files = tightFiles) {
    const port = await freePort()
    const name = `ragfunction-test-${port}`
    const tight = [...files, '--memory', '256m', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges']
    const variables = Object.entries({ ...environment, FUNC_PORT: String(port) }).flatMap(([key, value]) => [
      '-e',
      `${key}=${value}`,
    ])
    const started = run(command, [
      ...running,
      '--detach',
      '--name',
      name,
      '--network',
      'host',
      ...limits,
      ...tight,
      ...more,
      ...variables,
      tag,
    ])
    t.teardown(() => run(command, ['rm', '--force', name]))
    t.equal(started.code, 0, started.code === 0 ? 'it starts' : started.output)
    const url = `http://127.0.0.1:${port}`
    const log = (): string => run(command, ['logs', name]).output
    for (let tries = 0; ; tries += 1) {
      if ((await fetch(`${url}/health/readiness`).catch(() => undefined))?.ok) break
      if (tries > 300) throw new Error(`the container is not ready:\n${log()}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    /** What an expression is worth inside the container, or why it is not worth anything. */
    const inside = (expression: string): string => run(command, ['exec', name, 'node', '-p', expression]).output
    return { url, name, log, inside }
  }

  function listFiles(t: Test): Array<{ readonly mode: string; readonly path: string }> {
    const archive = join(t.testdir(), 'image.tar')
    const name = 'ragfunction-test-files'
    run(command, ['create', '--name', name, tag])
    t.teardown(() => run(command, ['rm', '--force', name]))
    run(command, ['export', '--output', archive, name])
    return run('tar', ['-tvf', archive])
      .output.trim()
      .split('\n')
      .map((line) => {
        const [mode = '', , , , , path = ''] = line.split(/\s+/)
        return { mode, path }
      })
  }
}

/** What a clone of this commit would hold, with what was not committed yet. */
function cloneInto(folder: string): void {
  const { output } = run('git', ['-C', root, 'ls-files', '--cached', '--others', '--exclude-standard', '-z'])
  for (const path of output.split('\0').filter((path) => path !== '')) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(join(root, path), join(folder, path))
  }
}
