/** Tables of HTML as tables of text: those that only lay out a page or number lines of code are opened, and cells hold one line each. */
import type { Element, ElementContent } from 'hast'
import { textOf } from '../text.ts'
import { goesOn } from './office/tables.ts'

const blocks = new Set(
  'p div section article blockquote pre ul ol li dl dt dd h1 h2 h3 h4 h5 h6 table thead tbody tfoot tr td th details summary figure figcaption address hr form fieldset'.split(
    ' ',
  ),
)
const lineNumbers =
  /(^|[\s_-])(linenos?|linenodiv|line-?num(ber)?s?(-rows)?|lineno|ln|lnt|lntd|gutter|blob-num|hljs-ln-n(umbers)?)($|[\s_-])/

export function openTables(children: readonly ElementContent[]): ElementContent[] {
  return children.flatMap((child) => (child.type === 'element' ? openTable(child) : [child]))
}

function openTable(element: Element): ElementContent[] {
  const { tagName } = element
  if (isLineNumber(element)) return []
  if (tagName !== 'table') return [{ ...element, children: openTables(element.children) }]
  const rows = rowsOf(element)
  const code = codeOf(rows)
  if (code !== undefined) return [code]
  if (isLayout(element, rows)) return rows.flatMap((row) => cellsOf(row).map((cell) => div(openTables(cell.children))))
  const captions = element.children.filter((child) => child.type === 'element' && child.tagName === 'caption')
  const titles = rows.slice(0, titlesIn(rows)).flatMap(cellsOf)
  return [
    ...[...captions, ...titles].map((caption) => ({
      ...div(openTables('children' in caption ? caption.children : [])),
      tagName: 'p',
    })),
    { ...element, children: withOneHead(spread(rows.slice(titles.length))) },
  ]
}

/** How many rows stand above the head and have one cell over all columns, which says what the table is. */
function titlesIn(rows: readonly Element[]): number {
  const first = rows.findIndex((row) => cellsOf(row).length > 1)
  return rows.slice(0, Math.max(first, 0)).every((row) => cellsOf(row).length === 1) ? Math.max(first, 0) : 0
}

/** Rows of head cells at the top, and a row that names the columns below a cell that spans them -> one row. */
function withOneHead(rows: readonly Element[]): Element[] {
  const [first, second, ...rest] = rows
  if (first === undefined || second === undefined || rest.length === 0) return [...rows]
  const [above, below] = [cellsOf(first), cellsOf(second)]
  const texts = (cells: readonly Element[]): string[] => cells.map((cell) => textOf(cell).trim())
  const areHeads = [...above, ...below].every(({ tagName }) => tagName === 'th') && above.length === below.length
  const spans = (index: number): boolean => above[index]?.properties.dataSpans === true
  if (!(areHeads || goesOn(texts(above), texts(below), spans))) return [...rows]
  const joined = above.map((cell, index) => ({ ...cell, children: joinCells(cell, below[index] ?? cell) }))
  return withOneHead([{ ...first, children: joined }, ...rest])
}

function joinCells(above: Element, below: Element): ElementContent[] {
  const [first, second] = [textOf(above).trim(), textOf(below).trim()]
  if (first === second || second === '' || first.endsWith(` ${second}`)) return above.children
  return first === '' ? below.children : [...above.children, text(' '), ...below.children]
}

/** The rows of a table, not those of tables within it. */
function rowsOf(table: Element): Element[] {
  return table.children.flatMap((child) => {
    if (child.type !== 'element') return []
    if (child.tagName === 'tr') return [child]
    return /^(thead|tbody|tfoot)$/.test(child.tagName) ? rowsOf(child) : []
  })
}

function cellsOf(row: Element): Element[] {
  return row.children.filter(
    (child): child is Element => child.type === 'element' && (child.tagName === 'td' || child.tagName === 'th'),
  )
}

function isLineNumber(element: Element): boolean {
  return lineNumbers.test(classesOf(element)) && /^[\s\d]*$/.test(textOf(element))
}

function classesOf({ properties }: Element): string {
  return [properties.className].flat().join(' ')
}

/** The code of a table that stands beside a column of line numbers, or whose every row is a line of it. */
function codeOf(rows: readonly Element[]): Element | undefined {
  const cells = rows.map((row) => cellsOf(row))
  const numbered = cells.flat().filter((cell) => isLineNumber(cell) || isNumbers(cell))
  const code = cells.flat().filter((cell) => !isLineNumber(cell) && !isNumbers(cell))
  if (numbered.length === 0 || code.length !== cells.length) return undefined
  const pres = code.map((cell) => first(cell, 'pre') ?? first(cell, 'code'))
  const isCode = pres.every((pre) => pre !== undefined) || numbered.every(isLineNumber)
  if (!isCode || numbered.length < cells.length) return undefined
  const value = code.map((cell) => textOf(cell).replace(/\n$/, '')).join('\n')
  const inner: Element = { type: 'element', tagName: 'code', properties: {}, children: [{ type: 'text', value }] }
  const language = [first(code[0] as Element, 'code')?.properties.className].flat().filter((name) => name !== undefined)
  return {
    type: 'element',
    tagName: 'pre',
    properties: {},
    children: [{ ...inner, properties: { className: language.map(String) } }],
  }
}

/** A cell whose code is a column of numbers that count up. */
function isNumbers(cell: Element): boolean {
  const numbers = textOf(cell).trim().split(/\s+/).map(Number)
  return first(cell, 'pre') !== undefined && numbers.every((number, index) => number === (numbers[0] ?? 0) + index)
}

function first(element: Element, tagName: string): Element | undefined {
  for (const child of element.children) {
    if (child.type !== 'element') continue
    if (child.tagName === tagName) return child
    const found = first(child, tagName)
    if (found !== undefined) return found
  }
  return undefined
}

/** A table is there to lay out a page where it says so, has one column, or holds headings or other tables. */
function isLayout(table: Element, rows: readonly Element[]): boolean {
  if (/^(presentation|none)$/.test(String(table.properties.role))) return true
  if (first(table, 'th') !== undefined) return false
  const cells = rows.map((row) => cellsOf(row))
  if (cells.flat().length === 0 || cells.flat().some((cell) => classesOf(cell) === 'icon')) return true
  return (
    cells.flat().some((cell) => ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].some((name) => first(cell, name) !== undefined)) ||
    cells.every((row) => row.length <= 1) ||
    cells.flat().some((cell) => first(cell, 'table') !== undefined && textOf(cell).length > textOf(table).length / 2)
  )
}

function div(children: ElementContent[]): Element {
  return { type: 'element', tagName: 'div', properties: {}, children }
}

const widest = 200

/** Rows whose merged cells are written out: what spans rows is said in each, a head that spans columns above each. */
function spread(rows: readonly Element[]): Element[] {
  const carried = new Map<number, { cell: Element; rows: number }>()
  return rows.map((row, index) => {
    const cells: Element[] = []
    const carry = (): void => {
      for (
        let held = carried.get(cells.length);
        held !== undefined && held.rows > 0;
        held = carried.get(cells.length)
      ) {
        held.rows -= 1
        cells.push(held.cell)
      }
    }
    for (const cell of cellsOf(row)) {
      carry()
      const one: Element = { ...cell, properties: {}, children: flatten(cell) }
      const columns = Math.min(Number(cell.properties.colSpan ?? 1) || 1, widest)
      const down = Number(cell.properties.rowSpan ?? 1) || 1
      const isHead = cell.tagName === 'th' || index === 0
      if (isHead && columns > 1) one.properties.dataSpans = true
      for (let column = 0; column < columns; column += 1) {
        const shown = column === 0 || isHead ? one : { ...one, children: [] }
        if (down > 1) carried.set(cells.length, { cell: shown, rows: down - 1 })
        cells.push(shown)
      }
    }
    carry()
    return { ...row, children: cells }
  })
}

/** A cell's content in one line: blocks a space apart, the items of a list and the rows of a table behind semicolons. */
function flatten(cell: Element): ElementContent[] {
  const parts: Array<{ readonly nodes: ElementContent[]; item: boolean }> = [{ nodes: [], item: false }]
  const begin = (item: boolean): void => {
    const open = parts.at(-1)
    if (open?.nodes.every((node) => textOf(node).trim() === '')) open.item ||= item
    else parts.push({ nodes: [], item })
  }
  const walk = (node: ElementContent): void => {
    if (node.type === 'text') parts.at(-1)?.nodes.push({ ...node, value: node.value.replace(/\s+/g, ' ') })
    if (node.type !== 'element') return
    if (node.tagName === 'br') begin(false)
    else if (node.tagName === 'input') parts.at(-1)?.nodes.push(text(node.properties.checked ? '[x] ' : '[ ] '))
    else if (isBlock(node)) {
      begin(node.tagName === 'li' || node.tagName === 'tr')
      for (const child of node.children) walk(child)
      begin(false)
    } else parts.at(-1)?.nodes.push(node)
  }
  for (const child of cell.children) walk(child)
  const said = parts.filter(({ nodes }) => nodes.length > 0)
  return said.flatMap(({ nodes, item }, index) => {
    const isNext = item && said.slice(0, index).some((before) => before.item)
    return index === 0 ? nodes : [text(isNext ? '; ' : ' '), ...nodes]
  })
}

/** Whether an element stands on lines of its own, or holds one that does. */
function isBlock(element: Element): boolean {
  return blocks.has(element.tagName) || element.children.some((child) => child.type === 'element' && isBlock(child))
}

function text(value: string): ElementContent {
  return { type: 'text', value }
}
