import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { root } from '../running.ts'

/** A Kubernetes object as its file has it. */
export interface Manifest {
  readonly path: string
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> }
  // biome-ignore lint/suspicious/noExplicitAny: what a test says of it is what it is.
  readonly spec: any
}

/** A folder below deploy/ as kustomize reads it; the patches are YAML of their own. */
export interface Kustomization {
  readonly folder: string
  readonly resources: readonly string[]
  readonly images: ReadonlyArray<{ readonly name: string; readonly newName: string; readonly newTag: string }>
  readonly patches: ReadonlyArray<{
    readonly target: { readonly kind: string; readonly name: string }
    readonly operations: ReadonlyArray<{ readonly op: string; readonly path: string; readonly value?: unknown }>
  }>
}

/** Every folder below deploy/ that kubectl apply -k takes. */
export function readKustomizations(): Kustomization[] {
  const folders = readdirSync(join(root, 'deploy'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.map(({ name: folder }) => {
    const {
      resources = [],
      images = [],
      patches = [],
    } = parse(readFileSync(join(root, 'deploy', folder, 'Kustomization'), 'utf8'))
    return {
      folder,
      resources,
      images,
      patches: patches.map(({ target, patch }: { target: object; patch: string }) => ({
        target,
        operations: parse(patch),
      })),
    }
  })
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
