/** Where a document can be read on the web, by the rules of the generator that makes the site. */
import { existsSync } from 'node:fs'
import { dirname, join, posix, resolve } from 'node:path'
import type { FrontMatter } from './formats/front-matter.ts'

export const urlStyles = ['mkdocs', 'docusaurus', 'hugo', 'files'] as const
export type UrlStyle = (typeof urlStyles)[number]

/** The address that a folder is published at, and whose rules make the rest. */
export interface Site {
  readonly baseUrl: string
  readonly style: UrlStyle
}

const configs: ReadonlyArray<readonly [UrlStyle, readonly string[]]> = [
  ['mkdocs', ['mkdocs.yml', 'mkdocs.yaml']],
  ['docusaurus', ['docusaurus.config.js', 'docusaurus.config.ts', 'docusaurus.config.mjs']],
  ['hugo', ['hugo.toml', 'hugo.yaml', 'hugo.json', 'config.toml', 'config/_default']],
]

/** Which generator's configuration stands in the folder or in one of the two above it; `files` where none does. */
export function findStyle(folder: string): UrlStyle {
  const places = [resolve(folder)]
  for (let up = 0; up < 2; up += 1) places.push(dirname(places.at(-1) ?? folder))
  for (const place of places)
    for (const [style, names] of configs) if (names.some((name) => existsSync(join(place, name)))) return style
  return 'files'
}

/** The address of a document, or null where none is known. Its front matter or canonical link decide before the rules. */
export function toUrl(source: string, frontMatter: FrontMatter, site: Site | undefined): string | null {
  const text = (key: string): string | undefined => {
    const value = frontMatter[key]
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
  }
  const whole = text('canonical') ?? text('canonical_url') ?? text('canonicalurl') ?? text('permalink') ?? text('url')
  // A pattern of Jekyll's is no address.
  if (whole !== undefined && !/[:{]/.test(whole.replace(/^https?:/, ''))) {
    const address = parse(whole, site?.baseUrl)
    if (address !== null) return address
  }
  if (site === undefined) return null
  const own = toPath(source, site.style)
  const slug = text('slug')
  return parse(slug === undefined ? own : withSlug(own, slug, site.style), site.baseUrl, true)
}

/** Only what a browser can open: http and https. */
function parse(address: string, base: string | undefined, below = false): string | null {
  try {
    const from = base === undefined || base.endsWith('/') ? base : `${base}/`
    const url = new URL(below ? address.replace(/^\//, '') : address, from)
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null
  } catch {
    return null
  }
}

const markup = /\.(md|mdx|markdown|rst|adoc|asciidoc|org|ipynb|txt)$/i

function toPath(source: string, style: UrlStyle): string {
  const isPage = markup.test(source)
  const parts = source.replace(markup, '').split('/')
  if (style === 'files' || !isPage) {
    const path = isPage ? source : source.replace(/(^|\/)index\.html?$/i, '$1')
    return encode(path.split('/'))
  }
  const plain = style === 'docusaurus' ? parts.map((part) => part.replace(/^\d+[-_.]+(?=\D)/, '')) : parts
  const named =
    style === 'hugo'
      ? plain.map((part) =>
          part
            .toLowerCase()
            .replace(/\.[a-z]{2}(-[a-z]{2})?$/, '')
            .replace(/\s+/g, '-'),
        )
      : plain
  const last = named.at(-1) ?? ''
  const isIndex =
    /^(index|readme|_index)$/i.test(last) || (style === 'docusaurus' && named.length > 1 && last === named.at(-2))
  const pages = isIndex ? named.slice(0, -1) : named
  if (pages.length === 0) return ''
  return `${encode(pages)}${style === 'docusaurus' ? '' : '/'}`
}

/** A slug takes the place of the page's own name; in Docusaurus one that begins with a slash, of the whole path. */
function withSlug(path: string, slug: string, style: UrlStyle): string {
  const bare = encode(slug.replace(/^\/|\/$/g, '').split('/'))
  const end = style === 'docusaurus' || bare === '' ? '' : '/'
  if (slug.startsWith('/')) return bare + end
  return posix.join(posix.dirname(path.replace(/\/$/, '')), bare) + end
}

function encode(parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join('/')
}

/** Heading -> the name by which the page links to it, as GitHub makes it: `Scale to zero!` -> `scale-to-zero`. Equal headings are counted. */
export function createAnchors(): (heading: string) => string {
  const seen = new Map<string, number>()
  return (heading) => {
    const own = /\{#([\w.:-]+)[^}]*\}\s*$/.exec(heading)?.[1]
    if (own !== undefined) return own
    const slug = heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-')
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  }
}
