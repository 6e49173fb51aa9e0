// all-MiniLM-L6-v2 in this process, in threads of its own, which read the model when it is first needed.
import { Worker } from 'node:worker_threads'
import type { Embed } from './embed.ts'
import { findModel, modelPath } from './model-file.ts'

export interface BuiltIn {
  /** Reads the first 256 tokens of each text. Throws ModelFileError, or the signal's reason once it is aborted. */
  readonly embed: Embed
  /** Has the model read before it is needed. Throws ModelFileError. */
  readonly warm: () => void
  readonly close: () => Promise<void>
}

interface Job {
  readonly text: string
  readonly resolve: (vector: number[]) => void
  readonly reject: (error: unknown) => void
}

interface Thread {
  readonly worker: Worker
  job: Job | undefined
}

/** Little of a thread's own heap: the model lies outside of it. */
const resourceLimits = { maxYoungGenerationSizeMb: 4 }
/** As it is in a checkout, or as build/bundle.ts puts it beside the bundle. */
const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.cjs', import.meta.url)

/** Texts are embedded in the order in which they came, as many at once as there are threads. */
export function createBuiltIn({ threads: most = 1, path = modelPath } = {}): BuiltIn {
  const threads = new Set<Thread>()
  const waiting: Job[] = []

  const start = (): Thread => {
    findModel(path)
    const thread: Thread = {
      worker: new Worker(workerUrl, { workerData: path, resourceLimits, execArgv: [] }),
      job: undefined,
    }
    const fail = (error: unknown): void => {
      threads.delete(thread)
      thread.job?.reject(error)
      work()
    }
    thread.worker
      .on('message', (vector: Float32Array) => {
        thread.job?.resolve([...vector])
        thread.job = undefined
        // An idle thread keeps no process alive.
        thread.worker.unref()
        work()
      })
      .on('error', fail)
      .on('exit', () => threads.has(thread) && fail(new Error('The thread that embeds has ended.')))
      .unref()
    threads.add(thread)
    return thread
  }
  const nextIdle = (): Thread | undefined =>
    [...threads].find(({ job }) => job === undefined) ?? (threads.size < most ? start() : undefined)
  const work = (): void => {
    try {
      while (waiting.length > 0) {
        const thread = nextIdle()
        if (thread === undefined) return
        thread.job = waiting.shift()
        thread.worker.ref()
        thread.worker.postMessage(thread.job?.text)
      }
    } catch (error) {
      for (const { reject } of waiting.splice(0)) reject(error)
    }
  }
  const embedOne = async (text: string, signal: AbortSignal): Promise<number[]> => {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<number[]>()
    const job = { text, resolve, reject }
    const leave = (): void => {
      if (waiting.includes(job)) waiting.splice(waiting.indexOf(job), 1)
      reject(signal.reason)
    }
    signal.addEventListener('abort', leave)
    waiting.push(job)
    work()
    return await promise.finally(() => signal.removeEventListener('abort', leave))
  }
  return {
    embed: (texts, signal) => Promise.all(texts.map((text) => embedOne(text, signal))),
    warm() {
      if (threads.size === 0) start()
    },
    async close() {
      await Promise.all([...threads].map(({ worker }) => worker.terminate()))
    },
  }
}
