import { at, elements, type Xml } from '../office/xml.ts'

/** What a style says of the paragraphs that have it, with what it inherits. */
export interface Style {
  readonly name: string
  /** The depth of a heading, from 1. */
  readonly depth: number | undefined
  readonly list: string | undefined
  readonly level: number
  readonly bold: boolean
  /** In half points. */
  readonly size: number | undefined
}

const numbered =
  /^(?:heading|überschrift|titre|título|titulo|titolo|kop|rubrik|rubrikk|overskrift|otsikko|nagłówek|nadpis|заголовок|标题|標題|見出し|제목|cím|başlık)\s*([1-9])$/i
const title = /^(title|titel|titre|título|titolo|tytuł|название|标题|標題|表題|제목)$/i

/** What Word and Pandoc set below a title, in styles that may be based on the title's. */
const belowTitle = /^(subtitle|author|date)$/i

/** Word's styles by their ids; `default` is that of paragraphs without one. */
export function readStyles(part: Xml): ReadonlyMap<string, Style> {
  const nodes = new Map(
    elements(at(part, 'w:styles'), 'w:style').map((node) => [node.attributes['w:styleId'] ?? '', node]),
  )
  const styles = new Map<string, Style>()
  const usual = at(part, 'w:styles', 'w:docDefaults', 'w:rPrDefault', 'w:rPr', 'w:sz')?.attributes['w:val']
  for (const [id, node] of nodes) {
    const chain: Xml[] = []
    for (let style: Xml | undefined = node; style !== undefined && chain.length < 20; ) {
      chain.push(style)
      style = nodes.get(at(style, 'w:basedOn')?.attributes['w:val'] ?? '')
    }
    const value = (...path: string[]): string | undefined =>
      chain.map((style) => at(style, ...path)?.attributes['w:val']).find((found) => found !== undefined)
    const name = at(node, 'w:name')?.attributes['w:val'] ?? id
    const names = chain.map((style) => at(style, 'w:name')?.attributes['w:val'] ?? '')
    const outline = value('w:pPr', 'w:outlineLvl')
    const bold = chain.map((style) => at(style, 'w:rPr', 'w:b')).find((found) => found !== undefined)
    styles.set(id, {
      name,
      depth: toDepth(outline) ?? (belowTitle.test(name) ? undefined : names.map(depthOfName).find(isDepth)),
      list: value('w:pPr', 'w:numPr', 'w:numId'),
      level: Number(value('w:pPr', 'w:numPr', 'w:ilvl') ?? outline ?? 0),
      bold: bold !== undefined && isOn(bold),
      size: Number(value('w:rPr', 'w:sz') ?? usual) || undefined,
    })
    if (node.attributes['w:default'] === '1' && node.attributes['w:type'] === 'paragraph')
      styles.set('', styles.get(id) as Style)
  }
  return styles
}

function isDepth(depth: number | undefined): boolean {
  return depth !== undefined
}

/** An outline level as a heading's depth; 9 says that it is none. */
export function toDepth(outline: string | undefined): number | undefined {
  const level = Number(outline ?? 9)
  return level >= 0 && level < 9 ? Math.min(level + 1, 6) : undefined
}

/** The depth of the heading that a style is by its name, in the languages that Office speaks. */
export function depthOfName(name: string): number | undefined {
  const digit = numbered.exec(name)?.[1]
  if (digit !== undefined) return Math.min(Number(digit), 6)
  if (title.test(name)) return 1
  return /^heading$/i.test(name) ? 2 : undefined
}

/** A switch of Word's: on where it is there, unless it says otherwise. */
export function isOn(node: Xml | undefined): boolean {
  return node !== undefined && !/^(0|false|off|none)$/.test(node.attributes['w:val'] ?? '')
}
