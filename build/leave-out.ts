import { dirname } from 'node:path'
import type { Plugin } from 'esbuild'

/** A file of a package that is never reached, and what stands in its place. */
export interface Unreached {
  readonly file: string
  readonly contents: string
}

/** Throws where a package keeps such a file elsewhere by now, rather than have what is built grow unnoticed. */
export function leaveOut(unreached: readonly Unreached[]): Plugin {
  return {
    name: 'leave-out',
    setup({ onLoad, onEnd }) {
      const left = new Set(unreached)
      for (const stub of unreached) {
        const filter = new RegExp(`[\\\\/]${stub.file.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]')}$`)
        onLoad({ filter }, ({ path }) => {
          left.delete(stub)
          return { contents: stub.contents, resolveDir: dirname(path) }
        })
      }
      onEnd(() => ({
        errors: [...left].map(({ file }) => ({
          text: `nothing imports ${file} any more: do not leave it out in build/`,
        })),
      }))
    },
  }
}
