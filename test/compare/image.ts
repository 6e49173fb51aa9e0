import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { copyTable, isImage, isTable } from '../../compare/image.ts'
import { failure } from '../ollama.ts'
import { makeTable, onePage } from '../running.ts'

const signal = new AbortController().signal

t.test('a name is an image where it has a tag or a digest, and is no path', (t) => {
  const images = ['rag-app:0.1.0', 'dev.local/rag-app:0.1.0', 'localhost:5000/a/b:x', `a/b@sha256:${'0'.repeat(64)}`]
  for (const name of images) t.ok(isImage(name), name)
  for (const name of ['rag-app', 'docs/v1', './a:b', '/a:b', '../a:1', 'A:1', 'a:', 'c:\\docs', 's3://a/b:c', '-v:1'])
    t.notOk(isImage(name), name)
  t.end()
})

/** Commands by these names alone are on the PATH, beside tar: each a shell script. */
const onlyTools = (t: Test, tools: Readonly<Record<string, string>>): void => {
  const bin = join(t.testdirName, 'bin')
  mkdirSync(bin)
  for (const [name, script] of Object.entries(tools)) {
    writeFileSync(join(bin, name), `#!/bin/sh\nlog="${t.testdirName}/log"\necho "${name} $*" >> "$log"\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  for (const name of ['sh', 'tar', 'gzip', 'cp', 'mkdir', 'echo']) {
    const { stdout } = spawnSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' })
    if (stdout.startsWith('/') && !existsSync(join(bin, name)))
      writeFileSync(join(bin, name), `#!/bin/sh\nexec ${stdout.trim()} "$@"\n`, { mode: 0o755 })
  }
  const before = process.env.PATH ?? ''
  process.env.PATH = bin
  t.teardown(() => {
    process.env.PATH = before
  })
}

/** A table, and the folder that its image is copied into. */
const prepare = async (t: Test): Promise<{ table: string; place: string }> => {
  const folder = t.testdir({ docs: onePage, place: {} })
  mkdirSync(join(folder, 'root/app'), { recursive: true })
  await makeTable(join(folder, 'docs'), join(folder, 'root/app/table'))
  return { table: join(folder, 'root/app/table'), place: join(folder, 'place') }
}

t.test('podman and docker copy out of a container that never ran, and is taken away', async (t) => {
  for (const tool of ['podman', 'docker'])
    await t.test(tool, async (t) => {
      const { table, place } = await prepare(t)
      const script = `case $1 in create) echo pulling; echo id1;; cp) cp -r ${join(t.testdirName, 'root')}/\${2#id1:/} "$3";; esac`
      onlyTools(t, { [tool]: script })
      const copied = await copyTable('rag-app:1', place, signal)
      t.ok(await isTable(copied))
      t.strictSame(readdirSync(copied).sort(), readdirSync(table).sort())
      const { stdout } = spawnSync('/bin/cat', [join(t.testdirName, 'log')], { encoding: 'utf8' })
      t.match(
        stdout,
        new RegExp(`^${tool} create rag-app:1 none\n${tool} cp id1:/app/table/\\. .*\n${tool} rm --force id1\n$`),
      )
    })
})

t.test('an image that is nothing but a table is copied whole', async (t) => {
  const { table, place } = await prepare(t)
  const script = `case $1 in create) echo id1;; cp) cp -r ${table}/\${2#id1:/} "$3" 2>/dev/null;; esac`
  onlyTools(t, { podman: script })
  const copied = await copyTable('rag-knowledge:1', place, signal)
  for (const name of readdirSync(table)) t.ok(existsSync(join(copied, name)), name)
})

t.test('skopeo and buildah give layers, crane a whole, of which the table is unpacked', async (t) => {
  const layers = (root: string): string =>
    `for last; do :; done; to=\${last#dir:}; mkdir -p $to; cd ${root}; tar -czf $to/aaa app; tar -czf $to/bbb ../docs
echo '{"layers":[{"digest":"sha256:bbb"},{"digest":"sha256:aaa"}]}' > $to/manifest.json`
  const scripts: Readonly<Record<string, (root: string) => string>> = {
    skopeo: layers,
    buildah: layers,
    crane: (root) => `cd ${root}; tar -cf $3 ./app`,
  }
  for (const [tool, script] of Object.entries(scripts))
    await t.test(tool, async (t) => {
      const { table, place } = await prepare(t)
      onlyTools(t, { [tool]: script(join(t.testdirName, 'root')) })
      const copied = await copyTable('rag-app:1', place, signal)
      t.strictSame(readdirSync(copied).sort(), readdirSync(table).sort())
    })
})

t.test('where none can, what each said, and what to run by hand', async (t) => {
  await t.test('no tool is here', async (t) => {
    t.testdir({ place: {} })
    onlyTools(t, {})
    t.match(await failure(copyTable('rag-app:1', join(t.testdirName, 'place'), signal)), {
      name: 'ConfigError',
      message:
        /no folder rag-app:1, and none of podman, docker, skopeo, buildah, crane is here[\s\S]*docker create --name old rag-app:1 none/,
    })
  })
  await t.test('one has no such image, one an image without a table', async (t) => {
    t.testdir({ place: {} })
    onlyTools(t, {
      podman: 'echo trying >&2; echo "Error: no such image" >&2; exit 125',
      docker: 'case $1 in create) echo id1;; cp) exit 1;; esac',
    })
    t.match(await failure(copyTable('rag-app:1', join(t.testdirName, 'place'), signal)), {
      message:
        /No table could be copied out of the image rag-app:1:\n {2}podman: Error: no such image\n {2}docker: there is no table in it/,
    })
  })
  await t.test('it is interrupted', async (t) => {
    t.testdir({ place: {} })
    onlyTools(t, { podman: 'exit 1' })
    const reason = new Error('stopped')
    t.equal(await failure(copyTable('rag-app:1', join(t.testdirName, 'place'), AbortSignal.abort(reason))), reason)
  })
})
