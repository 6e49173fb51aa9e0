/** A block that MkDocs marks by a first line and four columns of indentation, while it is open. */
interface Admonition {
  readonly indentation: number
}

const fenceMark = /^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*(`{3,}|~{3,})(.*)$/
const admonitionMark = /^(\s*)(?:(?:!!!|\?\?\?\+?)\s*([\w-]+)[\w\s-]*?(?:"(.*)")?|===[!+]?\s+"(.*)")\s*$/
const containerMark = /^\s*:{3,}[ \t]*\{?\.?([\w-]*)\}?[ \t]*(?:\[(.*)\]|(.*?))[ \t]*(?:\{[^}]*\})?\s*$/
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
  for (const raw of text.split(/\r?\n/)) {
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
const icon = String.raw`:(?:material|fontawesome|octicons|simple)-[\w-]+:|(?<=^|\s):[a-z][a-z0-9_+-]*:(?=\s|$)`
const tags = new RegExp([codeSpan, linkTag, shortcode, call, attributes, icon].join('|'), 'g')

/** What a Hugo shortcode shows of itself; a tab its name. */
const shown = /\b(?:text|title|caption|alt|label|header)=["“]([^"”]*)["”]/
const tabName = /\bname=["“]([^"”]*)["”]/

function withoutTags(line: string): string {
  const kept = line.replace(tags, (...found) => {
    const { code, link, name, rest = '' } = found.at(-1) as Record<string, string | undefined>
    if (code !== undefined) return withoutRaw(code)
    if (link !== undefined) return '](#)'
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
