import { isShownProp } from './html.ts'
import { createLiteral, escapeMarks } from './literal.ts'
import { fromPandoc } from './pandoc-markup.ts'

/** A block that MkDocs marks by a first line and four columns of indentation, while it is open. */
interface Admonition {
  readonly indentation: number
}

const fenceMark = /^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*(`{3,}|~{3,})(.*)$/
const admonitionMark = /^(\s*)(?:(?:!!!|\?\?\?\+?)\s*([\w-]+)[\w\s-]*?(?:"(.*)")?|===[!+]?\s+"(.*)")\s*$/
const containerMark = /^\s*:{3,}[ \t]*\{?\.?([\w-]*)\}?[ \t]*(?:\[(.*)\]|(.*?))[ \t]*(?:\{[^}]*\})?\s*(?::{3,})?\s*$/
const directiveMark = /^\s*\{([\w:-]+)\}\s*(.*)$/
/** A shortcode that goes on in the next lines; Hugo allows it. */
const openShortcode = /^\s*\{\{[<%]\s*\w(?:(?![%>]\}\}).)*$/
const longestShortcode = 30
const importLine = /^import\s+[\w{},*\s]+\s+from\s+['"].+['"];?\s*$/
/** Containers that only lay out what they hold. */
const layout =
  /^(tabs?|tab-set|code-group|grid(-item)?|columns?|rows?|details|raw|(moniker|zone|row|column)(-end)?|code|video|div)$/i
/** Directives whose content is code as it stands, and those that stand for what is not in the file. */
const codeDirective =
  /^(code|code-block|code-cell|sourcecode|literalinclude|mermaid|graphviz|plantuml|parsed-literal|eval-rst)$/
const emptyDirective = /^(toctree|contents|index|include|bibliography|autofunction|autoclass|automodule)$/
/** Docs of Microsoft's: an include, a block's look, a target; MyST: a label. */
const generatorLine =
  /^\s*\[\[?_?toc_?\]\]?\s*$|^\s*>?\s*\[!(INCLUDE|div|VIDEO|code-)[^\]]*.*\]\s*$|^\([\w.:-]+\)=\s*$/i
const listMark = /^( *)([-*+]|\d{1,9}[.)])( +)\S/

/**
 * Markdown as documentation sites and note books extend it -> CommonMark that says the same: MkDocs' admonitions and tabs,
 * Docusaurus' and Pandoc's containers, MyST's directives, Hugo's and Jinja's tags, attribute lists, icons, formulas and
 * placeholders. A title stays as a line of its own, text stays text, and what is for the site's generator alone goes. Code
 * is left as it is.
 */
export function toCommonMark(text: string): string {
  const lines: string[] = []
  const open: Admonition[] = []
  const toLiteral = createLiteral(text)
  let fence: string | undefined
  let directive: string | undefined
  let dropped: string | undefined
  let formulaEnd = -1
  let indented = createIndentation()
  const given = fromPandoc(joinShortcodes(text.split(/\r?\n/)).map(toFence))
  for (const [index, raw] of given.entries()) {
    const line = fence === undefined ? raw.replace(/^[ \t]+/, (space) => space.replaceAll('\t', '    ')) : raw
    const blank = line.trim() === ''
    while (fence === undefined && !blank && open.length > 0 && depthOf(line) < (open.at(-1)?.indentation ?? 0) + 4) {
      open.pop()
      indented = createIndentation()
    }
    const dedented = line.replace(new RegExp(`^ {0,${open.length * 4}}`), '')
    const [, mark, info = ''] = fenceMark.exec(dedented) ?? []
    if (dropped !== undefined) {
      if (mark === dropped) dropped = undefined
    } else if (fence !== undefined) {
      if (mark?.startsWith(fence) && info.trim() === '') fence = undefined
      lines.push(withoutRaw(dedented))
    } else if (indented.isCode(dedented)) {
      lines.push(dedented)
    } else if (mark !== undefined && !info.includes('`')) {
      const [, name = '', title = ''] = directiveMark.exec(info) ?? []
      if (mark === directive && info.trim() === '') {
        directive = undefined
        lines.push('')
      } else if (emptyDirective.test(name)) {
        dropped = mark
      } else if (name !== '' && !codeDirective.test(name)) {
        directive = mark
        lines.push(
          ...titleLines('', /^(figure|image)$/.test(name) || layout.test(name) ? '' : title || capitalised(name)),
        )
      } else {
        fence = mark
        lines.push(
          ...(fenceTitle.test(info) ? titleLines(/^\s*/.exec(dedented)?.[0] ?? '', titleOf(info)) : []),
          name === '' ? dedented.replace(/\{\s*\.?([\w-]*)[^}]*\}\s*$/, '$1') : dedented.replace(/\{[\w:-]+\}\s*/, ''),
        )
      }
    } else if (directive !== undefined && /^\s*(:[\w-]+:(\s.*)?|---)$/.test(dedented)) {
      // An option of the directive.
    } else if (index < formulaEnd) {
      lines.push(escapeMarks(dedented.trim()))
    } else if (index === formulaEnd) {
      const [, formula = '', after = ''] = formulaEndMark.exec(dedented.trim()) ?? []
      lines.push(escapeMarks(formula) + toLines(after, null, toLiteral).join(''))
    } else if (wholeFormula.test(dedented)) {
      lines.push(escapeMarks(dedented.trim()))
    } else if (formulaMark.test(dedented)) {
      formulaEnd = endOfFormula(given, index)
      lines.push(formulaEnd === -1 ? toLiteral(dedented) : escapeMarks(dedented.trim()))
    } else {
      const admonition = admonitionMark.exec(dedented)
      if (admonition !== null) {
        open.push({ indentation: depthOf(line) })
        indented = createIndentation()
      }
      lines.push(...toLines(dedented, admonition, toLiteral))
    }
  }
  return lines.join('\n')
}

/** Knows which lines are code by their indentation: four columns more than the text they stand in, after a blank line. */
function createIndentation(): { readonly isCode: (line: string) => boolean } {
  let content = 0
  let afterBlank = true
  let inCode = false
  return {
    isCode(line) {
      if (line.trim() === '') {
        afterBlank = true
        return inCode
      }
      const depth = depthOf(line)
      inCode = depth >= content + 4 && (afterBlank || inCode)
      afterBlank = false
      if (inCode) return true
      const [, before = '', mark = '', gap = ''] = listMark.exec(line) ?? []
      if (mark !== '') content = before.length + mark.length + Math.min(gap.length, 4)
      else if (depth < content) content = 0
      return false
    },
  }
}

/** A formula on a line of its own, the beginning of one that goes on below, and its last line with what comes after. */
const wholeFormula = /^\s*(?:\$\$.+\$\$|\\\[.+\\\])\s*$/
const formulaMark = /^\s*(?:\$\$(?!.*\$\$)|\\\[(?!.*\\\]))/
const formulaEndMark = /^(.*?(?:\$\$|\\\]))(.*)$/
const longestFormula = 100

/** The line that a formula ends on; -1 where a heading or a fence comes before, or nothing: then it is none. */
function endOfFormula(lines: readonly string[], from: number): number {
  const below = lines.slice(from + 1, from + longestFormula)
  const end = below.findIndex((line) => formulaEndMark.test(line))
  const other = below.findIndex((line) => /^\s*(#{1,6}\s|`{3}|~{3})/.test(line))
  return end === -1 || (other !== -1 && other < end) ? -1 : from + 1 + end
}

/** Code that a tag of Hugo's or Jekyll's marks -> code in a fence. */
function toFence(line: string): string {
  const [, lang = ''] = /^\s*\{[{%][<%]?-?\s*(?:highlight|codeblock)\s+(\S+).*[%>}]\}\s*$/.exec(line) ?? []
  if (lang !== '') return `\`\`\`${/^[\w+#-]+$/.test(lang) ? lang : ''}`
  return /^\s*\{[{%][<%]?-?\s*\/?(?:end)?(?:highlight|codeblock)\s*-?[%>]?[%}>]\}?\s*$/.test(line) ? '```' : line
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

function toLines(line: string, admonition: RegExpExecArray | null, toLiteral: (line: string) => string): string[] {
  if (generatorLine.test(line)) return []
  if (admonition !== null) {
    const [, indentation = '', kind = '', title, tab] = admonition
    return titleLines(indentation, withoutTags(title ?? tab ?? capitalised(kind)))
  }
  const container = containerMark.exec(line)
  if (container !== null) {
    const [, kind = '', label, rest = ''] = container
    const given = /^[\w-]+=/.test(rest) ? (shown.exec(rest)?.[1] ?? '') : rest
    return titleLines('', label || given || (layout.test(kind) || kind === 'image' ? '' : capitalised(kind)))
  }
  if (importLine.test(line)) return []
  const kept = withoutTags(line)
  return titledLine.test(line) ? titleLines(/^\s*/.exec(line)?.[0] ?? '', kept.trim()) : [toLiteral(kept)]
}

/** The name of a file or a tab that a fence gives its code. */
const fenceTitle = /\b(?:title|filename|file)=(?:"([^"]+)"|'([^']+)')|\s\[([^\]]+)\]\s*$/

function titleOf(info: string): string {
  const [, double, single, tab] = fenceTitle.exec(info) ?? []
  return double ?? single ?? tab ?? ''
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
const call = String.raw`\{\{-?\s*[\w.]+\(.*?\)\s*-?\}\}|\{%-?\s*(?<tag>\w+)(?<values>.*?)%\}|\{\{\}\}`
const attribute = String.raw`(?:[.#][\w-]+|[\w-]+=(?:"[^"]*"|'[^']*'|[\w-]+))`
const attributes = String.raw`(?:(?<=[)\]*_:\x60])|(?=[^}]*\}\s*$))\{:?\s*${attribute}(?:\s+${attribute})*\s*\}`
/** The Markdown parser takes no tag for one whose attribute has a slash and no quotes, as in `<a href=https://example.com>`. */
const bare = String.raw`=(?<=<[a-z][^<>]{0,200}\s[a-z-]+=)(?<bare>[^\s"'<>=\x60]*\/[^\s"'<>=\x60]*)`
const icon = String.raw`:(?:material|fontawesome|octicons|simple)-[\w-]+:`
const tags = new RegExp([codeSpan, linkTag, shortcode, call, attributes, bare, icon].join('|'), 'g')

/** Shortcodes whose name is their first word; a tab may name it. */
const titledNames =
  'tab-?item|tab|details|expand|accordion(?:-?item)?|collapse|spoiler|card|step|section|notice|callout|admonition'
const titled = new RegExp(`^(?:heading|${titledNames})$`)
const titledLine = new RegExp(String.raw`^\s*\{[{%][<%]?-?\s*(?:${titledNames})\s[^{}]*[%>]?[%}]\}\s*$`)
const shown = /\b(?:text|title|caption|alt|alt-text|label|header)=["“]([^"”]*)["”]/
const tabName = /\bname=["“]([^"”]*)["”]/

/** A tag of a template's logic in the midst of a sentence is what the sentence is about. */
const controlTag = /\{%-?\s*(if|elsif|elif|else|for|unless|case|when|set|assign|macro|block|extends)\b[^%]*%\}/

function withoutTags(line: string): string {
  const isAboutTags = controlTag.test(line) && !/\{%-?\s*(end\w+)\s*-?%\}/.test(line) && !/^\s*\{%.*%\}\s*$/.test(line)
  const kept = line.replace(tags, (...found) => {
    if (isAboutTags && controlTag.test(String(found[0]))) return String(found[0])
    const {
      code,
      link,
      name,
      bare: address,
      rest = '',
      tag,
      values = '',
    } = found.at(-1) as Record<string, string | undefined>
    if (code !== undefined) return withoutRaw(code)
    if (link !== undefined) return '](#)'
    if (address !== undefined) return `="${address}"`
    if (tag !== undefined) return shownIn(values)
    if (name === undefined || name.startsWith('/')) return ''
    const first = titled.test(name) ? (/^\s*["“]([^"”]+)["”]/.exec(rest) ?? tabName.exec(rest)) : null
    const term = name === 'glossary_tooltip' ? /\bterm_id="([^"]*)"/.exec(rest)?.[1]?.replaceAll('-', ' ') : undefined
    return shownIn(rest) || (first?.[1] ?? term ?? '')
  })
  return kept === line ? line : kept.replace(/[ \t]+$/, '')
}

/** What the values of a tag show to a reader. */
function shownIn(values: string): string {
  const texts = [...values.matchAll(/\b([\w-]+)=["“]([^"”]*)["”]/g)].flatMap(([, name = '', value = '']) =>
    isShownProp(name.replace(/^alt-/, ''), value) ? [value] : [],
  )
  return [...new Set(texts)].join(': ')
}

/** Jinja's `raw` says of code that it is not Jinja. */
function withoutRaw(code: string): string {
  return code.replace(/\{%-?\s*(end)?raw\s*-?%\}/g, '')
}
