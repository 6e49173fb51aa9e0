// Every connection of the function, so that none breaks when an instance ends: who is connected is told to go, and heard out.
import { subscribe } from 'node:diagnostics_channel'
import { Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Connections {
  readonly isDraining: () => boolean
  /** Counts a reply until it is out. Node has not given it its connection yet when a request starts. */
  readonly begin: (socket: Socket, response: ServerResponse) => void
  /** Notes that somebody asks, who is no probe. Returns whether they came so late while draining that nothing is begun for them. */
  readonly hear: (socket: Socket) => boolean
  /**
   * Whatever is asked is still answered, with `Connection: close`. A connection on which nothing is asked is closed after
   * `restMs`. Resolves when all are closed and nobody asks any more, or after `atMostMs`. Only the first call counts.
   */
  readonly drain: (atMostMs: number, restMs: number) => Promise<void>
}

/**
 * How long a connection may be idle: longer than what stands before the function keeps one (queue-proxy 90 s, Google's
 * balancer 600 s, Envoy an hour), so that it is never closed by us at the moment when they use it again.
 */
const idleMs = 3_620_000

/** Whoever connects just now is not to be cut off: when the end comes, nobody has asked for so long, or for `restMs` if that is shorter. */
const quietMs = 500
const pollMs = 20

interface Connection {
  readonly since: number
  readonly replies: Set<ServerResponse>
  /** Runs while nothing is asked on it, and an instance ends. */
  rest?: NodeJS.Timeout
}

/** Sees every connection of the first HTTP server that has one, by the channel on which Node's own servers publish them. */
export function watchConnections(): Connections {
  let server: Server | undefined
  const connections = new Map<Socket, Connection>()
  let draining: Promise<void> | undefined
  let restTimeoutMs = 0
  let lateAfter = Number.POSITIVE_INFINITY
  let lastAsked = 0

  const closeAfterRest = (socket: Socket): void => {
    const connection = connections.get(socket)
    if (connection?.replies.size === 0) connection.rest = setTimeout(() => socket.destroySoon(), restTimeoutMs).unref()
  }

  const onConnection = (event: unknown): void => {
    const { socket } = event as { socket: Socket & { readonly server?: unknown } }
    if (socket.server instanceof Server) server ??= socket.server
    if (server === undefined || socket.server !== server) return
    server.keepAliveTimeout = idleMs
    connections.set(socket, { since: performance.now(), replies: new Set() })
    socket.once('close', () => connections.delete(socket))
    if (draining) closeAfterRest(socket)
  }
  subscribe('net.server.socket', onConnection)

  const drain = async (atMostMs: number, restMs: number): Promise<void> => {
    restTimeoutMs = restMs
    lateAfter = performance.now() + restMs
    for (const [socket, { replies }] of connections) {
      for (const response of replies) if (!response.headersSent) response.setHeader('connection', 'close')
      closeAfterRest(socket)
    }
    const quiet = Math.min(quietMs, restMs)
    const end = performance.now() + atMostMs
    lastAsked = performance.now()
    while (performance.now() < end && (connections.size > 0 || performance.now() < lastAsked + quiet))
      await sleep(pollMs)
  }

  return {
    isDraining: () => draining !== undefined,
    begin(socket, response) {
      const connection = connections.get(socket)
      clearTimeout(connection?.rest)
      connection?.replies.add(response)
      if (draining) response.setHeader('connection', 'close')
      response.once('close', () => {
        connection?.replies.delete(response)
        // A stream that had begun before could not say `close`: its caller may ask once more, and has the whole rest for it.
        if (draining) closeAfterRest(socket)
      })
    },
    hear(socket) {
      lastAsked = performance.now()
      return (connections.get(socket)?.since ?? 0) > lateAfter
    },
    drain(atMostMs, restMs) {
      draining ??= drain(atMostMs, restMs)
      return draining
    },
  }
}
