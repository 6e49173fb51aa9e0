/** A block that MkDocs marks by a first line and four columns of indentation, while it is open. */
interface Admonition {
  readonly indentation: number
}

const fenceMark = /^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*(`{3,}|~{3,})(.*)$/
const admonitionMark = /^(\s*)(?:(?:!!!|\?\?\?\+?)\s*([\w-]+)[\w\s-]*?(?:"(.*)")?|===[!+]?\s+"(.*)")\s*$/
const containerMark = /^\s*:{3,}[ \t]*\{?\.?([\w-]*)\}?[ \t]*(?:\[(.*)\]|(.*?))[ \t]*(?:\{[^}]*\})?\s*$/
/** A shortcode that goes on in the next lines; Hugo allows it. */
const openShortcode = /^\s*\{\{[<%]\s*\w(?:(?![%>]\}\}).)*$/
const longestShortcode = 30
const importLine = /^import\s+[\w{},*\s]+\s+from\s+['"].+['"];?\s*$/
/** Containers that only lay out what they hold. */
const layout = /^(tabs?|tab-set|code-group|grid|columns?|row|details|raw)$/i

/**
 * Markdown as documentation sites extend it -> CommonMark that says the same: MkDocs' admonitions and tabs, Docusaurus' and
 * Pandoc's containers, Hugo's and Jinja's tags, attribute lists and icons. A title stays as a line of its own, text stays
 * text, and what is for the site's generator alone goes. Code is left as it is.
 */
export function toCommonMark(text: string): string {
  const lines: string[] = []
  const open: Admonition[] = []
  let fence: string | undefined
  for (const raw of joinShortcodes(text.split(/\r?\n/))) {
    const line = fence === undefined ? raw.replace(/^[ \t]+/, (space) => space.replaceAll('\t', '    ')) : raw
    const blank = line.trim() === ''
    while (fence === undefined && !blank && open.length > 0 && depthOf(line) < (open.at(-1)?.indentation ?? 0) + 4)
      open.pop()
    const dedented = line.replace(new RegExp(`^ {0,${open.length * 4}}`), '')
    const [, mark, info = ''] = fenceMark.exec(dedented) ?? []
    if (fence !== undefined) {
      if (mark?.startsWith(fence) && info.trim() === '') fence = undefined
      lines.push(withoutRaw(dedented))
    } else if (mark !== undefined && !info.includes('`')) {
      fence = mark
      lines.push(dedented.replace(/\{\s*\.?([\w-]*)[^}]*\}\s*$/, '$1'))
    } else {
      const admonition = admonitionMark.exec(dedented)
      if (admonition !== null) open.push({ indentation: depthOf(line) })
      lines.push(...toLines(dedented, admonition))
    }
  }
  return lines.join('\n')
}

/** Each shortcode on one line; one that does not end soon is none. */
function joinShortcodes(lines: readonly string[]): string[] {
  const joined: string[] = []
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    const next = openShortcode.test(line) ? lines.slice(index + 1, index + longestShortcode) : []
    const more = next.findIndex((after) => /[%>]\}\}/.test(after)) + 1
    joined.push([line, ...next.slice(0, more).map((after) => after.trim())].join(' '))
    index += more
  }
  return joined
}

function toLines(line: string, admonition: RegExpExecArray | null): string[] {
  if (admonition !== null) {
    const [, indentation = '', kind = '', title, tab] = admonition
    return titleLines(indentation, withoutTags(title ?? tab ?? capitalised(kind)))
  }
  const container = containerMark.exec(line)
  if (container !== null) {
    const [, kind = '', label, rest] = container
    return titleLines('', label || rest || (layout.test(kind) ? '' : capitalised(kind)))
  }
  return importLine.test(line) ? [] : [withoutTags(line)]
}

function titleLines(indentation: string, title: string): string[] {
  if (title === '') return ['']
  return ['', `${indentation}${title}${/[.:?!]$/.test(title) ? '' : ':'}`, '']
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function depthOf(line: string): number {
  return line.length - line.trimStart().length
}

const codeSpan = '(?<code>`+[^`]+`+)'
const linkTag = String.raw`(?<link>\]\()[^\s()]*\{\{.*?\}\}[^\s()]*\)`
const shortcode = String.raw`\{\{[<%]-?\s*(?<name>[\w./-]*)(?<rest>.*?)[%>]\}\}`
const call = String.raw`\{\{-?\s*[\w.]+\(.*?\)\s*-?\}\}|\{%.*?%\}|\{\{\}\}`
const attribute = String.raw`(?:[.#][\w-]+|[\w-]+=(?:"[^"]*"|'[^']*'|[\w-]+))`
const attributes = String.raw`(?:(?<=[)\]*_:\x60])|(?=[^}]*\}\s*$))\{:?\s*${attribute}(?:\s+${attribute})*\s*\}`
/** The Markdown parser takes no tag for one whose attribute has a slash and no quotes, as in `<a href=https://example.com>`. */
const bare = String.raw`=(?<=<[a-z][^<>]{0,200}\s[a-z-]+=)(?<bare>[^\s"'<>=\x60]*\/[^\s"'<>=\x60]*)`
const icon = String.raw`:(?:material|fontawesome|octicons|simple)-[\w-]+:|(?<=^|\s):[a-z][a-z0-9_+-]*:(?=\s|$)`
const tags = new RegExp([codeSpan, linkTag, shortcode, call, attributes, bare, icon].join('|'), 'g')

/** What a Hugo shortcode shows of itself; a tab its name. */
const shown = /\b(?:text|title|caption|alt|label|header)=["“]([^"”]*)["”]/
const tabName = /\bname=["“]([^"”]*)["”]/

function withoutTags(line: string): string {
  const kept = line.replace(tags, (...found) => {
    const { code, link, name, bare: address, rest = '' } = found.at(-1) as Record<string, string | undefined>
    if (code !== undefined) return withoutRaw(code)
    if (link !== undefined) return '](#)'
    if (address !== undefined) return `="${address}"`
    if (name === undefined || name.startsWith('/')) return ''
    const first = name === 'heading' ? /"([^"]*)"/ : name === 'tab' ? tabName : shown
    const term = name === 'glossary_tooltip' ? /\bterm_id="([^"]*)"/.exec(rest)?.[1]?.replaceAll('-', ' ') : undefined
    return shown.exec(rest)?.[1] ?? first.exec(rest)?.[1] ?? term ?? ''
  })
  return kept === line ? line : kept.replace(/[ \t]+$/, '')
}

/** Jinja's `raw` says of code that it is not Jinja. */
function withoutRaw(code: string): string {
  return code.replace(/\{%-?\s*(end)?raw\s*-?%\}/g, '')
}
