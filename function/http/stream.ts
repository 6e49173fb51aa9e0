import { PassThrough } from 'node:stream'
import type { Answer, Tell } from '../contract/replies.ts'
import { type Response, toProblem } from './response.ts'

/** Long before a proxy takes the silence of a loading model for a dead connection. */
const heartbeatMs = 5_000

/** Sends an event: its data as JSON, or the word that ends a stream of OpenAI's. */
export type Send = (data: object | '[DONE]', event?: string) => void

/**
 * What `work` sends, as server-sent events; `fail` sends what is left to say where it breaks midway. Resolves once there is
 * something to send, and rejects with what went wrong before that, so that it can still become a status. What a slow reader has
 * not read yet waits here: an answer is a few kilobytes, and the model is free as soon as it is done.
 */
export async function toEventStream(
  work: (send: Send) => Promise<void>,
  fail: (error: unknown, send: Send) => void,
  beatMs: number = heartbeatMs,
): Promise<Response> {
  const body = new PassThrough()
  const beat = setInterval(() => body.write(': still here\n\n'), beatMs)
  const begun = Promise.withResolvers<void>()
  const send: Send = (data, event) => {
    const name = event === undefined ? '' : `event: ${event}\n`
    // With an id, a browser's EventSource says that it has seen the end when it comes back; it is told to stay away.
    const id = event === 'answer' || event === 'error' ? 'id: end\n' : ''
    body.write(`${name}${id}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`)
    beat.refresh()
    begun.resolve()
  }
  void work(send)
    .catch((error: unknown) => {
      begun.reject(error)
      fail(error, send)
    })
    .finally(() => {
      clearInterval(beat)
      body.end()
    })
  await begun.promise
  return {
    status: 200,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      // A middleman that compresses would hold the events back.
      'cache-control': 'no-store, no-transform',
      // Some proxies, nginx among them, would otherwise keep the events back until there are many.
      'x-accel-buffering': 'no',
    },
    body,
  }
}

/** An answer as server-sent events: `sources`, `quotes`, `token`…, `answer`; `error` with the problem where it breaks midway. */
export async function toStreamResponse(
  answer: (tell: Tell) => Promise<Answer>,
  beatMs: number = heartbeatMs,
): Promise<Response> {
  return await toEventStream(
    async (send) => {
      const whole = await answer((event) => {
        const { type, ...data } = event
        send(type === 'sources' ? { sources: event.sources } : data, type)
      })
      send(whole, 'answer')
    },
    (error, send) => send(toProblem(error), 'error'),
    beatMs,
  )
}
