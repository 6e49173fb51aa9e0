import { parse as parseToml } from 'smol-toml'
import { parse as parseYaml } from 'yaml'

/** What a page says of itself above its text, by key. */
export type FrontMatter = Readonly<Record<string, unknown>>

const yaml = /^(?:\s*\n)?---[ \t]*\n(?:([\s\S]*?)\n)??(?:---|\.\.\.)[ \t]*(?:\n|$)/
const toml = /^(?:\s*\n)?\+\+\+[ \t]*\n(?:([\s\S]*?)\n)??\+\+\+[ \t]*(?:\n|$)/
const json = /^(?:;;;[ \t]*\n)?(\{[ \t]*\n[\s\S]*?\n\})[ \t]*(?:\n;;;[ \t]*)?(?:\n|$)/
const comment = /^<!--[ \t]*\n((?:[\w-]+:.*\n)+)-->[ \t]*(?:\n|$)/
const pandoc = /^%[ \t]*(\S.*)\n(?:%.*\n)*/
const multiMarkdown = /^((?:(?:title|author|date|css|copyright|base header level):.*\n)+)\s*\n/i

/** Markdown -> its front matter, in each of the forms that generators of sites read, and the text below it. Lines end in `\n`. */
export function splitFrontMatter(text: string): { readonly data: FrontMatter; readonly body: string } {
  const forms = [
    [yaml, readYaml],
    [toml, parseToml],
    [json, (source: string): unknown => JSON.parse(source)],
    [comment, readYaml],
    [pandoc, (title: string): unknown => ({ title: title.replace(/^title:\s*/i, '') })],
    [multiMarkdown, readLines],
  ] as const
  for (const [form, read] of forms) {
    const found = form.exec(text)
    if (found === null) continue
    const data = readWith(read, found[1] ?? '')
    if (data !== undefined) return { data, body: text.slice(found[0].length) }
  }
  return { data: {}, body: text }
}

/** Text between two rules is no front matter; keys that the reader cannot make out still are, line by line. */
function readWith(read: (source: string) => unknown, source: string): FrontMatter | undefined {
  try {
    const data = read(source) ?? {}
    if (isRecord(data)) return data
  } catch {
    const data = readLines(source)
    if (Object.keys(data).length > 0) return data
  }
  return undefined
}

function readYaml(source: string): unknown {
  return parseYaml(source, { uniqueKeys: false, logLevel: 'error' })
}

function readLines(source: string): FrontMatter {
  const lines = source.split('\n').map((line) => /^([\w-]+)\s*[:=]\s*(.*)$/.exec(line))
  return Object.fromEntries(
    lines.flatMap((found) => (found === null ? [] : [[(found[1] ?? '').toLowerCase(), unquoted(found[2] ?? '')]])),
  )
}

/** A list or a mapping that was begun is no text. */
function unquoted(value: string): string {
  return /^\s*[[{]/.test(value) ? '' : value.trim().replace(/^(["'])(.*)\1$/, '$2')
}

function isRecord(value: unknown): value is FrontMatter {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The title that front matter gives, a number or a date as it is written. */
export function titleOf({ title }: FrontMatter): string | undefined {
  const text = typeof title === 'string' || typeof title === 'number' ? String(title).trim() : ''
  return text === '' ? undefined : text
}
