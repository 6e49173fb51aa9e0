/** What RTF says of its fonts, styles and letters before its text, and of its tables. */
import type { TableCell } from 'mdast'
import { toParagraph } from '../text.ts'
import { toCells } from './office/tables.ts'
import { depthOfName } from './word/styles.ts'

/** A row as RTF has it: its cells' texts, where each ends to the right, and which go on from the row above. */
export interface RtfRow {
  readonly texts: readonly string[]
  readonly edges: readonly number[]
  readonly goesOn: readonly boolean[]
}

/** Edges that differ by no more are one, in twentieths of a point. */
const slack = 40

/** Rows whose cells end where they like -> cells in columns; one that spans columns is that many. */
export function toColumns(rows: readonly RtfRow[]): TableCell[][] {
  const all = [...new Set(rows.flatMap(({ edges }) => edges))].sort((a, b) => a - b)
  const edges = all.filter((edge, index) => index === 0 || edge - (all[index - 1] ?? 0) > slack)
  const columnOf = (edge: number): number => edges.findLastIndex((each) => each <= edge)
  const read: TableCell[][] = []
  for (const row of rows) {
    const above = read.at(-1)
    const cells: TableCell[] = []
    for (const [index, text] of row.texts.entries()) {
      const edge = row.edges[index]
      const columns = edge === undefined ? 1 : Math.max(columnOf(edge) + 1 - cells.length, 1)
      const held = row.goesOn[index] ? above?.slice(cells.length, cells.length + columns) : undefined
      cells.push(...(held ?? toCells([toParagraph(text)], columns, above === undefined)))
    }
    read.push(cells)
  }
  return read
}

export interface Font {
  readonly name: string
  readonly codePage: string
}

/** Windows' code pages by the character sets that fonts have. */
const codePages: Readonly<Record<string, string>> = {
  '128': '932',
  '129': '949',
  '134': '936',
  '136': '950',
  '161': '1253',
  '162': '1254',
  '163': '1258',
  '177': '1255',
  '178': '1256',
  '186': '1257',
  '204': '1251',
  '222': '874',
  '238': '1250',
}

export function readFonts(source: string, usual: string): ReadonlyMap<number, Font> {
  const found = source.matchAll(/\{\\f(\d+)[^{};]{0,80}?\\fcharset(\d+)(?:\\\w+)* ?(?:\{[^{}]*\})?([^{};\\]*)/g)
  return new Map(
    [...found].map(([, font, charset = '', name = '']) => [
      Number(font),
      { name: name.trim(), codePage: codePages[charset] ?? usual },
    ]),
  )
}

/** The depths of the styles that are headings, from 0. */
export function readStyles(source: string): ReadonlyMap<number, number> {
  const found = source.matchAll(/\{(?:\\\*)?\\s(\d+)((?:\\[a-z]+-?\d* ?|\{[^{}]*\})*)([^{};\\]*);\}/g)
  return new Map(
    [...found].flatMap(([, number, definition = '', name = '']): Array<[number, number]> => {
      const outline = /\\outlinelevel([0-8])(?!\d)/.exec(definition)?.[1]
      const named = depthOfName(name.replace(/^-?\d+ ?/, '').trim())
      const level = outline === undefined ? (named ?? 0) - 1 : Number(outline)
      return level < 0 ? [] : [[Number(number), level]]
    }),
  )
}

export const signs: Readonly<Record<string, string>> = {
  emdash: '—',
  endash: '–',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
  line: '\n',
  tab: ' ',
  mden: '/',
  mrad: '√',
  nestcell: ' ',
  nestrow: '; ',
  emspace: ' ',
  enspace: ' ',
  qmspace: ' ',
}

export function decodeBytes(bytes: readonly number[], codePage: string): string {
  const names: Readonly<Record<string, string>> = {
    '932': 'shift_jis',
    '936': 'gbk',
    '949': 'euc-kr',
    '950': 'big5',
    '65001': 'utf-8',
  }
  try {
    return new TextDecoder(names[codePage] ?? `windows-${codePage}`).decode(new Uint8Array(bytes))
  } catch {
    return new TextDecoder('windows-1252').decode(new Uint8Array(bytes))
  }
}
