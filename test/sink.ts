import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Owner } from './running.ts'

/** What a sink was sent: one request with its body read. */
export interface Received {
  readonly path: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly event: Record<string, unknown>
}

export interface RunningSink {
  readonly url: string
  readonly received: readonly Received[]
  /** How many requests were open at once, at most. */
  readonly atOnce: () => number
  /** Waits until so many were received. */
  readonly wait: (count: number) => Promise<readonly Received[]>
}

/** An HTTP server that takes events, as rude as `reply` makes it; by default each is a 202, as a broker's. */
export async function startSink(
  t: Owner,
  reply: (response: ServerResponse, count: number) => void = (response) => response.writeHead(202).end(),
  tls?: { readonly key: Buffer; readonly cert: Buffer },
): Promise<RunningSink> {
  const received: Received[] = []
  let [open, most] = [0, 0]
  const take: RequestListener = async (request, response) => {
    open += 1
    most = Math.max(most, open)
    response.once('close', () => (open -= 1))
    let body = ''
    for await (const piece of request.setEncoding('utf8')) body += piece
    received.push({ path: request.url, headers: request.headers, event: JSON.parse(body) })
    reply(response, received.length)
  }
  const server = tls === undefined ? createServer(take) : createSecureServer(tls, take)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls === undefined ? 'http' : 'https'}://localhost:${port}/default/broker`,
    received,
    atOnce: () => most,
    async wait(count) {
      while (received.length < count) await new Promise((resolve) => setTimeout(resolve, 5))
      return received
    },
  }
}
