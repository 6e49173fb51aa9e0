import type { FootnoteDefinition, List, ListItem, PhrasingContent, RootContent } from 'mdast'
import type { Loaded } from '../../document.ts'
import { toText } from '../../text.ts'
import { toLowered, toRaised } from '../raised.ts'
import { openParts } from './parts.ts'
import { toCells, toTable } from './tables.ts'
import { at, elements, every, parseXml, textIn, type Xml } from './xml.ts'

interface Reader {
  /** What raises, lowers, strikes or hides text, by the names of styles. */
  readonly looks: ReadonlyMap<string, Look>
  readonly notes: FootnoteDefinition[]
  readonly lost: Map<string, number>
  counted: number
}

/** Documents of LibreOffice (text, slides, sheets) -> the same tree as Markdown's. */
export async function loadOdf(bytes: Buffer): Promise<Loaded> {
  const parts = await openParts(bytes, 'document of LibreOffice', '.odt')
  const content = at(parseXml(parts.get('content.xml')), 'office:document-content')
  const styles = at(parseXml(parts.get('styles.xml')), 'office:document-styles')
  const reader: Reader = {
    looks: new Map([...readLooks(styles), ...readLooks(content)]),
    notes: [],
    lost: new Map(),
    counted: 0,
  }
  const body = elements(at(content, 'office:body'))[0]
  const blocks = readBlocks(body, reader)
  const edges = every(styles, 'style:header', 'style:footer')
    .flatMap((edge) => readBlocks(edge, reader))
    .filter((block) => /\p{L}{2}/u.test(toText(block)))
  const first = blocks[0]?.type === 'heading' ? 1 : 0
  const children = [...blocks.slice(0, first), ...edges, ...blocks.slice(first)]
  const title = textIn(at(parseXml(parts.get('meta.xml')), 'office:document-meta', 'office:meta', 'dc:title')).trim()
  const heading = children.find((node) => node.type === 'heading' && node.depth === 1)
  return {
    title: (heading && toText(heading)) || title || undefined,
    root: { type: 'root', children },
    lost: [...reader.lost].map(([what, count]) => `${count} ${what}${count > 1 ? 's' : ''}`),
  }
}

type Look = 'raised' | 'lowered' | 'struck' | 'hidden'

function readLooks(part: Xml | undefined): Array<[string, Look]> {
  return every(part, 'style:style').flatMap((style): Array<[string, Look]> => {
    const { attributes } = at(style, 'style:text-properties') ?? { attributes: {} as Record<string, string> }
    const name = style.attributes['style:name'] ?? ''
    const position = attributes['style:text-position'] ?? ''
    if (/^super|^[1-9]/.test(position)) return [[name, 'raised']]
    if (/^sub|^-/.test(position)) return [[name, 'lowered']]
    if ((attributes['style:text-line-through-style'] ?? 'none') !== 'none') return [[name, 'struck']]
    return attributes['text:display'] === 'none' ? [[name, 'hidden']] : []
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
      const depth = Math.min(Math.max(Number(node.attributes['text:outline-level'] ?? 1), 1), 6)
      const isTitle = node.name === 'text:h' || /^(Title|Titel)$/.test(node.attributes['text:style-name'] ?? '')
      const said = children.map(toText).join('').trim() !== ''
      const own: RootContent[] = !said
        ? []
        : isTitle
          ? [{ type: 'heading', depth: depth as 1, children }]
          : [{ type: 'paragraph', children }]
      return [...own, ...blocks, ...reader.notes.splice(0)]
    }
    case 'text:list': {
      const items = elements(node).filter(({ name }) => name === 'text:list-item' || name === 'text:list-header')
      const read = items.map(
        (item): ListItem => ({ type: 'listItem', children: readBlocks(item, reader) as ListItem['children'] }),
      )
      // A list whose items are headings only numbers them.
      if (read.some((item) => item.children.some((child) => (child as RootContent).type === 'heading')))
        return read.flatMap((item) => item.children)
      const list: List = { type: 'list', ordered: false, children: read.filter((item) => item.children.length > 0) }
      return list.children.length === 0 ? [] : [list]
    }
    case 'table:table':
      return readTable(node, reader)
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
  const formula = textIn(every(object, 'annotation')[0]).trim()
  if (object !== undefined && formula === '')
    reader.lost.set('embedded object', (reader.lost.get('embedded object') ?? 0) + 1)
  return [
    ...(alt === '' ? [] : [toParagraph(alt)]),
    ...(formula === '' ? [] : [toParagraph(formula)]),
    ...readBlocks(frame, reader),
  ]
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
        reader.counted += 1
        const number = String(reader.counted)
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
      case 'draw:g':
        blocks.push(...readFrame(child, reader))
        break
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
        else if (look !== 'hidden') parts.push(...inner)
      }
    }
  }
  return parts
}

const mostRepeats = 50

function readTable(table: Xml, reader: Reader): RootContent[] {
  const rows = every(table, 'table:table-row').flatMap((row, index) => {
    const cells = elements(row).flatMap((cell) => {
      if (cell.name === 'table:covered-table-cell') return []
      const blocks = readBlocks(cell, reader)
      const columns = Number(cell.attributes['table:number-columns-spanned'] ?? 1)
      const repeats = Number(cell.attributes['table:number-columns-repeated'] ?? 1)
      if (blocks.length === 0 && repeats > mostRepeats) return []
      return Array.from({ length: Math.min(repeats, mostRepeats) }, () => toCells(blocks, columns, index === 0)).flat()
    })
    return cells.some((cell) => cell.children.length > 0) ? [cells] : []
  })
  const notes = reader.notes.splice(0)
  if (rows.length === 0) return notes
  const name = table.attributes['table:name'] ?? ''
  const isSheet =
    table.attributes['table:print'] !== undefined ||
    /^(Sheet|Tabelle|Feuille|Hoja|Foglio)\d*$/.test(name) ||
    (every(table, 'table:table-column').length > 0 && at(table, 'office:forms') !== undefined)
  const heading: RootContent[] = isSheet ? [{ type: 'heading', depth: 1, children: [toTextNode(name)] }] : []
  return [...heading, toTable(rows), ...notes]
}

function toTextNode(value: string): PhrasingContent {
  return { type: 'text', value }
}

function toParagraph(value: string): RootContent {
  return { type: 'paragraph', children: [toTextNode(value)] }
}
