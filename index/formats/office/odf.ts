import type { FootnoteDefinition, List, ListItem, PhrasingContent, RootContent, TableCell } from 'mdast'
import type { Loaded } from '../../document.ts'
import { firstHeading, toParagraph, toText } from '../../text.ts'
import { toFormulaLine } from '../html-formulas.ts'
import { toLowered, toRaised } from '../raised.ts'
import { readSheet } from '../sheets/odf-sheet.ts'
import { ofFont } from '../word/symbols.ts'
import { type Counting, createNumbering, type Numbering, nextLabel } from './odf-numbering.ts'
import { openParts, type Parts } from './parts.ts'
import { inOneLine, toCells, toTable } from './tables.ts'
import { at, elements, every, parseXml, textIn, type Xml } from './xml.ts'

interface Reader {
  readonly parts: Parts
  readonly isSpreadsheet: boolean
  /** The style that a style is made from. */
  readonly parents: ReadonlyMap<string, string>
  readonly numbering: Numbering
  /** The list that is being read, and the level of its items. */
  readonly list?: { readonly counting: Counting; readonly level: number }
  /** What raises, lowers, strikes or hides text, by the names of styles. */
  readonly looks: ReadonlyMap<string, Look>
  readonly notes: FootnoteDefinition[]
  readonly lost: Map<string, number>
  readonly counted: { notes: number }
}

/** Documents of LibreOffice (text, slides, sheets) -> the same tree as Markdown's. */
export async function loadOdf(bytes: Buffer): Promise<Loaded> {
  const parts = await openParts(bytes, 'document of LibreOffice', '.odt')
  const content = at(parseXml(parts.get('content.xml')), 'office:document-content')
  const styles = at(parseXml(parts.get('styles.xml')), 'office:document-styles')
  const body = elements(at(content, 'office:body'))[0]
  const reader: Reader = {
    parts,
    isSpreadsheet: body?.name === 'office:spreadsheet',
    parents: new Map([...readParents(styles), ...readParents(content)]),
    numbering: createNumbering(styles, content),
    looks: new Map([...readLooks(styles), ...readLooks(content)]),
    notes: [],
    lost: new Map(),
    counted: { notes: 0 },
  }
  const blocks = readBlocks(body, reader)
  const edges = every(styles, 'style:header', 'style:footer')
    .flatMap((edge) => readBlocks(edge, reader))
    .filter((block) => /\p{L}{2}/u.test(toText(block)))
  const first = blocks[0]?.type === 'heading' ? 1 : 0
  const children = [...blocks.slice(0, first), ...edges, ...blocks.slice(first)]
  const title = textIn(at(parseXml(parts.get('meta.xml')), 'office:document-meta', 'office:meta', 'dc:title')).trim()
  // The name of a sheet is not that of the workbook.
  const heading = reader.isSpreadsheet ? undefined : firstHeading(children)
  return {
    title: heading || title || undefined,
    root: { type: 'root', children },
    lost: [...reader.lost].map(([what, count]) => `${count} ${what}${count > 1 ? 's' : ''}`),
  }
}

function readParents(part: Xml | undefined): Array<[string, string]> {
  return every(part, 'style:style').map(({ attributes }) => [
    attributes['style:name'] ?? '',
    attributes['style:parent-style-name'] ?? '',
  ])
}

type Look = 'raised' | 'lowered' | 'struck' | 'hidden' | { readonly font: string }

function readLooks(part: Xml | undefined): Array<[string, Look]> {
  return every(part, 'style:style').flatMap((style): Array<[string, Look]> => {
    const { attributes } = at(style, 'style:text-properties') ?? { attributes: {} as Record<string, string> }
    const name = style.attributes['style:name'] ?? ''
    const position = attributes['style:text-position'] ?? ''
    if (/^super|^[1-9]/.test(position)) return [[name, 'raised']]
    if (/^sub|^-/.test(position)) return [[name, 'lowered']]
    if ((attributes['style:text-line-through-style'] ?? 'none') !== 'none') return [[name, 'struck']]
    if (attributes['text:display'] === 'none') return [[name, 'hidden']]
    const font = attributes['style:font-name'] ?? attributes['fo:font-family'] ?? ''
    return /^(wingdings|symbol)/i.test(font) ? [[name, { font }]] : []
  })
}

function readBlocks(parent: Xml | undefined, reader: Reader): RootContent[] {
  return elements(parent).flatMap((node) => readBlock(node, reader))
}

function readBlock(node: Xml, reader: Reader): RootContent[] {
  switch (node.name) {
    case 'text:h':
    case 'text:p': {
      const blocks: RootContent[] = []
      const children = readInline(node, reader, blocks)
      const style = node.attributes['text:style-name'] ?? ''
      const named = [style, reader.parents.get(style) ?? '']
      const outline = node.attributes['text:outline-level'] ?? /^Heading_20_(\d)$/.exec(named.join(' '))?.[1] ?? 1
      const depth = Math.min(Math.max(Number(outline), 1), 6)
      const isTitle = named.some((name) => /^(Title|Titel)$/.test(name))
      const isHeading = node.name === 'text:h' || named.some((name) => /^Heading(_20_\d)?$/.test(name))
      const said = children.map(toText).join('').trim() !== ''
      const own: RootContent[] = !said
        ? []
        : isTitle || isHeading
          ? [{ type: 'heading', depth: depth as 1, children: [...numberOf(node, depth, reader), ...children] }]
          : [{ type: 'paragraph', children }]
      return [...own, ...blocks, ...reader.notes.splice(0)]
    }
    case 'text:list':
      return readList(node, reader)
    case 'table:table':
      return reader.isSpreadsheet ? readSheetOf(node, reader) : readTable(node, reader)
    case 'draw:page':
      return readPage(node, reader)
    case 'text:table-of-content':
    case 'text:tracked-changes':
    case 'text:alphabetical-index':
    case 'office:forms':
    case 'office:annotation':
      return []
    case 'draw:frame':
    case 'draw:custom-shape':
    case 'draw:text-box':
    case 'draw:g':
    case 'text:section':
    case 'presentation:notes':
      return readFrame(node, reader)
    default:
      return []
  }
}

function numberOf(node: Xml, depth: number, reader: Reader): PhrasingContent[] {
  if (node.name !== 'text:h' || reader.list !== undefined || at(node, 'text:number') !== undefined) return []
  const label = reader.numbering.ofHeading(node, depth)
  return label === '' ? [] : [toTextNode(`${label} `)]
}

/** An item that holds nothing but a list of its own only says how deep that stands. */
function readList(node: Xml, reader: Reader): RootContent[] {
  const list = { counting: reader.list?.counting ?? reader.numbering.begin(node), level: (reader.list?.level ?? 0) + 1 }
  const within = { ...reader, list }
  const items = elements(node).filter(({ name }) => name === 'text:list-item' || name === 'text:list-header')
  const read = items.flatMap((item): Array<RootContent | ListItem> => {
    const isBare = elements(item).every(({ name }) => name === 'text:list')
    if (isBare)
      return elements(item)
        .flatMap((inner) => readList(inner, within))
        .flatMap((inner) => (inner.type === 'list' ? inner.children : [inner]))
    const label =
      item.name === 'text:list-item' ? nextLabel(list.counting, list.level, item.attributes['text:start-value']) : ''
    const children = readBlocks(item, within)
    const [first] = children
    // A list whose items are headings only numbers them.
    if (first?.type === 'heading') {
      if (label !== '') first.children.unshift(toTextNode(`${label} `))
      return children
    }
    if (children.length === 0) return []
    return [{ type: 'listItem', children: children as ListItem['children'], ...(label !== '' && { data: { label } }) }]
  })
  if (read.some((part) => part.type !== 'listItem'))
    return read.map((part) => (part.type === 'listItem' ? { type: 'list', ordered: false, children: [part] } : part))
  return read.length === 0 ? [] : [{ type: 'list', ordered: false, children: read as List['children'] }]
}

function readPage(page: Xml, reader: Reader): RootContent[] {
  const notes = at(page, 'presentation:notes')
  const frames = elements(page).filter(({ name }) => name !== 'presentation:notes')
  const isTitle = (frame: Xml): boolean => frame.attributes['presentation:class'] === 'title'
  const title = frames
    .filter(isTitle)
    .flatMap((frame) => readFrame(frame, reader))
    .map(toText)
    .join(' ')
    .trim()
  const heading: RootContent = { type: 'heading', depth: 1, children: [{ type: 'text', value: title }] }
  const said = notes === undefined ? '' : readFrame(notes, reader).map(toText).join('\n').trim()
  const rest = frames.filter((frame) => !isTitle(frame)).flatMap((frame) => readBlock(frame, reader))
  return [heading, ...rest, ...(said === '' ? [] : [toParagraph(`Notes: ${said}`)])]
}

function readFrame(frame: Xml, reader: Reader): RootContent[] {
  const alt = textIn(at(frame, 'svg:desc') ?? at(frame, 'svg:title')).trim()
  const object = at(frame, 'draw:object')
  const shown = object === undefined ? [] : readObject(object, reader)
  if (object !== undefined && shown.length === 0)
    reader.lost.set('embedded object', (reader.lost.get('embedded object') ?? 0) + 1)
  return [...(alt === '' ? [] : [toParagraph(alt)]), ...shown, ...readBlocks(frame, reader)]
}

/** A formula in one line, a chart or a sheet as the table of its values. */
function readObject(object: Xml, reader: Reader): RootContent[] {
  const path = (object.attributes['xlink:href'] ?? '').replace(/^\.\/|\/$/g, '')
  const part = path === '' ? object : parseXml(reader.parts.get(`${path}/content.xml`))
  const [math] = elements(part).filter(({ name }) => /^(\w+:)?math$/.test(name))
  if (math !== undefined) return [toParagraph(toFormulaLine(math))]
  return every(part, 'table:table').flatMap((table) => readTable(table, reader))
}

function readInline(node: Xml, reader: Reader, blocks: RootContent[]): PhrasingContent[] {
  const parts: PhrasingContent[] = []
  for (const child of node.children) {
    if (typeof child === 'string') {
      parts.push(toTextNode(child.replace(/\s+/g, ' ')))
      continue
    }
    switch (child.name) {
      case 'text:s':
        parts.push(toTextNode(' '.repeat(Number(child.attributes['text:c'] ?? 1))))
        break
      case 'text:tab':
        parts.push(toTextNode(' '))
        break
      case 'text:line-break':
        parts.push({ type: 'break' })
        break
      case 'text:note': {
        reader.counted.notes += 1
        const number = String(reader.counted.notes)
        const children = readBlocks(at(child, 'text:note-body'), {
          ...reader,
          notes: [],
        }) as FootnoteDefinition['children']
        reader.notes.push({ type: 'footnoteDefinition', identifier: number, label: number, children })
        parts.push({ type: 'footnoteReference', identifier: number, label: number })
        break
      }
      case 'text:a': {
        const url = child.attributes['xlink:href'] ?? ''
        parts.push({ type: 'link', url, children: readInline(child, reader, blocks) as [] })
        break
      }
      case 'draw:frame':
      case 'draw:custom-shape':
      case 'draw:g': {
        const object = at(child, 'draw:object')
        const [formula, ...others] = object === undefined ? [] : readObject(object, reader)
        if (formula?.type === 'paragraph' && others.length === 0) parts.push(...formula.children)
        else blocks.push(...readFrame(child, reader))
        break
      }
      case 'office:annotation':
      case 'text:bookmark':
      case 'text:page-number':
      case 'text:page-count':
        break
      case 'text:ruby':
        parts.push(toTextNode(`${textIn(at(child, 'text:ruby-base'))}(${textIn(at(child, 'text:ruby-text'))})`))
        break
      default: {
        const inner = readInline(child, reader, blocks)
        const look = reader.looks.get(child.attributes['text:style-name'] ?? '')
        const text = inner.map(toText).join('')
        if (look === 'raised') parts.push(toTextNode(toRaised(text)))
        else if (look === 'lowered') parts.push(toTextNode(toLowered(text, parts.map(toText).join(''), '')))
        else if (look === 'struck') parts.push({ type: 'delete', children: inner })
        else if (typeof look === 'object') parts.push(toTextNode(ofFont(text, look.font)))
        else if (look !== 'hidden') parts.push(...inner)
      }
    }
  }
  return parts
}

const mostRepeats = 50

function readSheetOf(sheet: Xml, reader: Reader): RootContent[] {
  return [...readSheet(sheet, (cell) => inOneLine(readBlocks(cell, reader))), ...reader.notes.splice(0)]
}

function readTable(table: Xml, reader: Reader): RootContent[] {
  const carried = new Map<number, { readonly cell: TableCell; left: number }>()
  const rows = every(table, 'table:table-row').flatMap((row, index) => {
    let column = 0
    const cells = elements(row).flatMap((cell) => {
      const held = carried.get(column)
      if (cell.name === 'table:covered-table-cell') {
        if (held === undefined || held.left === 0) return []
        held.left -= 1
        column += 1
        return [held.cell]
      }
      const blocks = readBlocks(cell, reader)
      const columns = Number(cell.attributes['table:number-columns-spanned'] ?? 1)
      const down = Number(cell.attributes['table:number-rows-spanned'] ?? 1)
      const repeats = Number(cell.attributes['table:number-columns-repeated'] ?? 1)
      if (blocks.length === 0 && repeats > mostRepeats) return []
      const own = Array.from({ length: Math.min(repeats, mostRepeats) }, () => toCells(blocks, columns, index === 0))
      for (const each of own.flat()) {
        carried.set(column, { cell: each, left: down - 1 })
        column += 1
      }
      return own.flat()
    })
    return cells.some((cell) => cell.children.length > 0) ? [cells] : []
  })
  const notes = reader.notes.splice(0)
  if (rows.length === 0) return notes
  return [toTable(rows), ...notes]
}

function toTextNode(value: string): PhrasingContent {
  return { type: 'text', value }
}
