import { PassThrough } from 'node:stream'
import type { Answer, Tell } from '../contract.ts'
import { type Response, toProblem } from './response.ts'

/** Long before a proxy takes the silence of a loading model for a dead connection. */
const heartbeatMs = 5_000

/**
 * An answer as server-sent events: `sources`, `quotes`, `token`…, `answer`; `error` with the problem where it breaks midway. Resolves
 * once there is something to send, and rejects with what went wrong before that, so that it can still become a status.
 * What a slow reader has not read yet waits here: an answer is a few kilobytes, and the model is free as soon as it is done.
 */
export async function toStreamResponse(
  answer: (tell: Tell) => Promise<Answer>,
  beatMs: number = heartbeatMs,
): Promise<Response> {
  const body = new PassThrough()
  const beat = setInterval(() => body.write(': still here\n\n'), beatMs)
  const send = (event: string, data: object): void => {
    // With an id, a browser's EventSource says that it has seen the end when it comes back; it is told to stay away.
    const id = event === 'answer' || event === 'error' ? 'id: end\n' : ''
    body.write(`event: ${event}\n${id}data: ${JSON.stringify(data)}\n\n`)
    beat.refresh()
  }
  const begun = Promise.withResolvers<void>()
  void answer((event) => {
    const { type, ...data } = event
    send(type, type === 'sources' ? { sources: event.sources } : data)
    begun.resolve()
  })
    .then((whole) => {
      send('answer', whole)
      begun.resolve()
    })
    .catch((error: unknown) => {
      begun.reject(error)
      send('error', toProblem(error))
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
