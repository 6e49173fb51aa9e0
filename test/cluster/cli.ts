// npm run test:cluster: what the pages claim of a cluster, tried on the one that kubectl talks to.
import { parseArgs } from 'node:util'
import pc from 'picocolors'
import { type Check, checks, Skip } from './checks.ts'
import { CheckError, ClusterError, createKubectl, type Kubectl } from './kubectl.ts'
import { hurry, type Lab, toMessage, withLab } from './lab.ts'

const help = `Tries in a real cluster what the pages claim of one: Knative's way and the plain pair, to zero and back, a canary, back and
forth again, rollouts and deletions under load, Pod Security, the disruption budget, memory, func where it is there.

  npm run test:cluster -- --image dev.local/rag-app:0.1.0

  --image IMAGE       the image to try; it must be in the cluster, or in a registry that the cluster reaches
  --context NAME      the cluster, as kubectl knows it (the current one)
  --question TEXT     a question that the documents in the image answer (What is Kubernetes?)
  --only TEXT         the checks whose name has this in it; may be given several times
  --timeout SECONDS   for each wait (300)
  --list              the checks and what each is to show; nothing is asked of a cluster
  --help              this text

Everything is done in a namespace of its own, ragfunction-test-…, which is deleted at the end, also after an error and after
Ctrl-C; nothing else is changed. The answers are written by a stand-in for Ollama, run from the same image. A check that
cannot be tried is skipped, and says why. It takes some 20 minutes. Exit code 1 where a claim does not hold.
`

interface Row {
  readonly check: Check
  readonly state: 'ok' | 'failed' | 'skipped'
  readonly figure: string
}

const marks = { ok: pc.green('ok'), failed: pc.red('no'), skipped: pc.yellow('--') } as const

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: {
      image: { type: 'string' },
      context: { type: 'string' },
      question: { type: 'string', default: 'What is Kubernetes?' },
      only: { type: 'string', multiple: true, default: [] },
      timeout: { type: 'string', default: '300' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  const chosen = checks.filter(
    ({ name }) => values.only.length === 0 || values.only.some((part) => name.includes(part)),
  )
  if (chosen.length === 0)
    throw new TypeError(`no check has ${values.only.join(' or ')} in its name: --list has them all.`)
  if (values.list) {
    for (const { name, claim, page } of chosen) console.log(`${name}\n    ${claim}  (${page})`)
    return 0
  }
  if (!values.image) throw new TypeError('--image is missing: which image is to be tried?')
  const seconds = Number(values.timeout)
  if (!(Number.isInteger(seconds) && seconds > 0))
    throw new TypeError(`--timeout is "${values.timeout}": it must be a whole number of seconds.`)
  const { image, context, question } = values
  const timing = toTiming(process.env.RAGFUNCTION_CLUSTER_TIMING)
  // A cluster that is not there is not waited for.
  await inspect(createKubectl({ context, namespace: undefined, signal, patienceMs: 10_000, ...timing }), context)

  const rows: Row[] = []
  const options = {
    context,
    image,
    question,
    seconds,
    signal,
    timing,
    say: (line: string) => console.error(pc.dim(line)),
  }
  try {
    await withLab(options, async (lab) => {
      for (const check of chosen) {
        console.error(pc.dim(`${check.name} …`))
        rows.push(await make(check, lab))
      }
    })
  } finally {
    if (rows.length > 0) print(chosen, rows)
  }
  return rows.some(({ state }) => state === 'failed') || rows.every(({ state }) => state === 'skipped') ? 1 : 0
}

/** Makes one check. Throws only what ends all of them. */
async function make(check: Check, lab: Lab): Promise<Row> {
  try {
    return { check, state: 'ok', figure: await check.run(lab) }
  } catch (error) {
    if (error instanceof Skip) return { check, state: 'skipped', figure: error.message }
    if (error instanceof CheckError) return { check, state: 'failed', figure: error.message }
    throw error
  }
}

/** Throws ClusterError where there is no kubectl, no such context, no cluster, or no right to make a namespace. */
async function inspect(kubectl: Kubectl, context: string | undefined): Promise<void> {
  const there = await kubectl.try(['version', '--client']).catch(() => undefined)
  if (there === undefined) throw new ClusterError('kubectl is not installed: https://kubernetes.io/docs/tasks/tools/')
  const current = context ?? (await kubectl.try(['config', 'current-context'])).stdout.trim()
  if (current === '')
    throw new ClusterError('kubectl has no current context: kubectl config use-context NAME, or --context NAME.')
  const { clientVersion, serverVersion } = await kubectl.json(['version'])
  const mayMake = await kubectl.try(['auth', 'can-i', 'create', 'namespaces'])
  if (!/^yes/.test(mayMake.stdout))
    throw new ClusterError(
      `In ${current} you may not make a namespace, which this needs (${mayMake.said || mayMake.stdout.trim() || 'no'}).`,
    )
  const knative = await kubectl.try([
    ...['get', 'deployment', 'controller', '--namespace', 'knative-serving'],
    ...['--output', 'jsonpath={.metadata.labels.app\\.kubernetes\\.io/version}'],
  ])
  console.log(
    `${current}: Kubernetes ${serverVersion?.gitVersion ?? 'unknown'}, Knative Serving ${knative.stdout.trim() || 'not installed'}, kubectl ${clientVersion?.gitVersion}`,
  )
}

function print(chosen: readonly Check[], rows: readonly Row[]): void {
  const width = Math.max(...chosen.map(({ name }) => name.length))
  console.log('')
  for (const check of chosen) {
    const row = rows.find((made) => made.check === check)
    const mark = row === undefined ? marks.skipped : marks[row.state]
    console.log(`${mark}  ${check.name.padEnd(width)}  ${row === undefined ? 'not reached' : row.figure}`)
    console.log(`    ${' '.repeat(width)}  ${pc.dim(`claimed: ${check.claim} (${check.page})`)}`)
  }
  const count = (state: Row['state']): number => rows.filter((row) => row.state === state).length
  console.log(
    `\n${count('ok')} hold, ${count('failed')} do not, ${count('skipped')} skipped, ${chosen.length - rows.length} not reached`,
  )
}

/** For this program's own tests alone, which have no minute to wait. */
function toTiming(text: string | undefined): { callTimeoutMs?: number; patienceMs?: number; pollMs?: number } {
  return text === undefined ? {} : JSON.parse(text)
}

const interrupted = new AbortController()
let signals = 0
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(name, () => {
    signals += 1
    if (signals === 1) interrupted.abort(new ClusterError(`Ended by ${name}.`))
    else hurry.abort(new ClusterError(`Ended by ${name}, before everything was taken away.`))
  })

// Not exit(): what was said is to reach whoever reads it.
process.exitCode = await main(interrupted.signal).catch((error: unknown) => {
  const known = error instanceof ClusterError || error instanceof CheckError || interrupted.signal.aborted
  if (error instanceof TypeError) console.error(`${error.message}\nSee npm run test:cluster -- --help.`)
  else console.error(known ? toMessage(interrupted.signal.aborted ? interrupted.signal.reason : error) : error)
  return interrupted.signal.aborted ? 130 : 1
})
