/** Parses documents in processes of their own, as many as there are cores; one that takes too long or too much ends alone. */
import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { hashSource } from '../load.ts'
import type { Site } from '../urls.ts'
import type { Job, Parsed } from './parse.ts'

/** What one document may take. */
export interface Limits {
  readonly seconds: number
  readonly megabytes: number
}

export interface Parsing {
  readonly folder: string
  readonly maxTokens: number
  readonly limits: Limits
  readonly site?: Site | undefined
  /** Hears of a document that is being read for long. */
  readonly onSlow: (source: string, seconds: number) => void
  /** What is known already of documents that did not change. */
  readonly known?: (source: string, hash: string) => Parsed | undefined
}

const workerPath = fileURLToPath(new URL('./worker.ts', import.meta.url))
const mostWorkers = 16
const aheadPerWorker = 4
/** To start a worker costs as much as to parse some files. */
const sourcesPerWorker = 8
const slowAfterSeconds = 10

/** Documents in their order, each as soon as it and those before it are parsed. Throws the signal's reason at once when it is aborted. */
export async function* parseAll(
  sources: readonly string[],
  parsing: Parsing,
  signal: AbortSignal,
): AsyncGenerator<Parsed> {
  const pool = createPool(Math.min(countWorkers(parsing.limits), Math.ceil(sources.length / sourcesPerWorker)), parsing)
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  interrupted.catch(() => undefined)
  try {
    signal.throwIfAborted()
    const ahead: Array<Promise<Parsed>> = []
    let next = 0
    for (let done = 0; done < sources.length; done += 1) {
      while (next < sources.length && ahead.length < pool.size * aheadPerWorker) {
        const parsed = pool.parse(sources[next] ?? '')
        parsed.catch(() => undefined)
        ahead.push(parsed)
        next += 1
      }
      const [first] = ahead.splice(0, 1)
      if (first !== undefined) yield await Promise.race([first, interrupted])
    }
  } finally {
    pool.close()
  }
}

/** As many as there are cores, and as memory holds at the limit. */
function countWorkers({ megabytes }: Limits): number {
  const fitting = Math.floor(totalmem() / 2 / (megabytes * 1024 * 1024))
  return Math.max(1, Math.min(availableParallelism(), mostWorkers, fitting))
}

interface Pool {
  readonly size: number
  readonly parse: (source: string) => Promise<Parsed>
  readonly close: () => void
}

function createPool(size: number, parsing: Parsing): Pool {
  const idle: ChildProcess[] = []
  const running = new Set<ChildProcess>()
  const waiting: Array<(worker: ChildProcess) => void> = []
  let closed = false
  const ready = new WeakMap<ChildProcess, Promise<unknown>>()
  const start = (): ChildProcess => {
    const worker = fork(workerPath, {
      serialization: 'advanced',
      execArgv: [
        ...process.execArgv,
        // A tree is garbage soon: with room for it a tenth of the work is less.
        '--min-semi-space-size=64',
        '--max-semi-space-size=64',
        `--max-old-space-size=${parsing.limits.megabytes}`,
      ],
      // What a dying process prints says nothing about the document.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    running.add(worker)
    ready.set(worker, new Promise((resolve) => worker.once('message', resolve).once('exit', resolve)))
    worker.once('exit', () => running.delete(worker))
    // What was to be sent to a worker that has just ended: its exit says so as well.
    worker.on('error', () => undefined)
    return worker
  }
  const take = async (): Promise<ChildProcess> => {
    const worker = idle.pop()
    if (worker !== undefined) return worker
    if (running.size < size) return start()
    return await new Promise((resolve) => waiting.push(resolve))
  }
  const giveBack = (worker: ChildProcess): void => {
    const alive = isAlive(worker) ? worker : closed ? undefined : start()
    if (alive === undefined) return
    const next = waiting.shift()
    if (next === undefined) idle.push(alive)
    else next(alive)
  }
  return {
    size,
    async parse(source) {
      const { folder, maxTokens, site } = parsing
      if (parsing.known !== undefined) {
        const known = parsing.known(source, (await hashSource(folder, source)).hash)
        if (known !== undefined) return known
      }
      const worker = await take()
      try {
        await ready.get(worker)
        return await runJob(worker, { folder, source, maxTokens, site }, parsing)
      } finally {
        giveBack(worker)
      }
    },
    close() {
      closed = true
      for (const worker of running) {
        if (idle.includes(worker)) worker.disconnect()
        else worker.kill('SIGKILL')
      }
    },
  }
}

function isAlive(worker: ChildProcess): boolean {
  return worker.connected && !worker.killed && worker.exitCode === null && worker.signalCode === null
}

/** One document in one worker: what it came to, or that it was skipped since it took too much. */
async function runJob(worker: ChildProcess, job: Job, { limits, onSlow }: Parsing): Promise<Parsed> {
  const { source } = job
  const started = performance.now()
  const slow = setInterval(
    () => onSlow(source, Math.round((performance.now() - started) / 1000)),
    slowAfterSeconds * 1000,
  )
  try {
    const outcome = await new Promise<Parsed | string>((resolve) => {
      const late = setTimeout(() => {
        worker.kill('SIGKILL')
        resolve(`takes longer than ${limits.seconds} s; --document-seconds allows more`)
      }, limits.seconds * 1000)
      const end = (result: Parsed | string): void => {
        clearTimeout(late)
        worker.off('message', onMessage).off('exit', onExit)
        resolve(result)
      }
      const onMessage = (message: unknown): void => end(message as Parsed)
      const onExit = (): void =>
        end(`takes more than ${limits.megabytes} MB of memory; --document-megabytes allows more`)
      worker.on('message', onMessage).on('exit', onExit)
      if (isAlive(worker)) worker.send(job)
      else onExit()
    })
    if (typeof outcome !== 'string') return outcome
    const { hash } = await hashSource(job.folder, source)
    return { source, hash, url: null, title: '', chunks: [], why: outcome, lost: [] }
  } finally {
    clearInterval(slow)
  }
}
