import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type Agent, get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../build/warm.ts'
import { type Owner, root } from '../test/running.ts'

/** What every part of the benchmark is given. */
export interface Bench extends Owner {
  /** For whatever it makes; removed at the end. */
  readonly folder: string
  /** The image's own start command, on a bundle made for this run. */
  readonly ours: Server
  /** An empty function on the runtime's own command, and a server of Node's alone. */
  readonly stock: Server
  readonly bare: Server
  readonly tableUri: string
  /** Whether the table is of words alone. */
  readonly words: boolean
  readonly say: (text: string) => void
  /** Multiplies how often everything is repeated; 1 for figures to keep. */
  readonly effort: number
}

/** A program that serves HTTP on the port in FUNC_PORT and PORT. */
export interface Server {
  readonly name: string
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly readyPath: string
  /** What a caller would ask of it first. */
  readonly askPath: string
}

export interface Running {
  readonly child: ChildProcess
  readonly port: number
  readonly url: string
  readonly stop: () => Promise<void>
}

const startTimeoutMs = 60_000
const pollMs = 2

/** A wrapper around a command, such as one that limits its CPU. */
export type Wrap = (command: readonly string[]) => readonly string[]

export async function launch(owner: Owner, server: Server, wrap: Wrap = (command) => command): Promise<Running> {
  const port = await freePort()
  const [file = '', ...args] = wrap(server.command)
  const { PATH = '', HOME = '', TMPDIR = '' } = process.env
  const environment = { PATH, HOME, ...(TMPDIR === '' ? {} : { TMPDIR }), ...server.environment }
  const child = spawn(file, args, {
    cwd: root,
    env: { ...environment, FUNC_PORT: String(port), PORT: String(port) },
    stdio: 'ignore',
  })
  const ended = once(child, 'close')
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  owner.teardown(() => child.kill('SIGKILL'))
  return { child, port, url: `http://127.0.0.1:${port}`, stop }
}

/** Waits for the first 200 at a path. Throws where the program ends before that. */
export async function ready({ child, url }: Running, path: string): Promise<void> {
  const until = performance.now() + startTimeoutMs
  while ((await fetchText(url + path).catch(() => undefined))?.status !== 200) {
    if (child.exitCode !== null || performance.now() > until)
      throw new Error(`${child.spawnargs.join(' ')} does not answer at ${path}`)
    await sleep(pollMs)
  }
}

export interface Reply {
  readonly status: number | undefined
  readonly body: string
}

/** One request, with an agent's connection or one of its own; lighter than `fetch`, which would be measured along. */
export async function fetchText(url: string, agent?: Agent): Promise<Reply> {
  const [response]: IncomingMessage[] = await once(get(url, { agent: agent ?? false }), 'response')
  if (response === undefined) throw new Error(`no response from ${url}`)
  let body = ''
  for await (const piece of response.setEncoding('utf8')) body += piece
  return { status: response.statusCode, body }
}

const ticksPerSecond = 100

/** What a process holds in memory in MB, how much of that no file backs (which is what a container's limit is about), and the CPU time that it has used in ms; from Linux' /proc. */
export function readUse(pid: number | undefined): { memory: number; anonymous: number; cpu: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const toMegabytes = (field: string): number =>
    (Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]) * 1024) / 1e6
  // After the name, which may hold spaces: the 12th and 13th fields are the time in user and in system mode.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return {
    memory: toMegabytes('VmRSS'),
    anonymous: toMegabytes('RssAnon'),
    cpu: ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000,
  }
}

/** How often to repeat something, at least once. */
export function times(bench: Bench, count: number): number {
  return Math.max(1, Math.round(count * bench.effort))
}
