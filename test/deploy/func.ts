import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { z } from 'zod'
import { variables } from '../../function/config.ts'
import { root } from '../running.ts'
import { readManifests } from './manifests.ts'

const variable = z.strictObject({ name: z.string().regex(/^[-._a-zA-Z][-._a-zA-Z0-9]*$/), value: z.string() })
const quantity = z.string().regex(/^[+-]?[0-9.]+[eEinumkKMGTP]*[-+]?[0-9]*$/)

/** The fields of func.yaml that are used here, as func's reference describes them (specVersion 0.36.0); any other is an error. */
const schema = z.strictObject({
  specVersion: z.literal('0.36.0'),
  name: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/),
  runtime: z.literal('typescript'),
  created: z.iso.datetime(),
  invoke: z.enum(['http', 'cloudevent']),
  build: z.strictObject({ builder: z.enum(['pack', 's2i']), buildEnvs: z.array(variable) }),
  run: z.strictObject({
    envs: z.array(variable),
    volumes: z.array(z.strictObject({ emptyDir: z.strictObject({ sizeLimit: quantity }), path: z.string() })),
  }),
  deploy: z.strictObject({
    healthEndpoints: z.strictObject({ liveness: z.string(), readiness: z.string() }),
    options: z.strictObject({
      scale: z.strictObject({
        min: z.int().min(0),
        max: z.int().min(0),
        metric: z.enum(['concurrency', 'rps']),
        target: z.number().min(0),
      }),
      resources: z.strictObject({
        requests: z.strictObject({ cpu: quantity, memory: quantity }),
        limits: z.strictObject({ cpu: quantity, memory: quantity, concurrency: z.int().min(0) }),
      }),
    }),
  }),
})

const func = schema.parse(parse(readFileSync(join(root, 'func.yaml'), 'utf8')))

t.test('func.yaml asks for what the Knative Service asks for', async (t) => {
  const service = readManifests().find(({ path }) => path === 'deploy/knative/service.yaml')
  const { metadata, spec } = service?.spec.template ?? t.bailout('no service')
  const [container] = spec.containers
  const { scale, resources } = func.deploy.options
  t.equal(func.name, service?.metadata.name)
  t.strictSame(
    { 'min-scale': `${scale.min}`, 'max-scale': `${scale.max}`, metric: scale.metric, target: `${scale.target}` },
    Object.fromEntries(
      Object.entries(metadata.annotations)
        .map(([name, value]) => [name.replace('autoscaling.knative.dev/', ''), value])
        .filter(([name]) => name !== 'scale-to-zero-pod-retention-period'),
    ),
  )
  const { concurrency, ...limits } = resources.limits
  t.equal(concurrency, spec.containerConcurrency)
  t.strictSame({ requests: resources.requests, limits }, container.resources)
  t.strictSame(func.run.envs, container.env)
  t.strictSame(
    func.run.volumes.map(({ path, emptyDir }) => [path, emptyDir]),
    [[container.volumeMounts[0].mountPath, spec.volumes[0].emptyDir]],
    'a redeploy by func keeps the read-only root of the manifest, and brings the folder that it needs',
  )
  t.equal(func.deploy.healthEndpoints.liveness, container.livenessProbe.httpGet.path)
  t.equal(func.deploy.healthEndpoints.readiness, container.readinessProbe.httpGet.path)
})

t.test('func finds its own folder ignored, and adds nothing to .gitignore', async (t) => {
  t.match(readFileSync(join(root, '.gitignore'), 'utf8'), /^\/\.func$/m)
})

t.test('what func.yaml names is there', async (t) => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const build = Object.fromEntries(func.build.buildEnvs.map(({ name, value }) => [name, value]))
  t.ok(build.BP_NODE_RUN_SCRIPTS && build.BP_NODE_RUN_SCRIPTS in scripts)
  t.ok('start' in scripts, 'the builder starts it by npm start')
  t.match(process.version, new RegExp(`^v${build.BP_NODE_VERSION?.replace('.*', '\\.')}`))
  for (const { name } of func.run.envs) t.ok(name in variables, name)
  t.ok('EMBEDDING_MODEL' in variables)
})
