import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { CallerGoneError } from './errors.ts'

/** Who asked, and what they sent before the runtime touched it; the signal fires when they have gone. */
export interface Caller {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: AsyncIterable<Uint8Array>
  readonly signal: AbortSignal
}

const callers = new AsyncLocalStorage<Caller>()
const channel = 'http.server.request.start'
const runtimePaths = /^\/(health\/(liveness|readiness)|metrics)$/

/**
 * Sees every request before the runtime does, on the channel that Node's own HTTP server publishes. The runtime serves `/`
 * alone, lets query parameters overwrite its context, and answers bad JSON in its own words; so it is shown a bare `GET /`
 * for everything but its own health and metrics, and the function reads the request from here.
 */
export function watchCallers(): () => void {
  subscribe(channel, onRequest)
  return () => {
    unsubscribe(channel, onRequest)
  }
}

/** The caller of the request that is being handled. */
export function currentCaller(): Caller {
  const caller = callers.getStore()
  if (caller === undefined) throw new Error('no request is being handled: watchCallers() was not called')
  return caller
}

function onRequest(event: unknown): void {
  const { request, response } = event as { request: IncomingMessage; response: ServerResponse }
  const url = request.url ?? '/'
  const split = url.indexOf('?')
  const path = (split === -1 ? url : url.slice(0, split)).replace(/(?<=.)\/$/, '')
  if (runtimePaths.test(path)) return

  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new CallerGoneError('the caller has gone'))
  })
  callers.enterWith({
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(split === -1 ? '' : url.slice(split + 1)),
    headers: request.headers,
    body: request,
    signal: gone.signal,
  })
  request.method = 'GET'
  request.url = '/'
  request.headers = { host: request.headers.host ?? '' }
}
