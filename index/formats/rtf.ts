import type { RootContent, TableCell } from 'mdast'
import type { Loaded } from '../document.ts'
import { toText } from '../text.ts'
import { toCell, toTable } from './office/tables.ts'
import { FormatError } from './office/zip.ts'
import { toLowered, toRaised } from './raised.ts'

/** What a group of RTF holds that is no text of the document. */
const hiddenGroups =
  /^(fonttbl|colortbl|stylesheet|info|pict|themedata|colorschememapping|latentstyles|datastore|generator|listtable|listoverridetable|rsidtbl|xmlnstbl|fldinst|bkmkstart|bkmkend|object|objdata|header[lrf]?|footer[lrf]?|annotation|atnid|atnauthor|pntext|pnseclvl|filetbl|revtbl|nonshppict|shpinst|wgrffmtfilter|mmathPr|background|private)$/

interface State {
  readonly hidden: boolean
  readonly looks: '' | 'raised' | 'lowered' | 'struck'
  readonly bytesAfterUnicode: number
}

/** RTF -> paragraphs, headings by their outline level, and tables. Throws FormatError where it is none. */
export async function loadRtf(bytes: Buffer): Promise<Loaded> {
  const source = bytes.toString('latin1')
  if (!source.startsWith('{\\rtf')) throw new FormatError('not an RTF file that can be opened')
  const codePage = /\\ansicpg(\d+)/.exec(source)?.[1] ?? '1252'
  const children: RootContent[] = []
  let rows: TableCell[][] = []
  let cells: TableCell[] = []
  let text = ''
  let run = ''
  let encoded: number[] = []
  let level: number | undefined
  let inTable = false
  let skip = 0
  let state: State = { hidden: false, looks: '', bytesAfterUnicode: 1 }
  const states: State[] = []

  const endBytes = (): void => {
    if (encoded.length > 0) run += decodeBytes(encoded, codePage)
    encoded = []
  }
  const endRun = (): void => {
    endBytes()
    if (run === '') return
    const { looks } = state
    text +=
      looks === 'raised'
        ? toRaised(run)
        : looks === 'lowered'
          ? toLowered(run, text, '')
          : looks === 'struck'
            ? `~~${run}~~`
            : run
    run = ''
  }
  const endTable = (): void => {
    if (rows.length > 0) children.push(toTable(rows))
    rows = []
  }
  const endParagraph = (): void => {
    endRun()
    const said = text.replace(/[^\S\n]+/g, ' ').trim()
    text = ''
    if (said === '') return
    endTable()
    children.push(
      level === undefined
        ? { type: 'paragraph', children: [{ type: 'text', value: said }] }
        : { type: 'heading', depth: Math.min(level + 1, 6) as 1, children: [{ type: 'text', value: said }] },
    )
  }
  const change = (next: Partial<State>): void => {
    endRun()
    state = { ...state, ...next }
  }
  const control = (word: string, value: number | undefined): void => {
    if (hiddenGroups.test(word)) change({ hidden: true })
    else if (word === 'v') change({ hidden: value !== 0 })
    else if (word === 'super' || word === 'sub') change({ looks: word === 'super' ? 'raised' : 'lowered' })
    else if (word === 'nosupersub' || word === 'plain') change({ looks: '' })
    else if (word === 'strike') change({ looks: value === 0 ? '' : 'struck' })
    else if (word === 'uc') change({ bytesAfterUnicode: value ?? 1 })
    else if (state.hidden) return
    else if (word === 'u' && value !== undefined) {
      endBytes()
      run += String.fromCharCode(value < 0 ? value + 65_536 : value)
      skip = state.bytesAfterUnicode
    } else if (word === 'par' || word === 'sect' || word === 'page') {
      if (inTable) run += ' '
      else endParagraph()
    } else if (word === 'line') run += '\n'
    else if (word === 'tab') run += ' '
    else if (word === 'cell') {
      endRun()
      cells.push(toCell(text.replace(/\s+/g, ' ').trim()))
      text = ''
    } else if (word === 'row') {
      rows.push(cells)
      cells = []
    } else if (word === 'pard') {
      level = undefined
      inTable = false
    } else if (word === 'intbl') inTable = true
    else if (word === 'outlinelevel' && value !== undefined && value < 9) level = value
    else run += signs[word] ?? ''
  }

  for (const [, open, close, word, digits, hex, sign, plain] of source.matchAll(
    /(\{)|(\})|\\([a-z]+)(-?\d+)? ?|\\'([0-9a-f]{2})|\\([^a-z0-9'])|([^\\{}\r\n]+)/gi,
  )) {
    if (open !== undefined) {
      endRun()
      states.push(state)
    } else if (close !== undefined) {
      endRun()
      state = states.pop() ?? state
    } else if (word !== undefined) control(word, digits === undefined ? undefined : Number(digits))
    else if (sign === '*') change({ hidden: true })
    else if (state.hidden) continue
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
  const heading = children.find((node) => node.type === 'heading')
  return { title: heading && toText(heading), root: { type: 'root', children } }
}

const signs: Readonly<Record<string, string>> = {
  emdash: '—',
  endash: '–',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
  emspace: ' ',
  enspace: ' ',
  qmspace: ' ',
}

function decodeBytes(bytes: readonly number[], codePage: string): string {
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
