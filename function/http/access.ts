import { createHash, timingSafeEqual } from 'node:crypto'
import type { Config } from '../config.ts'
import { CallerError } from '../errors.ts'
import { wantsPage } from './request.ts'
import type { Caller } from './runtime.ts'

/** Lets a caller in, or throws CallerError `unauthorized`. The pages are open to all: they ask for the token themselves. */
export type Authorize = (caller: Caller) => void

/** Bearer authentication (RFC 6750) with the one token there is; without a token everybody comes in. */
export function createAuthorize(apiToken: Config['apiToken']): Authorize {
  if (apiToken === null) return () => undefined
  const expected = digest(apiToken)
  return (caller) => {
    if (wantsPage(caller) || caller.path === '/docs') return
    const given = /^bearer +(\S+) *$/i.exec(caller.headers.authorization ?? '')?.[1]
    // Digests are of one length, and comparing them takes the same time wherever they differ.
    if (given === undefined || !timingSafeEqual(digest(given), expected)) {
      throw new CallerError('unauthorized', 'This needs the token of the service: Authorization: Bearer …')
    }
  }
}

/** The headers that let a page of another origin read the reply, where that origin may. */
export function toCorsHeaders({ headers: { origin } }: Caller, allowed: Config['corsOrigins']): Record<string, string> {
  const exposed = { 'access-control-expose-headers': 'Retry-After, Server-Timing' }
  if (allowed === '*') return { 'access-control-allow-origin': '*', ...exposed }
  if (origin === undefined || !allowed.includes(origin)) return { vary: 'Accept, Origin' }
  return { 'access-control-allow-origin': origin, vary: 'Accept, Origin', ...exposed }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
