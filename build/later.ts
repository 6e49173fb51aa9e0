// What only some requests or settings need, each in a file of its own: a start reads none of them.
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'

/** What is loaded when it is first asked for. Nothing of theirs may be compared with a class of the function's own bundle: each brings its own copies. */
export const later: Readonly<Record<string, string>> = {
  '@modelcontextprotocol/server': '@modelcontextprotocol/server',
  './otel.ts': 'function/operations/otel.ts',
}

/** `@a/b` -> `a-b.cjs`, `./c.ts` -> `c.cjs`. */
export const toFile = (name: string): string =>
  `${name
    .replace(/^(@|\.\/)/, '')
    .replace(/\.ts$/, '')
    .replaceAll('/', '-')}.cjs`

/** Has the function's bundle read each from the file beside it. */
export const leaveForLater: Plugin = {
  name: 'leave-for-later',
  setup({ onResolve }) {
    for (const name of Object.keys(later))
      onResolve({ filter: new RegExp(`^${name.replaceAll('.', '\\.')}$`) }, () => ({
        path: `./${toFile(name)}`,
        external: true,
      }))
  },
}

/** Modules of Node's own that most starts do without, each of which takes milliseconds to load. */
const seldom = ['assert', 'crypto', 'https']

/** Has the bundle load each of them when something of it is first used. */
export const readWhenUsed: Plugin = {
  name: 'read-when-used',
  setup({ onResolve, onLoad }) {
    const [filter, namespace] = [new RegExp(`^(node:)?(${seldom.join('|')})$`), 'when-used']
    onResolve({ filter }, ({ path }) => ({ path: `node:${path.replace('node:', '')}`, namespace }))
    onLoad({ filter: /^/, namespace }, async ({ path }) => {
      const { default: module, ...named } = await import(path)
      // assert alone is a function itself, which does nothing where it is given what is true.
      const itself = typeof module === 'function' ? '(holds, ...why) => holds || load()(holds, ...why)' : '{}'
      return {
        contents: `const load = () => process.getBuiltinModule('${path}')
module.exports = ${itself}
for (const name of ${JSON.stringify(Object.keys(named))})
  Object.defineProperty(module.exports, name, { enumerable: true, get: () => load()[name] })`,
      }
    })
  },
}

/** Bundles each of them into the folder. Returns the files that went into them, for their licences. */
export async function bundleLater(folder: string, root: string): Promise<string[]> {
  const inputs: string[] = []
  for (const [name, entry] of Object.entries(later)) {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: join(folder, toFile(name)),
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'cjs',
      legalComments: 'none',
      logLevel: 'warning',
      metafile: true,
    })
    inputs.push(...Object.keys(metafile.inputs))
  }
  return inputs
}
