// The table of a container image, copied out by whatever is here that can: the function's image has it in /app/table.
import { execFile } from 'node:child_process'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { ConfigError } from '../function/errors.ts'
import { manifestTable } from '../function/table/manifest.ts'

const start = promisify(execFile)
const pullTimeoutMs = 900_000
const maxOutputBytes = 1 << 26

/** Where an image may have its table: the function's, and one that brings along what copies it. Else it is nothing but a table. */
const homes = ['app/table', 'table']
const inHome = /^(\.\/)?(app\/table|table|manifest\.lance|chunks-[\w-]+\.lance)\//

type Run = (command: string, ...args: string[]) => Promise<string>

/** Puts what an image holds of a table below a folder. */
type Way = (run: Run, image: string, folder: string) => Promise<unknown>

const ways: Readonly<Record<string, Way>> = {
  podman: (run, image, folder) => copyFromContainer('podman', run, image, folder),
  docker: (run, image, folder) => copyFromContainer('docker', run, image, folder),
  async skopeo(run, image, folder) {
    const layers = join(folder, 'layers')
    await run('skopeo', 'copy', '--quiet', `docker://${image}`, `dir:${layers}`)
    await unpackLayers(run, layers, folder)
  },
  async buildah(run, image, folder) {
    const layers = join(folder, 'layers')
    await run('buildah', 'push', '--quiet', image, `dir:${layers}`)
    await unpackLayers(run, layers, folder)
  },
  async crane(run, image, folder) {
    const whole = join(folder, 'image.tar')
    await run('crane', 'export', image, whole)
    await unpack(run, whole, folder)
  },
}

/** Whether a name that no folder has may be an image: it ends with a tag or a digest. */
export function isImage(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]*(:\d+)?(\/[a-z0-9._-]+)*(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/.test(name)
}

/** Copies the table of an image below a folder. Returns where it is. Throws ConfigError saying what was tried, and what to run by hand. */
export async function copyTable(image: string, folder: string, signal: AbortSignal): Promise<string> {
  const said: string[] = []
  const run: Run = async (command, ...args) =>
    (await start(command, args, { signal, timeout: pullTimeoutMs, maxBuffer: maxOutputBytes })).stdout
  for (const [tool, copy] of Object.entries(ways)) {
    const place = join(folder, tool)
    await mkdir(place)
    try {
      await copy(run, image, place)
      const home = await findHome(place)
      if (home !== undefined) return home
      said.push(`${tool}: there is no table in it, neither at /app/table nor at /table nor at /`)
    } catch (error) {
      signal.throwIfAborted()
      const { code, stderr } = Object(error)
      if (code !== 'ENOENT') said.push(`${tool}: ${lastLine(String(stderr ?? '')) || String(error)}`)
    }
  }
  throw new ConfigError(
    said.length === 0
      ? `There is no folder ${image}, and none of ${Object.keys(ways).join(', ')} is here to copy the table out of an image of that name. ${byHand(image)}`
      : `No table could be copied out of the image ${image}:\n${said.map((line) => `  ${line}`).join('\n')}\n${byHand(image)}`,
  )
}

function byHand(image: string): string {
  return `Where the image is, run
  docker create --name old ${image} none && docker cp old:/app/table old-table && docker rm old
and name the folder: old-table. Minikube has its images to itself: minikube image save ${image} image.tar && docker load -i image.tar`
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}

async function findHome(place: string): Promise<string | undefined> {
  for (const home of [...homes, '.']) if (await isTable(join(place, home))) return join(place, home)
  return undefined
}

/** Whether a folder holds a table's manifest. */
export async function isTable(folder: string): Promise<boolean> {
  return await stat(join(folder, `${manifestTable}.lance`)).then(
    () => true,
    () => false,
  )
}

/** A container that never runs: an image without a command wants one named. */
async function copyFromContainer(tool: string, run: Run, image: string, folder: string): Promise<void> {
  const id = lastLine(await run(tool, 'create', image, 'none'))
  try {
    const copy = async (from: string, to: string): Promise<boolean> => {
      await mkdir(to, { recursive: true })
      return await run(tool, 'cp', `${id}:/${from}`, to).then(
        () => true,
        () => false,
      )
    }
    for (const home of homes) if (await copy(`${home}/.`, join(folder, home))) return
    // Of an image that holds more than a table, a whole system would be copied.
    if (await copy(`${manifestTable}.lance`, join(folder, 'probe'))) await copy('.', folder)
  } finally {
    // Also once the signal is aborted.
    await start(tool, ['rm', '--force', id]).catch(() => undefined)
  }
}

const layersSchema = z.object({ layers: z.array(z.object({ digest: z.string() })) })

/** An image as `dir:` has it: a manifest, and beside it each layer by its digest. */
async function unpackLayers(run: Run, layers: string, folder: string): Promise<void> {
  const manifest = layersSchema.parse(JSON.parse(await readFile(join(layers, 'manifest.json'), 'utf8')))
  for (const { digest } of manifest.layers) await unpack(run, join(layers, digest.replace(/^sha256:/, '')), folder)
}

/** What of an archive is a table's. */
async function unpack(run: Run, archive: string, folder: string): Promise<void> {
  const names = (await run('tar', '-tf', archive))
    .split('\n')
    .filter((name) => inHome.test(name) && !name.endsWith('/'))
  if (names.length === 0) return
  const list = `${archive}.list`
  await writeFile(list, names.join('\n'))
  await run('tar', '-xf', archive, '-C', folder, '-T', list)
}
