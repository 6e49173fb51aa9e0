// Where events go that the function sends of its own accord, as Knative's SinkBinding writes it into the environment.

export interface Sink {
  readonly url: string
  /** Attributes that every event is to have beside its own. */
  readonly extensions: Readonly<Record<string, string>>
  /** Certificates in PEM of an authority that the sink's own is from; null where the usual ones do. */
  readonly certificates: string | null
}

/** CloudEvents' own attributes, which no extension may replace. */
const own = new Set(['specversion', 'id', 'source', 'type', 'time', 'datacontenttype', 'dataschema', 'subject', 'data'])

/** An address with http:// or https:// -> the same as URLs are written; none -> null; undefined for anything else. */
export function parseSinkUrl(text: string): string | null | undefined {
  if (text === 'none') return null
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text).href : undefined
}

/** `{"extensions": {"name": "value"}}` -> the extensions; undefined where it is anything else. */
export function parseOverrides(text: string): Readonly<Record<string, string>> | undefined {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof given !== 'object' || given === null) return undefined
  const extensions: unknown = 'extensions' in given ? (given.extensions ?? {}) : {}
  if (typeof extensions !== 'object' || extensions === null) return undefined
  const entries = Object.entries(extensions).map(([name, value]) => [name.toLowerCase(), value] as const)
  const usable = entries.every(
    ([name, value]) => /^[a-z\d]+$/.test(name) && !own.has(name) && typeof value === 'string',
  )
  return usable ? Object.fromEntries(entries) : undefined
}
