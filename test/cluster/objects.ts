// What is applied: the manifests of deploy/ as kustomize makes them, with the image under test and a stand-in for Ollama's answers.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

// biome-ignore lint/suspicious/noExplicitAny: a Kubernetes object as kubectl prints it.
export type KubernetesObject = any

/** How a namespace of this program is known, and so another run. */
export const ownLabel = 'app.kubernetes.io/managed-by=ragfunction-test-cluster'
const [labelName = '', labelValue = ''] = ownLabel.split('=')

/** Whatever does not fit the strictest of the Pod Security Standards is refused in it. */
export function toNamespace(name: string): KubernetesObject {
  const labels = { [labelName]: labelValue, 'pod-security.kubernetes.io/enforce': 'restricted' }
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
}

/** The stand-in for Ollama, at http://ollama:11434 as deploy/ollama/ has it, under the label that deploy/network/ knows. */
export function toModel(image: string): KubernetesObject[] {
  const labels = { app: 'ollama' }
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'ollama', labels },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            ...toPodSpec(image, 'model.ts', []),
            terminationGracePeriodSeconds: 5,
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'ollama', labels },
      spec: { selector: labels, ports: [{ port: 11434 }] },
    },
  ]
}

/** A pod that asks what it is ordered to, and ends. */
export function toAsker(name: string, image: string, order: object): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'asker' } },
    spec: {
      ...toPodSpec(image, 'asker.ts', [{ name: 'ORDER', value: JSON.stringify(order) }]),
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
    },
  }
}

function toPodSpec(image: string, program: string, env: object[]): object {
  return {
    enableServiceLinks: false,
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: program.replace('.ts', ''),
        image,
        imagePullPolicy: 'IfNotPresent',
        command: [
          'node',
          '--no-warnings',
          '--input-type=module-typescript',
          '--eval',
          readFileSync(join(import.meta.dirname, program), 'utf8'),
        ],
        env,
        resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
        securityContext: {
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  }
}

/** The function's object with another image and model; the rest is as deploy/ has it. */
export function toTested(object: KubernetesObject, image: string, model: string): KubernetesObject {
  const copy = structuredClone(object)
  const [container] = copy.spec.template.spec.containers
  container.image = image
  container.env = [
    ...container.env.filter(({ name }: { name: string }) => !['OLLAMA_HOST', 'OLLAMA_MODEL'].includes(name)),
    { name: 'OLLAMA_HOST', value: 'http://ollama:11434' },
    { name: 'OLLAMA_MODEL', value: model },
  ]
  return copy
}

/** The same for Knative, where it is also to be gone soon: five minutes of retention would make a run last an hour. */
export function toTestedService(
  object: KubernetesObject,
  image: string,
  model: string,
  traffic?: object[],
): KubernetesObject {
  const copy = toTested(object, image, model)
  copy.spec.template.metadata.annotations = {
    ...copy.spec.template.metadata.annotations,
    'autoscaling.knative.dev/scale-to-zero-pod-retention-period': '0s',
    'autoscaling.knative.dev/window': '10s',
  }
  if (traffic !== undefined) copy.spec.traffic = traffic
  return copy
}

export function toList(items: readonly KubernetesObject[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}
