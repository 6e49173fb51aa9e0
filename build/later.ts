// Packages that only some requests need, each in a file of its own: a start reads none of them.
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'

/** What is loaded when it is first asked for. Nothing of theirs may be compared with a class of the function's own bundle: each brings its own copies. */
export const later = ['@modelcontextprotocol/server'] as const

const toFile = (name: string): string => `${name.replace(/^@/, '').replaceAll('/', '-')}.cjs`

/** Has the function's bundle read such a package from the file beside it. */
export const leaveForLater: Plugin = {
  name: 'leave-for-later',
  setup({ onResolve }) {
    for (const name of later)
      onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: `./${toFile(name)}`, external: true }))
  },
}

/** Bundles each of them into the folder. Returns the files that went into them, for their licences. */
export async function bundleLater(folder: string, root: string): Promise<string[]> {
  const inputs: string[] = []
  for (const name of later) {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [name],
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
