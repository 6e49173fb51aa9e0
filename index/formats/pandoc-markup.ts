/** What Pandoc and its kin add to Markdown in blocks: drawn tables, and terms with what they mean. */
import { gridTable, simpleTable, tableLines } from './drawn-tables.ts'
import { colonAfter } from './html.ts'

const fence = /^[\s>]*(`{3,}|~{3,})/
const grid = /^\s*\+(?:[-:=]{3,}\+)+\s*$/
const ruler = /^(?=.*---) *-{2,}( +-{2,})+ *$/
const longRule = /^ *-{10,} *$/
const meaning = /^ {0,3}: {1,3}(?=\S)/
const longestTerm = 100

/** Lines of Markdown -> lines that say the same without it; code is left as it is. */
export function fromPandoc(lines: readonly string[]): string[] {
  const out: string[] = []
  let open: string | undefined
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    const mark = fence.exec(line)?.[1]
    if (open !== undefined) {
      if (mark?.startsWith(open)) open = undefined
      out.push(line)
      continue
    }
    open = mark
    const read =
      mark === undefined ? (readGrid(lines, index) ?? readSimple(lines, index) ?? readTerm(lines, index)) : undefined
    if (read === undefined) out.push(line)
    else {
      out.push(...read.lines)
      index += read.count - 1
    }
  }
  return out
}

interface Read {
  readonly lines: readonly string[]
  /** How many lines it takes. */
  readonly count: number
}

function readGrid(lines: readonly string[], from: number): Read | undefined {
  if (!grid.test(lines[from] ?? '')) return undefined
  const end = lines.findIndex((line, at) => at > from && !/^\s*[+|]/.test(line))
  const table = lines.slice(from, end === -1 ? undefined : end)
  if (table.length < 3 || !grid.test(table.at(-1) ?? '')) return undefined
  const indentation = /^\s*/.exec(table[0] ?? '')?.[0] ?? ''
  return { lines: ['', ...tableLines(gridTable(table)).map((line) => indentation + line), ''], count: table.length }
}

/** A table whose head stands above groups of dashes, or below a line of them where its rows have several lines. */
function readSimple(lines: readonly string[], from: number): Read | undefined {
  const line = lines[from] ?? ''
  const isLong = longRule.test(line)
  const at = lines.slice(from, from + (isLong ? 6 : 2)).findIndex((next) => ruler.test(next)) + from
  const head = lines.slice(isLong ? from + 1 : from, at)
  if (at < from || (isLong && head.length === 0) || head.some((text) => text.trim() === '')) return undefined
  const before = lines[from - 1] ?? ''
  if (before.trim() !== '') return undefined
  const isEnd = (text: string): boolean =>
    isLong ? longRule.test(text) : head.length === 0 ? ruler.test(text) : text.trim() === ''
  const end = lines.findIndex((text, index) => index > at && isEnd(text))
  const last = end === -1 ? lines.length : end
  const body = lines.slice(at + 1, last)
  if (body.length === 0 || (end === -1 && (isLong || head.length === 0))) return undefined
  const rule = lines[at] ?? ''
  const [names = []] = simpleTable(head, rule, true)
  const rows = simpleTable(body, rule, isLong)
  return {
    lines: ['', ...tableLines(head.length === 0 ? rows : [names, ...rows]), ''],
    count: last - from + (isLong || head.length === 0 ? 1 : 0),
  }
}

/** A term and, behind colons, what it means -> an item of a list. */
function readTerm(lines: readonly string[], from: number): Read | undefined {
  const term = lines[from] ?? ''
  const gap = (lines[from + 1] ?? '').trim() === '' ? 2 : 1
  const isTerm = /^ {0,3}[^\s|#>:+`~-]/.test(term) && term.length <= longestTerm && !/^\s*(\d+[.)]|[*+-])\s/.test(term)
  if (!isTerm || !meaning.test(lines[from + gap] ?? '')) return undefined
  const body: string[] = []
  let at = from + gap
  for (; at < lines.length; at += 1) {
    const [line = '', next = '', second = ''] = lines.slice(at, at + 3)
    const isNext = /^\S/.test(line) && !meaning.test(line) && meaning.test(next === '' ? second : next)
    if (line.trim() === '' ? !meaning.test(next) && !/^( {2,}|\t)\S/.test(next) : isNext) break
    if (meaning.test(line)) body.push('')
    body.push(`  ${line.replace(meaning, '').replace(/^( {1,4}|\t)/, '')}`.trimEnd())
  }
  return { lines: [`- ${term.trim()}${colonAfter(term)}`, ...body], count: at - from }
}
