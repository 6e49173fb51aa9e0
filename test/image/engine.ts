import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../running.ts'

/** What builds and runs images here; `standIn` where the base image is one that this machine made of Debian packages. */
export interface Engine {
  readonly command: 'docker' | 'podman'
  /** The beginning of the arguments that run a container. */
  readonly running: readonly string[]
  readonly standIn: boolean
  readonly build: (tag: string, context: string, more?: readonly string[]) => Outcome
}

export interface Outcome {
  readonly code: number | null
  readonly output: string
}

const minutes = 60_000
/** Without them, a container inherits limits that an unprivileged or nested runtime may not set. */
export const limits = ['--ulimit', 'nofile=20000:20000', '--ulimit', 'nproc=20000:20000']

/** Runs a command to its end; both of its outputs, in one text. */
export function run(command: string, args: readonly string[], timeoutMs = 10 * minutes): Outcome {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: timeoutMs,
    maxBuffer: 1 << 26,
  })
  return { code: status, output: `${stdout ?? ''}${stderr ?? ''}${error ?? ''}` }
}

/** What the function's image is built on. */
export function toBase(): string {
  return /^FROM (\S+) AS build/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8'))?.[1] ?? ''
}

/** The image engine of this machine with a base to build on, if one is wanted; or why there is none, in a few words. */
export function findEngine(base: string | null): Engine | string {
  if (process.platform !== 'linux') return 'the image test runs on Linux alone'
  if (run('docker', ['info'], minutes).code === 0) {
    const build: Engine['build'] = (tag, context, more = []) => run('docker', ['build', '-t', tag, ...more, context])
    return { command: 'docker', running: ['run'], standIn: false, build }
  }
  if (run('podman', ['--version']).code !== 0 || run('buildah', ['--version']).code !== 0)
    return 'neither docker nor podman with buildah is here'
  const name = `docker.io/library/${base}`
  if (
    base !== null &&
    run('podman', ['image', 'exists', name]).code !== 0 &&
    run('podman', ['pull', '--quiet', name], minutes).code !== 0
  ) {
    if (run('mmdebstrap', ['--version']).code !== 0)
      return `no registry gives ${base}, and there is no mmdebstrap to make a stand-in`
    const made = run(join(root, 'test/image/stand-in.sh'), [name])
    if (made.code !== 0) return `no registry gives ${base}, and no stand-in could be made: ${made.output}`
  }
  // crun, podman's first choice, fails on machines with both kinds of cgroups.
  const runtime = run('runc', ['--version']).code === 0 ? ['--runtime', 'runc'] : []
  const buildah = ['bud', '--layers', '--force-rm', '--network', 'host', '--pull=never', ...limits, ...runtime]
  return {
    command: 'podman',
    running: [...runtime, 'run'],
    standIn: base !== null && run('podman', ['image', 'inspect', name]).output.includes('io.ragfunction.stand-in'),
    build: (tag, context, more = []) => run('buildah', [...buildah, '-t', tag, ...more, context]),
  }
}
