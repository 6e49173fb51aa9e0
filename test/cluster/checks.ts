// What is claimed of the function in a cluster, and how each claim is tried.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse, stringify } from 'yaml'
import { CheckError, execute } from './kubectl.ts'
import { type Asked, type Lab, readFolder } from './lab.ts'
import { type KubernetesObject, toTested, toTestedService } from './objects.ts'

/** Something that cannot be tried here; the reason. */
export class Skip extends Error {
  override readonly name = 'Skip'
}

export interface Check {
  readonly name: string
  /** What the pages say, word for word, and which page; a test compares. */
  readonly claim: string
  readonly page: string
  /** Returns what was measured. Throws CheckError where it does not hold, Skip where it cannot be tried. */
  readonly run: (lab: Lab) => Promise<string>
}

const knativeService = 'serving.knative.dev/service=rag-app'
const pair = { deployment: 'rag-app-deployment', selector: 'app=rag-api', url: 'http://rag-app-service:8000' }
const loadCallers = 16
const production = 'docs/production.md'
const minikube = 'docs/minikube-with-knative.md'
const update = 'docs/update-the-documents.md'
const plain = 'docs/without-knative.md'

export const checks: readonly Check[] = [
  {
    name: 'pair: two pods become ready',
    claim: 'Two pods stay, whether or not anybody asks.',
    page: plain,
    run: async (lab) => {
      const began = performance.now()
      await applyPair(lab, 'one:1')
      return `${since(began)} s, in a namespace that enforces Pod Security's restricted`
    },
  },
  {
    name: 'pair: a question is answered',
    claim: 'the reply still has `answer`',
    page: plain,
    run: async (lab) => {
      await ensurePair(lab)
      return toFigure(whole(await lab.ask({ url: pair.url, questions: 20, callers: 4 }), 'one:1'))
    },
  },
  {
    name: 'pair: answers under the network policies',
    claim: 'whoever may not is refused by the network',
    page: production,
    run: async (lab) => {
      await ensurePair(lab)
      await lab.apply(await readFolder(lab.kubectl, 'network'))
      const asked = whole(await lab.ask({ url: pair.url, questions: 8, callers: 4 }), 'one:1')
      // Nobody but the function may ask the model: where the asker can, the network does not look.
      const asker = await lab.ask({ url: 'http://ollama:11434', questions: 1, timeoutMs: 5_000 })
      const isOpen = Object.keys(asker.failures).some((failure) => failure.startsWith('404'))
      return `${toFigure(asked)}; this cluster's network ${isOpen ? 'does not enforce them' : 'enforces them'}`
    },
  },
  {
    name: 'pair: a rollout under kept connections and streams',
    claim: 'no question is lost, neither on a kept connection nor in a stream',
    page: production,
    run: async (lab) => {
      await applyPair(lab, 'slow:1')
      const asked = await lab.ask(load(pair.url), async () => {
        await lab.kubectl.run(['rollout', 'restart', `deployment/${pair.deployment}`])
        await pairAvailable(lab)
      })
      return toFigure(whole(asked))
    },
  },
  {
    name: 'pair: a pod deleted under load',
    claim: 'no question is lost, neither on a kept connection nor in a stream',
    page: production,
    run: async (lab) => {
      await ensurePair(lab)
      const asked = await lab.ask(load(pair.url), () => deleteOne(lab, pair.selector))
      await pairAvailable(lab)
      return toFigure(whole(asked))
    },
  },
  {
    name: 'pair: draining a node takes one pod at a time',
    claim: 'draining a node takes one pod at a time',
    page: production,
    run: async (lab) => {
      await ensurePair(lab)
      await lab.kubectl.until('the budget allows one', lab.options.seconds, async () => {
        const { status = {} } = await lab.kubectl.json(['get', 'pdb', pair.deployment])
        return status.disruptionsAllowed === 1 ? { isOne: true } : `disruptionsAllowed ${status.disruptionsAllowed}`
      })
      const [first, second] = await lab.pods(pair.selector)
      const one = await evict(lab, first)
      if (one !== '') throw new CheckError(`the first of two could not be evicted: ${one}`)
      const other = await evict(lab, second)
      if (!/disruption budget/i.test(other)) throw new CheckError(`the second went as well: ${other || 'evicted'}`)
      await pairAvailable(lab)
      return 'of two evicted at once one went, the other was refused'
    },
  },
  {
    name: 'pair: forth, back, and forth again',
    claim: 'back with `kubectl rollout undo deployment/rag-app-deployment`, and forth again by the same `apply`',
    page: update,
    run: async (lab) => {
      const ask = async (model: string): Promise<Asked> =>
        whole(await lab.ask({ url: pair.url, questions: 10, callers: 2, kept: false }), model)
      await applyPair(lab, 'one:1')
      await ask('one:1')
      await applyPair(lab, 'two:1')
      await ask('two:1')
      await lab.kubectl.run(['rollout', 'undo', `deployment/${pair.deployment}`])
      await pairAvailable(lab)
      await ask('one:1')
      await applyPair(lab, 'two:1')
      await ask('two:1')
      return 'each time the version that was meant'
    },
  },
  {
    name: 'pair: memory at 64 askers',
    claim: '256 MiB hold 64 askers at once',
    page: production,
    run: async (lab) => {
      await ensurePair(lab)
      const pods = await lab.pods(pair.selector)
      const memoryOf = pods.map(
        ({ status }) => `http://${status.podIP.includes(':') ? `[${status.podIP}]` : status.podIP}:8080`,
      )
      let inUse = 0
      const asked = await lab.ask({ url: pair.url, seconds: 40, callers: 64, streamEvery: 3, memoryOf }, async () => {
        inUse = await watchMemory(lab, pods)
      })
      whole(asked)
      if (asked.memoryBytes === 0) throw new CheckError('no pod told its memory')
      const restarts = (await lab.pods(pair.selector)).flatMap(({ status }) => status.containerStatuses ?? [])
      if (restarts.some(({ restartCount }) => restartCount > 0)) throw new CheckError('a pod was restarted')
      const resident = `${toMebibytes(asked.memoryBytes)} MiB resident, mapped files included`
      // What the limit is about, where the cluster lets it be read.
      const used = inUse > 0 ? `${toMebibytes(inUse)} of 256 MiB in use; ` : ''
      return `${used}${resident}; ${toFigure(asked)}`
    },
  },
  {
    name: 'knative: the Service becomes ready',
    claim: 'kubectl get ksvc rag-app                  # READY True',
    page: minikube,
    run: async (lab) => {
      await needKnative(lab)
      await takePairAway(lab)
      const began = performance.now()
      await applyService(lab, 'one:1')
      return `${since(began)} s, in a namespace that enforces Pod Security's restricted`
    },
  },
  {
    name: 'knative: routes have a domain',
    claim: 'Without a domain, a Service is seen in the cluster only',
    page: minikube,
    run: async (lab) => {
      await needKnative(lab)
      await ensureService(lab)
      const { url } = (await service(lab)).status
      if (new URL(url).hostname.endsWith('.svc.cluster.local'))
        throw new CheckError(
          `${url} is not to be reached from outside. kubectl patch configmap/config-domain -n knative-serving --type merge -p '{"data":{"example.com":""}}'`,
        )
      return url
    },
  },
  {
    name: 'knative: answered through the route',
    claim: 'the name that belongs after `Host:`',
    page: minikube,
    run: async (lab) => {
      await needKnative(lab)
      const asked = whole(await lab.ask({ url: await inside(lab), questions: 20, callers: 4 }), 'one:1')
      const host = new URL((await service(lab)).status.url).hostname
      if (host.endsWith('.svc.cluster.local')) return `${toFigure(asked)}; from outside not tried, without a domain`
      const { code } = await lab.kubectl.try(['get', 'service', 'kourier', '--namespace', 'kourier-system'])
      if (code !== 0) return `${toFigure(asked)}; from outside not tried, without Kourier`
      const reply = await lab.askFromOutside('kourier-system', 'service/kourier', host)
      if (!reply.startsWith('200 ')) throw new CheckError(`by port-forward with Host: ${host}: ${reply.slice(0, 200)}`)
      return `${toFigure(asked)}; and from outside, by port-forward`
    },
  },
  {
    name: 'knative: answers under the network policies',
    claim: 'whoever may not is refused by the network',
    page: production,
    run: async (lab) => {
      const url = await inside(lab)
      await lab.apply(await readFolder(lab.kubectl, 'network'))
      const asked = await lab.ask({ url, questions: 8, callers: 4 })
      await lab.kubectl.run(['delete', 'networkpolicy', '--all', '--wait=false'])
      return toFigure(whole(asked))
    },
  },
  {
    name: 'knative: to zero, and an answer from there',
    claim: 'about 1.1 s',
    page: minikube,
    run: async (lab) => {
      await needKnative(lab)
      const url = await inside(lab)
      const times: number[] = []
      let toZero = 0
      for (let round = 0; round < 3; round += 1) {
        toZero = await untilZero(lab)
        times.push(whole(await lab.ask({ url, path: '/search', questions: 1 })).max)
      }
      times.sort((a, b) => a - b)
      return `none after ${toZero} s of quiet; a search from zero in ${times.map((ms) => (ms / 1000).toFixed(2)).join(', ')} s`
    },
  },
  {
    name: 'knative: 40 at once from zero',
    claim: 'a burst from zero is spread over several pods',
    page: production,
    run: async (lab) => {
      await needKnative(lab)
      await untilZero(lab)
      const asked = whole(await lab.ask({ url: await inside(lab), callers: 40, questions: 40 }))
      return `${toFigure(asked)}, ${(await lab.pods(knativeService)).length} pods, the last after ${(asked.max / 1000).toFixed(1)} s`
    },
  },
  {
    name: 'knative: a pod deleted under load',
    claim: 'no question is lost, neither on a kept connection nor in a stream',
    page: production,
    run: async (lab) => {
      await needKnative(lab)
      await applyService(lab, 'slow:1')
      return toFigure(whole(await lab.ask(load(await inside(lab)), () => deleteOne(lab, knativeService))))
    },
  },
  {
    name: 'knative: a new revision under load',
    claim: 'no question is lost, neither on a kept connection nor in a stream',
    page: production,
    run: async (lab) => {
      await needKnative(lab)
      const asked = await lab.ask(load(await inside(lab)), () => applyService(lab, 'slow:2'))
      return `${toFigure(whole(asked))}; ${Object.entries(asked.models)
        .map(([model, count]) => `${count} by ${model}`)
        .join(', ')}`
    },
  },
  {
    name: 'knative: canary, back, and forth again',
    claim: 'every apply serves its own version',
    page: update,
    run: async (lab) => {
      await needKnative(lab)
      const url = await inside(lab)
      const ask = async (questions: number): Promise<Asked> =>
        whole(await lab.ask({ url, questions, callers: 8, kept: false }))
      await applyService(lab, 'one:1')
      const before = (await service(lab)).status.latestReadyRevisionName
      await applyService(lab, 'two:1', [
        { revisionName: before, percent: 90 },
        { latestRevision: true, percent: 10, tag: 'canary' },
      ])
      const canary = await ask(200)
      const share = (canary.models['two:1'] ?? 0) / canary.whole
      // A tenth of 200, four standard deviations either way.
      if (share < 0.015 || share > 0.185)
        throw new CheckError(`the canary was asked ${Math.round(share * 100)} % of 200 times`)

      const back = JSON.stringify({ spec: { traffic: [{ revisionName: before, percent: 100 }] } })
      await lab.kubectl.run(['patch', 'ksvc', 'rag-app', '--type', 'merge', '--patch', back])
      await serviceReady(lab)
      only(await ask(40), 'one:1', 'after the way back')

      await applyService(lab, 'three:1')
      only(await ask(40), 'three:1', 'after the next apply')
      return `canary asked ${Math.round(share * 100)} % of 200 times; then all by the old one, then all by the next`
    },
  },
  {
    name: 'func deploy and kubectl apply, over one another',
    claim: '`func deploy` and `kubectl apply` may follow one another, in either order',
    page: minikube,
    run: async (lab) => {
      await needKnative(lab)
      const version = await execute('func', ['version'], { signal: lab.options.signal, timeoutMs: 20_000 }).catch(
        () => undefined,
      )
      if (version === undefined) throw new Skip('func is not installed')
      if (lab.options.context !== undefined) throw new Skip('func knows no --context: make it the current one')
      const url = await inside(lab)
      await applyService(lab, 'one:1')
      await deployByFunc(lab, 'two:1')
      only(whole(await lab.ask({ url, questions: 4, kept: false })), 'two:1', 'after func deploy over kubectl apply')
      await applyService(lab, 'three:1')
      only(whole(await lab.ask({ url, questions: 4, kept: false })), 'three:1', 'after kubectl apply over func deploy')
      await lab.kubectl.run(['delete', 'ksvc', 'rag-app', '--ignore-not-found', '--wait=false'])
      await lab.kubectl.until('the Service is gone', lab.options.seconds, async () => {
        const left = await lab.kubectl.run(['get', 'ksvc', 'rag-app', '--ignore-not-found', '--output', 'name'])
        return left.trim() === '' ? { left } : 'it is being deleted'
      })
      await deployByFunc(lab, 'one:1')
      await applyService(lab, 'two:1')
      only(
        whole(await lab.ask({ url, questions: 4, kept: false })),
        'two:1',
        'after kubectl apply over a new func deploy',
      )
      return `func ${version.stdout.trim().split('\n')[0]}: ready each time, no restart`
    },
  },
]

async function needKnative({ kubectl }: Lab): Promise<void> {
  const crd = await kubectl.run([
    'get',
    'crd',
    'services.serving.knative.dev',
    '--ignore-not-found',
    '--output',
    'name',
  ])
  if (crd.trim() === '') throw new Skip('Knative Serving is not installed in this cluster')
}

async function applyPair(lab: Lab, model: string): Promise<void> {
  const objects = await readFolder(lab.kubectl, 'fallback')
  await lab.apply(
    objects.map((object) => (object.kind === 'Deployment' ? toTested(object, lab.options.image, model) : object)),
  )
  await pairAvailable(lab)
}

const pairAvailable = (lab: Lab): Promise<void> => lab.available(pair.deployment, pair.selector)

/** The two are not to take the place and the processor of what is measured next. */
async function takePairAway(lab: Lab): Promise<void> {
  await lab.kubectl.run(['delete', 'deployment', pair.deployment, '--ignore-not-found', '--wait=false'])
  await lab.kubectl.run(['delete', 'networkpolicy', '--all', '--wait=false'])
}

async function applyService(lab: Lab, model: string, traffic?: object[]): Promise<void> {
  const objects = await readFolder(lab.kubectl, 'knative')
  await lab.apply(objects.map((object) => toTestedService(object, lab.options.image, model, traffic)))
  await serviceReady(lab)
}

async function service(lab: Lab): Promise<KubernetesObject> {
  return await lab.kubectl.json(['get', 'ksvc', 'rag-app'])
}

/** A check may be made alone: what the ones before it left is made where it is not there. */
async function ensurePair(lab: Lab): Promise<void> {
  const found = await lab.kubectl.run(['get', 'deployment', pair.deployment, '--ignore-not-found', '--output', 'name'])
  if (found.trim() === '') await applyPair(lab, 'one:1')
}

async function ensureService(lab: Lab): Promise<void> {
  await needKnative(lab)
  const found = await lab.kubectl.run(['get', 'ksvc', 'rag-app', '--ignore-not-found', '--output', 'name'])
  if (found.trim() === '') await applyService(lab, 'one:1')
}

/** Where the Service is asked from within the cluster. */
async function inside(lab: Lab): Promise<string> {
  await ensureService(lab)
  const { address, url } = (await service(lab)).status
  return address?.url ?? url
}

/** Waits until what was applied last is what is served. */
async function serviceReady(lab: Lab): Promise<void> {
  let failing = 0
  await lab.kubectl.until('the Knative Service is ready', lab.options.seconds, async () => {
    const { metadata, status = {} } = await service(lab)
    const ready = status.conditions?.find(({ type }: KubernetesObject) => type === 'Ready')
    if (status.observedGeneration !== metadata.generation) return 'it was not looked at yet'
    if (ready?.status === 'True') return { ready }
    const why = await lab.whyNotStarting(knativeService)
    // A revision that fails may still come round; one that stays so will not.
    failing = ready?.status === 'False' ? failing + 1 : 0
    if (failing > 20) throw new CheckError(`the Knative Service: ${ready.reason}: ${ready.message}; ${why}`)
    return `${ready?.reason ?? 'no condition'}: ${ready?.message ?? ''}; ${why}`
  })
}

/** The most memory that a kubelet counts for one of the pods in half a minute, in bytes; 0 where it may not be asked. */
async function watchMemory({ kubectl, options }: Lab, pods: readonly KubernetesObject[]): Promise<number> {
  const names = new Set(pods.map(({ metadata }) => metadata.name))
  const nodes = new Set(pods.map(({ spec }) => spec?.nodeName))
  let most = 0
  for (let round = 0; round < 6; round += 1) {
    for (const node of nodes) {
      const { stdout } = await kubectl.try(['get', '--raw', `/api/v1/nodes/${node}/proxy/metrics/resource`])
      for (const [, pod = '', bytes] of stdout.matchAll(
        /^container_memory_working_set_bytes\{.*pod="([^"]+)"\} (\S+)/gm,
      ))
        if (names.has(pod)) most = Math.max(most, Number(bytes))
    }
    await sleep(options.timing.pollMs ?? 5_000, undefined, { signal: options.signal })
  }
  return most
}

/** Waits until no pod is left that is not on its way out; seconds. */
async function untilZero(lab: Lab): Promise<number> {
  const began = performance.now()
  await lab.kubectl.until('no pod is left', lab.options.seconds, async () => {
    const pods = await lab.pods(knativeService)
    return pods.length === 0 ? { pods } : `${pods.length} pods`
  })
  return Number(since(began))
}

async function deleteOne(lab: Lab, selector: string): Promise<void> {
  const [pod] = await lab.pods(selector)
  if (pod === undefined) throw new CheckError(`no pod of ${selector} is there to be deleted`)
  await lab.kubectl.run(['delete', 'pod', pod.metadata.name, '--wait=false'])
}

/** Empty where it is evicted, else what the cluster says. */
async function evict({ kubectl, namespace }: Lab, pod: KubernetesObject): Promise<string> {
  const name = pod?.metadata?.name
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } }
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`
  const { code, said } = await kubectl.try(['create', '--raw', path, '--filename', '-'], JSON.stringify(eviction))
  return code === 0 ? '' : said || `exit ${code}`
}

/** func writes into the folder that it deploys from: it gets one of its own. */
async function deployByFunc(lab: Lab, model: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'ragfunction-func-'))
  try {
    const func = parse(await readFile(join(import.meta.dirname, '../../func.yaml'), 'utf8'))
    func.run.envs = [
      { name: 'OLLAMA_HOST', value: 'http://ollama:11434' },
      { name: 'OLLAMA_MODEL', value: model },
      { name: 'GENERATOR', value: 'ollama' },
    ]
    await writeFile(join(folder, 'func.yaml'), stringify(func))
    const args = ['deploy', '--build=false', '--push=false', '--confirm=false']
    const { code, said, stdout } = await execute(
      'func',
      [...args, '--image', lab.options.image, '--namespace', lab.namespace, '--path', folder],
      { signal: lab.options.signal, timeoutMs: lab.options.seconds * 1000, cwd: folder },
    )
    if (code !== 0) throw new CheckError(`func deploy: ${said || stdout.trim() || `exit ${code}`}`)
    await serviceReady(lab)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const load = (url: string) => ({ url, seconds: 60, callers: loadCallers, streamEvery: 3, pauseMs: 20 })

/** Throws where a question was not answered whole; `model` is the one that alone may have answered. */
function whole(asked: Asked, model?: string): Asked {
  const why = Object.entries(asked.failures).map(([failure, count]) => `${count} × ${failure}`)
  if (asked.broken > 0) throw new CheckError(`${asked.broken} of ${asked.asked} broken: ${why.join('; ')}`)
  if (asked.whole === 0) throw new CheckError('nothing was answered')
  if (model !== undefined) only(asked, model, 'of the questions')
  return asked
}

function only(asked: Asked, model: string, when: string): void {
  const models = Object.entries(asked.models)
  if (models.length === 1 && models[0]?.[0] === model) return
  const seen = models.map(([name, count]) => `${count} by ${name}`).join(', ')
  const hint = models.some(([name]) => name === 'null') ? '; where the documents do not answer it: --question' : ''
  throw new CheckError(`${when} all by ${model} were expected, seen: ${seen}${hint}`)
}

function toFigure({ whole, asked, closes, p50 }: Asked): string {
  return `${whole} of ${asked} whole, half of them within ${p50} ms${closes > 0 ? `, ${closes} told to close` : ''}`
}

function toMebibytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024)
}

function since(began: number): string {
  return ((performance.now() - began) / 1000).toFixed(1)
}
