import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Service as KnativeService } from '@kubernetes-models/knative/serving.knative.dev/v1/Service'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { Volume } from 'kubernetes-models/v1/Volume'
import t, { type Test } from 'tap'
import { parseAllDocuments } from 'yaml'
import { readConfig } from '../../function/config.ts'
import { root } from '../running.ts'
import { type Manifest, readKustomizations, readManifests } from './manifests.ts'

const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0
const skip = kubectl ? false : 'there is no kubectl here'

/** What kubectl makes of a folder: the object of that kind, and the one that it was made from. */
const build = (t: Test, folder: string, kind: string, from: string): { made: Manifest; original: Manifest } => {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', join(root, 'deploy', folder)], {
    encoding: 'utf8',
  })
  t.equal(status, 0, stderr)
  const made = parseAllDocuments(stdout).map((document): Manifest => document.toJS())
  const find = (all: readonly Manifest[]): Manifest => {
    const found = all.find((one) => one.kind === kind)
    if (found === undefined) throw new Error(`there is no ${kind}`)
    return found
  }
  return { made: find(made), original: find(readManifests().filter(({ path }) => path === `deploy/${from}`)) }
}

/** The pod of a manifest, and how the function in it finds its table. */
const read = ({ spec }: Manifest) => {
  const pod = spec.template.spec
  const [container] = pod.containers
  const environment = Object.fromEntries(container.env.map(({ name, value }: Record<string, string>) => [name, value]))
  const { tableUri } = readConfig(environment)
  const mount = container.volumeMounts.find(({ mountPath }: { mountPath: string }) => mountPath === tableUri)
  const volume = pod.volumes.find(({ name }: { name: string }) => name === mount?.name)
  return { pod, container, mount, volume }
}

t.test('with an image volume, the Service is as it was but for its table', { skip }, async (t) => {
  const { made, original } = build(t, 'knowledge', 'Service', 'knative/service.yaml')
  t.doesNotThrow(() => new KnativeService(made as never).validate())
  const { pod, container, mount, volume } = read(made)
  t.doesNotThrow(() => new Volume(volume).validate())
  t.match(volume.image, { reference: /^dev\.local\/rag-knowledge:\d+\.\d+\.\d+$/, pullPolicy: 'IfNotPresent' })
  t.equal(mount.readOnly, true, 'Knative takes no other mount of such a volume')
  const before = original.spec.template.spec
  t.strictSame(pod.volumes.slice(0, -1), before.volumes)
  t.strictSame(container.env.slice(0, -1), before.containers[0].env)
  t.strictSame({ ...container, env: 0, volumeMounts: 0 }, { ...before.containers[0], env: 0, volumeMounts: 0 })
})

t.test('without one, an init container as restricted as the function copies it', { skip }, async (t) => {
  const { made } = build(t, 'knowledge-copied', 'Deployment', 'fallback/deployment.yaml')
  t.doesNotThrow(() => new Deployment(made as never).validate())
  const { pod, container, mount, volume } = read(made)
  const [init, ...more] = pod.initContainers
  t.strictSame(more, [])
  t.ok(volume.emptyDir.sizeLimit)
  t.equal(mount.readOnly, true)
  t.strictSame(
    init.volumeMounts.map(({ name, readOnly = false }: { name: string; readOnly?: boolean }) => [name, readOnly]),
    [[volume.name, false]],
  )
  t.strictSame(init.securityContext, container.securityContext)
  t.notOk('command' in init, 'the image says what copies')
  t.match(init.image, /^dev\.local\/rag-knowledge-copied:\d+\.\d+\.\d+$/)
  t.ok(init.resources.limits.memory)
})

t.test('the images are what the Dockerfile says how to make', async (t) => {
  const dockerfile = readFileSync(join(root, 'deploy/knowledge/Dockerfile'), 'utf8')
  const stages = dockerfile.split(/^FROM /m).slice(1)
  t.match(stages.at(-1), /^scratch\nCOPY \. \/\n$/, 'the table alone, where nothing else is asked for')
  const copied = stages.find((stage) => stage.startsWith('scratch AS copied')) ?? ''
  t.match(copied, /^USER [1-9]\d*:[1-9]\d*$/m, 'a number, which is how a cluster knows that it is not root')
  const [, from = '', to = ''] = /"-R", "(.*)\/\.", "(.*)"\]/.exec(copied) ?? []
  t.match(copied, `COPY . ${from}\n`)
  const folder = readKustomizations().find((one) => one.folder === 'knowledge-copied')
  t.match(JSON.stringify(folder?.patches), `"mountPath":"${to}"`)
})
