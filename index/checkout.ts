/** Documents in a git repository: checked out into a temporary folder by the git that is there. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { ConfigError } from '../function/errors.ts'

const run = promisify(execFile)
const cloneTimeoutMs = 600_000

/** A folder of a repository: `https://example/repo.git#branch:docs`; branch and folder may be left out. */
export interface Repository {
  readonly url: string
  readonly branch: string | undefined
  readonly folder: string
}

/** A repository's address, or undefined for the name of a folder. */
export function parseRepository(text: string): Repository | undefined {
  const [, url = '', branch = '', folder = ''] = /^([^#]+)(?:#([^:]*)(?::(.*))?)?$/.exec(text) ?? []
  const isAddress = /^(https?|ssh|git|file):\/\/\S+$|^[\w.-]+@[\w.-]+:\S+$/.test(url)
  return isAddress ? { url, branch: branch || undefined, folder } : undefined
}

/** Checks a repository out and hands over the folder of its documents, which is gone afterwards. Throws ConfigError. */
export async function withCheckout<Result>(
  { url, branch, folder }: Repository,
  signal: AbortSignal,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const place = await mkdtemp(join(tmpdir(), 'ragfunction-'))
  try {
    // Nobody is asked for a password: a repository that needs one and has no key is an error.
    const args = [
      '-c',
      'core.askPass=true',
      'clone',
      '--quiet',
      '--depth=1',
      ...(branch === undefined ? [] : [`--branch=${branch}`]),
      '--',
      url,
      place,
    ]
    await run('git', args, {
      signal,
      timeout: cloneTimeoutMs,
    }).catch((cause: unknown) => {
      signal.throwIfAborted()
      throw new ConfigError(toMessage(url, branch, cause), { cause })
    })
    const documents = resolve(place, folder)
    const isWithin = documents === place || documents.startsWith(place + sep)
    if (
      !isWithin ||
      !(await stat(documents).then(
        (found) => found.isDirectory(),
        () => false,
      ))
    )
      throw new ConfigError(`There is no folder ${folder} in ${url}.`)
    return await use(documents)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

function toMessage(url: string, branch: string | undefined, cause: unknown): string {
  const { code, stderr = '' } = Object(cause)
  if (code === 'ENOENT') return `There is no git here to check out ${url} with: install it, or name a folder.`
  const said = String(stderr).trim().split('\n').at(-1) ?? ''
  return `git cannot check out ${url}${branch === undefined ? '' : ` at ${branch}`}: ${said}`
}
