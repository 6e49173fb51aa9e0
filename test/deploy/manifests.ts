import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { root } from '../running.ts'

/** A Kubernetes object as its file has it. */
export interface Manifest {
  readonly path: string
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  // biome-ignore lint/suspicious/noExplicitAny: what a test says of it is what it is.
  readonly spec: any
}

/** Every manifest below deploy/. */
export function readManifests(): Manifest[] {
  const paths = readdirSync(join(root, 'deploy'), { recursive: true, encoding: 'utf8' })
  return paths
    .filter((path) => path.endsWith('.yaml'))
    .sort()
    .flatMap((path) =>
      parseAllDocuments(readFileSync(join(root, 'deploy', path), 'utf8')).map((document) => ({
        path: `deploy/${path}`,
        ...document.toJS({ mapAsMap: false }),
      })),
    )
}
