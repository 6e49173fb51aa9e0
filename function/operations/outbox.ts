// Events on their way to a sink: in the background, few at once, and each for so long and no longer. What cannot be sent is counted and dropped.
import { Agent, request as requestPlain } from 'node:http'
import { request as requestSecure, Agent as SecureAgent } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { getCACertificates } from 'node:tls'
import type { Logger } from 'pino'
import type { Sink } from '../sink.ts'

/** What became of an event: the sink has it; it refuses it; it could not be had after all tries; there was no room or no time for it. */
export type Fate = 'sent' | 'refused' | 'failed' | 'dropped'

export interface Outbox {
  /** Takes an event in JSON, at once; whether it arrives is told in the count alone. */
  readonly add: (event: string) => void
  /** Waits until all are out, at most so long; what is left then is dropped. */
  readonly flush: (atMostMs: number) => Promise<void>
}

export interface Bounds {
  readonly waiting: number
  readonly atOnce: number
  /** For one try, from the connection to the end of the reply. */
  readonly tryMs: number
  /** Before each further try. */
  readonly pausesMs: readonly number[]
  readonly logEveryMs: number
}

const usual: Bounds = { waiting: 256, atOnce: 4, tryMs: 5_000, pausesMs: [500, 2_000], logEveryMs: 60_000 }

/** What a later try may mend, as Knative's own senders see it. */
const passing = new Set([404, 408, 409, 429])

/** Nothing here throws, and nothing is waited for but `flush`. */
export function createOutbox(
  sink: Sink,
  count: (fate: Fate) => void,
  log: Pick<Logger, 'warn'>,
  bounds: Bounds = usual,
): Outbox {
  const { post, close } = createPost(sink, bounds)
  const waiting: string[] = []
  const ending = new AbortController()
  const { signal } = ending
  let atWork = 0
  let idle = Promise.withResolvers<void>()
  let lost = 0
  let loggedAt = Number.NEGATIVE_INFINITY

  const say = (why: string): void => {
    log.warn({ sink: new URL(sink.url).origin, why, lost }, 'unanswered questions were not sent')
    loggedAt = performance.now()
    lost = 0
  }
  const lose = (fate: Fate, why: string): void => {
    count(fate)
    lost += 1
    if (!signal.aborted && performance.now() - loggedAt >= bounds.logEveryMs) say(why)
  }

  async function deliver(event: string): Promise<void> {
    let why = ''
    for (const pauseMs of [0, ...bounds.pausesMs]) {
      if (pauseMs > 0) await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) break
      const { status, problem = `status ${status}` } = await post(event, signal)
      if (status >= 200 && status < 300) return count('sent')
      if (status > 0 && status < 500 && !passing.has(status)) return lose('refused', problem)
      why = problem
    }
    lose(signal.aborted ? 'dropped' : 'failed', why)
  }

  async function work(): Promise<void> {
    atWork += 1
    for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) await deliver(event)
    atWork -= 1
    if (atWork === 0) idle.resolve()
  }

  return {
    add(event) {
      if (signal.aborted) return lose('dropped', ended)
      if (waiting.length >= bounds.waiting) return lose('dropped', `${bounds.waiting} of them wait already`)
      waiting.push(event)
      if (atWork === 0) idle = Promise.withResolvers()
      if (atWork < bounds.atOnce) void work()
    },
    async flush(atMostMs) {
      const late = setTimeout(() => ending.abort(), atMostMs)
      if (atWork > 0) await idle.promise
      clearTimeout(late)
      ending.abort()
      if (lost > 0) say(ended)
      close()
    },
  }
}

const ended = 'the instance ended'

/** The sink's status, or 0 and in words why there is none. */
interface Outcome {
  readonly status: number
  readonly problem?: string
}

/** Sends one event at a time over each of a few kept connections. */
function createPost({ url, certificates }: Sink, { tryMs, atOnce }: Bounds) {
  const secure = url.startsWith('https:')
  const kept = { keepAlive: true, maxSockets: atOnce, maxFreeSockets: atOnce }
  const ca = certificates === null ? {} : { ca: [...getCACertificates('default'), certificates] }
  const agent = secure ? new SecureAgent({ ...kept, ...ca }) : new Agent(kept)
  const send = (event: string, signal: AbortSignal): Promise<Outcome> =>
    new Promise((resolve) => {
      const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8' }
      const request = (secure ? requestSecure : requestPlain)(url, { method: 'POST', headers, agent })
      const end = (outcome: Outcome): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
        resolve(outcome)
      }
      // Where several addresses were tried, what Node says of it is a code alone.
      const fail = ({ message, code = '' }: NodeJS.ErrnoException): void => end({ status: 0, problem: message || code })
      const abort = (): void => void request.destroy(new Error(ended))
      const timer = setTimeout(() => request.destroy(new Error(`no reply within ${tryMs / 1000} s`)), tryMs)
      signal.addEventListener('abort', abort, { once: true })
      request.on('error', fail)
      request.once('response', (response) => {
        response.on('error', fail)
        // Read to its end, so that the connection can be used again; what stands in it is of no use here.
        response.resume().once('end', () => end({ status: response.statusCode ?? 0 }))
      })
      request.end(event)
    })
  return {
    // Certificates that are none are found out when the first connection is made.
    post: async (event: string, signal: AbortSignal): Promise<Outcome> =>
      await send(event, signal).catch(({ message: problem }: Error) => ({ status: 0, problem })),
    close: () => agent.destroy(),
  }
}
