/** Tables that are drawn with signs, as reStructuredText and Pandoc have them -> their rows, of which the first is the head. */
import { joinHeads } from './office/tables.ts'

export type Rows = ReadonlyArray<readonly string[]>

const rule = /^[-=:]+$/
/** Where a rule begins or ends; a plus sign in a cell is none. */
const corner = /\+(?=[-=:]+\+)|(?<=\+[-=:]+)\+/g

const wide =
  /(?![\uff61-\uffdc])(?:\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6ー])/gu
const padding = '\0'

/** A line with a sign for each column that it fills: what is written in squares fills two. */
function inColumns(line: string): string {
  return line.replace(wide, (sign) => sign.padEnd(2, padding))
}

function withoutPadding(text: string): string {
  return text.replaceAll(padding, '')
}

/** A table in a grid: `+---+` between rows, `|` between cells. What spans rows is said in each, a head that spans columns above each. */
export function gridTable(lines: readonly string[]): Rows {
  const trimmed = lines.map((line) => inColumns(line.trim()))
  const edges = [...new Set(trimmed.flatMap((line) => [...line.matchAll(corner)].map(({ index }) => index)))]
  edges.sort((a, b) => a - b)
  const drawn: string[][][] = []
  let open = edges.slice(1).map((): string[] => [])
  let heads = 0
  for (const line of trimmed) {
    const parts = edges.slice(1).map((edge, index) => line.slice((edges[index] ?? 0) + 1, edge))
    const ends = parts.map((part) => rule.test(part))
    if (ends.some(Boolean)) {
      if (open.some((cell) => cell.length > 0)) drawn.push(open)
      open = open.map((cell, index) => (ends[index] ? [] : cell))
      if (parts.every((part) => /^=+$|^:=|=:$/.test(part))) heads = drawn.length
    }
    if (ends.every(Boolean)) continue
    // What spans rows goes on beside the rule between them.
    for (const [index, part] of spread(line, edges, drawn.length < 2).entries())
      if (part !== '' && !ends[index]) open[index]?.push(part)
  }
  const rows = drawn.map((cells) => cells.map(inOneLine))
  const [head = []] = rows
  const joined = rows
    .slice(1, heads)
    .reduce((above, row) => above.map((text, at) => joinHeads(text, row[at] ?? '')), head)
  return [joined, ...rows.slice(Math.max(heads, 1))]
}

/** A line's cells at the edges that it has; one that goes over an edge fills the first, in a head each. */
function spread(line: string, edges: readonly number[], isHead: boolean): string[] {
  const cells = edges.slice(1).map(() => '')
  let from = 0
  for (let index = 1; index < edges.length; index += 1) {
    if (!/[|+]/.test(line[edges[index] ?? 0] ?? '|')) continue
    const text = line.slice((edges[from] ?? 0) + 1, edges[index]).trim()
    for (let at = from; at < (isHead ? index : from + 1); at += 1) cells[at] = text
    from = index
  }
  return cells
}

/** The lines of a cell in one; items of a list behind semicolons. */
export function inOneLine(lines: readonly string[]): string {
  return lines.map(withoutPadding).reduce((joined, line) => {
    const item = /^[-*+•]\s+(.*)$/.exec(line)?.[1]
    if (joined === '') return item ?? line
    return item === undefined ? `${joined} ${line}` : `${joined}${/[:.]$/.test(joined) ? ' ' : '; '}${item}`
  }, '')
}

/** A table whose columns stand below groups of one sign: a row a line, or several where a blank line parts the rows. */
export function simpleTable(lines: readonly string[], ruler: string, byBlank = false): Rows {
  const edges = [...ruler.matchAll(/[-=]+/g)].map(({ index }) => index)
  const cut = (line: string): string[] =>
    edges.map((edge, at) => withoutPadding(line.slice(at === 0 ? 0 : edge, edges[at + 1])).trim())
  const rows: string[][] = []
  let isNew = true
  for (const line of lines) {
    if (/^[\s=-]*$/.test(line)) {
      isNew = true
      continue
    }
    const cells = cut(inColumns(line))
    const last = rows.at(-1)
    const goesOn = last !== undefined && (byBlank ? !isNew : cells[0] === '')
    if (goesOn) rows[rows.length - 1] = last.map((cell, at) => `${cell} ${cells[at] ?? ''}`.trim())
    else rows.push(cells)
    isNew = false
  }
  return rows
}

/** Rows as a Markdown table. */
export function tableLines(rows: Rows, inline: (cell: string) => string = (cell) => cell): string[] {
  const [head = [], ...body] = rows
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => inline(cell.trim()).replaceAll('|', '\\|')).join(' | ')} |`
  return [row(head), `|${' --- |'.repeat(Math.max(head.length, 1))}`, ...body.map(row)]
}
