import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { freePort } from '../build/warm.ts'
import { readConfig } from '../function/config.ts'
import { everything, type Selection } from '../index/files.ts'
import { ingest, type Report } from '../index/ingest.ts'

export const root = join(import.meta.dirname, '..')

/** Nothing listens here, so Ollama is not to be found. */
export const nowhere = 'http://127.0.0.1:9'

/** A test, or whatever else ends what it began. */
export interface Owner {
  readonly teardown: (end: () => unknown) => unknown
}

export interface Run {
  readonly child: ChildProcess
  /** Everything it wrote, and what of it went to standard output. */
  readonly output: () => string
  readonly stdout: () => string
  readonly exited: Promise<number | null>
}

export interface RunningFunction extends Run {
  readonly url: string
}

/** Runs a file of the project in a process of its own, with this environment and nothing else but PATH and HOME. */
export function run(t: Owner, args: readonly string[], environment: Record<string, string>, cwd = root): Run {
  const { PATH = '', HOME = '', TMPDIR = '', NODE_OPTIONS = '', ...others } = process.env
  const tap = Object.fromEntries(Object.entries(others).filter(([name]) => /^(_?TAP|NODE_(V8|COMPILE))/.test(name)))
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH, HOME, NODE_OPTIONS, ...(TMPDIR === '' ? {} : { TMPDIR }), ...tap, ...environment },
  })
  let output = ''
  let stdout = ''
  child.stdout.on('data', (data) => {
    output += data
    stdout += data
  })
  child.stderr.on('data', (data) => (output += data))
  const exited = once(child, 'close').then(([code]) => code as number | null)
  t.teardown(async () => {
    // As Ctrl-C does: SIGTERM waits some seconds for connections that are kept.
    child.kill('SIGINT')
    const giveUp = setTimeout(() => child.kill('SIGKILL'), 5_000)
    await exited
    clearTimeout(giveUp)
  })
  return { child, output: () => output, stdout: () => stdout, exited }
}

/** Starts the function on a free port under the real runtime, and waits until it is ready. */
export async function startFunction(
  t: Owner,
  environment: Record<string, string>,
  args: readonly string[] = ['function/index.ts'],
): Promise<RunningFunction> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const running = run(t, args, { FUNC_PORT: String(port), ...environment })
  let ended = false
  void running.exited.then(() => (ended = true))
  for (;;) {
    const ready = await fetch(`${url}/health/readiness`).catch(() => undefined)
    if (ready?.ok) return { ...running, url }
    if (ended) throw new Error(`the function ended before it was ready:\n${running.output()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Ingests a folder into a table, quietly; `notices` is what the operator would have been told. */
export async function makeTable(
  folder: string,
  tableUri: string,
  environment: Record<string, string> = { EMBEDDING_MODEL: 'none' },
  settings: {
    readonly maxTokens?: number
    readonly language?: string
    readonly selection?: Selection
    readonly signal?: AbortSignal
    readonly onDocuments?: () => void
  } = {},
): Promise<Report & { readonly notices: readonly string[] }> {
  const notices: string[] = []
  const config = readConfig({
    OLLAMA_HOST: nowhere,
    EMBEDDING_MODEL: 'all-minilm',
    ...environment,
    TABLE_URI: tableUri,
  })
  const report = await ingest(
    {
      folder,
      selection: settings.selection ?? everything,
      maxTokens: settings.maxTokens ?? 256,
      language: settings.language ?? 'English',
    },
    config,
    { documents: settings.onDocuments ?? (() => undefined), notice: (text) => notices.push(text) },
    settings.signal ?? new AbortController().signal,
  )
  return { ...report, notices }
}

/** One page, for a table of which a test damages a file. */
export const onePage = { 'pods.md': '# Pods\n\nA pod is a group of containers.' }

/** A table of its own, and the largest file of its data. */
export const makeDamageable = async (t: Test, part: string): Promise<{ table: string; file: string }> => {
  const table = join(t.testdir({ docs: onePage }), 'table')
  await makeTable(join(t.testdirName, 'docs'), table)
  const found = readdirSync(table, { recursive: true, encoding: 'utf8' }).find(
    (name) => name.startsWith('chunks-') && name.includes(part),
  )
  if (found === undefined) throw new Error(`no ${part}`)
  return { table, file: join(table, found) }
}
