import type { List, RootContent, TableCell } from 'mdast'
import type { Loaded } from '../../document.ts'
import { toParagraph, toText } from '../../text.ts'
import { toCounter } from '../counter.ts'
import { toLowered, toRaised } from '../raised.ts'
import { toFormulaLine } from '../word/formulas.ts'
import { readChart, readDiagram } from './drawings.ts'
import { mainPart, openParts, type Parts, type Relation, relationsOf } from './parts.ts'
import { toCells, toTable } from './tables.ts'
import { at, elements, every, parseXml, textIn, type Xml } from './xml.ts'

/** PowerPoint -> its slides in their order, each with its title as a heading, its number as `page`, and its notes. */
export async function loadPptx(bytes: Buffer): Promise<Loaded> {
  const parts = await openParts(bytes, 'presentation', '.pptx')
  const main = mainPart(parts, 'ppt/presentation.xml')
  const relations = relationsOf(parts, main)
  const slides = elements(at(parseXml(parts.get(main)), 'p:presentation', 'p:sldIdLst'), 'p:sldId')
  const lost = new Set<string>()
  const read = slides.map(({ attributes }) =>
    readSlide(parts, relations.get(attributes['r:id'] ?? '')?.target ?? '', lost),
  )
  const empty = read.filter((nodes) => nodes.length === 0).length
  if (empty > 0 && empty < slides.length) lost.add(`${empty} slide${empty > 1 ? 's' : ''} without text (pictures?)`)
  const children = read.flatMap((nodes, index) =>
    nodes.map((node): RootContent => ({ ...node, data: { ...node.data, page: index + 1 } }) as RootContent),
  )
  const heading = children.find((node) => node.type === 'heading')
  const shown = children.every((node) => node.type === 'heading') ? children.map(toLine) : children
  return { title: heading && toText(heading), root: { type: 'root', children: shown }, lost: [...lost] }
}

/** A title that stands over nothing in the whole of a deck is what the deck says. */
function toLine(heading: RootContent): RootContent {
  return { ...toParagraph(toText(heading)), ...(heading.data && { data: heading.data }) }
}

function readSlide(parts: Parts, part: string, lost: Set<string>): RootContent[] {
  const relations = relationsOf(parts, part)
  const blocks: RootContent[] = []
  const walk = (node: Xml): void => {
    for (const shape of elements(node)) {
      if (shape.name === 'p:grpSp') walk(shape)
      else if (shape.name === 'mc:AlternateContent') walk(at(shape, 'mc:Choice') ?? shape)
      else if (shape.name === 'p:sp') blocks.push(...readShape(shape, relations))
      else if (shape.name === 'p:graphicFrame' || shape.name === 'p:pic') {
        const alt = at(elements(shape)[0], 'p:cNvPr')?.attributes.descr ?? ''
        if (shape.name === 'p:pic' && alt !== '' && !/\.(png|jpe?g|gif)$/i.test(alt)) blocks.push(toParagraph(alt))
        for (const table of every(shape, 'a:tbl')) blocks.push(readTable(table, relations))
        for (const { name, attributes } of every(shape, 'c:chart', 'dgm:relIds')) {
          const target = relations.get(attributes[name === 'c:chart' ? 'r:id' : 'r:dm'] ?? '')?.target ?? ''
          const drawn = parseXml(parts.get(target))
          const shown = name === 'c:chart' ? readChart(drawn) : readDiagram(drawn)
          if (shown.length === 0) lost.add(name === 'c:chart' ? 'a chart' : 'a diagram')
          blocks.push(...shown)
        }
      }
    }
  }
  walk(at(parseXml(parts.get(part)), 'p:sld', 'p:cSld', 'p:spTree') ?? { name: '', attributes: {}, children: [] })
  const notes = [...relations.values()].find(({ type }) => type.endsWith('/notesSlide'))
  const spoken =
    notes === undefined
      ? []
      : every(parseXml(parts.get(notes.target)), 'p:sp').filter((shape) => placeholder(shape) === 'body')
  const said = spoken
    .flatMap((shape) => readShape(shape, relationsOf(parts, notes?.target ?? '')))
    .map(toText)
    .join('\n')
    .replace(/^\s*- /gm, '')
    .trim()
  const titles = blocks.filter((node) => node.type === 'heading')
  const first = titles[0] ?? headingOf(blocks)
  const rest = blocks
    .filter((node) => node !== first)
    .map((node) => (node.type === 'heading' ? toParagraph(toText(node)) : node))
  return [...(first === undefined ? [] : [first]), ...rest, ...(said === '' ? [] : [toParagraph(`Notes: ${said}`)])]
}

/** A slide without a title is not the one before it going on. */
function headingOf(blocks: readonly RootContent[]): RootContent | undefined {
  return blocks.length === 0 ? undefined : { type: 'heading', depth: 1, children: [{ type: 'text', value: '' }] }
}

function placeholder(shape: Xml): string {
  const node = at(shape, 'p:nvSpPr', 'p:nvPr', 'p:ph')
  return node === undefined ? '' : (node.attributes.type ?? 'body')
}

type Relations = ReadonlyMap<string, Relation>

function readShape(shape: Xml, relations: Relations): RootContent[] {
  const kind = placeholder(shape)
  if (/^(sldNum|dt|ftr|hdr)$/.test(kind)) return []
  const lines = elements(at(shape, 'p:txBody'), 'a:p').map((line) => ({
    text: readLine(line, relations),
    level: Number(at(line, 'a:pPr')?.attributes.lvl ?? 0),
    plain: at(line, 'a:pPr', 'a:buNone') !== undefined,
    counted: at(line, 'a:pPr', 'a:buAutoNum')?.attributes,
  }))
  const said = lines.filter(({ text }) => text !== '')
  if (said.length === 0) return []
  if (kind === 'title' || kind === 'ctrTitle')
    return [{ type: 'heading', depth: 1, children: [{ type: 'text', value: said.map(({ text }) => text).join(' ') }] }]
  const isList = said.some(({ counted }) => counted !== undefined) || kind === 'body'
  if (!isList || said.every(({ plain }) => plain)) return said.map(({ text }) => toParagraph(text))
  const root: List = { type: 'list', ordered: false, children: [] }
  const open = [root]
  const counts: number[] = []
  for (const { text, level, counted } of said) {
    counts.length = Math.min(counts.length, level + 1)
    if (counted === undefined) counts.length = level
    else counts[level] = (counts[level] ?? Number(counted.startAt ?? 1) - 1) + 1
    open.length = Math.min(open.length, level + 1)
    while (open.length < level + 1) {
      const list: List = { type: 'list', ordered: false, children: [] }
      const item = open.at(-1)?.children.at(-1)
      if (item === undefined) break
      item.children.push(list)
      open.push(list)
    }
    open.at(-1)?.children.push({
      type: 'listItem',
      children: [toParagraph(text)],
      ...(counted !== undefined && { data: { label: toLabel(counts[level] ?? 1, counted.type) } }),
    })
  }
  return [root]
}

/** What PowerPoint counts with: `arabicPeriod` is `1.`, `alphaLcParenBoth` is `(a)`. */
function toLabel(count: number, kind = ''): string {
  const letter = kind.startsWith('alpha') ? 'a' : kind.startsWith('roman') ? 'i' : '1'
  const number = toCounter(count, kind.includes('Uc') ? letter.toUpperCase() : letter)
  if (kind.endsWith('ParenBoth')) return `(${number})`
  return kind.endsWith('ParenR') ? `${number})` : `${number}.`
}

function readLine(line: Xml, relations: Relations): string {
  let text = ''
  for (const run of elements(line)) {
    const raised = Number(at(run, 'a:rPr')?.attributes.baseline ?? 0)
    const url = relations.get(at(run, 'a:rPr', 'a:hlinkClick')?.attributes['r:id'] ?? '')?.target ?? ''
    const own = toText({ type: 'link', url, children: [{ type: 'text', value: textIn(at(run, 'a:t')) }] })
    if (run.name === 'a:br') text += '\n'
    else if (run.name === 'a14:m') text += toFormulaLine(run)
    else if (run.name === 'a:r' || (run.name === 'a:fld' && run.attributes.type !== 'slidenum'))
      text +=
        raised > 0
          ? toRaised(own)
          : raised < 0
            ? toLowered(own, text, '')
            : /^(sng|dbl)Strike$/.test(at(run, 'a:rPr')?.attributes.strike ?? '')
              ? `~~${own}~~`
              : own
  }
  return text.trim()
}

function readTable(table: Xml, relations: Relations): RootContent {
  const rows: TableCell[][] = []
  for (const row of elements(table, 'a:tr')) {
    const above = rows.at(-1)
    const cells: TableCell[] = []
    for (const cell of elements(row, 'a:tc')) {
      if (cell.attributes.hMerge === '1') continue
      const width = Number(cell.attributes.gridSpan ?? 1)
      const lines = elements(at(cell, 'a:txBody'), 'a:p')
        .map((line) => readLine(line, relations))
        .filter((text) => text !== '')
      const held = cell.attributes.vMerge === '1' ? above?.slice(cells.length, cells.length + width) : undefined
      cells.push(...(held ?? toCells(lines.map(toParagraph), width, above === undefined)))
    }
    rows.push(cells)
  }
  return toTable(rows)
}
