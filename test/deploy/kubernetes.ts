import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Broker } from '@kubernetes-models/knative/eventing.knative.dev/v1/Broker'
import { Trigger } from '@kubernetes-models/knative/eventing.knative.dev/v1/Trigger'
import { Service as KnativeService } from '@kubernetes-models/knative/serving.knative.dev/v1/Service'
import { SinkBinding } from '@kubernetes-models/knative/sources.knative.dev/v1/SinkBinding'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { Job } from 'kubernetes-models/batch/v1/Job'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim'
import { Service } from 'kubernetes-models/v1/Service'
import t from 'tap'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { readConfig, variables } from '../../function/config.ts'
import { root } from '../running.ts'
import { type Kustomization, type Manifest, readKustomizations, readManifests } from './manifests.ts'

const manifests = readManifests()
const find = (path: string): Manifest => {
  const found = manifests.find((manifest) => manifest.path === path)
  if (found === undefined) throw new Error(`there is no ${path}`)
  return found
}
const knative = find('deploy/knative/service.yaml')
const fallback = find('deploy/fallback/deployment.yaml')
const ours = [knative, fallback]
const kustomizations = readKustomizations()
const findFolder = (name: string): Kustomization => {
  const found = kustomizations.find(({ folder }) => folder === name)
  if (found === undefined) throw new Error(`there is no deploy/${name}/Kustomization`)
  return found
}
const pods = manifests.filter(({ spec }) => spec.template !== undefined)
const config = readConfig({})
const typescript = '--noEmit --strict --skipLibCheck --ignoreConfig --module nodenext --target es2024'.split(' ')

/** kagent's own definition, as far as ours uses it: no package has its schema. */
class RemoteMCPServer {
  readonly #given: unknown
  constructor(given: unknown) {
    this.#given = given
  }
  validate(): void {
    const spec = z.strictObject({
      description: z.string(),
      protocol: z.enum(['SSE', 'STREAMABLE_HTTP']),
      url: z.url(),
      timeout: z.string().regex(/^\d+s$/),
    })
    z.object({ spec }).parse(this.#given)
  }
}

const models = {
  'serving.knative.dev/v1': { Service: KnativeService },
  'eventing.knative.dev/v1': { Broker, Trigger },
  'sources.knative.dev/v1': { SinkBinding },
  'apps/v1': { Deployment },
  'batch/v1': { Job },
  'networking.k8s.io/v1': { NetworkPolicy },
  'policy/v1': { PodDisruptionBudget },
  'kagent.dev/v1alpha2': { RemoteMCPServer },
  v1: { PersistentVolumeClaim, Service },
} as const

/** These schemas want a status of a SinkBinding, which is the cluster's to write, and which Knative's own definition does not ask for. */
const withStatus = ({ path: _, ...manifest }: Manifest): object =>
  manifest.kind === 'SinkBinding' ? { ...manifest, status: {} } : manifest

t.test('every manifest fits the schema of its kind', async (t) => {
  for (const manifest of manifests) {
    const { path } = manifest
    const kinds: Record<string, new (data: never) => { validate(): void }> =
      models[manifest.apiVersion as keyof typeof models]
    const Model = kinds[manifest.kind]
    if (Model === undefined) throw new Error(`${path}: no schema for ${manifest.apiVersion} ${manifest.kind}`)
    t.doesNotThrow(() => new Model(withStatus(manifest) as never).validate(), path)
  }
})

t.test('no manifest has a field that its kind does not have', async (t) => {
  const modules: Record<string, string> = {
    'serving.knative.dev/v1 Service': '@kubernetes-models/knative/serving.knative.dev/v1/Service',
    'eventing.knative.dev/v1 Broker': '@kubernetes-models/knative/eventing.knative.dev/v1/Broker',
    'eventing.knative.dev/v1 Trigger': '@kubernetes-models/knative/eventing.knative.dev/v1/Trigger',
    'sources.knative.dev/v1 SinkBinding': '@kubernetes-models/knative/sources.knative.dev/v1/SinkBinding',
    'v1 Service': 'kubernetes-models/v1/Service',
    'v1 PersistentVolumeClaim': 'kubernetes-models/v1/PersistentVolumeClaim',
    'apps/v1 Deployment': 'kubernetes-models/apps/v1/Deployment',
    'batch/v1 Job': 'kubernetes-models/batch/v1/Job',
    'networking.k8s.io/v1 NetworkPolicy': 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy',
    'policy/v1 PodDisruptionBudget': 'kubernetes-models/policy/v1/PodDisruptionBudget',
  }
  // The schemas let unknown fields pass; the types that are made from them do not.
  const code = (list: readonly Manifest[]): string =>
    list
      .filter(({ kind }) => kind !== 'RemoteMCPServer')
      .map((manifest, index) => {
        const module = modules[`${manifest.apiVersion} ${manifest.kind}`]
        return `import type { I${manifest.kind} as I${index} } from '${module}'\nexport const m${index}: I${index} = ${JSON.stringify(withStatus(manifest))}\n`
      })
      .join('')
  const misspelt = JSON.parse(JSON.stringify(fallback).replace('readOnlyRootFilesystem', 'readOnlyRootFileSystem'))
  const folder = t.testdir({ 'manifests.ts': code(manifests), 'misspelt.ts': code([misspelt]) })
  // Its program itself: under tap, what starts it by way of node does not run.
  const { default: findProgram } = await import(
    pathToFileURL(join(root, 'node_modules/typescript/lib/getExePath.js')).href
  )
  const check = (file: string) =>
    spawnSync(findProgram(), [...typescript, join(folder, file)], { encoding: 'utf8', cwd: root })
  const good = check('manifests.ts')
  t.equal(good.status, 0, good.stdout + good.stderr)
  t.match(check('misspelt.ts').stdout, /readOnlyRootFileSystem.* does not exist/)
})

t.test('every container is as restricted as Pod Security Standards ask for, and its root is read-only', async (t) => {
  for (const { path, spec } of pods) {
    const pod = spec.template.spec
    t.equal(pod.automountServiceAccountToken, false, path)
    t.equal(pod.enableServiceLinks, false, path)
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC', 'initContainers'])
      t.notOk(field in pod, `${path}: ${field}`)
    for (const container of pod.containers) {
      // Knative takes no security context for the whole pod.
      const security = { ...pod.securityContext, ...container.securityContext }
      t.equal(security.runAsNonRoot, true, path)
      // OpenShift gives a user of its own and refuses any other: only Ollama's image, which would run as root, is told one.
      if (path.startsWith('deploy/ollama/')) t.ok(security.runAsUser > 0 && security.runAsGroup > 0, path)
      else t.notOk('runAsUser' in security || 'runAsGroup' in security || 'fsGroup' in security, path)
      t.strictSame(security.seccompProfile, { type: 'RuntimeDefault' }, path)
      t.equal(security.readOnlyRootFilesystem, true, path)
      t.equal(security.allowPrivilegeEscalation, false, path)
      t.strictSame(security.capabilities, { drop: ['ALL'] }, path)
      t.notOk(security.privileged, path)
      t.notOk(
        container.ports?.some((port: object) => 'hostPort' in port),
        path,
      )
      t.ok(
        container.resources.requests.cpu && container.resources.requests.memory && container.resources.limits.memory,
        `${path}: resources`,
      )
      t.match(container.image, /:\d+\.\d+\.\d+$/, `${path}: a version, so that it is not pulled anew every time`)
      t.ok(
        container.volumeMounts.some(({ mountPath }: { mountPath: string }) => mountPath === '/tmp'),
        `${path}: /tmp is writable`,
      )
    }
    for (const volume of pod.volumes)
      t.ok(volume.emptyDir?.sizeLimit ?? volume.persistentVolumeClaim, `${path}: ${volume.name}`)
  }
})

t.test('the function runs as its image does', async (t) => {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
  const { version, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  t.match(dockerfile, `image.version="${version}"`)
  t.match(dockerfile, `FROM node:${devDependencies.node}-`)
  for (const { path, spec } of ours) {
    const pod = spec.template.spec
    const [container] = pod.containers
    const user = dockerfile.match(/^USER .*$/gm)?.at(-1) ?? ''
    t.match(user, /^USER [1-9]\d*:[1-9]\d*$/, 'a number, which is how a cluster knows that it is not root')
    t.match(dockerfile, `EXPOSE ${container.ports[0].containerPort}\n`, path)
    t.equal(container.image.split(':')[0], 'dev.local/rag-app', path)
    t.equal(container.image, `dev.local/rag-app:${version}`, path)
    t.equal(container.resources.limits.memory, '256Mi', path)
  }
})

t.test('the environment is what the function reads', async (t) => {
  for (const { path, spec } of ours) {
    const environment: Record<string, string> = Object.fromEntries(
      spec.template.spec.containers[0].env.map(({ name, value }: { name: string; value: string }) => [name, value]),
    )
    for (const name of Object.keys(environment)) t.ok(name in variables, `${path}: ${name}`)
    t.equal(readConfig(environment).generator, 'ollama', path)
    t.equal(readConfig(environment).ollamaHost, 'http://host.minikube.internal:11434', path)
  }
  const ollama = find('deploy/ollama/service.yaml')
  const elsewhere = `http://${ollama.metadata.name}:${ollama.spec.ports[0].port}`
  for (const { path } of ours)
    t.match(
      readFileSync(join(root, path), 'utf8'),
      `# The host's Ollama, from Minikube. In the cluster (deploy/ollama): ${elsewhere}\n`,
    )
})

t.test('one budget fits into the next', async (t) => {
  const { responseStartTimeoutSeconds, timeoutSeconds, containerConcurrency } = knative.spec.template.spec
  t.ok(config.firstTokenTimeoutMs <= config.answerTimeoutMs)
  t.ok(config.answerTimeoutMs < responseStartTimeoutSeconds * 1000, "the function's 504 comes before Knative's")
  t.ok(responseStartTimeoutSeconds < timeoutSeconds)
  t.ok(timeoutSeconds <= 600, "Knative's own limit, as it is set by default")
  const target = Number(knative.spec.template.metadata.annotations['autoscaling.knative.dev/target'])
  t.ok(config.maxConcurrentAnswers <= target)
  t.ok(target <= containerConcurrency && containerConcurrency <= config.maxConcurrentAnswers + config.maxWaitingAnswers)

  const pod = fallback.spec.template.spec
  const { seconds } = pod.containers[0].lifecycle.preStop.sleep
  t.equal(seconds, 5)
  t.ok(pod.terminationGracePeriodSeconds * 1000 >= seconds * 1000 + config.answerTimeoutMs + 13_000)
})

t.test('Knative is asked for nothing that its webhook refuses', async (t) => {
  for (const { path, metadata, spec } of [knative]) {
    const {
      metadata: { annotations },
      spec: pod,
    } = spec.template
    t.notOk('annotations' in metadata, `${path}: autoscaling belongs to the revision`)
    for (const value of Object.values(annotations)) t.type(value, 'string', `${path}: quoted`)
    for (const field of [
      'securityContext',
      'topologySpreadConstraints',
      'nodeSelector',
      'affinity',
      'tolerations',
      'terminationGracePeriodSeconds',
    ])
      t.notOk(field in pod, `${path}: ${field}`)
    for (const field of ['lifecycle', 'startupProbe']) t.notOk(field in pod.containers[0], `${path}: ${field}`)
    t.strictSame(pod.containers[0].ports, [{ name: 'http1', containerPort: 8080 }])
    for (const probe of ['readinessProbe', 'livenessProbe']) t.equal(pod.containers[0][probe].httpGet.port, 8080)
  }
})

t.test('the canary is the Service with another image and its own traffic', async (t) => {
  const { resources, images, patches } = findFolder('canary')
  t.strictSame(resources, ['../knative'])
  const [image] = images
  t.match(knative.spec.template.spec.containers[0].image, `${image?.name}:`)
  t.not(image?.newTag, findFolder('knative').images[0]?.newTag)
  t.strictSame(
    patches.flatMap(({ operations }) => operations.map(({ op, path }) => [op, path])),
    [['replace', '/spec/traffic']],
  )
  const traffic = patches[0]?.operations[0]?.value as Array<{ percent: number }>
  t.equal(
    traffic.reduce((sum, { percent }) => sum + percent, 0),
    100,
  )
})

t.test('an apply serves its own version, whatever a patch or a canary did to the traffic before', async (t) => {
  t.strictSame(knative.spec.traffic, [{ latestRevision: true, percent: 100 }])
})

t.test("the image and Ollama's host are set once in a folder, and are what its manifests say", async (t) => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const [folder, manifest] of [
    ['knative', knative],
    ['fallback', fallback],
  ] as const) {
    const { images, patches } = findFolder(folder)
    t.strictSame(images, [{ name: 'dev.local/rag-app', newName: 'dev.local/rag-app', newTag: version }], folder)
    t.strictSame(
      patches,
      [
        {
          target: { kind: manifest.kind, name: manifest.metadata.name },
          operations: [
            {
              op: 'replace',
              path: '/spec/template/spec/containers/0/env/0',
              value: manifest.spec.template.spec.containers[0].env[0],
            },
          ],
        },
      ],
      folder,
    )
    t.equal(manifest.spec.template.spec.containers[0].env[0].name, 'OLLAMA_HOST', folder)
  }
  const [image] = findFolder('ollama').images
  t.equal(
    find('deploy/ollama/deployment.yaml').spec.template.spec.containers[0].image,
    `${image?.newName}:${image?.newTag}`,
  )
})

t.test('every folder lists its manifests, in a file that kubectl apply -f does not read', async (t) => {
  for (const { folder, resources } of kustomizations)
    for (const resource of resources) t.ok(existsSync(join(root, 'deploy', folder, resource)), `${folder}/${resource}`)
  t.strictSame(
    kustomizations
      .flatMap(({ folder, resources }) => resources.map((resource) => `deploy/${folder}/${resource}`))
      .filter((path) => path.endsWith('.yaml'))
      .sort(),
    [...new Set(manifests.map(({ path }) => path))].sort(),
  )
})

const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0
t.test(
  'kubectl makes of each folder what is meant',
  { skip: kubectl ? false : 'there is no kubectl here' },
  async (t) => {
    const build = (folder: string): Manifest[] => {
      const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', join(root, 'deploy', folder)], {
        encoding: 'utf8',
      })
      t.equal(status, 0, stderr)
      return parseAllDocuments(stdout).map((document) => document.toJS())
    }
    const { path: _, ...asItIs } = knative
    t.strictSame(build('knative'), [asItIs])
    const [canary] = build('canary')
    const [{ newName = '', newTag = '' } = {}] = findFolder('canary').images
    t.equal(canary?.spec.template.spec.containers[0].image, `${newName}:${newTag}`)
    t.strictSame(
      canary?.spec.traffic.map(({ percent }: { percent: number }) => percent),
      [90, 10],
    )
    for (const { kind, spec } of build('ollama-openshift'))
      if (kind === 'Deployment' || kind === 'Job')
        t.notMatch(JSON.stringify(spec.template.spec), /runAsUser|runAsGroup|fsGroup/, kind)
  },
)

t.test('every object says what it belongs to', async (t) => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const { path, kind, metadata, spec } of manifests) {
    const labels = [
      metadata.labels,
      ...(kind === 'Service' || !spec.template?.metadata?.labels ? [] : [spec.template.metadata.labels]),
    ]
    for (const given of labels)
      for (const name of ['name', 'instance', 'component', 'part-of'])
        t.ok(given[`app.kubernetes.io/${name}`], `${path}: ${name}`)
    t.equal(metadata.labels['app.kubernetes.io/part-of'], 'ragfunction', path)
    if (metadata.labels['app.kubernetes.io/component'] === 'function' && kind !== 'NetworkPolicy')
      t.equal(metadata.labels['app.kubernetes.io/version'], version, path)
  }
})

t.test('a network policy names the pods, and lets in what asks them', async (t) => {
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy')
  const selected = policies.map(({ spec }) => spec.podSelector.matchLabels)
  t.strictSame(selected, [
    fallback.spec.selector.matchLabels,
    { 'serving.knative.dev/service': knative.metadata.name },
    find('deploy/ollama/deployment.yaml').spec.selector.matchLabels,
  ])
  const ports = (rules: Array<{ ports: Array<{ port: number }> }>): number[] =>
    rules.flatMap((rule) => rule.ports.map(({ port }) => port))
  t.strictSame(ports(policies[0]?.spec.ingress), [8080])
  t.ok(ports(policies[1]?.spec.ingress).includes(8012), "the port of Knative's queue-proxy")
  for (const { spec } of policies.slice(0, 2))
    t.ok(ports(spec.egress).includes(11434) && ports(spec.egress).includes(53))
  t.strictSame(ports(policies[2]?.spec.ingress), [11434])
})

t.test('the pair is named and reached as in the guide, and is always there', async (t) => {
  const service = find('deploy/fallback/service.yaml')
  const budget = find('deploy/fallback/poddisruptionbudget.yaml')
  t.equal(fallback.metadata.name, 'rag-app-deployment')
  t.equal(service.metadata.name, 'rag-app-service')
  t.equal(service.spec.type, 'NodePort')
  t.equal(service.spec.ports[0].port, 8000)
  const labels = { app: 'rag-api' }
  t.strictSame(
    [fallback.spec.selector.matchLabels, service.spec.selector, budget.spec.selector.matchLabels],
    [labels, labels, labels],
  )
  t.match(fallback.spec.template.metadata.labels, labels)
  t.equal(service.spec.ports[0].targetPort, fallback.spec.template.spec.containers[0].ports[0].name)
  t.strictSame(fallback.spec.strategy.rollingUpdate, { maxSurge: 1, maxUnavailable: 0 })
  t.ok(budget.spec.minAvailable < fallback.spec.replicas)
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
    t.match(fallback.spec.template.spec.containers[0][probe].httpGet.path, '/health/')
})

t.test('Ollama in the cluster has a volume, and the model that the function asks for', async (t) => {
  const claim = find('deploy/ollama/persistentvolumeclaim.yaml').metadata.name
  const server = find('deploy/ollama/deployment.yaml')
  const job = find('deploy/ollama/job.yaml').spec.template.spec.containers[0]
  t.equal(server.spec.template.spec.volumes[0].persistentVolumeClaim.claimName, claim)
  t.equal(job.image, server.spec.template.spec.containers[0].image)
  t.match(job.args[0], `ollama pull ${config.ollamaModel}\n`)
})
