/** Lines -> headings, paragraphs, lists and tables. A PDF has no such things: type, gaps and edges tell. */
import type { Heading, PhrasingContent, RootContent } from 'mdast'
import { joinLines } from '../../lines.ts'
import { toCell, toTable } from '../office/tables.ts'
import { joinHyphen, withoutSoftHyphens } from './hyphens.ts'
import type { Flow, Line, Segment } from './lines.ts'
import { lineText } from './running.ts'

/** What is known of a document as a whole: which sizes of type are a heading's, and its words. */
export interface Setting {
  readonly depths: ReadonlyMap<number, 1 | 2 | 3 | 4 | 5 | 6>
  readonly words: ReadonlySet<string>
  /** Whether short lines set in bold are headings: where most of the text is not. */
  readonly boldHeads: boolean
}

/** A block while it grows: text whose last line may go on in the next column or on the next page. */
interface Open {
  readonly node: RootContent
  readonly goesOn: boolean
  /** How much of its last line is left, in points; infinite where its sentence is complete. */
  readonly room: number
  readonly bold: boolean
  readonly size: number
  readonly text: string
}

/** The flows of a document in their order, each with its page -> its blocks. */
export function toBlocks(
  flows: ReadonlyArray<{ readonly page: number; readonly flow: Flow }>,
  setting: Setting,
): RootContent[] {
  const blocks: Open[] = []
  for (const { page, flow } of withoutContents(flows)) {
    for (const [index, block] of flowBlocks(flow, setting, page).entries()) {
      const before = blocks.at(-1)
      if (index === 0 && before !== undefined && continues(before, block)) {
        const text = joinText(before.text, block.text, true, setting.words)
        const node: RootContent = { ...before.node, ...toParagraph(text, before.node.data?.page ?? page) }
        blocks[blocks.length - 1] = { ...block, node, text }
      } else blocks.push(block)
    }
  }
  return blocks.map(({ node }) => node)
}

/** The larger sizes of type, the largest first: clearly larger than that of most of the text. */
export function headingDepths(lines: readonly Line[], bodySize: number): Setting['depths'] {
  const larger = [...new Set(lines.map(({ size }) => size))]
    .filter((size) => size >= bodySize * 1.15)
    .sort((a, b) => b - a)
  const depths = [1, 2, 3, 4, 5, 6] as const
  return new Map(larger.map((size, index) => [size, depths[Math.min(index, 5)] ?? 6]))
}

const contentsHead =
  /^(table of )?contents$|^(inhalt(sverzeichnis|sübersicht)?|sommaire|table des matières|índice|indice|inhoud|目次|目录|目錄|차례)$/i
const contentsLine = /(\s?[.…·_]){4,}\s*((page|seite|página|pagina|p\.)\s*)?([\divxlc]{1,5})?$|\s{2}…\s*\d{1,4}$/i
/** The dots between a heading and its page in a table of contents. */
const dotLeader = /(?:\s*\.){4,}\s*/g

/** A table of contents says where things are said, and nothing else. */
function withoutContents(
  flows: ReadonlyArray<{ readonly page: number; readonly flow: Flow }>,
): Array<{ page: number; flow: Flow }> {
  return flows.map(({ page, flow }) => {
    const isEntry = flow.map((line) => contentsLine.test(lineText(line)))
    if (isEntry.filter(Boolean).length < 3) return { page, flow }
    return { page, flow: flow.filter((line, index) => !isEntry[index] && !contentsHead.test(lineText(line))) }
  })
}

/** A heading of its own below another of the same size, where it stands off a little. */
const numberedHead = /^\d{1,2}(\.|(\.\d{1,2})+\.?)\s+\p{L}/u
/** From line to line of one heading, in its size. */
const widestInHeading = 1.35

function flowBlocks(flow: Flow, setting: Setting, page: number): Open[] {
  const edges = { left: edgeOf(flow, 'left'), right: edgeOf(flow, 'right') }
  const pitch = usualPitch(flow)
  const groups: Line[][] = []
  for (const line of flow) {
    const open = groups.at(-1)
    const before = open?.at(-1)
    const isNew =
      open === undefined ||
      before === undefined ||
      before.table !== undefined ||
      line.table !== undefined ||
      Math.abs(before.size - line.size) > Math.max(0.6, before.size * 0.06) ||
      line.y - before.y >
        Math.max(
          before.size * (isTabular(before) && isTabular(line) ? 3.5 : 1.7),
          Math.min(pitch, before.size * 2.2) * 1.35,
        ) ||
      isTabular(before) !== isTabular(line) ||
      (setting.depths.has(line.size) &&
        line.y - before.y > line.size * widestInHeading &&
        numberedHead.test(lineText(line))) ||
      (setting.boldHeads &&
        open[0]?.bold !== line.bold &&
        !isTabular(line) &&
        !(line.bold && isCutOff(before, line, edges)))
    if (isNew) groups.push([line])
    else open.push(line)
  }
  return withLooseCells(groups).flatMap((lines) => {
    const { size = 0, table, bold = false } = lines[0] ?? {}
    const closed = { goesOn: false, room: Number.POSITIVE_INFINITY, bold, size, text: '' }
    if (table !== undefined) return { ...closed, node: { ...table, data: { ...table.data, page } } }
    const last = lines.at(-1)
    const depth = setting.depths.get(size)
    const isNumbered = depth !== undefined && lines.length === 1 && lines.some(hasOwnNumber)
    if (lines.every(isTabular) && !isNumbered) return { ...closed, node: toRows(lines, page) }
    const text = lines.reduce((joined, line, index) => {
      const before = lines[index - 1]
      const own = lineText(line).replace(dotLeader, ' … ')
      return before === undefined ? own : joinText(joined, own, runsOn(before, line, edges), setting.words)
    }, '')
    const isLarge =
      depth !== undefined &&
      lines.length <= 3 &&
      text.length <= 150 &&
      !isFormula(text) &&
      !remark.test(text) &&
      !bullet.test(text)
    const isHeading = isLarge || (setting.boldHeads && isBoldHead(lines, text))
    const deepest = Math.min(setting.depths.size + 1, 6) as 1
    if (isHeading) {
      const { name, note } = splitNote(joinLines(text))
      const children: PhrasingContent[] = [{ type: 'text', value: name }]
      const heading: Heading = { type: 'heading', depth: (isLarge && depth) || deepest, data: { page }, children }
      const below = note === '' ? [] : [{ ...closed, node: toParagraph(note, page), text: note }]
      return [{ ...closed, node: heading, text: name }, ...below]
    }
    const node = toParagraph(text, page)
    if (sentenceEnd.test(text)) return { ...closed, node, text }
    const end = last?.segments.at(-1)?.right ?? 0
    return { ...closed, node, goesOn: end > (edges.left + edges.right) / 2, room: edges.right - end, text }
  })
}

function isFormula(text: string): boolean {
  return /[=√∑∫≤≥≈]/.test(text) && !/\p{L}{4}/u.test(text)
}

const longestBoldHead = 90

/** The number of a section, after which its name may end with a full stop. */
const sectionNumber = /^(§+ ?\S*\d|\d{1,3}(\.\d{1,3})+\.?\s|\p{L}{4,} (\d{1,3}|[IVXLC]{1,6})([.:]|\s{2}|\s[-–—]\s|$))/u

/** Whether a line is the number of a section and, after a gap, its name. */
function hasOwnNumber({ segments }: Line): boolean {
  const [first = { text: '' }, ...others] = segments
  return others.length === 1 && sectionNumber.test(first.text)
}

/** What stands in brackets as a whole is a remark on the text above it. */
const remark = /^[[(].*[\])]$/s

/** Who amended a section and when, behind its name: said below it. */
function splitNote(text: string): { readonly name: string; readonly note: string } {
  const [note = ''] = /(?<=\S\s+)\[[^\]]{15,}\]\S?$/.exec(text) ?? []
  return { name: text.slice(0, text.length - note.length).trimEnd(), note }
}

function isBoldHead(lines: readonly Line[], text: string): boolean {
  const { name, note } = splitNote(joinLines(text))
  const isNumbered = sectionNumber.test(name)
  return (
    (lines.length <= (isNumbered ? 3 : 2) || note !== '') &&
    lines.every(({ bold }) => bold) &&
    name.length <= longestBoldHead * (isNumbered ? 1.7 : 1) &&
    /\p{L}{2}/u.test(name) &&
    !(isNumbered || note !== '' ? /[,;:!]$/ : /[.,;:!]$/).test(name) &&
    !remark.test(text) &&
    !bullet.test(text)
  )
}

const bullet = /^[•‣◦▪●○■□▶➢✓✔☐☑☒*–—-]\s/u

function toParagraph(text: string, page: number): RootContent {
  return { type: 'paragraph', data: { page }, children: [{ type: 'text', value: withoutSoftHyphens(text) }] }
}

function continues(before: Open, block: Open): boolean {
  return (
    before.goesOn &&
    block.node.type === 'paragraph' &&
    Math.abs(before.size - block.size) <= 0.6 &&
    !beginsItem.test(block.text) &&
    !beginsLettered.test(block.text) &&
    (/^[\p{Ll}\p{N}(\p{Lo}]/u.test(block.text) || (before.bold === block.bold && hasNoRoom(before, block.text)))
  )
}

/** Whether a word in capitals did not fit on the line before, rather than begin a paragraph. */
function hasNoRoom({ room, size }: Open, text: string): boolean {
  const [first = ''] = /^\p{Lu}\S*/u.exec(text) ?? []
  return first !== '' && room < Math.min(first.length + 1, 12) * size * 0.45
}

/** Whether a line goes on in the next in the middle of a sentence, where the page is as wide as that. */
function isCutOff(before: Line, line: Line, edges: Edges): boolean {
  return !/[.!?:。！？]["”»)\]]?$/.test(lineText(before)) && runsOn(before, line, edges)
}

/** The distance from line to line that most lines have. */
function usualPitch(flow: Flow): number {
  const gaps = flow
    .slice(1)
    .map((line, index) => line.y - (flow[index]?.y ?? 0))
    .filter((gap) => gap > 0)
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 3)] ?? 0
}

const beginsItem = /^([•‣◦▪●○■□▶➢✓✔☐☑☒*–—-]|\d{1,3}[.)]|[a-z][.)]|\([a-z\d]{1,3}\)|§)\s/u
/** A capital begins an item where it stands out; elsewhere it may be somebody's name. */
const beginsLettered = /^([A-Z]|[IVXLC]{2,5})[.)]\s/

const sentenceEnd = /[.!?:;。！？]["”»)\]]?$/

interface Edges {
  readonly left: number
  readonly right: number
}

function edgeOf(flow: Flow, side: 'left' | 'right'): number {
  const all = flow.flatMap(({ segments }) => segments.map((segment) => segment[side]))
  return all.reduce((edge, x) => (side === 'left' ? Math.min(edge, x) : Math.max(edge, x)), all[0] ?? 0)
}

/** A column of text is wider than this, in the size of its type; what is narrower may be lines of their own. */
const narrowestColumn = 14

/** Whether a line ended because the next one's first word did not fit; lines need not be filled to the last letter. */
function runsOn(before: Line, line: Line, { left, right }: Edges): boolean {
  const text = lineText(line)
  const isCited = text.startsWith('§') && !sentenceEnd.test(lineText(before))
  if ((beginsItem.test(text) && !isCited) || line.segments.length > 1) return false
  const end = before.segments.at(-1)
  const own = line.segments[0]
  if (end === undefined || own === undefined) return false
  if (
    beginsLettered.test(text) &&
    (own.left < (before.segments[0]?.left ?? 0) - 1 || beginsLettered.test(lineText(before)))
  )
    return false
  if (right - left < narrowestColumn * line.size && !/^\p{Ll}/u.test(text)) return false
  if (/^\p{Ll}/u.test(text) && end.right > (left + right) / 2 && !sentenceEnd.test(lineText(before))) return true
  const first = /^\S+/.exec(text)?.[0] ?? ''
  const width = ((own.right - own.left) * Math.min(first.length, 20)) / Math.max(text.length, 1)
  return end.right + width + line.size * 0.2 > right - (right - left) * 0.1
}

function joinText(before: string, after: string, runsOn: boolean, words: ReadonlySet<string>): string {
  if (/[\p{L}\p{N}]-$/u.test(before) && /^[\p{L}\p{N}]/u.test(after)) return joinHyphen(before, after, words)
  if (before.endsWith('\u00ad')) return before.slice(0, -1) + after
  if (!runsOn) return `${before}\n${after}`
  const at = before.lastIndexOf('\n') + 1
  return before.slice(0, at) + joinLines(`${before.slice(at)}\n${after}`)
}

/** A line with wide gaps is a row of cells. */
function isTabular({ segments }: Line): boolean {
  return segments.length > 1
}

/** A line of its own between rows of a table, as a cell of two lines makes them, belongs to the row above. */
function withLooseCells(groups: readonly Line[][]): Line[][] {
  const merged: Line[][] = []
  let inTable = false
  for (const [index, group] of groups.entries()) {
    const before = merged.at(-1) ?? []
    const row = before.at(-1)
    const cell = group.length === 1 ? group[0]?.segments[0] : undefined
    const isLoose =
      cell !== undefined &&
      row !== undefined &&
      before.every(isTabular) &&
      !group.every(isTabular) &&
      (groups[index + 1]?.every(isTabular) ?? false) &&
      (group[0]?.y ?? 0) - row.y <= row.size * 1.5 &&
      row.segments.slice(1).some(({ left }) => Math.abs(left - cell.left) < 3)
    if (isLoose) before[before.length - 1] = { ...row, segments: withCell(row.segments, cell) }
    else if (inTable) before.push(...group)
    else merged.push([...group])
    inTable = isLoose
  }
  return merged
}

function withCell(segments: readonly Segment[], cell: Segment): Segment[] {
  return segments.map((segment) =>
    Math.abs(segment.left - cell.left) < 3
      ? { ...segment, text: `${segment.text} ${cell.text}`, right: Math.max(segment.right, cell.right) }
      : segment,
  )
}

/** Rows of cells; the columns are what lies between the gaps that all full rows have in common. */
function toRows(lines: readonly Line[], page: number): RootContent {
  const most = Math.max(...lines.map(({ segments }) => segments.length))
  const columns: Segment[] = []
  const full = lines.filter(({ segments }) => segments.length === most).flatMap(({ segments }) => segments)
  for (const { left, right } of full.sort((a, b) => a.left - b.left)) {
    const open = columns.at(-1)
    if (open === undefined || left > open.right) columns.push({ text: '', left, right })
    else columns[columns.length - 1] = { ...open, right: Math.max(open.right, right) }
  }
  const rows = lines.map(({ segments }) => {
    const cells = columns.map(() => '')
    for (const segment of segments) {
      const at = nearest(columns, segment)
      cells[at] = `${cells[at] ?? ''} ${segment.text}`.trim()
    }
    return cells.map(toCell)
  })
  return { ...toTable(rows), data: { page, plain: true } }
}

/** The column that a cell shares most of its width with; one between two belongs to the one that began before it, as a number set to the right does. */
function nearest(columns: readonly Segment[], { left, right }: Segment): number {
  const shared = columns.map((column) => Math.min(column.right, right) - Math.max(column.left, left))
  const most = Math.max(...shared)
  const before = columns.findLastIndex((column) => column.left <= left)
  return most > 0 || before < 0 ? shared.indexOf(most) : before
}
