import { execFile } from 'node:child_process'
import type { Config } from '../function/config.ts'
import { modelName } from '../function/embedding/model-file.ts'
import { verifyModel } from '../function/embedding/verify.ts'
import { TableError } from '../function/errors.ts'
import type { Manifest } from '../function/table/manifest.ts'

/** One thing that was looked at: how it is, and the command or setting that mends it. `failed` keeps the function from its job, `missing` does not. */
export interface Finding {
  readonly what: string
  readonly state: 'good' | 'missing' | 'failed'
  readonly found: string
  readonly mend?: string
}

const nodeNeeded = 24
const toolTimeoutMs = 10_000
const dayMs = 86_400_000

export function checkNode(version: string): Finding {
  const what = 'Node'
  if (Number.parseInt(version.slice(1), 10) >= nodeNeeded) return { what, state: 'good', found: version }
  return {
    what,
    state: 'failed',
    found: `${version}; it must be ${nodeNeeded} or newer`,
    mend: 'npm ci, which brings its own, then npm run doctor',
  }
}

/** Opens the table as the function would, and reads every file of it. */
export async function checkTable({ tableUri, store }: Config, now = Date.now()): Promise<Finding> {
  const what = 'Table'
  try {
    // Imported here, so that a native library that does not load is a finding too.
    const [{ openWholeTable }, { isStale }] = await Promise.all([
      import('../function/table/open.ts'),
      import('../index/ingest.ts'),
    ])
    const { manifest } = await openWholeTable(tableUri, store)
    const found = `${describe(manifest)}, made ${toAge(now - Date.parse(manifest.createdAt))}`
    const renew = { mend: manifest.renewal }
    if (await isStale(manifest))
      return { what, state: 'missing', found: `${found}; its documents have changed since`, ...renew }
    return { what, state: 'good', found }
  } catch (error) {
    // Its message names the command.
    if (error instanceof TableError) return { what, state: 'failed', found: error.message }
    return {
      what,
      state: 'failed',
      found: `LanceDB cannot be used: ${toMessage(error)}`,
      mend: 'npm ci, on the machine that runs it',
    }
  }
}

/** The built-in model's file, byte for byte; nothing where another model embeds. Without it questions are searched by words alone. */
export async function checkBuiltIn({ embeddingModel }: Config, path?: string): Promise<Finding[]> {
  if (embeddingModel !== 'built-in') return []
  const what = 'Embeddings'
  try {
    await verifyModel(path)
    return [{ what, state: 'good', found: `built in: ${modelName}` }]
  } catch (error) {
    const mend = `git checkout -- function/embedding/${modelName}.bin`
    return [{ what, state: 'missing', found: toMessage(error), mend }]
  }
}

/** The tools that deploy, and whether the cluster that kubectl talks to has Knative; none of them is needed to answer questions here. */
export async function checkTools(): Promise<Finding[]> {
  const [func, minikube, kubectl] = await Promise.all([
    run('func', 'version'),
    run('minikube', 'profile', 'list'),
    run('kubectl', 'config', 'current-context'),
  ])
  const findings = [
    toFinding(
      'func',
      func,
      'deploys by func deploy; kubectl apply -k deploy/knative/ does it too: https://knative.dev/docs/functions/install-func/',
    ),
    toFinding('minikube', minikube, 'minikube start (https://minikube.sigs.k8s.io/docs/start/)'),
    toFinding('kubectl', kubectl, 'kubectl config use-context minikube (https://kubernetes.io/docs/tasks/tools/)'),
  ]
  if (kubectl.output === undefined || kubectl.code !== 0) return findings
  const knative = await run(
    'kubectl',
    'get',
    'crd',
    'services.serving.knative.dev',
    '--output',
    'name',
    '--request-timeout',
    '5s',
  )
  const absent = /not ?found/i.test(knative.output ?? '')
  return [
    ...findings,
    knative.code === 0
      ? { what: 'Knative', state: 'good', found: `installed in ${kubectl.output}` }
      : {
          what: 'Knative',
          state: 'missing',
          found: absent ? `not installed in ${kubectl.output}` : `${kubectl.output} does not answer`,
          mend: absent ? 'see docs/minikube-with-knative.md, or kubectl apply -k deploy/fallback/' : 'minikube start',
        },
    ...(knative.code === 0 ? [await checkDomain()] : []),
  ]
}

/** A domain for Knative's routes: without one a Service is seen in the cluster only, and Kourier answers 404 from outside. */
async function checkDomain(): Promise<Finding> {
  const what = 'Domain'
  const names = ['get', 'configmap', 'config-domain', '--namespace', 'knative-serving', '--request-timeout', '5s']
  const { code, output = '' } = await run(
    'kubectl',
    ...names,
    '--output',
    'go-template={{range $name, $_ := .data}}{{$name}} {{end}}',
  )
  if (code !== 0) return { what, state: 'missing', found: output || 'config-domain cannot be read' }
  const [domain] = output.split(/\s+/).filter((name) => !['', '_example', 'svc.cluster.local'].includes(name))
  if (domain !== undefined) return { what, state: 'good', found: domain }
  return {
    what,
    state: 'missing',
    found: 'routes have none, so that a Service is seen in the cluster only',
    mend: `kubectl patch configmap/config-domain -n knative-serving --type merge -p '{"data":{"example.com":""}}'`,
  }
}

interface Outcome {
  readonly code: number | null
  /** The first line of what it said; undefined where there is no such command. */
  readonly output: string | undefined
}

function run(command: string, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: toolTimeoutMs }, (error, stdout, stderr) => {
      const [output = ''] = `${stdout.trim()}\n${stderr.trim()}`.trim().split('\n')
      const absent = error !== null && error.code === 'ENOENT'
      resolve({
        code: error === null ? 0 : typeof error.code === 'number' ? error.code : null,
        output: absent ? undefined : output,
      })
    })
  })
}

function toFinding(what: string, { code, output }: Outcome, mend: string): Finding {
  if (output === undefined) return { what, state: 'missing', found: 'not installed', mend }
  return code === 0
    ? { what, state: 'good', found: output }
    : { what, state: 'missing', found: output || 'does not work', mend }
}

function describe({ documents, chunks, embedding, folder }: Manifest): string {
  const retrieval = embedding === null ? 'found by words alone' : `found by words and by ${embedding.model}`
  return `${documents} documents from ${folder} in ${chunks} chunks, whole, ${retrieval}`
}

function toAge(ms: number): string {
  const days = Math.floor(ms / dayMs)
  return days < 1 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`
}

function toMessage(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
}
