// What a browser or a CDN may keep: a search's reply depends on the question and on the documents, and on nothing else.
import { createHash } from 'node:crypto'
import type { Question, SearchResult } from '../contract.ts'

/** The entity tag of a search's reply: weak, since its timings differ each time. */
export function toEntityTag({ text, topK }: Question, indexVersion: string): string {
  const hash = createHash('sha256').update(JSON.stringify([indexVersion, topK ?? null, text]))
  return `W/"${hash.digest('base64url').slice(0, 22)}"`
}

/** Whether the caller has this reply already (RFC 9110, 13.1.2). */
export function isKnown(entityTag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '')
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => opaque(tag) === opaque(entityTag))
}

/** The head of a search's reply. One that was degraded is not kept: it may be whole the next time. */
export function toCacheHeaders(entityTag: string, { notice }: Pick<SearchResult, 'notice'>): Record<string, string> {
  return notice === undefined ? { etag: entityTag, 'cache-control': 'no-cache' } : {}
}
