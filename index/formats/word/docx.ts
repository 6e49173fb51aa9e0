import type { BlockContent, FootnoteDefinition, List, ListItem, PhrasingContent, RootContent, TableCell } from 'mdast'
import type { Loaded } from '../../document.ts'
import { firstHeading, toParagraph, toText } from '../../text.ts'
import { readChart, readDiagram } from '../office/drawings.ts'
import { mainPart, openParts, type Parts, type Relation, relatedPart, relationsOf } from '../office/parts.ts'
import { toCells, toTable } from '../office/tables.ts'
import { at, elements, every, parseXml, textIn, type Xml } from '../office/xml.ts'
import { toLowered, toRaised } from '../raised.ts'
import { toFormulaLine } from './formulas.ts'
import { withHeadings } from './headings.ts'
import { createNumbering, type NextLabel } from './numbering.ts'
import { depthOfName, isOn, readStyles, type Style, toDepth } from './styles.ts'
import { ofFont, toSymbol } from './symbols.ts'

/** What is needed to read a part of the document, and what is gathered on the way. */
interface Reader {
  readonly parts: Parts
  readonly relations: ReadonlyMap<string, Relation>
  readonly styles: ReadonlyMap<string, Style>
  readonly nextLabel: NextLabel
  readonly notes: ReadonlyMap<string, Xml>
  /** The notes that the paragraph being read refers to. */
  readonly referred: FootnoteDefinition[]
  readonly counted: { notes: number }
  readonly lost: Map<string, number>
}

/**
 * Word -> the same tree as Markdown's. Headings are known by their outline level, numbers are computed as Word does, changes
 * are accepted, and what stands in text boxes, headers, notes and formulas is text. Comments and the table of contents are left out.
 */
export async function loadDocx(bytes: Buffer): Promise<Loaded> {
  const parts = await openParts(bytes, 'Word document', '.docx')
  const main = mainPart(parts, 'word/document.xml')
  const reader: Reader = {
    parts,
    relations: relationsOf(parts, main),
    styles: readStyles(relatedPart(parts, main, 'styles')),
    nextLabel: createNumbering(relatedPart(parts, main, 'numbering')),
    notes: new Map([...readNotes(parts, main, 'footnote'), ...readNotes(parts, main, 'endnote')]),
    referred: [],
    counted: { notes: 0 },
    lost: new Map(),
  }
  const body = at(parseXml(parts.get(main)), 'w:document', 'w:body')
  const blocks = withHeadings(readBlocks(body, reader))
  const first = blocks[0]?.type === 'heading' ? 1 : 0
  const children = [...blocks.slice(0, first), ...readEdges(body, reader), ...blocks.slice(first)]
  return {
    title: firstHeading(children),
    root: { type: 'root', children },
    lost: [...reader.lost].map(([what, count]) => `${count} ${what}${count > 1 ? 's' : ''}`),
  }
}

function readNotes(parts: Parts, main: string, kind: 'footnote' | 'endnote'): Array<[string, Xml]> {
  const root = at(relatedPart(parts, main, `${kind}s`), `w:${kind}s`)
  return elements(root, `w:${kind}`)
    .filter(({ attributes }) => attributes['w:type'] === undefined || attributes['w:type'] === 'normal')
    .map((node) => [`${kind} ${node.attributes['w:id']}`, node])
}

/** What stands in the headers and footers, once each, without page numbers. */
function readEdges(body: Xml | undefined, reader: Reader): RootContent[] {
  const seen = new Set<string>()
  const references = every(body, 'w:headerReference', 'w:footerReference')
  return references.flatMap(({ attributes }) => {
    const target = reader.relations.get(attributes['r:id'] ?? '')?.target ?? ''
    const part = elements(parseXml(reader.parts.get(target)))[0]
    const own = { ...reader, relations: relationsOf(reader.parts, target) }
    return readBlocks(part, own).flatMap((block): RootContent[] => {
      const text = toText(block).replace(/\s+/g, ' ').trim()
      const isPageNumber = !/\p{L}{2}/u.test(
        text.replace(/\b(page|seite|página|pagina|strona|of|von|de|di|sur|z)\b/giu, ''),
      )
      if (text === '' || (isPageNumber && !/\d{3}/.test(text)) || seen.has(text)) return []
      seen.add(text)
      return [toParagraph(text)]
    })
  })
}

const ignored =
  /^(toc\b|toc ?heading|table of figures|table of authorities|inhaltsverzeichnis|verzeichnis \d|tm \d|tdc|indice \d)/i

/** The blocks of a body, a cell, a note or a text box; paragraphs that are numbered alike are a list. */
function readBlocks(parent: Xml | undefined, reader: Reader): RootContent[] {
  const blocks: RootContent[] = []
  const open: Array<{ readonly list: List; readonly level: number }> = []
  let dropCap = ''
  for (const node of elements(parent)) {
    if (node.name === 'w:p') {
      const own = readParagraph(node, reader, dropCap)
      dropCap = ''
      if ('dropCap' in own) dropCap = own.dropCap
      else if ('item' in own) {
        while (open.length > 1 && (open.at(-1)?.level ?? 0) > own.level) open.pop()
        const last = open.at(-1)
        if (last === undefined) {
          const list: List = { type: 'list', ordered: false, children: [own.item] }
          blocks.push(list)
          open.push({ list, level: own.level })
        } else if (own.level > last.level) {
          const list: List = { type: 'list', ordered: false, children: [own.item] }
          last.list.children.at(-1)?.children.push(list)
          open.push({ list, level: own.level })
        } else last.list.children.push(own.item)
        if (own.after.length > 0) last?.list.children.at(-1)?.children.push(...(own.after as BlockContent[]))
        if (last === undefined) blocks.push(...own.after)
      } else if (own.blocks.length > 0) {
        open.length = 0
        blocks.push(...own.blocks)
      }
      continue
    }
    const inner = readOther(node, reader)
    if (inner.length > 0) open.length = 0
    blocks.push(...inner)
  }
  return blocks
}

function readOther(node: Xml, reader: Reader): RootContent[] {
  switch (node.name) {
    case 'w:tbl':
      return readTable(node, reader)
    case 'w:sdt': {
      const kind = at(node, 'w:sdtPr', 'w:docPartObj', 'w:docPartGallery')?.attributes['w:val'] ?? ''
      if (/table of contents/i.test(kind) || at(node, 'w:sdtPr', 'w:showingPlcHdr') !== undefined) return []
      return readBlocks(at(node, 'w:sdtContent'), reader)
    }
    case 'w:ins':
    case 'w:moveTo':
    case 'w:customXml':
    case 'w:smartTag':
      return readBlocks(node, reader)
    case 'mc:AlternateContent':
      return readBlocks(chosen(node), reader)
    case 'm:oMathPara':
      return [toParagraph(toFormulaLine(node))]
    case 'w:altChunk':
      return lose(reader, 'embedded document')
    default:
      return []
  }
}

function lose(reader: Reader, what: string): [] {
  reader.lost.set(what, (reader.lost.get(what) ?? 0) + 1)
  return []
}

type Paragraph = { readonly blocks: RootContent[] } | { readonly dropCap: string } | NumberedItem

interface NumberedItem {
  readonly item: ListItem
  readonly level: number
  readonly after: RootContent[]
}

function readParagraph(node: Xml, reader: Reader, dropCap: string): Paragraph {
  const properties = at(node, 'w:pPr')
  const styleId = at(properties, 'w:pStyle')?.attributes['w:val'] ?? ''
  const style = reader.styles.get(styleId)
  if (ignored.test(style?.name ?? '')) return { blocks: [] }
  // A paragraph whose mark is deleted along with all it holds is gone.
  const runs = readRuns(node, reader)
  if (dropCap !== '') runs.texts.unshift({ ...plain, text: dropCap })
  const children = toPhrasing(runs.texts)
  const text = children.map(toText).join('').trim()
  if (at(properties, 'w:framePr')?.attributes['w:dropCap'] !== undefined && [...text].length <= 2)
    return { dropCap: text }
  const after = [...runs.blocks, ...reader.referred.splice(0)]
  if (text === '') return { blocks: after }
  const outline = at(properties, 'w:outlineLvl')?.attributes['w:val']
  // A style that is not defined says by its id what it was meant for.
  const styled = style === undefined ? depthOfName(styleId) : style.depth
  const depth = outline === undefined ? styled : toDepth(outline)
  const list = at(properties, 'w:numPr', 'w:numId')?.attributes['w:val'] ?? style?.list
  const level = Number(at(properties, 'w:numPr', 'w:ilvl')?.attributes['w:val'] ?? style?.level ?? 0)
  const label = list === undefined || list === '0' ? undefined : reader.nextLabel(list, level).trim()
  if (depth !== undefined) {
    const number: PhrasingContent[] =
      label === undefined || label === '' || isBullet(label) ? [] : [toTextNode(`${label} `)]
    return { blocks: [{ type: 'heading', depth: depth as 1, children: [...number, ...children] }, ...after] }
  }
  if (label === undefined || label === '') {
    const marks = runs.texts.filter((run) => run.text.trim() !== '')
    const bold = marks.length > 0 && marks.every((run) => run.bold ?? style?.bold ?? false)
    const size = Math.min(...marks.map((run) => run.size ?? style?.size ?? 0))
    const data = { ...(bold && { bold }), ...(Number.isFinite(size) && size > 0 && { size }) }
    return { blocks: [{ type: 'paragraph', children, data }, ...after] }
  }
  const item: ListItem = { type: 'listItem', children: [{ type: 'paragraph', children }] }
  return { item: isPlainBullet(label) ? item : { ...item, data: { label } }, level, after }
}

function isBullet(label: string): boolean {
  return !/[\p{L}\p{N}]/u.test(label) || isPlainBullet(label)
}

/** A tick or a box is said; a dot is a dot. */
function isPlainBullet(label: string): boolean {
  return /^[^\p{L}\p{N}✓✗☐☑☒]{1,2}$|^o$/u.test(label)
}

interface Run {
  readonly text: string
  readonly raised: '' | 'superscript' | 'subscript'
  readonly struck: boolean
  readonly bold: boolean | undefined
  /** In half points, where the run says so itself. */
  readonly size?: number | undefined
  readonly node?: PhrasingContent
}

const plain: Run = { text: '', raised: '', struck: false, bold: undefined }

/** The runs of text of a paragraph, and the blocks that hang on it: its text boxes, charts and diagrams. */
function readRuns(parent: Xml, reader: Reader): { readonly texts: Run[]; readonly blocks: RootContent[] } {
  const texts: Run[] = []
  const blocks: RootContent[] = []
  const walk = (node: Xml, link?: string): void => {
    for (const child of elements(node)) {
      switch (child.name) {
        case 'w:r':
          readRun(child, reader, texts, blocks)
          break
        case 'w:hyperlink': {
          const address = reader.relations.get(child.attributes['r:id'] ?? '')?.target
          const from = texts.length
          walk(child)
          const label = toPhrasing(texts.splice(from))
          const isWeb = address !== undefined && /^(https?|mailto|tel):/.test(address)
          if (isWeb) texts.push({ ...plain, node: { type: 'link', url: address, children: label as [] } })
          else for (const part of label) texts.push({ ...plain, node: part })
          break
        }
        case 'w:ins':
        case 'w:moveTo':
        case 'w:smartTag':
        case 'w:customXml':
        case 'w:fldSimple':
        case 'w:dir':
        case 'w:bdo':
          walk(child, link)
          break
        case 'w:sdt':
          if (at(child, 'w:sdtPr', 'w:showingPlcHdr') === undefined) walk(at(child, 'w:sdtContent') ?? plainXml, link)
          break
        case 'mc:AlternateContent':
          walk(chosen(child) ?? plainXml, link)
          break
        case 'm:oMath':
        case 'm:oMathPara':
          texts.push({ ...plain, text: toFormulaLine(child) })
          break
        default:
      }
    }
  }
  walk(parent)
  return { texts, blocks }
}

const plainXml: Xml = { name: '', attributes: {}, children: [] }

/** What a program that knows all of Word shows, or what others do where that says nothing. */
function chosen(node: Xml): Xml | undefined {
  const choice = at(node, 'mc:Choice')
  const says = every(choice, 'w:txbxContent', 'w:t', 'c:chart', 'dgm:relIds').length > 0
  return says ? choice : (at(node, 'mc:Fallback') ?? choice)
}

/** What is moved up or down by less, in half points, is only aligned. */
const leastRaised = 4

function readRun(node: Xml, reader: Reader, texts: Run[], blocks: RootContent[]): void {
  const properties = at(node, 'w:rPr')
  if (isOn(at(properties, 'w:vanish'))) return
  const bold = at(properties, 'w:b')
  const height = Number(at(properties, 'w:position')?.attributes['w:val'] ?? 0)
  const moved = height >= leastRaised ? 'superscript' : height <= -leastRaised ? 'subscript' : undefined
  const raised = at(properties, 'w:vertAlign')?.attributes['w:val'] ?? moved
  const font = at(properties, 'w:rFonts')?.attributes['w:ascii']
  const looks = {
    raised: raised === 'superscript' || raised === 'subscript' ? raised : '',
    struck: isOn(at(properties, 'w:strike')) || isOn(at(properties, 'w:dstrike')),
    bold: bold && isOn(bold),
    size: Number(at(properties, 'w:sz')?.attributes['w:val']) || undefined,
  } as const
  const put = (text: string): unknown => texts.push({ ...looks, text })
  for (const child of elements(node)) {
    switch (child.name) {
      case 'w:t':
        put(ofFont(textIn(child), font))
        break
      case 'w:tab':
      case 'w:ptab':
        put('\t')
        break
      case 'w:br':
      case 'w:cr':
        texts.push({ ...looks, text: '', node: { type: 'break' } })
        break
      case 'w:noBreakHyphen':
        put('-')
        break
      case 'w:sym': {
        const { 'w:font': own = '', 'w:char': code = '' } = child.attributes
        const sign = toSymbol(own, Number.parseInt(code, 16))
        put(sign ?? '□')
        if (sign === undefined) lose(reader, 'sign of an unknown font')
        break
      }
      case 'w:footnoteReference':
      case 'w:endnoteReference':
        readNote(`${child.name.slice(2, -9)} ${child.attributes['w:id']}`, reader, texts)
        break
      case 'w:fldChar': {
        const box = at(child, 'w:ffData', 'w:checkBox')
        if (box !== undefined) put(isOn(at(box, 'w:checked') ?? at(box, 'w:default')) ? '[x]' : '[ ]')
        const choices = at(child, 'w:ffData', 'w:ddList')
        const chosen = Number((at(choices, 'w:result') ?? at(choices, 'w:default'))?.attributes['w:val'] ?? 0)
        put(elements(choices, 'w:listEntry')[chosen]?.attributes['w:val'] ?? '')
        break
      }
      case 'w:ruby':
        put(
          `${every(at(child, 'w:rubyBase'), 'w:t').map(textIn).join('')}(${every(at(child, 'w:rt'), 'w:t').map(textIn).join('')})`,
        )
        break
      case 'mc:AlternateContent':
        readDrawing(chosen(child) ?? plainXml, reader, texts, blocks)
        break
      case 'w:drawing':
      case 'w:pict':
        readDrawing(child, reader, texts, blocks)
        break
      case 'w:object': {
        const program = every(child, 'o:OLEObject')[0]?.attributes.ProgID ?? ''
        lose(reader, /equation|mathtype/i.test(program) ? 'equation in an old format' : 'embedded object')
        break
      }
      default:
    }
  }
}

function readDrawing(node: Xml, reader: Reader, texts: Run[], blocks: RootContent[]): void {
  for (const box of every(node, 'w:txbxContent')) blocks.push(...readBlocks(box, reader))
  for (const { attributes } of every(node, 'wp:docPr')) {
    const alt = attributes.descr ?? ''
    // What Word guesses of a picture by itself.
    if (alt !== '' && !/^(A picture containing|Ein Bild, das)|\.(png|jpe?g|gif|emf|wmf)$/i.test(alt))
      texts.push({ ...plain, text: ` ${alt} ` })
  }
  for (const { name, attributes } of every(node, 'c:chart', 'dgm:relIds', 'cx:chart')) {
    const target = reader.relations.get(attributes[name === 'dgm:relIds' ? 'r:dm' : 'r:id'] ?? '')?.target ?? ''
    const part = parseXml(reader.parts.get(target))
    const shown = name === 'c:chart' ? readChart(part) : name === 'dgm:relIds' ? readDiagram(part) : []
    blocks.push(...(shown.length > 0 ? shown : lose(reader, name === 'dgm:relIds' ? 'diagram' : 'chart')))
  }
}

function readNote(id: string, reader: Reader, texts: Run[]): void {
  const note = reader.notes.get(id)
  if (note === undefined) return
  reader.counted.notes += 1
  const number = String(reader.counted.notes)
  texts.push({ ...plain, node: { type: 'footnoteReference', identifier: number, label: number } })
  const children = readBlocks(note, { ...reader, referred: [] }) as BlockContent[]
  reader.referred.push({ type: 'footnoteDefinition', identifier: number, label: number, children })
}

function toPhrasing(runs: readonly Run[]): PhrasingContent[] {
  const nodes: PhrasingContent[] = []
  const joined: Run[] = []
  for (const run of runs) {
    const last = joined.at(-1)
    const goesOn = last && !run.node && !last.node && last.raised === run.raised && last.struck === run.struck
    if (goesOn) joined[joined.length - 1] = { ...last, text: last.text + run.text }
    else joined.push(run)
  }
  for (const [index, run] of joined.entries()) {
    const before = nodes.map(toText).join('')
    const after = joined[index + 1]?.text ?? ''
    const text =
      run.raised === 'superscript'
        ? toRaised(run.text)
        : run.raised === 'subscript'
          ? toLowered(run.text, before, after)
          : run.text
    const node = run.node ?? toTextNode(text.replaceAll('\t', ' '))
    nodes.push(run.struck && text.trim() !== '' ? { type: 'delete', children: [node] } : node)
  }
  return nodes
}

function readTable(node: Xml, reader: Reader): RootContent[] {
  const rows = inRows(node).filter((row) => at(row, 'w:trPr', 'w:del') === undefined)
  const carried = new Map<number, TableCell>()
  const read = rows.map((row) => {
    const skipped = Number(at(row, 'w:trPr', 'w:gridBefore')?.attributes['w:val'] ?? 0)
    const cells: Array<{ readonly blocks: RootContent[]; readonly columns: number; readonly carried: boolean }> = []
    for (let column = 0; column < skipped; column += 1) cells.push({ blocks: [], columns: 1, carried: false })
    for (const cell of inCells(row)) {
      const properties = at(cell, 'w:tcPr')
      const merge = at(properties, 'w:vMerge')
      const columns = Number(at(properties, 'w:gridSpan')?.attributes['w:val'] ?? 1) || 1
      const isCarried = merge !== undefined && merge.attributes['w:val'] !== 'restart'
      cells.push({ blocks: isCarried ? [] : readBlocks(cell, reader), columns, carried: isCarried })
    }
    return cells
  })
  const notes = reader.referred.splice(0)
  const blocks = read.flat().flatMap((cell) => cell.blocks)
  const isLayout = read.every((row) => row.length <= 1) || blocks.some((block) => block.type === 'heading')
  if (isLayout) return [...blocks, ...notes]
  const table = toTable(
    read.map((row, index) => {
      let column = 0
      return row.flatMap((cell) => {
        const own = cell.carried ? (carried.get(column) ?? toCells([], 1, false)[0]) : undefined
        const cells =
          own === undefined
            ? toCells(cell.blocks, cell.columns, index === 0)
            : [own, ...toCells([], cell.columns - 1, false)]
        const [first] = cells
        if (first !== undefined) carried.set(column, first)
        column += cells.length
        return cells
      })
    }),
  )
  return [table, ...notes]
}

function inRows(table: Xml): Xml[] {
  return elements(table).flatMap((node) => {
    if (node.name === 'w:tr') return [node]
    return /^w:(sdt|sdtContent|ins|moveTo|customXml)$/.test(node.name) ? inRows(node) : []
  })
}

function inCells(row: Xml): Xml[] {
  return elements(row).flatMap((node) => {
    if (node.name === 'w:tc') return [node]
    return /^w:(sdt|sdtContent|ins|moveTo|customXml)$/.test(node.name) ? inCells(node) : []
  })
}

function toTextNode(value: string): PhrasingContent {
  return { type: 'text', value }
}
