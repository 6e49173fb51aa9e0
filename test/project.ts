import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { variables } from '../function/config.ts'
import { version } from '../function/operations/describe.ts'
import coverageMap from './coverage-map.js'
import { root } from './running.ts'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)

t.test('every module is covered by a test', async (t) => {
  const covered = new Set(sources('test').flatMap((test) => coverageMap(test) ?? []))
  // Types and classes alone; every test that expects an error loads it.
  const uncounted = ['function/errors.ts', 'index/document.ts']
  const missing = [...sources('function'), ...sources('index'), ...sources('compare')].filter(
    (source) => !covered.has(source) && !uncounted.includes(source),
  )
  t.strictSame(missing, [])
})

t.test("README's table lists the configuration as it is", async (t) => {
  const rows = [...read('README.md').matchAll(/^\| `([A-Z_]+)` +\| `([^|`]*)` +\|/gm)].map(([, name, value]) => [
    name,
    value?.trim(),
  ])
  t.strictSame(
    Object.fromEntries(rows),
    Object.fromEntries(Object.entries(variables).map(([name, variable]) => [name, variable.default])),
  )
})

t.test('the version is the same everywhere', async (t) => {
  t.equal(JSON.parse(read('package.json')).version, version)
  t.match(read('CHANGELOG.md'), `## ${version}`)
})

t.test('nothing is installed that the project never uses', async (t) => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { name?: string; resolved?: string }>
  }
  for (const name of ['openai', '@huggingface/transformers']) {
    t.equal(
      packages[`node_modules/${name}`]?.name,
      '@esbuild/aix-ppc64',
      `${name} is replaced by a package that no platform installs`,
    )
  }
  t.strictSame(
    Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined),
    [],
    'the lockfile names no registry',
  )
})
