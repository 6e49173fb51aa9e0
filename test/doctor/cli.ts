import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startOllama } from '../ollama.ts'
import { makeTable, nowhere, type Run, root, run } from '../running.ts'

const doctor = (t: Test, environment: Record<string, string>, args: readonly string[] = []): Run =>
  run(t, ['doctor/cli.ts', ...args], { PATH: '', ...environment })

t.test('where all is well, it says so and ends with 0', async (t) => {
  const folder = t.testdir({ docs: { 'pods.md': '# Pods\n\nA pod runs containers.' } })
  const table = join(folder, 'table')
  await makeTable(join(folder, 'docs'), table)
  const { host } = await startOllama(t)
  const PATH = makeTools(join(folder, 'tools'), {
    func: 'echo v1.20.0',
    minikube: 'echo minikube',
    kubectl:
      'case "$1 $2" in "config "*) echo minikube;; *configmap) echo "_example example.com ";; *) echo customresourcedefinition.apiextensions.k8s.io/services.serving.knative.dev;; esac',
  })
  const { exited, output } = doctor(t, { TABLE_URI: table, OLLAMA_HOST: host, PATH })
  t.equal(await exited, 0, output())
  for (const line of [
    /ok {2}Node +v24/,
    /ok {2}Table +1 documents from .*docs in 1 chunks, whole, found by words alone, made today/,
    `ok  Ollama        ${host}`,
    /ok {2}Model +gemma3:1b/,
    /ok {2}Embeddings +built in: all-MiniLM-L6-v2/,
    /ok {2}func +v1\.20\.0/,
    /ok {2}minikube/,
    /ok {2}kubectl +minikube/,
    /ok {2}Knative +installed in minikube/,
    /ok {2}Domain +example\.com/,
    'The function can answer here: npm start',
  ])
    t.match(output(), line)
  t.notMatch(output(), '\u001b', 'no colours where there is no terminal')
})

t.test('without a table it ends with 1 and names the command that makes one', async (t) => {
  const { exited, output } = doctor(t, { TABLE_URI: join(t.testdir(), 'table'), OLLAMA_HOST: nowhere })
  t.equal(await exited, 1)
  t.match(output(), /no {2}Table +There is no table at .* npm run ingest/)
  t.match(output(), 'The function cannot answer here yet.')
})

t.test('a damaged table fails, a stale one does not', async (t) => {
  const folder = t.testdir({ docs: { 'pods.md': '# Pods\n\nA pod runs containers.' } })
  const table = join(folder, 'table')
  const { manifest } = await makeTable(join(folder, 'docs'), table)
  writeFileSync(join(folder, 'docs', 'pods.md'), '# Pods\n\nChanged.')
  const stale = doctor(t, { TABLE_URI: table, OLLAMA_HOST: nowhere })
  t.equal(await stale.exited, 0, stale.output())
  t.match(
    stale.output(),
    new RegExp(`--  Table .*its documents have changed since\\n +npm run ingest -- ${join(folder, 'docs')}`),
  )

  writeFileSync(join(table, manifest.files[0]?.path ?? ''), 'not as it was')
  const damaged = doctor(t, { TABLE_URI: table, OLLAMA_HOST: nowhere })
  t.equal(await damaged.exited, 1)
  t.match(damaged.output(), /no {2}Table .*is damaged/)
})

t.test('without Ollama the function quotes, unless it was told to have a model', async (t) => {
  const table = join(t.testdir({ docs: { 'pods.md': '# Pods\n\nA pod runs containers.' } }), 'table')
  await makeTable(join(root, 'documents'), table)
  for (const [GENERATOR, code, mark] of [
    ['auto', 0, '--'],
    ['ollama', 1, 'no'],
    ['extractive', 0, 'ok'],
  ] as const) {
    const { exited, output } = doctor(t, { TABLE_URI: table, OLLAMA_HOST: nowhere, GENERATOR })
    t.equal(await exited, code, output())
    t.match(output(), `${mark}  Ollama`)
    if (GENERATOR !== 'extractive')
      t.match(output(), /does not answer at http:\/\/127\.0\.0\.1:9.*\n +(ollama serve|export OLLAMA_HOST=)/)
  }
})

t.test(
  'a model that is not pulled, and tools that are not there or do not work, come with what mends them',
  async (t) => {
    const folder = t.testdir()
    const table = join(folder, 'table')
    await makeTable(join(root, 'documents'), table)
    const { host } = await startOllama(t, { models: ['all-minilm:latest'] })
    const PATH = makeTools(join(folder, 'tools'), {
      minikube: 'echo "Profile not found" >&2; exit 85',
      kubectl:
        'if [ "$1" = config ]; then echo kind; else echo "Error from server (NotFound): not found" >&2; exit 1; fi',
    })
    const { exited, output } = doctor(t, { TABLE_URI: table, OLLAMA_HOST: host, PATH })
    t.equal(await exited, 0, output())
    t.match(output(), /-- {2}Model +gemma3:1b is not pulled\n +ollama pull gemma3:1b/)
    t.match(output(), /-- {2}func +not installed\n/)
    t.match(output(), /-- {2}minikube +Profile not found\n +minikube start/)
    t.match(output(), /-- {2}Knative +not installed in kind\n/)

    const silent = makeTools(join(folder, 'silent'), {
      kubectl: 'if [ "$1" = config ]; then echo kind; else echo refused >&2; exit 1; fi',
    })
    const { exited: ended, output: said } = doctor(t, { TABLE_URI: table, OLLAMA_HOST: host, PATH: silent })
    t.equal(await ended, 0)
    t.match(said(), /-- {2}Knative +kind does not answer/)
  },
)

t.test('Knative whose routes have no domain comes with the command that gives them one', async (t) => {
  const folder = t.testdir()
  for (const [names, said] of [
    [
      '_example ',
      /-- {2}Domain +routes have none, so that a Service is seen in the cluster only\n +kubectl patch configmap\/config-domain/,
    ],
    ['', /-- {2}Domain +routes have none/],
    ['_example svc.cluster.local ', /-- {2}Domain +routes have none/],
    ['10.0.0.1.sslip.io ', /ok {2}Domain +10\.0\.0\.1\.sslip\.io/],
  ] as const) {
    const PATH = makeTools(join(folder, `tools-${names.length}`), {
      kubectl: `case "$1 $2" in "config "*) echo kind;; *configmap) echo "${names}";; *) echo crd;; esac`,
    })
    const { exited, output } = doctor(t, { OLLAMA_HOST: nowhere, PATH })
    await exited
    t.match(output(), said)
  }
})

t.test('a wrong variable is named', async (t) => {
  const { exited, output } = doctor(t, { TOP_K: 'many' })
  t.equal(await exited, 1)
  t.match(output(), /no {2}Configuration +TOP_K is "many"/)
})

t.test('--help explains it, and an unknown option is an error', async (t) => {
  const help = doctor(t, {}, ['--help'])
  t.equal(await help.exited, 0)
  t.match(help.output(), 'npm run doctor')
  const wrong = doctor(t, {}, ['--frobnicate'])
  t.equal(await wrong.exited, 1)
  t.match(wrong.output(), '--frobnicate')
})

/** A folder with commands of these names, which do what a shell makes of the text. */
function makeTools(folder: string, tools: Record<string, string>): string {
  mkdirSync(folder)
  for (const [name, script] of Object.entries(tools))
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return folder
}
