import type { BlockContent, RootContent, Text } from 'mdast'
import type { Loaded } from '../document.ts'
import { firstHeading, toText } from '../text.ts'
import { toTable } from './office/tables.ts'
import { unopenable } from './office/zip.ts'
import { toLowered, toRaised } from './raised.ts'
import { decodeBytes, type Font, type RtfRow, readFonts, readStyles, signs, toColumns } from './rtf-tables.ts'
import { ofFont } from './word/symbols.ts'

/** What a group of RTF holds that is no text of the document. */
const hiddenGroups =
  /^(fonttbl|colortbl|stylesheet|info|pict|themedata|colorschememapping|latentstyles|datastore|generator|listtable|listoverridetable|rsidtbl|xmlnstbl|fldinst|bkmkstart|bkmkend|object|objdata|annotation|atnid|atnauthor|pnseclvl|filetbl|revtbl|nonshppict|nonesttables|shpinst|wgrffmtfilter|mmathPict|m\w+Pr|background|private|deleted)$/
/** What the parts of a formula are. */
const formulaMarks: Readonly<Record<string, Pick<State, 'looks'>>> = {
  msup: { looks: 'raised' },
  msub: { looks: 'lowered' },
}
/** Groups with a text of their own, which stands beside the paragraph they are in. */
const besideGroups = /^(footnote|shptxt|header[lrf]?|footer[lrf]?)$/

interface State {
  readonly hidden: boolean
  readonly looks: '' | 'raised' | 'lowered' | 'struck'
  readonly bytesAfterUnicode: number
  readonly font: Font
  /** Within the number of a list's item. */
  readonly isLabel: boolean
  /** What is to be done at the end of the group. */
  readonly onClose?: (() => void) | undefined
}

/** What is moved up or down by less, in half points, is only aligned. */
const leastRaised = 4

/** A text while it grows: that of the document, of a note, of a text box. */
interface Flow {
  readonly children: RootContent[]
  rows: RtfRow[]
  cells: string[]
  /** Where the cells of the row end. */
  edges: number[]
  /** Which cells of the row go on with what stands above them. */
  merged: boolean[]
  goesOn: boolean
  text: string
  level: number | undefined
  inTable: boolean
  /** What comes after the paragraph that is being read. */
  beside: RootContent[]
}

function openFlow(): Flow {
  return {
    children: [],
    rows: [],
    cells: [],
    edges: [],
    merged: [],
    goesOn: false,
    text: '',
    level: undefined,
    inTable: false,
    beside: [],
  }
}

/**
 * RTF -> paragraphs, headings by their outline level, tables, notes, text boxes, headers and footers. Throws FormatError where
 * it is none.
 */
export async function loadRtf(bytes: Buffer): Promise<Loaded> {
  const source = bytes.toString('latin1')
  if (!source.startsWith('{\\rtf')) throw unopenable('an RTF file')
  const usual = /\\ansicpg(\d+)/.exec(source)?.[1] ?? '1252'
  const fonts = readFonts(source, usual)
  const styles = readStyles(source)
  const edges: RootContent[] = []
  let flow = openFlow()
  const flows = [flow]
  let run = ''
  let encoded: number[] = []
  let skip = 0
  let isOptional = false
  let address = ''
  let instruction: string | undefined
  const counted = { marks: 0, notes: 0 }
  let state: State = {
    hidden: false,
    looks: '',
    bytesAfterUnicode: 1,
    font: { name: '', codePage: usual },
    isLabel: false,
  }
  const states: State[] = []

  const endBytes = (): void => {
    if (encoded.length > 0) run += decodeBytes(encoded, state.font.codePage)
    encoded = []
  }
  const endRun = (): void => {
    endBytes()
    if (run === '') return
    flow.text += toLooks(ofFont(run, state.font.name), state.looks, flow.text)
    run = ''
  }
  const endTable = (): void => {
    if (flow.rows.length > 0) flow.children.push(toTable(toColumns(flow.rows)), ...flow.beside.splice(0))
    flow.rows = []
  }
  const endParagraph = (): void => {
    endRun()
    const said = flow.text.replace(/[^\S\n]+/g, ' ').trim()
    flow.text = ''
    if (said !== '') {
      endTable()
      flow.children.push(toBlock(said, flow.level))
    }
    if (flow.rows.length === 0) flow.children.push(...flow.beside.splice(0))
  }
  const change = (next: Partial<State>): void => {
    endRun()
    state = { ...state, ...next }
  }
  const mark = (): void => {
    endRun()
    counted.marks += 1
    flow.text += toRaised(String(counted.marks))
  }
  /** Reads the rest of the group as a text of its own. */
  const openBeside = (word: string): void => {
    endRun()
    const isNote = word === 'footnote'
    if (isNote) {
      counted.notes += 1
      if (counted.marks < counted.notes && flows.length === 1) mark()
    }
    const above = flow
    const number = counted.notes
    flow = openFlow()
    flows.push(flow)
    const onClose = (): void => {
      endParagraph()
      endTable()
      const { children } = flow
      flows.pop()
      flow = above
      if (isNote) above.beside.push(toNote(String(number), children))
      else if (word === 'shptxt') above.beside.push(...children)
      else edges.push(...children)
    }
    change({ hidden: false, looks: '', onClose })
  }
  const control = (word: string, value: number | undefined): void => {
    const optional = isOptional
    isOptional = false
    if (besideGroups.test(word)) openBeside(word)
    else if (word === 'listtext' || word === 'pntext') change({ isLabel: true })
    else if (word === 'moMath') change({ hidden: false, looks: '' })
    else if (word in formulaMarks && !state.hidden) change({ ...formulaMarks[word] })
    else if (word === 'fldinst') {
      change({ hidden: true, onClose: () => (instruction = undefined) })
      instruction = ''
    } else if (word === 'fldrslt') {
      endRun()
      const url = address
      const from = flow.text.length
      address = ''
      change({
        onClose: () => {
          endRun()
          if (url !== '' && !flow.text.slice(from).includes(url)) run += ` (${url})`
        },
      })
    } else if (optional || hiddenGroups.test(word)) change({ hidden: true })
    else if (word === 'v') change({ hidden: value !== 0 })
    else if (word === 'super' || word === 'sub') change({ looks: word === 'super' ? 'raised' : 'lowered' })
    else if (word === 'up' || word === 'dn')
      change({ looks: (value ?? 6) < leastRaised ? '' : word === 'up' ? 'raised' : 'lowered' })
    else if (word === 'nosupersub' || word === 'plain') change({ looks: '' })
    else if (word === 'strike') change({ looks: value === 0 ? '' : 'struck' })
    else if (word === 'uc') change({ bytesAfterUnicode: value ?? 1 })
    else if (word === 'f') change({ font: fonts.get(value ?? 0) ?? { name: '', codePage: usual } })
    else if (state.hidden) return
    else if (word === 'u' && value !== undefined) {
      endBytes()
      run += String.fromCharCode(value < 0 ? value + 65_536 : value)
      skip = state.bytesAfterUnicode
    } else if (word === 'par' || word === 'sect' || word === 'page') {
      if (flow.inTable) run += ' '
      else endParagraph()
    } else if (word === 'chftn') {
      if (flows.length === 1) mark()
    } else if (word === 'cell') {
      endRun()
      flow.cells.push(flow.text.replace(/\s+/g, ' ').trim())
      flow.text = ''
    } else if (word === 'trowd') {
      flow.merged = []
      flow.edges = []
    } else if (word === 'clvmrg') flow.goesOn = true
    else if (word === 'cellx') {
      flow.merged.push(flow.goesOn)
      flow.edges.push(value ?? 0)
      flow.goesOn = false
    } else if (word === 'row') {
      flow.rows.push({ texts: flow.cells, edges: flow.edges, goesOn: flow.merged })
      flow.cells = []
    } else if (word === 'pard' && !state.isLabel) {
      flow.level = undefined
      flow.inTable = false
    } else if (word === 'intbl') flow.inTable = true
    else if (word === 's') flow.level = styles.get(value ?? 0)
    else if (word === 'outlinelevel' && value !== undefined && value < 9) flow.level = value
    else run += signs[word] ?? ''
  }

  for (const [, open, close, word, digits, hex, sign, plain] of source.matchAll(
    /(\{)|(\})|\\([a-z]+)(-?\d+)? ?|\\'([0-9a-f]{2})|\\([^a-z0-9'])|([^\\{}\r\n]+)/gi,
  )) {
    if (open !== undefined) {
      endRun()
      states.push(state)
      state = { ...state, onClose: undefined }
    } else if (close !== undefined) {
      state.onClose?.()
      endRun()
      state = states.pop() ?? state
    } else if (word !== undefined) control(word, digits === undefined ? undefined : Number(digits))
    else if (sign === '*') isOptional = true
    else if (instruction !== undefined && plain !== undefined) {
      instruction += plain
      address = /HYPERLINK\s+"?((?:https?|mailto):[^"\s]+)/.exec(instruction)?.[1] ?? ''
    } else if (state.hidden) continue
    else if (hex !== undefined) {
      if (skip > 0) skip -= 1
      else encoded.push(Number.parseInt(hex, 16))
    } else if (sign !== undefined) {
      endBytes()
      run += sign === '~' ? ' ' : sign === '_' ? '-' : sign === '-' ? '' : sign === '\n' || sign === '\r' ? '' : sign
    } else if (plain !== undefined) {
      endBytes()
      run += plain.slice(skip)
      skip = 0
    }
  }
  endParagraph()
  endTable()
  const { children } = flow
  const first = children[0]?.type === 'heading' ? 1 : 0
  const said = new Map(edges.filter(saysSomething).map((block) => [toText(block), block]))
  children.splice(first, 0, ...said.values())
  return { title: firstHeading(children), root: { type: 'root', children } }
}

function toLooks(run: string, looks: State['looks'], before: string): string {
  if (looks === 'raised') return toRaised(run)
  if (looks === 'lowered') return toLowered(run, before, '')
  return looks === 'struck' ? `~~${run}~~` : run
}

function toBlock(value: string, level: number | undefined): RootContent {
  const children: [Text] = [{ type: 'text', value }]
  return level === undefined
    ? { type: 'paragraph', children }
    : { type: 'heading', depth: Math.min(level + 1, 6) as 1, children }
}

function toNote(number: string, children: readonly RootContent[]): RootContent {
  return { type: 'footnoteDefinition', identifier: number, label: number, children: children as BlockContent[] }
}

/** Whether a header or a footer has more in it than the number of the page. */
function saysSomething(block: RootContent): boolean {
  return /\p{L}{2}/u.test(toText(block).replace(/\b(page|seite|página|pagina|of|von|de|sur)\b/giu, ''))
}
