import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { checks } from '../cluster/checks.ts'
import { type Run, root, run } from '../running.ts'

t.setTimeout(10 * 60_000)
const image = ['--image', 'dev.local/rag-app:0.1.0']

/** `npm run test:cluster` with test/deploy/kubectl.ts in kubectl's place; `left` is how many namespaces it leaves behind. */
const start = (
  t: Test,
  args: readonly string[],
  rude: object = {},
  timing: object = {},
): Run & { left: () => number } => {
  const folder = t.testdir({ 'cluster.json': '{"calls":0,"namespaces":[],"objects":{},"revisions":[]}' })
  const tools = join(folder, 'tools')
  mkdirSync(tools)
  const fake = join(root, 'test/deploy/kubectl.ts')
  writeFileSync(join(tools, 'kubectl'), `#!/bin/sh\nunset NODE_OPTIONS\nexec '${process.execPath}' '${fake}' "$@"\n`, {
    mode: 0o755,
  })
  const running = run(t, ['test/cluster/cli.ts', ...args], {
    PATH: tools,
    CLUSTER: join(folder, 'cluster.json'),
    RUDE: JSON.stringify(rude),
    RAGFUNCTION_CLUSTER_TIMING: JSON.stringify({ pollMs: 10, patienceMs: 60_000, ...timing }),
  })
  const left = (): number => JSON.parse(readFileSync(join(folder, 'cluster.json'), 'utf8')).namespaces.length
  return { ...running, left }
}

t.test('what is claimed is written on the page', async (t) => {
  const flat = (text: string): string => text.replace(/\s+/g, ' ')
  for (const { name, claim, page } of checks)
    t.ok(flat(readFileSync(join(root, page), 'utf8')).includes(flat(claim)), `${name}: "${claim}" in ${page}`)
})

t.test('--help and --list ask no cluster; what is wrong is named', async (t) => {
  const help = start(t, ['--help'])
  t.equal(await help.exited, 0)
  for (const option of ['--image', '--context', '--question', '--only', '--timeout', '--list'])
    t.match(help.output(), option)
  const list = start(t, ['--list', '--only', 'canary'])
  t.equal(await list.exited, 0)
  t.match(list.output(), /canary/)
  for (const [args, said] of [
    [[], '--image is missing'],
    [[...image, '--timeout', 'soon'], '--timeout is "soon"'],
    [[...image, '--only', 'nothing'], 'no check has nothing in its name'],
    [['--frobnicate'], '--frobnicate'],
  ] as const) {
    const wrong = start(t, args)
    t.equal(await wrong.exited, 1)
    t.match(wrong.output(), said)
    t.match(wrong.output(), '--help')
  }
})

t.test('on a cluster that stutters every claim is tried, and nothing is left behind', async (t) => {
  const { exited, output, left } = start(t, image, { stutters: 7 })
  t.equal(await exited, 0, output())
  t.match(output(), /^fake: Kubernetes v1\.36\.3/m)
  for (const { name } of checks.filter(({ name }) => !name.startsWith('func')))
    t.match(output(), new RegExp(`^ok {2}${name}`, 'm'))
  t.match(output(), /^-- {2}func .* func is not installed$/m)
  t.match(output(), /answered through the route .*; and from outside, by port-forward$/m)
  t.match(output(), /canary asked 10 % of 200 times/)
  t.match(output(), /120 of 256 MiB in use; 120 MiB resident/)
  t.match(output(), `${checks.length - 1} hold, 0 do not, 1 skipped, 0 not reached`)
  t.equal(left(), 0)
})

t.test('without Knative its checks are skipped, and say so', async (t) => {
  const { exited, output, left } = start(t, [...image, '--only', 'become ready', '--only', 'becomes ready'], {
    noKnative: true,
  })
  t.equal(await exited, 0, output())
  t.match(output(), /^ok {2}pair/m)
  t.match(output(), /^-- {2}knative.* Knative Serving is not installed in this cluster$/m)
  t.equal(left(), 0)
  const nothing = start(t, [...image, '--only', 'becomes ready'], { noKnative: true })
  t.equal(await nothing.exited, 1, 'nothing was tried')
})

t.test('where Kourier is not, it is not asked from outside, and that is said', async (t) => {
  const { exited, output } = start(t, [...image, '--only', 'through the route'], { noKourier: true })
  t.equal(await exited, 0, output())
  t.match(output(), /from outside not tried, without Kourier$/m)
})

t.test('what does not hold is said, the rest is still tried, and the exit code tells', async (t) => {
  const broken = start(t, [...image, '--only', 'pair: a question', '--only', 'one pod at a time'], { brokenAnswers: 3 })
  t.equal(await broken.exited, 1)
  t.match(broken.output(), /^no {2}pair: a question is answered +3 of 20 broken: 3 × read ECONNRESET$/m)
  t.match(broken.output(), /^ok {2}pair: draining a node/m)
  const stuck = start(t, [...image, '--only', 'canary'], { ignoresTraffic: true })
  t.equal(await stuck.exited, 1)
  t.match(stuck.output(), /^no .*the canary was asked 0 % of 200 times$/m)
})

t.test(
  'no context, no right, no image, another run: each ends with its reason, and nothing is left behind',
  async (t) => {
    for (const [rude, said] of [
      [{ noContext: true }, 'kubectl has no current context'],
      [{ forbidden: true }, 'In fake you may not make a namespace'],
      [
        { noImage: true },
        /The image dev\.local\/rag-app:0\.1\.0 is not to be had in the cluster .*minikube image build/,
      ],
      [{ otherRun: 'ragfunction-test-x' }, /Another run is on this cluster, in namespace ragfunction-test-x since/],
    ] as const) {
      const { exited, output, left } = start(t, image, rude)
      t.equal(await exited, 1, output())
      t.match(output(), said)
      t.notMatch(output(), /\n {4}at /, 'no stack trace')
      t.equal(left(), 0)
    }
  },
)

t.test('a cluster that stops answering midway ends it, with the command that takes the rest away', async (t) => {
  const { exited, output } = start(t, [...image, '--only', 'pair'], { deadFrom: 25 }, { patienceMs: 300 })
  t.equal(await exited, 1)
  t.match(output(), /The cluster has not answered for 0 s\. kubectl .* was refused/)
  t.match(output(), /could not be taken away .* Do it by hand: kubectl delete namespace ragfunction-test-\w+/)
})

t.test('Ctrl-C takes everything away first', async (t) => {
  const { child, exited, output, left } = start(t, image, {}, { pollMs: 300 })
  while (!output().includes('pair: a question is answered …')) await new Promise((resolve) => setTimeout(resolve, 20))
  t.equal(left(), 1)
  child.kill('SIGINT')
  t.equal(await exited, 130, output())
  t.match(output(), 'Ended by SIGINT.')
  t.equal(left(), 0)
})
