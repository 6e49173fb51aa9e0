// A namespace in which the checks are made: it comes whole, and goes whole, whatever happens between.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { CheckError, ClusterError, createKubectl, type Kubectl, type KubectlOptions } from './kubectl.ts'
import { type KubernetesObject, ownLabel, toAsker, toList, toModel, toNamespace } from './objects.ts'

const root = join(import.meta.dirname, '..', '..')

export interface LabOptions {
  readonly context: string | undefined
  readonly image: string
  readonly question: string
  /** For each wait. */
  readonly seconds: number
  readonly signal: AbortSignal
  readonly timing: Pick<KubectlOptions, 'callTimeoutMs' | 'patienceMs' | 'pollMs'>
  readonly say: (line: string) => void
}

/** What came of the questions that an asker put. */
export interface Asked {
  readonly asked: number
  readonly whole: number
  readonly broken: number
  readonly waited: number
  readonly closes: number
  readonly models: Readonly<Record<string, number>>
  readonly versions: Readonly<Record<string, number>>
  readonly failures: Readonly<Record<string, number>>
  readonly memoryBytes: number
  readonly p50: number
  readonly p95: number
  readonly max: number
}

export interface Order {
  readonly url: string
  readonly path?: '/search' | '/query'
  readonly callers?: number
  readonly questions?: number
  readonly seconds?: number
  readonly streamEvery?: number
  readonly kept?: boolean
  readonly pauseMs?: number
  readonly timeoutMs?: number
  readonly memoryOf?: readonly string[]
}

export interface Lab {
  readonly options: LabOptions
  readonly namespace: string
  readonly kubectl: Kubectl
  readonly apply: (objects: readonly KubernetesObject[]) => Promise<void>
  /** The pods of a label that are not on their way out. */
  readonly pods: (selector: string) => Promise<KubernetesObject[]>
  /** Waits until a Deployment has all its pods of the newest kind; says why where a pod cannot start. */
  readonly available: (deployment: string, selector: string) => Promise<void>
  /** Throws where a pod of the label cannot start, with the reason. */
  readonly whyNotStarting: (selector: string) => Promise<string>
  /** Asks from a pod in the cluster; `meanwhile` begins once the first answers are there. */
  readonly ask: (order: Order, meanwhile?: () => Promise<void>) => Promise<Asked>
  /** One question by way of `kubectl port-forward`, as the pages have it; the status and the body. */
  readonly askFromOutside: (namespace: string, service: string, host: string) => Promise<string>
}

/** The objects of a folder of deploy/, as `kubectl apply -k` would send them. */
export async function readFolder(kubectl: Kubectl, folder: string): Promise<KubernetesObject[]> {
  const text = await kubectl.run(['kustomize', join(root, 'deploy', folder)])
  return parseAllDocuments(text).map((document) => document.toJS())
}

/** Makes the namespace and the stand-in for Ollama, lets the checks run, and takes everything away again. */
export async function withLab<Result>(options: LabOptions, run: (lab: Lab) => Promise<Result>): Promise<Result> {
  const { context, signal, timing, say } = options
  const everywhere = createKubectl({ context, namespace: undefined, signal, ...timing })
  const namespace = `ragfunction-test-${Math.random().toString(36).slice(2, 8)}`
  await refuseSecondRun(everywhere, namespace)
  try {
    await everywhere.run(['apply', '--filename', '-'], JSON.stringify(toNamespace(namespace)))
    await refuseSecondRun(everywhere, namespace)
    const lab = createLab(options, namespace)
    await lab.apply(toModel(options.image))
    await lab.available('ollama', 'app=ollama')
    return await run(lab)
  } finally {
    await clear(options, namespace, say)
  }
}

/** Two runs would measure each other; where both began at once, the one whose namespace is younger gives way. */
async function refuseSecondRun(kubectl: Kubectl, own: string): Promise<void> {
  const { items } = await kubectl.json(['get', 'namespaces', '--selector', ownLabel])
  const age = ({ metadata }: KubernetesObject): string => `${metadata.creationTimestamp} ${metadata.name}`
  const mine = items.find(({ metadata }: KubernetesObject) => metadata.name === own)
  const [other] = items.filter(
    (item: KubernetesObject) => item !== mine && (mine === undefined || age(item) < age(mine)),
  )
  if (other === undefined) return
  const { name, creationTimestamp } = other.metadata
  throw new ClusterError(
    `Another run is on this cluster, in namespace ${name} since ${creationTimestamp}. Wait for it; or, where it is a leftover: kubectl delete namespace ${name}`,
  )
}

/** Takes the namespace away with a signal of its own: the run's may have fired. */
async function clear({ context, timing }: LabOptions, namespace: string, say: (line: string) => void): Promise<void> {
  const kubectl = createKubectl({ context, namespace: undefined, signal: hurry.signal, ...timing })
  const byHand = `kubectl${context === undefined ? '' : ` --context ${context}`} delete namespace ${namespace}`
  say(`taking ${namespace} away`)
  try {
    // What ends slowly by itself (300 s of grace on Knative) need not: nobody asks any more.
    for (const kind of ['ksvc', 'deployment'])
      await kubectl.try(['delete', kind, '--all', '--wait=false', '--namespace', namespace])
    await kubectl.try(['delete', 'pod', '--all', '--grace-period=2', '--wait=false', '--namespace', namespace])
    await kubectl.run(['delete', 'namespace', namespace, '--wait=false', '--ignore-not-found'])
    await kubectl.until('the namespace is gone', 360, async () => {
      const left = await kubectl.run(['get', 'namespace', namespace, '--ignore-not-found', '--output', 'name'])
      return left.trim() === '' ? { gone: true } : 'it is being deleted'
    })
  } catch (error) {
    say(`The namespace ${namespace} could not be taken away (${toMessage(error)}). Do it by hand: ${byHand}`)
  }
}

/** Fires on the second Ctrl-C: even the clearing up is given up. */
export const hurry = new AbortController()

function createLab(options: LabOptions, namespace: string): Lab {
  const { context, image, question, seconds, signal, timing } = options
  const kubectl = createKubectl({ context, namespace, signal, ...timing })
  let askers = 0

  const pods = async (selector: string): Promise<KubernetesObject[]> => {
    const { items } = await kubectl.json(['get', 'pods', '--selector', selector])
    return items.filter(({ metadata }: KubernetesObject) => metadata.deletionTimestamp === undefined)
  }

  const whyNotStarting = async (selector: string): Promise<string> => {
    for (const pod of await pods(selector)) {
      const unscheduled = pod.status?.conditions?.find(
        ({ type, status, reason }: KubernetesObject) =>
          type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
      )
      if (unscheduled !== undefined) return `${pod.metadata.name} has no place: ${unscheduled.message}`
      for (const { name, state, restartCount } of pod.status?.containerStatuses ?? []) {
        const { reason = '', message = '' } = state?.waiting ?? {}
        if (/^(ImagePullBackOff|ErrImageNeverPull|InvalidImageName)$/.test(reason))
          throw new ClusterError(
            `The image ${image} is not to be had in the cluster (${reason}: ${message}). Put it there, on Minikube for example: minikube image build -t ${image} .`,
          )
        if (reason === 'CrashLoopBackOff' || restartCount > 2) {
          const { stdout } = await kubectl.try([
            'logs',
            pod.metadata.name,
            '--container',
            name,
            '--tail=5',
            '--previous',
          ])
          throw new CheckError(`${pod.metadata.name} does not stay up: ${stdout.trim().split('\n').join('; ')}`)
        }
        if (/^Create.*Error$/.test(reason)) throw new CheckError(`${pod.metadata.name}: ${reason}: ${message}`)
        if (reason !== '') return `${pod.metadata.name}: ${reason}`
      }
    }
    return 'no pod is ready'
  }

  return {
    options,
    namespace,
    kubectl,
    pods,
    whyNotStarting,
    async apply(objects) {
      await kubectl.run(['apply', '--filename', '-'], toList(objects))
    },
    async available(deployment, selector) {
      await kubectl.until(`${deployment} is available`, seconds, async () => {
        const { metadata, spec, status = {} } = await kubectl.json(['get', 'deployment', deployment])
        const wanted = spec.replicas ?? 1
        const { observedGeneration, updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = status
        const isDone =
          observedGeneration === metadata.generation &&
          updatedReplicas === wanted &&
          availableReplicas === wanted &&
          replicas === wanted
        if (isDone) return { isDone }
        const refused = status.conditions?.find(
          ({ type, status: state }: KubernetesObject) => type === 'ReplicaFailure' && state === 'True',
        )
        if (refused !== undefined) throw new CheckError(`${deployment}: ${refused.message}`)
        return await whyNotStarting(selector)
      })
    },
    async ask(order, meanwhile) {
      askers += 1
      const name = `asker-${askers}`
      const whole = {
        ...{ path: '/query', callers: 1, streamEvery: 0, kept: true, pauseMs: 0, timeoutMs: 290_000, question },
        ...order,
      }
      await kubectl.run(['apply', '--filename', '-'], JSON.stringify(toAsker(name, image, whole)))
      const log = async (): Promise<string> => (await kubectl.try(['logs', name])).stdout
      if (meanwhile !== undefined) {
        await kubectl.until(`${name} asks`, seconds, async () => {
          const said = await log()
          return /[1-9]\d* whole/.test(said)
            ? { said }
            : said.trim().split('\n').at(-1) || (await whyNotStarting('app=asker'))
        })
        await meanwhile()
      }
      const limit = seconds + (order.seconds ?? 0)
      const phase = await kubectl.until(`${name} is done`, limit, async () => {
        const pod = await kubectl.json(['get', 'pod', name])
        const ended = /^(Succeeded|Failed)$/.exec(pod.status?.phase ?? '')?.[0]
        return ended === undefined ? await whyNotStarting('app=asker') : { ended }
      })
      const result = await kubectl.until(`${name} tells`, 20, async () => {
        const said = await log()
        const line = /^RESULT (.*)$/m.exec(said)?.[1]
        return line === undefined ? `${phase.ended}: ${said.trim().split('\n').slice(-3).join('; ')}` : { line }
      })
      await kubectl.try(['delete', 'pod', name, '--wait=false'])
      return JSON.parse(result.line)
    },
    async askFromOutside(ingressNamespace, service, host) {
      const at = context === undefined ? [] : ['--context', context]
      const forward = spawn('kubectl', [...at, '--namespace', ingressNamespace, 'port-forward', service, ':80'], {
        stdio: ['ignore', 'pipe', 'pipe'],
        signal,
        killSignal: 'SIGKILL',
      })
      let said = ''
      forward.on('error', () => undefined)
      forward.stdout.setEncoding('utf8').on('data', (text) => (said += text))
      forward.stderr.setEncoding('utf8').on('data', (text) => (said += text))
      try {
        const port = await kubectl.until(`kubectl port-forward ${service}`, 20, async () => {
          if (forward.exitCode !== null) throw new CheckError(`kubectl port-forward: ${said.trim()}`)
          return /127\.0\.0\.1:(\d+) ->/.exec(said) ?? (said || 'nothing')
        })
        const asking = get(`http://127.0.0.1:${port[1]}/query?q=${encodeURIComponent(question)}`, {
          headers: { host },
          timeout: 60_000,
          signal,
        })
        asking.once('timeout', () => asking.destroy(new Error('nothing came for 60 s')))
        const [response] = await once(asking, 'response')
        let body = ''
        for await (const piece of response) body += piece
        return `${response.statusCode} ${body}`
      } catch (error) {
        if (error instanceof CheckError || signal.aborted) throw error
        throw new CheckError(`${toMessage(error)}; kubectl port-forward: ${said.trim()}`)
      } finally {
        forward.kill('SIGKILL')
      }
    },
  }
}

export function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
