// Where Ollama is, in the ways that people write it: with or without a scheme, in quotes, with credentials, with a path before /api.

/** An address without credentials or a slash at its end, fit to be shown, and what is sent as `Authorization`, which is not. */
export interface Address {
  readonly url: string
  readonly authorization: string | null
}

/** What is wrong with an address, in words that end in a full stop; the value itself may hold a password. */
export interface Wrong {
  readonly why: string
}

const ownPort = '11434'
const ownPaths =
  /\/(api|v1)(\/(chat|generate|embed|embeddings|tags|version|show|ps|models|completions|chat\/completions))?$/

/**
 * Reads an address as Ollama's own client does: no scheme is http and port 11434, http alone is 80, https is 443. An `/api` or
 * `/v1` at the end is taken off. `0.0.0.0` and `::` are where a server listens; a client on the same machine finds it at home.
 */
export function parseAddress(given: string): Address | Wrong {
  const text = unquote(given)
  if (text === '') return { why: 'it is empty.' }
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https')
    return { why: `${scheme}:// is no scheme of Ollama's; it takes http:// and https://.` }
  if (scheme === undefined && /^https?([:/]|$)/i.test(text))
    return { why: 'the scheme is not whole; it is written http:// or https://.' }
  const rest = scheme === undefined ? text.replace(/^\/\//, '') : text.slice(scheme.length + 3)
  const whole = `${scheme ?? 'http'}://${toAuthority(rest)}`
  if (!URL.canParse(whole) || /%(?![\da-f]{2})/i.test(whole))
    return /@/.test(text)
      ? { why: 'it cannot be read. In a password, write # / ? @ : and % as %23 %2F %3F %40 %3A and %25.' }
      : { why: 'it cannot be read.' }
  const url = new URL(whole)
  if (url.search !== '' || url.hash !== '') return { why: 'nothing may follow a ? or a #.' }
  if (!/^([a-z\d_-]+(\.[a-z\d_-]+)*\.?|\[[\da-f:.]+\])$/.test(url.hostname) || /^https?$/.test(url.hostname))
    return { why: 'there is no host in it that could be.' }
  if (url.port === '0') return { why: 'port 0 is nowhere.' }
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1'
  if (url.hostname === '[::]') url.hostname = '[::1]'
  if (scheme === undefined && url.port === '' && !/^[^/]*:80(\/|$)/.test(rest)) url.port = ownPort
  const path = url.pathname
    .replace(/\/{2,}/g, '/')
    .replace(/\/$/, '')
    .replace(ownPaths, '')
  return { url: `${url.protocol}//${url.host}${path}`, authorization: toBasic(url) }
}

/** A value without the quotes that some files keep around it. */
export function unquote(text: string): string {
  return /^(["'])(.*)\1$/s.exec(text.trim())?.[2]?.trim() ?? text.trim()
}

/** A value that may hold a password, fit to be shown. */
export function withoutCredentials(text: string): string {
  return text.replace(/^(["']?(?:[a-z+.-]*:?\/\/)?).*@/is, '$1…@').replace(/\?.*$/s, '?…')
}

/** A port alone is a port of this machine; an address of IPv6 alone gets the brackets it needs. */
function toAuthority(rest: string): string {
  if (/^:?\d+(\/|$)/.test(rest)) return `127.0.0.1:${rest.replace(/^:/, '')}`
  const [host = ''] = rest.split('/')
  return /^[\da-f]*:[\da-f]*:[\da-f:.]*$/i.test(host) ? rest.replace(host, `[${host}]`) : rest
}

function toBasic({ username, password }: URL): string | null {
  if (username === '' && password === '') return null
  const credentials = [username, password].map(decodeURIComponent).join(':')
  return `Basic ${Buffer.from(credentials).toString('base64')}`
}
