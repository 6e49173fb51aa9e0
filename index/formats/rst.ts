import type { Loaded } from '../document.ts'
import { readRows } from './csv.ts'
import { gridTable, inOneLine, simpleTable, tableLines } from './drawn-tables.ts'
import { escapeMarks } from './literal.ts'
import { markdownText } from './markdown.ts'

interface Document {
  /** Styles of headings, by depth. */
  readonly levels: string[]
  /** What the document itself says that `|name|` stands for. */
  readonly values: ReadonlyMap<string, string>
}

/** reStructuredText, as Sphinx extends it -> Markdown that says the same. */
export function loadRst(text: string): Loaded {
  const lines = text.replace(/\r\n?/g, '\n').replaceAll('\t', '        ').split('\n')
  return markdownText(toMarkdown(lines, { levels: [], values: readValues(lines) }).join('\n'))
}

const replacement = /^\s*\.\.\s+\|([^|]+)\|\s+(replace|unicode)::\s*(.*)$/

function readValues(lines: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const [index, line] of lines.entries()) {
    const [, name, kind = '', value = ''] = replacement.exec(line) ?? []
    if (name === undefined) continue
    const { body } = indentedBelow(lines, index + 1, depthOf(line))
    const said = [value, ...body.filter((part) => !/^:\w+:/.test(part))].join(' ').trim()
    values.set(name.toLowerCase(), kind === 'replace' ? said : toSigns(said))
  }
  return values
}

/** `U+00B0 C` -> `°C`; what comes behind two dots is a remark. */
function toSigns(said: string): string {
  const words = said.replace(/\s\.\.\s.*$/, '').split(/\s+/)
  return words
    .map((word) => {
      const [, hex, decimal] = /^(?:(?:U\+|0x|x|\\x|\\u|&#x)([\da-f]{1,6});?|(\d+))$/i.exec(word) ?? []
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      return code <= 0x10_ff_ff ? String.fromCodePoint(code) : word
    })
    .join('')
}

const adornment = /^([=\-`:.'"~^_*+#<>])\1{2,}\s*$/
const directive = /^(\s*)\.\.\s+(?:\|[^|]+\|\s+)?([\w:-]+)::\s*(.*)$/
const target = /^\s*\.\.\s+_[^:]+:\s*(\S*)\s*$/
const codeNames =
  /^(code|code-block|sourcecode|parsed-literal|literalinclude|highlight|prompt|console|doctest|productionlist)$/
const goneNames =
  /^(toctree|contents|index|include|image|highlight|meta|raw|currentmodule|module|automodule|autoclass|autofunction|tabularcolumns|sectnum|default-role|role|replace|unicode)$/

function toMarkdown(given: readonly string[], document: Document): string[] {
  const { levels } = document
  const say = (text: string): string => inline(text, document.values)
  const out: string[] = []
  const nextNote = counter()
  const nextMark = counter()
  // A mark without a number is counted.
  const lines = given.map((line) => line.replace(/(?<=\S ?)\[[#*]\]_(?!\w)/g, () => `[${nextMark()}]_`))
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    const next = lines[index + 1] ?? ''
    const [, indent = '', name = '', argument = ''] = directive.exec(line) ?? []
    const overlined = adornment.test(line) && next.trim() !== '' && (lines[index + 2] ?? '').trim() === line.trim()
    const underlined =
      line.trim() !== '' && !/^\s/.test(line) && adornment.test(next) && next.trim().length >= line.trim().length - 2
    if (overlined || underlined) {
      const style = overlined ? `${line.trim()[0]}${line.trim()[0]}` : (next.trim()[0] ?? '')
      if (!levels.includes(style)) levels.push(style)
      out.push('', `${'#'.repeat(Math.min(levels.indexOf(style) + 1, 6))} ${say((overlined ? next : line).trim())}`, '')
      index += overlined ? 2 : 1
    } else if (/^\s*\+[-=+]{3,}\+\s*$/.test(line)) {
      const end = lines.findIndex((row, at) => at > index && !/^\s*[+|]/.test(row))
      const rows = lines.slice(index, end === -1 ? undefined : end)
      out.push('', ...tableLines(gridTable(rows), say), '')
      index += rows.length - 1
    } else if (/^\s*={2,}( +={2,})+\s*$/.test(line)) {
      const rules = lines.flatMap((row, at) => (at > index && row.trim() === line.trim() ? [at] : []))
      const blank = (at: number): boolean => (lines[at + 1] ?? '').trim() === ''
      const end = rules.find((at) => blank(at)) ?? rules.at(-1) ?? index
      out.push('', ...tableLines(simpleTable(lines.slice(index, end + 1), line), say), '')
      index = end
    } else if (name !== '') {
      const { body, count } = indentedBelow(lines, index + 1, indent.length)
      // Options stand right below; what a blank line parts from a title is not its sentence going on.
      const apart = next.trim() === '' ? [''] : []
      out.push(
        ...ofDirective(name, argument, [...apart, ...body], document).map((text) => (text === '' ? '' : indent + text)),
      )
      index += count
    } else if (target.test(line)) out.push('')
    else if (/^\s*\.\.(\s|$)/.test(line)) {
      const [, number, note = ''] = /^\.\.\s+\[#?([\w*-]*)\](?:\s+(.*))?$/.exec(line) ?? []
      // An empty comment parts blocks: what stands below it is no part of it.
      if (line.trim() === '..' && next.trim() === '') continue
      const { body, count } = indentedBelow(lines, index + 1, depthOf(line))
      const said = [note, ...body.map((text) => text.trim())].join(' ').trim()
      if (number !== undefined && said !== '')
        out.push('', `[^${number === '' || number === '*' ? nextNote() : number}]: ${say(said)}`, '')
      index += count
    } else if (/::\s*$/.test(line)) {
      const depth = line.length - line.trimStart().length
      const text = line.replace(/\s*::\s*$/, line.trim() === '::' ? '' : ':')
      const { body, count } = indentedBelow(lines, index + 1, depth)
      if (body.length === 0) out.push(say(line))
      else {
        out.push(say(text), '', ...code('', body).map((part) => ' '.repeat(depth) + part), '')
        index += count
      }
    } else if (/^\s*>>> /.test(line)) {
      const end = lines.findIndex((row, at) => at > index && row.trim() === '')
      const session = lines.slice(index, end === -1 ? undefined : end)
      out.push(
        '',
        ...code(
          'pycon',
          session.map((row) => row.trimStart()),
        ),
        '',
      )
      index += session.length - 1
    } else if (isTerm(lines, index)) {
      const { body, count } = indentedBelow(lines, index + 1, depthOf(line))
      out.push(`${' '.repeat(depthOf(line))}- **${say(line.trim())}**:`, '')
      out.push(...toMarkdown(body, document).map((text) => `${' '.repeat(depthOf(line) + 2)}${text}`.trimEnd()), '')
      index += count
    } else if (/^\s*\|(\s|$)/.test(line)) {
      const goesOn = /^\s*\|\s/.test(lines[index + 1] ?? '')
      out.push(`${say(line.replace(/^(\s*)\| ?/, '$1'))}${goesOn ? '\\' : ''}`)
    } else {
      const next = lines[index + 1] ?? ''
      const text = say(line.replace(/^(\s*)#\. /, '$11. ').replace(/^:([\w ]+):\s+/, '- **$1**: '))
      out.push(lettered.test(next) ? `${text}\\` : text)
    }
  }
  return out
}

function counter(): () => string {
  let count = 0
  return () => {
    count += 1
    return String(count)
  }
}

/** An item of a list that Markdown does not know: one with a letter, or an option of a command. */
const lettered = /^\s*(\(?([a-z]|[ivx]{1,4})[.)]\s+|--?\w[\w-]*(?:[=,]\S*)?( \S+){0,3}\s{2,})\S/

function depthOf(line: string): number {
  return line.length - line.trimStart().length
}

/** Whether a line is a term: what stands right below it, deeper, says what it means. */
function isTerm(lines: readonly string[], index: number): boolean {
  const [before = '', line = '', below = ''] = [lines[index - 1], lines[index], lines[index + 1]]
  return (
    line.trim() !== '' &&
    below.trim() !== '' &&
    depthOf(below) > depthOf(line) &&
    (before.trim() === '' || depthOf(before) > depthOf(line)) &&
    !/^\s*([-*+•]|\(?(\d+|#|[a-zA-Z]|[ivx]+)[.)]|\||:[\w ]+:|\.\.)(\s|$)/.test(line)
  )
}

/** The lines that stand deeper than a column, without their indentation, and how many lines they take. */
function indentedBelow(lines: readonly string[], from: number, column: number): { body: string[]; count: number } {
  let end = from
  while (
    end < lines.length &&
    ((lines[end] ?? '').trim() === '' || (/^ */.exec(lines[end] ?? '')?.[0].length ?? 0) > column)
  )
    end += 1
  const body = lines.slice(from, end)
  while (body.at(-1)?.trim() === '') body.pop()
  while (body[0]?.trim() === '') body.shift()
  const least = Math.min(
    ...body.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length),
  )
  return {
    body: body.map((line) => line.slice(Number.isFinite(least) ? least : 0)),
    count: body.length === 0 ? 0 : end - from,
  }
}

function ofDirective(name: string, argument: string, lines: readonly string[], document: Document): string[] {
  const say = (text: string): string => inline(text, document.values)
  const first = lines.findIndex((line) => !/^:[\w-]+:/.test(line))
  const options = lines.slice(0, first === -1 ? lines.length : first)
  const body = first === -1 ? [] : lines.slice(first)
  if (name === 'math') return ['', ...[argument, ...body].map((line) => escapeMarks(line)), '']
  if (codeNames.test(name)) return ['', ...code(argument, body), '']
  if (name === 'image' || name === 'figure') {
    const alt = options.map((option) => /^:alt:\s*(.*)$/.exec(option)?.[1]).find((text) => text !== undefined)
    const said = alt === undefined || body.some((line) => line.trim() === alt) ? [] : [say(alt), '']
    return ['', ...said, ...toMarkdown(body, document), '']
  }
  if (goneNames.test(name) || (name === 'only' && isElsewhere(argument))) return ['']
  if (name === 'list-table' || name === 'csv-table')
    return ['', say(argument), '', ...listTable(name, options, body, say), '']
  if (name === 'rubric' || name === 'centered') return ['', `**${say(argument)}**`, '']
  if (layoutNames.test(name)) return ['', ...toMarkdown(body, document), '']
  const isObject = objectNames.test(name)
  const isTitle = argument !== '' && titledNames.test(name)
  const isVersion = /^(version|deprecated)/.test(name)
  const head = isObject
    ? `\`${argument}\``
    : isTitle
      ? `${say(argument)}:`
      : `${capitalised(name)}${isVersion ? ` ${argument}` : ''}:`
  const saysMore = !isObject && !isTitle && !isVersion && argument !== ''
  const below = saysMore ? [argument, ...body] : body
  return ['', head, '', ...toMarkdown(below, document), '']
}

/** Directives that only lay out what they hold. */
const layoutNames =
  /^(only|container|compound|hlist|tabs|tab-set|grid|grid-item|card-carousel|highlights|pull-quote|epigraph)$/
/** Directives whose argument is the title of what they hold. */
const titledNames =
  /^(admonition|topic|sidebar|tab|group-tab|tab-item|dropdown|card|grid-item-card|details|collapse|toggle|table)$/
/** Directives whose argument is a name that they describe. */
const objectNames =
  /^([a-z]+:|function|class|method|attribute|data|option|envvar|confval|setting|module|exception|property|decorator|static|cmdoption|describe|object)/

/** Whether what is for some outputs alone is not for the one that is read in a browser. */
function isElsewhere(outputs: string): boolean {
  return (
    /\bnot\s+(builder_)?html/.test(outputs) ||
    /^\s*(latex|latexpdf|pdf|man|texinfo|text|epub|gettext)\b(?!.*html)/.test(outputs)
  )
}

function capitalised(name: string): string {
  const known: Readonly<Record<string, string>> = {
    versionadded: 'New in version',
    versionchanged: 'Changed in version',
    deprecated: 'Deprecated since version',
    seealso: 'See also',
  }
  return known[name] ?? name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ')
}

function code(language: string, body: readonly string[]): string[] {
  const first = body.findIndex((line) => line.trim() !== '')
  return [`\`\`\`\`${language}`, ...(first === -1 ? [] : body.slice(first)), '````']
}

function listTable(
  name: string,
  options: readonly string[],
  body: readonly string[],
  say: (text: string) => string,
): string[] {
  if (name === 'csv-table') {
    const header = options.map((option) => /^:header:\s*(.*)$/.exec(option)?.[1]).find((text) => text !== undefined)
    return tableLines(readRows([...(header === undefined ? [] : [header]), ...body].join('\n')), say)
  }
  const rows: string[][][] = []
  let column = 0
  for (const line of body) {
    const [, before = '', rowText] = /^([*+-]\s+)[*+-](?:\s+(.*))?$/.exec(line) ?? []
    if (before !== '') column = before.length
    const cellText = /^\s*[*+-](?:\s+(.*))?$/.exec(line)
    if (before !== '') rows.push([[rowText ?? '']])
    else if (cellText !== null && depthOf(line) === column) rows.at(-1)?.push([cellText[1] ?? ''])
    // What stands deeper is in the cell, be it a list.
    else if (line.trim() !== '') rows.at(-1)?.at(-1)?.push(line.trim())
  }
  return tableLines(
    rows.map((cells) => cells.map((cell) => inOneLine(cell.filter((text) => text !== '')))),
    say,
  )
}

/** Roles, links, literals and substitutions of a line. */
function inline(text: string, values: Document['values']): string {
  return text.replace(
    /``(.+?)``|:([\w:+.-]+):`([^`]+)`|`([^`<]*?)\s*<([^>`]+)>`__?|`([^`]+)`(__?)?|\|([^|\s][^|]*)\|_{0,2}|\[#?([\w*-]+)\]_|(?<![\w`])(\w[\w-]*)_(?![\w`])|(<[A-Za-z][^<>]*>)|\\(\s)/g,
    (whole, literal, role, roleText, label, url, named, isLink, substituted, note, reference, tag, escaped) => {
      if (escaped !== undefined) return ''
      if (literal !== undefined) return `\`${literal}\``
      if (role !== undefined) return ofRole(role, roleText)
      if (url !== undefined) return `[${label || url}](${url})`
      if (named !== undefined) return isLink ? named : `*${named}*`
      if (substituted !== undefined) return substitute(substituted, values)
      if (note !== undefined) return `[^${note}]`
      if (tag !== undefined) return escapeMarks(tag)
      return reference ?? whole
    },
  )
}

/** What a name stands for, in which others may stand again; the name itself where the document does not say. */
function substitute(name: string, values: Document['values']): string {
  const value = values.get(name.toLowerCase())
  if (value === undefined) return name
  if (!value.includes('|')) return inline(value, values)
  return inline(value, new Map([...values].filter(([other]) => other !== name.toLowerCase())))
}

function ofRole(role: string, text: string): string {
  if (role === 'math') return escapeMarks(`$${text}$`)
  const shown = text.replace(/\s*<[^<>]*>$/, '').replace(/^[~!]/, '')
  if (role === 'sup' || role === 'superscript') return `<sup>${shown}</sup>`
  if (role === 'sub' || role === 'subscript') return `<sub>${shown}</sub>`
  return /^(ref|doc|term|numref|any|abbr|guilabel|menuselection|strong|emphasis|title)$/.test(role)
    ? shown
    : `\`${shown}\``
}
