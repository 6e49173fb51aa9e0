import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { RootContent, Table } from 'mdast'
import type { PageViewport, PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist'
import type { TextContent } from 'pdfjs-dist/types/src/display/api.d.ts'
import type { Loaded } from '../../document.ts'
import { toText } from '../../text.ts'
import { FormatError, unopenable } from '../office/zip.ts'
import { ofFont } from '../word/symbols.ts'
import { headingDepths, toBlocks } from './blocks.ts'
import { wordsOf } from './hyphens.ts'
import { type Line, type Piece, toFlows } from './lines.ts'
import { lineText, type Page, withoutRunning } from './running.ts'
import { placeTable, readTables, type Tagged } from './tables.ts'

type PdfJs = typeof import('pdfjs-dist/legacy/build/pdf.mjs')

/**
 * PDF -> a tree of headings, paragraphs and tables, each with the number of its page in `data.page`. A PDF has pieces of text
 * and no structure: columns are read one after the other, larger type is a heading, a wider gap parts two paragraphs, and what
 * runs along the edges of the pages is said once. Throws FormatError where it is encrypted, broken or not to be read.
 */
export async function loadPdf(bytes: Buffer): Promise<Loaded> {
  const pdfJs = await importPdfJs()
  const pdf = await openPdf(pdfJs, bytes)
  try {
    const read: PageRead[] = []
    const fonts = new Map<string, string>()
    for (let number = 1; number <= pdf.numPages; number += 1) {
      const page = await pdf.getPage(number)
      read.push(await readPage(pdfJs, page, fonts))
      page.cleanup()
    }
    const bodySize = usualSize(read.flatMap(piecesOf))
    let lastTable: Table | undefined
    const whole = read.map(({ groups, height, tables }): Page => {
      const { lines, pieces } = toTables(tables, bodySize, lastTable)
      lastTable = lines.at(-1)?.table
      const upright = [[...(groups[0] ?? []), ...pieces], ...groups.slice(1)]
      return {
        height,
        flows: upright.flatMap((own, index) => toFlows(own, bodySize, index === 0 ? lines : [])),
      }
    })
    const lost = lostOf(read.map(piecesOf))
    const { pages, running } = withoutRunning(whole, bodySize)
    const lines = pages.flatMap(({ flows }) => flows.flat())
    const setting = {
      depths: headingDepths(lines, bodySize),
      words: wordsOf(lines.map(lineText)),
      boldHeads: lengthOf(lines.filter(({ bold }) => bold)) < lengthOf(lines) * mostBold,
    }
    const blocks = toBlocks(
      pages.flatMap(({ flows }, index) => flows.map((flow) => ({ page: index + 1, flow }))),
      setting,
    )
    const first = blocks[0]?.type === 'heading' ? 1 : 0
    const children = [...blocks.slice(0, first), ...notSaid(running, setting.words), ...blocks.slice(first)]
    const [heading] = children.filter((node) => node.type === 'heading').sort((a, b) => a.depth - b.depth)
    const { info } = await pdf.getMetadata()
    const title = usableTitle('Title' in info ? info.Title : undefined)
    const { IsXFAPresent: isXfa, IsAcroFormPresent: hasFields }: Record<string, unknown> = { ...info }
    if (isXfa === true && hasFields !== true)
      lost.push('an XFA form, of which nothing that is filled in is read: print it to a PDF')
    return { title: title ?? (heading && toText(heading)), root: { type: 'root', children }, lost }
  } finally {
    await pdf.loadingTask.destroy()
  }
}

interface PageRead {
  readonly groups: Piece[][]
  readonly height: number
  readonly tables: readonly Tagged[]
}

function piecesOf({ groups, tables }: PageRead): Piece[] {
  return [...groups.flat(), ...tables.flatMap(({ rows }) => rows.flat().flatMap(({ pieces }) => pieces))]
}

/** Tables as lines of their page, and the text of those that are none. */
function toTables(
  tables: readonly Tagged[],
  bodySize: number,
  before: Table | undefined,
): { readonly lines: Line[]; readonly pieces: Piece[] } {
  const lines: Line[] = []
  const pieces: Piece[] = []
  for (const tagged of tables) {
    const placed = placeTable(tagged, bodySize, before)
    if (placed === undefined) pieces.push(...tagged.rows.flat().flatMap((cell) => cell.pieces))
    else {
      const { table, left, right, y } = placed
      lines.push({ segments: [{ text: '', left, right }], y, size: bodySize, table })
    }
  }
  return { lines, pieces }
}

/** The library tells the console that it cannot draw; nothing is drawn here. */
async function importPdfJs(): Promise<PdfJs> {
  const { warn } = console
  console.warn = () => undefined
  try {
    return await import('pdfjs-dist/legacy/build/pdf.mjs')
  } finally {
    console.warn = warn
  }
}

/** The tables of characters and the standard fonts come with the library. */
async function openPdf(pdfJs: PdfJs, bytes: Buffer): Promise<PDFDocumentProxy> {
  const library = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))
  const task = pdfJs.getDocument({
    data: new Uint8Array(bytes),
    verbosity: 0,
    cMapUrl: join(library, 'cmaps/'),
    cMapPacked: true,
    standardFontDataUrl: join(library, 'standard_fonts/'),
    disableFontFace: true,
    fontExtraProperties: true,
    useSystemFonts: false,
  })
  return await task.promise.catch((cause: unknown) => {
    const encrypted = cause instanceof Error && cause.name === 'PasswordException'
    throw encrypted ? new FormatError('encrypted: remove its password', { cause }) : unopenable('a PDF', cause)
  })
}

/** The pieces of a page by the direction they are written in, that of most of them first; each lies level in its own group. */
async function readPage(pdfJs: PdfJs, page: PDFPageProxy, fonts: Map<string, string>): Promise<PageRead> {
  const viewport = page.getViewport({ scale: 1 })
  const tables = await readTables(page)
  const cellOf = new Map(tables.flatMap((table) => [...table.cellOf]))
  const { items } = await page.getTextContent({
    disableNormalization: true,
    includeMarkedContent: tables.length > 0,
  })
  await nameFonts(page, items, fonts)
  const turned = new Map<number, Piece[]>([[0, []]])
  const marked: string[] = []
  for (const item of items) {
    if (!('str' in item)) {
      if (item.type === 'endMarkedContent') marked.pop()
      else marked.push(item.id ?? '')
      continue
    }
    if (item.str.trim() === '') continue
    const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0]: number[] = pdfJs.Util.transform(
      viewport.transform,
      item.transform,
    )
    const angle = Math.round((Math.atan2(b, a) * 12) / Math.PI) % 24
    const size = Math.round((Math.hypot(c, d) || Math.hypot(a, b)) * 2) / 2
    const font = fonts.get(item.fontName) ?? ''
    const looks = { rightToLeft: item.dir === 'rtl', bold: boldFont.test(font) }
    const piece = { text: toSigns(item.str, font), width: item.width, size, ...looks, ...level(x, y, angle) }
    const cell = angle === 0 ? cellOf.get(marked.findLast((id) => id !== '') ?? '') : undefined
    if (cell === undefined) turned.set(angle, [...(turned.get(angle) ?? []), piece])
    else cell.pieces.push(piece)
  }
  const upright = turned.get(0) ?? []
  upright.push(...(await readFields(page, viewport, upright)))
  const groups = [...turned.values()].sort((a, b) => b.length - a.length).filter((pieces) => pieces.length > 0)
  return { groups, height: viewport.height, tables }
}

const boldFont = /bold|black|heavy|[-,]b(d|old)?$|cmbx|demi/i

/** A font that is drawn by the file's own commands has no name that ever comes. */
const longestWaitMs = 100

/** The names of fonts are known only once the page was read for drawing, which is done where it has a font that no page had. */
async function nameFonts(page: PDFPageProxy, items: TextContent['items'], fonts: Map<string, string>): Promise<void> {
  const used = new Set(items.flatMap((item) => ('fontName' in item ? [item.fontName] : [])))
  if ([...used].every((name) => fonts.has(name))) return
  await page.getOperatorList().catch(() => undefined)
  const known = [...used].map((name) => new Promise<void>((resolve) => page.commonObjs.get(name, () => resolve())))
  await Promise.race([Promise.all(known), setTimeout(longestWaitMs)])
  for (const name of used) {
    const font: unknown = page.commonObjs.has(name) ? page.commonObjs.get(name) : undefined
    fonts.set(name, typeof font === 'object' && font !== null && 'name' in font ? String(font.name) : '')
  }
}

/** A symbol font's letters as what they show; a bullet that nobody knows is a bullet. */
function toSigns(text: string, font: string): string {
  const family = /wingdings ?2/i.test(font) ? 'Wingdings 2' : /wingdings/i.test(font) ? 'Wingdings' : undefined
  const known = ofFont(text, family)
  return /^[\p{Co}]$/u.test(known.trim()) ? '•' : known
}

/** The share of bold text up to which a bold line stands out. */
const mostBold = 0.3

function lengthOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + lineText(line).length, 0)
}

function level(x: number, y: number, angle: number): { x: number; y: number } {
  const turn = (-angle * Math.PI) / 12
  return { x: x * Math.cos(turn) - y * Math.sin(turn), y: x * Math.sin(turn) + y * Math.cos(turn) }
}

/** What is filled into a form, where it stands on the page, and text that was typed onto it. */
async function readFields(page: PDFPageProxy, viewport: PageViewport, pieces: readonly Piece[]): Promise<Piece[]> {
  const size = usualSize(pieces) || 10
  const annotations: Array<Record<string, unknown>> = await page.getAnnotations()
  return annotations.flatMap((annotation) => {
    const text = fieldText(annotation)
    const { rect } = annotation
    if (text === '' || !Array.isArray(rect)) return []
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = toViewport(viewport, rect.map(Number))
    const [top, bottom] = [Math.min(y1, y2), Math.max(y1, y2)]
    const beside = pieces.find(({ y }) => y > top && y < bottom + 2)
    const left = Math.min(x1, x2)
    const isBox = text.length < 4
    return text.split('\n').map((line, index) => ({
      text: line,
      x: left,
      y: (beside?.y ?? bottom - Math.min(4, (bottom - top) / 4)) + index * size * 1.2,
      width: isBox ? Math.abs(x2 - x1) : Math.min(line.length * size * 0.5, Math.abs(x2 - x1)),
      size,
    }))
  })
}

function toViewport(viewport: PageViewport, [x1 = 0, y1 = 0, x2 = 0, y2 = 0]: readonly number[]): number[] {
  return [...viewport.convertToViewportPoint(x1, y1), ...viewport.convertToViewportPoint(x2, y2)].map(Number)
}

function fieldText({
  subtype,
  fieldType,
  fieldValue,
  checkBox,
  radioButton,
  buttonValue,
  exportValue,
  hidden,
  contentsObj,
}: Record<string, unknown>): string {
  if (hidden === true) return ''
  if (subtype === 'FreeText') return contents(contentsObj)
  if (subtype !== 'Widget') return ''
  if (fieldType === 'Tx' || fieldType === 'Ch') return [fieldValue ?? ''].flat().map(String).join(', ').trim()
  const isOn = fieldValue === (checkBox ? exportValue : buttonValue) && fieldValue !== undefined && fieldValue !== 'Off'
  if (checkBox === true) return isOn ? '[x]' : '[ ]'
  return radioButton === true && isOn ? '(x)' : ''
}

function contents(value: unknown): string {
  return typeof value === 'object' && value !== null && 'str' in value ? String(value.str) : ''
}

/** The size of type that most characters have. */
function usualSize(pieces: readonly Piece[]): number {
  const characters = new Map<number, number>()
  for (const { size, text } of pieces) characters.set(size, (characters.get(size) ?? 0) + text.length)
  return [...characters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0
}

const meaningless = /[\p{Co}\ufffd]/gu

/** Throws where most letters are in fonts that do not say which letters they are; says how many pages have none at all. */
function lostOf(pages: ReadonlyArray<readonly Piece[]>): string[] {
  const text = pages.map((pieces) => pieces.map((piece) => piece.text).join(''))
  const unread = (part: string): number => part.match(meaningless)?.length ?? 0
  const letters = text.join('').length
  const garbage = text.reduce((sum, part) => sum + unread(part), 0)
  if (garbage > letters * 0.3)
    throw new FormatError('its fonts do not say which letters they show: print it to a new PDF, or run OCR over it')
  const empty = text.filter((part) => part.trim() === '').length
  if (empty === pages.length) throw new FormatError('no text in it (scanned?): ocrmypdf FILE FILE')
  return [
    ...(empty > 0 && empty < pages.length ? [`${empty} page${empty > 1 ? 's' : ''} without text (scanned?)`] : []),
    ...(garbage > 0 ? [`${garbage} sign${garbage > 1 ? 's' : ''} of a font that does not say what they are`] : []),
  ]
}

/** What runs along the edges and is said nowhere else. */
function notSaid(running: readonly string[], words: ReadonlySet<string>): RootContent[] {
  const lines = running.filter((line) => [...wordsOf([line])].some((word) => !words.has(word)) || /\d/.test(line))
  if (lines.length === 0) return []
  return [{ type: 'paragraph', data: { page: 1 }, children: [{ type: 'text', value: lines.join('\n') }] }]
}

const programMade =
  /^[([]?(anonymous|unspecified|untitled|unbenannt|ohne titel|sans titre|sin título|senza titolo|no title|title|titel|powerpoint[- ]presentation|powerpoint-präsentation|(microsoft|libre|open)\s?(word|excel|powerpoint|office)\b.*|pr[äa]sentation|presentation|((word|text|pdf|new|neues) )?(document|dokument)|docum|book|mappe|slide|folie|layout|template|vorlage|print|scan\w*|noname|default|blank|cover|page)[)\]]?[\s_-]*\d*$/i

/** What programs write of their own accord names no document, nor does the name of a file. */
function usableTitle(title: unknown): string | undefined {
  if (typeof title !== 'string' || !/\p{L}{2}/u.test(title)) return undefined
  return programMade.test(title.trim()) ||
    /\.(docx?|odt|rtf|pptx?|xlsx?|indd|qxp|tex|dvi|pdf|ps|html?|md)$/i.test(title.trim())
    ? undefined
    : title.trim()
}
