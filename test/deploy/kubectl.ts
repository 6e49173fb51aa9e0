// A kubectl for tests, run as a program: it keeps a cluster in a file, and is as rude as RUDE tells it to be.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// biome-ignore lint/suspicious/noExplicitAny: a Kubernetes object.
type KubernetesObject = any

interface Cluster {
  calls: number
  namespaces: KubernetesObject[]
  /** By kind and name. */
  objects: Record<string, KubernetesObject>
  /** Of the Knative Service, oldest first: the model that each revision asks. */
  revisions: string[]
}

/** What a test asks of it. */
interface Rude {
  readonly noContext?: boolean
  readonly forbidden?: boolean
  readonly noKnative?: boolean
  readonly noImage?: boolean
  readonly otherRun?: string
  /** From this call on it does not answer. */
  readonly deadFrom?: number
  /** Every so-manieth call fails by itself. */
  readonly stutters?: number
  readonly brokenAnswers?: number
  readonly ignoresTraffic?: boolean
  readonly noKourier?: boolean
}

const file = process.env.CLUSTER ?? ''
const rude: Rude = JSON.parse(process.env.RUDE ?? '{}')
const cluster: Cluster = JSON.parse(readFileSync(file, 'utf8'))
const given = process.argv.slice(2)
const namespaceAt = given.indexOf('--namespace')
const args = given.filter((_, index) => namespaceAt === -1 || (index !== namespaceAt && index !== namespaceAt + 1))
const [verb = '', kind = '', name = ''] = args
const selector = args[args.indexOf('--selector') + 1] ?? ''

const end = (code: number, out: string | object = '', said = ''): never => {
  writeFileSync(file, JSON.stringify(cluster))
  process.stdout.write(typeof out === 'string' ? out : JSON.stringify(out))
  process.stderr.write(said)
  process.exit(code)
}
const key = (kind: string, name: string): string => `${kind.toLowerCase()}/${name}`
const notFound = (): never => end(1, '', `Error from server (NotFound): ${kind} "${name}" not found`)

cluster.calls += 1
if (rude.deadFrom !== undefined && cluster.calls >= rude.deadFrom)
  end(1, '', 'The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?')
if (rude.stutters !== undefined && cluster.calls % rude.stutters === 0 && !['version', 'config', 'auth'].includes(verb))
  end(
    1,
    '',
    'Error from server (InternalError): Internal error occurred: failed calling webhook "webhook.serving.knative.dev"',
  )

const pod = (podName: string, labels: object, model?: string): KubernetesObject => ({
  kind: 'Pod',
  spec: { nodeName: 'node-1' },
  metadata: { name: podName, labels },
  model,
  status: rude.noImage
    ? {
        phase: 'Pending',
        containerStatuses: [
          { name: 'x', restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff', message: 'no' } } },
        ],
      }
    : {
        phase: 'Running',
        podIP: '10.0.0.9',
        containerStatuses: [{ name: 'x', restartCount: 0, state: { running: {} } }],
      },
})
const modelOf = (object: KubernetesObject): string =>
  object.spec.template.spec.containers[0].env.find(({ name }: { name: string }) => name === 'OLLAMA_MODEL')?.value

const traffic = (): Array<[string, number]> => {
  const service = cluster.objects['service/rag-app']
  return service.spec.traffic.map((target: KubernetesObject) => [
    target.latestRevision ? cluster.revisions.at(-1) : cluster.revisions[Number(target.revisionName.slice(-1)) - 1],
    target.percent,
  ])
}

/** What an asker prints: the answers of whatever is deployed. */
const ask = ({ url, questions = 100, memoryOf }: KubernetesObject): object => {
  const models: Record<string, number> = {}
  if (url.includes('svc.cluster.local')) {
    const [first] = cluster.revisions
    for (const [model, percent] of rude.ignoresTraffic ? [[first ?? '', 100] as const] : traffic())
      models[model] = (models[model] ?? 0) + Math.round((questions * percent) / 100)
  } else if (url.includes('rag-app-service'))
    models[modelOf(cluster.objects['deployment/rag-app-deployment'])] = questions
  const broken = rude.brokenAnswers ?? 0
  return {
    ...{
      asked: questions,
      whole: questions - broken,
      broken,
      waited: 0,
      closes: 1,
      models,
      versions: {},
      p50: 5,
      p95: 9,
      max: 1100,
    },
    failures: broken > 0 ? { 'read ECONNRESET': broken } : {},
    memoryBytes: memoryOf === undefined ? 0 : 120 << 20,
  }
}

const apply = (object: KubernetesObject): void => {
  if (object.kind === 'Namespace')
    return void cluster.namespaces.push({
      ...object,
      metadata: { ...object.metadata, creationTimestamp: '2026-11-25T12:00:00Z' },
    })
  const before = cluster.objects[key(object.kind, object.metadata.name)]
  const generation = (before?.metadata.generation ?? 0) + 1
  cluster.objects[key(object.kind, object.metadata.name)] = {
    ...object,
    before,
    metadata: { ...object.metadata, generation },
  }
  if (object.apiVersion.startsWith('serving') && cluster.revisions.at(-1) !== modelOf(object))
    cluster.revisions.push(modelOf(object))
}

const deploymentStatus = (object: KubernetesObject): KubernetesObject => {
  const replicas = object.spec.replicas ?? 1
  const ready = rude.noImage ? 0 : replicas
  return {
    ...object,
    status: {
      observedGeneration: object.metadata.generation,
      replicas,
      updatedReplicas: replicas,
      availableReplicas: ready,
    },
  }
}

const serviceStatus = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  status: {
    observedGeneration: object.metadata.generation,
    latestReadyRevisionName: `rag-app-0000${cluster.revisions.length}`,
    url: 'http://rag-app.ns.example.com',
    address: { url: 'http://rag-app.ns.svc.cluster.local' },
    conditions: [{ type: 'Ready', status: 'True' }],
  },
})

const input = (): string => readFileSync(0, 'utf8')
const ignoresMissing = args.includes('--ignore-not-found')

if (verb === 'port-forward') {
  // Kourier: what it answers hangs on the Host header alone. It runs until it is killed.
  const { createServer } = await import('node:http')
  const kourier = createServer(({ headers: { host } }, response) =>
    response.writeHead(host === 'rag-app.ns.example.com' ? 200 : 404).end('{"answer":"…"}'),
  )
  await new Promise<void>((resolve) => kourier.listen(0, '127.0.0.1', resolve))
  const address = kourier.address()
  console.log(`Forwarding from 127.0.0.1:${typeof address === 'object' ? address?.port : ''} -> 8080`)
  console.log(`Forwarding from [::1]:${typeof address === 'object' ? address?.port : ''} -> 8080`)
  await new Promise(() => undefined)
}
if (verb === 'version') end(0, { clientVersion: { gitVersion: 'v1.36.0' }, serverVersion: { gitVersion: 'v1.36.3' } })
if (verb === 'config')
  end(rude.noContext ? 1 : 0, rude.noContext ? '' : 'fake\n', rude.noContext ? 'error: current-context is not set' : '')
if (verb === 'auth') end(rude.forbidden ? 1 : 0, rude.forbidden ? 'no\n' : 'yes\n')
if (verb === 'kustomize') {
  const { parseAllDocuments, stringify } = await import('yaml')
  const documents = (folder: string): KubernetesObject[] =>
    parseAllDocuments(readFileSync(join(folder, 'Kustomization'), 'utf8'))[0]
      ?.toJS()
      .resources.flatMap((path: string) =>
        parseAllDocuments(readFileSync(join(folder, path), 'utf8')).map((document) => document.toJS()),
      )
  end(
    0,
    documents(kind)
      .map((object) => stringify(object))
      .join('---\n'),
  )
}
if (verb === 'apply') {
  const object = JSON.parse(input())
  delete cluster.objects['seen/pod']
  for (const item of object.kind === 'List' ? object.items : [object]) apply(item)
  end(0)
}
if (verb === 'create') {
  const evicted = cluster.objects['evicted/one']
  cluster.objects['evicted/one'] = { kind: 'Evicted' }
  if (evicted === undefined) end(0)
  end(1, '', "Error from server (TooManyRequests): Cannot evict pod as it would violate the pod's disruption budget.")
}
if (verb === 'patch') {
  const service = cluster.objects['service/rag-app']
  service.spec.traffic = JSON.parse(args[args.indexOf('--patch') + 1] ?? '').spec.traffic
  service.metadata.generation += 1
  end(0)
}
if (verb === 'rollout') {
  const deployment = cluster.objects['deployment/rag-app-deployment']
  if (kind === 'undo')
    cluster.objects['deployment/rag-app-deployment'] = { ...deployment.before, metadata: deployment.metadata }
  end(0)
}
if (verb === 'logs') {
  const asker = cluster.objects[key('Pod', kind)]
  const { value = '{}' } = asker?.spec.containers[0].env[0] ?? {}
  end(0, `5 whole, 0 broken\nRESULT ${JSON.stringify(ask(JSON.parse(value)))}\n`)
}
if (verb === 'delete') {
  if (kind === 'namespace') cluster.namespaces = cluster.namespaces.filter(({ metadata }) => metadata.name !== name)
  if (kind === 'ksvc' && name === '--all') delete cluster.objects['service/rag-app']
  end(0)
}
if (verb === 'get' && (kind === 'namespaces' || kind === 'namespace')) {
  const others =
    rude.otherRun === undefined
      ? []
      : [{ metadata: { name: rude.otherRun, creationTimestamp: '2026-11-25T11:00:00Z' } }]
  if (kind === 'namespaces') end(0, { items: [...cluster.namespaces, ...others] })
  end(0, cluster.namespaces.some(({ metadata }) => metadata.name === name) ? `namespace/${name}\n` : '')
}
if (verb === 'get' && kind === '--raw')
  end(
    0,
    '# TYPE x gauge\ncontainer_memory_working_set_bytes{container="rag-app",namespace="x",pod="rag-app-a"} 1.25829e+08 1\n',
  )
if (verb === 'get' && kind === 'crd')
  end(0, rude.noKnative ? '' : 'customresourcedefinition/services.serving.knative.dev\n')
if (verb === 'get' && kind === 'pods') {
  if (selector.startsWith('app=asker')) end(0, { items: [] })
  if (selector.startsWith('serving')) {
    // Gone when nobody asks: seen once, and not the next time.
    const seen = cluster.objects['seen/pod'] !== undefined
    if (seen) delete cluster.objects['seen/pod']
    else cluster.objects['seen/pod'] = { kind: 'Seen' }
    end(0, { items: seen ? [] : [pod('rag-app-00001-x', {})] })
  }
  end(0, { items: ['a', 'b'].map((letter) => pod(`rag-app-${letter}`, {})) })
}
if (verb === 'get' && kind === 'pdb') end(0, { status: { disruptionsAllowed: 1 } })
if (verb === 'get' && kind === 'service') rude.noKourier ? notFound() : end(0, '{}')
if (verb === 'get') {
  const object = cluster.objects[key(kind === 'ksvc' ? 'Service' : kind, name)]
  if (object === undefined) ignoresMissing ? end(0) : notFound()
  if (args.includes('name')) end(0, `${kind}/${name}\n`)
  if (object.kind === 'Deployment') end(0, deploymentStatus(object))
  if (object.kind === 'Pod') end(0, { ...object, status: { phase: rude.noImage ? 'Pending' : 'Succeeded' } })
  end(0, serviceStatus(object))
}
end(1, '', `error: unknown command ${JSON.stringify(args)}`)
