// An address for every source: clients that show citations want one.
import type { Source } from '../contract/replies.ts'
import type { Caller } from '../http/runtime.ts'

/** Where a source can be read: its own address and the words there, else this function's page with the question in it. */
export function createToUrl(
  { headers }: Caller,
  question: string,
): (source: Pick<Source, 'number' | 'url' | 'text'>) => string {
  const [protocol = 'http'] = String(headers['x-forwarded-proto'] ?? 'http').split(',')
  const [host = 'localhost'] = String(headers['x-forwarded-host'] ?? headers.host ?? 'localhost').split(',')
  const origin = `${protocol.trim() === 'https' ? 'https' : 'http'}://${host.trim()}`
  return (source) => {
    if (source.url === undefined) return `${origin}/#q=${encodeURIComponent(question)}&source=${source.number}`
    const words =
      source.text
        .match(/[\p{L}\p{N}][^\n]*/u)?.[0]
        .split(/\s+/)
        .slice(0, 6)
        .join(' ') ?? ''
    // A text fragment scrolls to the words; browsers that know none ignore it.
    const fragment = `:~:text=${encodeURIComponent(words).replaceAll('-', '%2D')}`
    return `${source.url}${source.url.includes('#') ? '' : '#'}${fragment}`
  }
}
