import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { modelName } from '../function/embedding/model-file.ts'
import { verifyModel } from '../function/embedding/verify.ts'
import { bundleLater, leaveForLater, readWhenUsed } from './later.ts'
import { leaveOut, type Unreached } from './leave-out.ts'
import { toNotices } from './notices.ts'
import { buildPage, listPageInputs, type PageName, pages } from './page.ts'

const root = join(import.meta.dirname, '..')

/**
 * What the packages bring and this function never reaches: each costs milliseconds of every cold start, and some of it of every
 * request. The runtime is only ever shown a bare `GET /` (http/runtime.ts), so that it never sees a CloudEvent, a form or a raw body,
 * and is never asked for its own metrics; it is given both health checks; and a func.yaml, whose every field it would take for an
 * option of its own, is for func: an image has none, a checkout's is not read. It gives fastify neither schemas, which would be
 * compiled, nor plugins, whose versions would be compared. Of prom-client, what it knows of Node itself is loaded with the first scrape.
 */
const unreached: readonly Unreached[] = [
  {
    file: 'cloudevents/dist/index.js',
    contents: 'exports.HTTP = { isEvent: () => false }\nexports.CloudEvent = class {}',
  },
  {
    file: 'fastify-raw-body/plugin.js',
    contents: 'module.exports = () => { throw new Error("FUNC_INCLUDE_RAW is not supported here") }',
  },
  { file: 'faas-js-runtime/lib/metrics.js', contents: 'module.exports = () => () => () => undefined' },
  { file: 'overload-protection/index.js', contents: 'module.exports = () => undefined' },
  {
    file: 'prom-client/index.js',
    contents: `exports.Registry = require('./lib/registry')
exports.Counter = require('./lib/counter')
exports.Gauge = require('./lib/gauge')
exports.Histogram = require('./lib/histogram')
exports.collectDefaultMetrics = (config) => require('./lib/defaultMetrics')(config)`,
  },
  { file: '@fastify/ajv-compiler/index.js', contents: 'module.exports = () => undefined' },
  { file: '@fastify/fast-json-stringify-compiler/index.js', contents: 'module.exports = () => undefined' },
  { file: 'semver/index.js', contents: 'exports.satisfies = () => true' },
  { file: 'qs/lib/index.js', contents: '' },
  { file: 'js-yaml/index.js', contents: 'exports.load = () => undefined' },
  { file: '@lancedb/lancedb/dist/otel.js', contents: '' },
  { file: 'zod/v4/classic/from-json-schema.js', contents: 'export const fromJSONSchema = undefined' },
  { file: 'zod/v4/locales/index.js', contents: 'export { default as en } from "./en.js"' },
]

/** faas-js-runtime assigns to a variable `osu` that it never declares, which strict code must not. */
const banner = `globalThis.osu = undefined;
const bundleUrl = require('node:url').pathToFileURL(__filename).href;`

/**
 * Node reads the cache before it compiles the bundle. It names the folder after the user, and OpenShift runs an image as a user
 * that nobody knows before: such a user is given a link to it. Where there is no place for one, the start takes a little longer.
 */
const starter = `const { existsSync, mkdtempSync, readdirSync, symlinkSync } = require('node:fs')
const { enableCompileCache } = require('node:module')
const cache = __dirname + '/cache'
function findCache() {
  const [made] = existsSync(cache) ? readdirSync(cache) : []
  if (made === undefined || process.getuid === undefined) return cache
  const own = made.replace(/\\d+$/, process.getuid())
  if (made === own) return cache
  for (const folder of [require('node:os').tmpdir(), '/dev/shm'])
    try {
      const link = mkdtempSync(folder + '/ragfunction-cache-')
      symlinkSync(cache + '/' + made, link + '/' + own)
      return link
    } catch {}
  return cache
}
enableCompileCache(findCache())
require('./function.cjs')
`

/**
 * Bundles the function into a folder: `function.cjs`, not minified, so that a stack trace can be read, `index.cjs`, which starts it,
 * and `worker.cjs`, which embeds, with the model. Throws ModelFileError where that is not the one of this version.
 * The folder must be below node_modules, from where LanceDB's native library is still loaded. Returns the bundle's size in bytes.
 */
export async function bundle(folder: string): Promise<number> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { function: 'function/index.ts', worker: 'function/embedding/worker.ts' },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    // Starts about 15 ms sooner than the same bundle as an ECMAScript module.
    format: 'cjs',
    external: ['@lancedb/lancedb-*'],
    plugins: [leaveOut(unreached), leaveForLater, readWhenUsed],
    define: { 'import.meta.main': 'true', 'import.meta.url': 'bundleUrl' },
    banner: { js: banner },
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  })
  for (const name of ['function.cjs', 'worker.cjs']) {
    const path = join(folder, name)
    await writeFile(path, toAscii(await readFile(path, 'utf8')))
  }
  const laterInputs = await bundleLater(folder, root)
  await writeFile(join(folder, 'index.cjs'), starter)
  const inputs = [...Object.keys(metafile.inputs), ...laterInputs, ...(await listPageInputs())]
  await writeFile(join(folder, 'THIRD-PARTY.txt'), await toNotices(inputs))
  // What LanceDB's native library is made of.
  const lancedb = join(root, 'node_modules/@lancedb/lancedb/RUST_THIRD_PARTY_LICENSES.html')
  await copyFile(lancedb, join(folder, 'THIRD-PARTY-LANCEDB.html'))
  for (const name of Object.keys(pages) as PageName[])
    await writeFile(join(folder, `${name}.html`), await buildPage(name))
  for (const name of ['kernel.wasm', `${modelName}.bin`, `${modelName}.NOTICE`])
    await copyFile(join(root, 'function/embedding', name), join(folder, name))
  await verifyModel(join(folder, `${modelName}.bin`))
  return Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0)
}

/** Node and V8 read a text in half the time where it is ASCII alone; esbuild leaves patterns as they are. In strings and patterns an escape says the same. */
function toAscii(code: string): string {
  if (/\\[\u0080-\uffff]/.test(code)) throw new Error('a backslash stands before a letter beyond ASCII: leave it out')
  return code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
