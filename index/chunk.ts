import { createHash } from 'node:crypto'
import type { BlockContent, Nodes, Paragraph, RootContent, Table, TableRow } from 'mdast'
import type { Document } from './document.ts'
import { toCell } from './formats/office/tables.ts'
import { toParagraph, toText } from './text.ts'
import { createAnchors } from './urls.ts'

/** A piece of a document, small enough to embed: the path of headings it stands under, the text a citation quotes, and the SHA-256 of all three. */
export interface Chunk {
  readonly source: string
  readonly title: string
  readonly heading: string
  readonly text: string
  readonly hash: string
  /** The title and the headings as they are embedded before the text: as much of them as leaves it half of the room. */
  readonly head: string
  /** The page it begins on, counted from 1, in formats that have pages. */
  readonly page: number | null
  /** The name by which a page links to the heading; empty above the first. */
  readonly anchor: string
}

/** How many tokens a text fills. */
type Count = (text: string) => number

/** `maxTokens` bounds what is embedded: title, headings and text, and the model's own token at each end. */
export interface ChunkSettings {
  readonly maxTokens: number
  readonly count: Count
}

const endTokens = 2

/** A run of blocks below one path of headings, on one page. */
interface Section {
  readonly anchor: string
  readonly path: readonly string[]
  readonly page: number | null
  readonly nodes: RootContent[]
  /** Made of headings alone. */
  readonly bare?: true
}

/** Document -> chunks that follow its headings; a code block, table or list is cut only where it alone is too long. */
export function chunkDocument(document: Document, { maxTokens, count }: ChunkSettings): Chunk[] {
  const { source, title } = document
  return toSections(document).flatMap(({ path, page, anchor, nodes }) => {
    const heading = path.join(' > ')
    const whole = heading === '' ? title : `${title} > ${heading}`
    const most = Math.floor(maxTokens / 2)
    const head = (count(whole) <= most ? whole : (splitWords(whole, most, count)[0] ?? '')).trim()
    const budget = maxTokens - endTokens - count(head)
    const blocks = nodes.flatMap((node) => splitNode(node, budget, count))
    return pack(blocks, budget, '\n\n', count).map((text) =>
      toChunk({ source, title, heading, head, page, anchor }, text),
    )
  })
}

/** Cuts a chunk that the embedding model found too long in two, at a line or a sentence near its middle. */
export function halve(chunk: Chunk): [Chunk, Chunk] {
  const middle = chunk.text.length / 2
  const cuts = [...chunk.text.matchAll(/\n+|(?<=[.!?])\s+|\s+/g)]
  const nearest = cuts.sort((a, b) => Math.abs(a.index - middle) - Math.abs(b.index - middle))[0]
  const at = nearest?.index ?? Math.ceil(middle)
  const part = (text: string): Chunk => toChunk(chunk, text.trim())
  return [part(chunk.text.slice(0, at)), part(chunk.text.slice(at))]
}

/** What is embedded for a chunk: its title and headings before its text. */
export function toEmbeddedText({ head, text }: Pick<Chunk, 'head' | 'text'>): string {
  return `${head}\n${text}`
}

function toChunk({ source, title, heading, head, page, anchor }: Omit<Chunk, 'text' | 'hash'>, text: string): Chunk {
  const hash = createHash('sha256')
    .update(JSON.stringify([title, heading, text]))
    .digest('hex')
  return { source, title, heading, text, hash, head, page, anchor }
}

function toSections(document: Document): Section[] {
  const sections: Section[] = [{ path: [], page: null, anchor: '', nodes: [] }]
  const toAnchor = createAnchors()
  const path: string[] = []
  let bare:
    | { readonly heading: string; readonly depth: number; readonly page: number | null; readonly anchor: string }
    | undefined
  /** A heading that nothing stands under says what it says by itself: it is text of the section above, together with its like. */
  const keepBare = (): void => {
    if (bare === undefined) return
    const above = path.slice(0, bare.depth - 1).filter((part) => part !== '')
    const node: Paragraph = toParagraph(bare.heading)
    const open = sections.at(-2)
    if (open?.bare && open.path.join('\n') === above.join('\n') && open.page === bare.page) {
      open.nodes.push(node)
      sections.pop()
    } else sections[sections.length - 1] = { ...bare, path: above, nodes: [node], bare: true }
    bare = undefined
  }
  for (const node of document.root.children) {
    if (node.type === 'heading') {
      if (bare !== undefined && node.depth <= bare.depth) keepBare()
      path.length = Math.min(path.length, node.depth - 1)
      while (path.length < node.depth - 1) path.push('')
      const heading = toText(node)
      const anchor = node.data?.anchor ?? toAnchor(node.children.map(toText).join(''))
      const isTitle = node.depth === 1 && heading === document.title
      path.push(isTitle ? '' : heading)
      bare = isTitle || heading === '' ? undefined : { heading, depth: node.depth, page: pageOf(node), anchor }
      sections.push({ path: path.filter((part) => part !== ''), page: null, anchor: isTitle ? '' : anchor, nodes: [] })
    } else {
      if (toText(node).trim() === '') continue
      bare = undefined
      const open = sections.at(-1)
      const page = pageOf(node)
      if (open?.page === page && !open.bare) open.nodes.push(node)
      else sections.push({ path: open?.path ?? [], page, anchor: open?.anchor ?? '', nodes: [node] })
    }
  }
  keepBare()
  return sections
}

function pageOf(node: RootContent): number | null {
  return node.data?.page ?? null
}

/** Joins pieces in order into the fewest texts of at most `budget` tokens. */
function pack(pieces: readonly string[], budget: number, separator: string, count: Count): string[] {
  const texts: string[] = []
  let open: string[] = []
  let tokens = 0
  for (const piece of pieces) {
    const size = count(piece)
    if (open.length > 0 && tokens + size > budget) {
      texts.push(open.join(separator))
      open = []
      tokens = 0
    }
    open.push(piece)
    tokens += size
  }
  if (open.length > 0) texts.push(open.join(separator))
  return texts
}

/** A node's text, cut along its own structure where it does not fit: items, rows, lines or sentences. */
function splitNode(node: Nodes, budget: number, count: Count): string[] {
  const text = toText(node).trim()
  if (text === '') return []
  if (count(text) <= budget) return [text]
  switch (node.type) {
    case 'list':
      return pack(
        node.children.flatMap((item, index) => {
          const alone = toText({ ...node, start: (node.start ?? 1) + index, children: [item] })
          return count(alone) <= budget ? [alone] : item.children.flatMap((child) => splitNode(child, budget, count))
        }),
        budget,
        '\n',
        count,
      )
    case 'blockquote':
      return pack(
        node.children.flatMap((child: BlockContent | Nodes) => splitNode(child, budget, count)),
        budget,
        '\n\n',
        count,
      )
    case 'table':
      return splitTable(node, text, budget, count)
    case 'code': {
      const fence = `\`\`\`${node.lang ?? ''}`
      return splitLines(node.value, budget - count(fence) - 3, count).map((body) => `${fence}\n${body}\n\`\`\``)
    }
    default:
      return splitSentences(text, budget, count)
  }
}

/** The least that a head must leave of the room for its rows. */
const leastRoom = 16

/** Rows in the order they stand in, each run of them below the head; one that does not fit with the whole head is cut by its columns. */
function splitTable(table: Table, text: string, budget: number, count: Count): string[] {
  const lines = text.split('\n')
  const heads = table.data?.plain ? 1 : 2
  const head = lines.slice(0, heads).join('\n')
  const room = budget - count(head)
  const fits = (line: string): boolean => count(line) <= room
  const below = (body: readonly string[]): string[] => pack(body, room, '\n', count).map((part) => `${head}\n${part}`)
  if (table.data?.plain)
    return room < leastRoom
      ? splitLines(text, budget, count)
      : below(lines.slice(heads).flatMap((line) => splitLines(line, room, count)))
  const texts: string[] = []
  let run: string[] = []
  const rows = table.children.slice(-(lines.length - heads))
  const first = table.children[table.children.length - rows.length - 1]
  for (const [index, line] of lines.slice(heads).entries()) {
    const row = rows[index]
    if (first === undefined || row === undefined || (room >= leastRoom && fits(line))) run.push(line)
    else {
      texts.push(...below(run), ...splitRow(first, row, budget, count))
      run = []
    }
  }
  return [...texts, ...below(run)]
}

/** A row that is too wide, as narrower ones: some of its cells below their own heads, and its first cell, which says whose they are, in each. */
function splitRow(head: TableRow, row: TableRow, budget: number, count: Count): string[] {
  const part = (columns: readonly number[], from: TableRow): string => {
    const pick = ({ children }: TableRow): TableRow => ({
      type: 'tableRow',
      children: columns.map((column) => children[column] ?? toCell('')),
    })
    return toText({ type: 'table', children: [pick(head), pick(from)] })
  }
  const key = count(part([0], row)) <= budget / 4 ? [0] : []
  const groups: number[][] = []
  for (let column = key.length; column < row.children.length; column += 1) {
    const open = groups.at(-1)
    if (open !== undefined && count(part([...key, ...open, column], row)) <= budget) open.push(column)
    else groups.push([column])
  }
  return groups.flatMap((columns) => {
    const text = part([...key, ...columns], row)
    if (count(text) <= budget) return [text]
    const withCell = (value: string): string =>
      part([...key, ...columns], {
        ...row,
        children: row.children.map((cell, index) => (columns.includes(index) ? toCell(value) : cell)),
      })
    const room = budget - count(withCell(''))
    const cell = row.children[columns[0] ?? 0]
    if (room < leastRoom || cell === undefined) return splitLines(text, budget, count)
    return splitSentences(toText(cell), room, count).map(withCell)
  })
}

function splitLines(text: string, budget: number, count: Count): string[] {
  const lines = text.split('\n').flatMap((line) => (count(line) <= budget ? [line] : splitWords(line, budget, count)))
  return pack(lines, budget, '\n', count)
}

let segmenter: Intl.Segmenter | undefined

function splitSentences(text: string, budget: number, count: Count): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'sentence' })
  const sentences = [...segmenter.segment(text)].map(({ segment }) => segment)
  const fitting = sentences.flatMap((sentence) =>
    count(sentence) <= budget ? [sentence] : splitWords(sentence, budget, count),
  )
  return pack(fitting, budget, '', count)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function splitWords(text: string, budget: number, count: Count): string[] {
  const words = (text.match(/\S*\s|\S+/g) ?? []).flatMap((word) => splitWord(word, budget, count))
  return pack(words, budget, '', count)
}

/** One word's characters, halved until they fit. */
function splitWord(word: string, budget: number, count: Count): string[] {
  const characters = [...word]
  if (characters.length < 2 || count(word) <= budget) return [word]
  const middle = Math.ceil(characters.length / 2)
  const halves = [characters.slice(0, middle), characters.slice(middle)]
  return halves.flatMap((half) => splitWord(half.join(''), budget, count))
}
