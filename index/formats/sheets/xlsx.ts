import type { RootContent } from 'mdast'
import { format } from 'numfmt'
import type { Loaded } from '../../document.ts'
import { toParagraph, toText } from '../../text.ts'
import { mainPart, openParts, type Parts, relatedPart, relationsOf } from '../office/parts.ts'
import { at, elements, every, parseXml, textIn, type Xml } from '../office/xml.ts'
import { toLowered, toRaised } from '../raised.ts'
import { type Merge, type SheetRow, toSheetBlocks, withSign } from './sheets.ts'

/** Excel -> a section for each sheet, with a table for each block of rows; the section names the block's cells. */
export async function loadXlsx(bytes: Buffer): Promise<Loaded> {
  const parts = await openParts(bytes, 'workbook', '.xlsx')
  const main = mainPart(parts, 'xl/workbook.xml')
  const relations = relationsOf(parts, main)
  const workbook = at(parseXml(parts.get(main)), 'workbook')
  const shared = elements(at(relatedPart(parts, main, 'sharedStrings'), 'sst'), 'si').map(sharedText)
  const formats = readFormats(relatedPart(parts, main, 'styles'))
  const from1904 = at(workbook, 'workbookPr')?.attributes.date1904 === '1'
  const lost = new Map<string, number>()
  const children = elements(at(workbook, 'sheets'), 'sheet').flatMap(({ attributes }): RootContent[] => {
    const part = relations.get(attributes['r:id'] ?? '')?.target ?? ''
    const { rows, merges } = readRows(parts, part, { shared, formats, from1904, lost })
    const blocks = toSheetBlocks(rows, merges)
    const beside = readBeside(parts, part)
    if (blocks.length + beside.length === 0) return []
    return [
      { type: 'heading', depth: 1, children: [{ type: 'text', value: attributes.name ?? '' }] },
      ...blocks.flatMap(({ range, nodes }): RootContent[] => [
        { type: 'heading', depth: 2, children: [{ type: 'text', value: range }] },
        ...nodes,
      ]),
      ...beside,
    ]
  })
  return {
    title: undefined,
    root: { type: 'root', children },
    lost: [...lost].map(([what, count]) => `${count} ${count > 1 ? what.replace(' ', 's ') : what}`),
  }
}

/** What stands over the cells of a sheet: its text boxes, and the notes that cells have. */
function readBeside(parts: Parts, part: string): RootContent[] {
  const boxes = every(relatedPart(parts, part, 'drawing'), 'xdr:txBody').map((box) =>
    elements(box, 'a:p').map(sharedLine).join('\n'),
  )
  const notes = every(relatedPart(parts, part, 'comments'), 'comment').map(
    (note) => `${note.attributes.ref}: ${sharedText(at(note, 'text') ?? note)}`,
  )
  return [...boxes, ...notes].flatMap((value): RootContent[] =>
    value.trim() === '' ? [] : [toParagraph(value.trim())],
  )
}

function sharedLine(line: Xml): string {
  return every(line, 'a:t').map(textIn).join('')
}

/** A text with its raised, lowered and struck runs as signs. What is said of a reading aid over East Asian characters is not the text. */
function sharedText(node: Xml): string {
  return elements(node).reduce((text, part) => {
    if (part.name === 'rPh') return text
    const own = every({ ...node, children: [part] }, 't')
      .map(textIn)
      .join('')
    const looks = at(part, 'rPr')
    const moved = at(looks, 'vertAlign')?.attributes.val
    if (moved === 'superscript') return text + toRaised(own)
    if (moved === 'subscript') return text + toLowered(own, text, '')
    return text + withStrike(own, isStruck(looks))
  }, '')
}

function isStruck(looks: Xml | undefined): boolean {
  const strike = at(looks, 'strike')
  return strike !== undefined && !/^(0|false)$/.test(strike.attributes.val ?? '')
}

/** What is struck keeps the spaces around it. */
function withStrike(text: string, struck: boolean): string {
  return struck ? text.replace(/\S(?:.*\S)?/s, '~~$&~~') : text
}

interface Values {
  readonly shared: readonly string[]
  readonly formats: readonly Format[]
  readonly from1904: boolean
  /** What could not be read, and how often. */
  readonly lost: Map<string, number>
}

function readRows(parts: Parts, part: string, values: Values): { rows: SheetRow[]; merges: Merge[] } {
  const sheet = at(parseXml(parts.get(part)), 'worksheet')
  const merged = new Map<string, Merge>()
  for (const { attributes } of elements(at(sheet, 'mergeCells'), 'mergeCell')) {
    const [first = '', last = first] = (attributes.ref ?? '').split(':')
    const [left, top] = toPosition(first)
    const [right, bottom] = toPosition(last)
    if ((bottom - top) * (right - left) < 10_000) merged.set(`${left} ${top}`, { left, top, right, bottom })
  }
  const relations = relationsOf(parts, part)
  const links = new Map(
    elements(at(sheet, 'hyperlinks'), 'hyperlink').map(({ attributes }) => [
      attributes.ref,
      relations.get(attributes['r:id'] ?? '')?.target ?? '',
    ]),
  )
  const rows = new Map<number, Map<number, string>>()
  const put = (row: number, column: number, text: string): void => {
    const cells = rows.get(row) ?? new Map<number, string>()
    if (!cells.get(column)) cells.set(column, text)
    rows.set(row, cells)
  }
  let next = 1
  for (const row of elements(at(sheet, 'sheetData'), 'row')) {
    const number = Number(row.attributes.r ?? next)
    next = number + 1
    let column = 1
    for (const cell of elements(row, 'c')) {
      if (cell.attributes.r !== undefined) column = toPosition(cell.attributes.r)[0]
      const { struck = false } = values.formats[Number(cell.attributes.s ?? 0)] ?? general
      const text = withLink(withStrike(cellText(cell, values), struck), links.get(cell.attributes.r))
      const span = merged.get(`${column} ${number}`)
      if (text !== '') {
        put(number, column, text)
        // A cell over several rows is said in each of them.
        if (span !== undefined) for (let down = span.top + 1; down <= span.bottom; down += 1) put(down, column, text)
      }
      column += 1
    }
  }
  const inOrder = [...rows].map(([number, cells]) => ({ number, cells })).sort((a, b) => a.number - b.number)
  return { rows: inOrder, merges: [...merged.values()] }
}

function withLink(text: string, url: string | undefined): string {
  return url === undefined ? text : toText({ type: 'link', url, children: [{ type: 'text', value: text }] })
}

function cellText(cell: Xml, { shared, formats, from1904, lost }: Values): string {
  const value = textIn(at(cell, 'v'))
  if (value === '' && at(cell, 'f') !== undefined) {
    // A program that only writes workbooks has not computed it.
    const what = 'formula without a value: open it in a spreadsheet program and save it'
    lost.set(what, (lost.get(what) ?? 0) + 1)
  }
  switch (cell.attributes.t) {
    case 's':
      return (shared[Number(value)] ?? '').trim()
    case 'inlineStr':
      return sharedText(at(cell, 'is') ?? cell).trim()
    case 'b':
      return value === '1' ? 'true' : 'false'
    case 'str':
    case 'e':
    case 'd':
      return value.trim()
    default:
      return toNumber(value, formats[Number(cell.attributes.s ?? 0)] ?? general, from1904)
  }
}

/** How the numbers of a style are shown. */
interface Format {
  readonly kind: 'date' | 'time' | 'number' | 'general'
  readonly code: string
  readonly struck?: boolean
}

const general: Format = { kind: 'general', code: 'General' }

/** A number as its format shows it; a date as it is written everywhere, one without a format without the noise of its last binary digits. */
function toNumber(value: string, { kind, code }: Format, from1904: boolean): string {
  const number = Number(value)
  if (value === '' || !Number.isFinite(number)) return value
  if (kind === 'date' || kind === 'time') {
    const days = number + (from1904 ? 1462 : 0)
    const iso = new Date(Math.round((days - 25_569) * 86_400_000)).toISOString()
    const time = iso.slice(11, 19).replace(/:00$/, '')
    if (days < 1 && days >= 0) return time
    return days % 1 === 0 ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${time}`
  }
  const plain = String(Number(number.toPrecision(15)))
  if (kind === 'general') return plain
  try {
    // A format may show nothing, or a column too narrow.
    const shown = format(code, number, { nbsp: false }).replace(/\s+/g, ' ').trim()
    return /\d/.test(shown) ? withSign(shown, number) : plain
  } catch {
    return plain
  }
}

/** Excel's own formats, by their numbers. */
const ownCodes: Readonly<Record<string, string>> = {
  '1': '0',
  '2': '0.00',
  '3': '#,##0',
  '4': '#,##0.00',
  '9': '0%',
  '10': '0.00%',
  '11': '0.00E+00',
  '12': '# ?/?',
  '13': '# ??/??',
  '37': '#,##0;-#,##0',
  '38': '#,##0;-#,##0',
  '39': '#,##0.00;-#,##0.00',
  '40': '#,##0.00;-#,##0.00',
  '46': '[h]:mm:ss',
  '48': '##0.0E+0',
}

function readFormats(styles: Xml): Format[] {
  const root = at(styles, 'styleSheet')
  const own = new Map(
    elements(at(root, 'numFmts'), 'numFmt').map(({ attributes }) => [attributes.numFmtId, attributes.formatCode ?? '']),
  )
  const fonts = elements(at(root, 'fonts'), 'font').map(isStruck)
  return elements(at(root, 'cellXfs'), 'xf').map(({ attributes }) => ({
    ...formatOf(attributes, own),
    struck: fonts[Number(attributes.fontId ?? 0)] ?? false,
  }))
}

function formatOf(attributes: Xml['attributes'], own: ReadonlyMap<string | undefined, string>): Format {
  const id = Number(attributes.numFmtId ?? 0)
  const code = (own.get(attributes.numFmtId) ?? ownCodes[id] ?? '').replace(/(?<=\[\$[^\]]*)-[\dA-F]+(?=\])/g, '')
  const bare = code.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, '')
  if (/\[(h+|m+|s+)\]/i.test(code)) return { kind: 'number', code }
  if ((id >= 18 && id <= 21) || id === 45 || id === 47) return { kind: 'time', code }
  if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || /[ymd]/i.test(bare.replace(/general/i, '')))
    return { kind: 'date', code }
  if (/[hs]/i.test(bare)) return { kind: 'time', code }
  return /[0#?]/.test(bare) ? { kind: 'number', code } : general
}

/** `B12` -> column 2, row 12. */
function toPosition(reference: string): readonly [number, number] {
  const [, letters = 'A', digits = '1'] = /^\$?([A-Z]+)\$?(\d+)/.exec(reference) ?? []
  return [[...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0), Number(digits)]
}
