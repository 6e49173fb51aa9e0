import { createHash } from 'node:crypto'
import type { BlockContent, Nodes, Paragraph, RootContent } from 'mdast'
import { estimateTokens } from '../function/embedding/tokens.ts'
import type { Document } from './document.ts'
import { toText } from './text.ts'

/** A piece of a document, small enough to embed: the path of headings it stands under, the text a citation quotes, and the SHA-256 of all three. */
export interface Chunk {
  readonly source: string
  readonly title: string
  readonly heading: string
  readonly text: string
  readonly hash: string
  /** The page it begins on, counted from 1, in formats that have pages. */
  readonly page: number | null
}

/** `maxTokens` bounds what is embedded (title, headings and text), in estimated tokens. */
export interface ChunkSettings {
  readonly maxTokens: number
}

/** A run of blocks below one path of headings, on one page. */
interface Section {
  readonly path: readonly string[]
  readonly page: number | null
  readonly nodes: RootContent[]
  /** Made of headings alone. */
  readonly bare?: true
}

/** Document -> chunks that follow its headings; a code block, table or list is cut only where it alone is too long. */
export function chunkDocument(document: Document, settings: ChunkSettings): Chunk[] {
  return toSections(document).flatMap(({ path, page, nodes }) => {
    const heading = path.join(' > ')
    const budget = Math.max(
      settings.maxTokens - estimateTokens(toIndexedText({ title: document.title, heading, text: '' })),
      32,
    )
    const blocks = nodes.flatMap((node) => splitNode(node, budget))
    return pack(blocks, budget, '\n\n').map((text) =>
      toChunk({ source: document.source, title: document.title, heading, page }, text),
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

/** What is embedded and indexed for a chunk: its title and headings before its text. */
export function toIndexedText({ title, heading, text }: Pick<Chunk, 'title' | 'heading' | 'text'>): string {
  return `${heading === '' ? title : `${title} > ${heading}`}\n${text}`
}

function toChunk({ source, title, heading, page }: Omit<Chunk, 'text' | 'hash'>, text: string): Chunk {
  const hash = createHash('sha256')
    .update(JSON.stringify([title, heading, text]))
    .digest('hex')
  return { source, title, heading, text, hash, page }
}

function toSections(document: Document): Section[] {
  const sections: Section[] = [{ path: [], page: null, nodes: [] }]
  const path: string[] = []
  let bare: { readonly heading: string; readonly depth: number; readonly page: number | null } | undefined
  /** A heading that nothing stands under says what it says by itself: it is text of the section above, together with its like. */
  const keepBare = (): void => {
    if (bare === undefined) return
    const above = path.slice(0, bare.depth - 1).filter((part) => part !== '')
    const node: Paragraph = { type: 'paragraph', children: [{ type: 'text', value: bare.heading }] }
    const open = sections.at(-2)
    if (open?.bare && open.path.join('\n') === above.join('\n') && open.page === bare.page) {
      open.nodes.push(node)
      sections.pop()
    } else sections[sections.length - 1] = { path: above, page: bare.page, nodes: [node], bare: true }
    bare = undefined
  }
  for (const node of document.root.children) {
    if (node.type === 'heading') {
      if (bare !== undefined && node.depth <= bare.depth) keepBare()
      path.length = Math.min(path.length, node.depth - 1)
      while (path.length < node.depth - 1) path.push('')
      const heading = toText(node)
      const isTitle = node.depth === 1 && heading === document.title
      path.push(isTitle ? '' : heading)
      bare = isTitle || heading === '' ? undefined : { heading, depth: node.depth, page: pageOf(node) }
      sections.push({ path: path.filter((part) => part !== ''), page: null, nodes: [] })
    } else {
      if (toText(node).trim() === '') continue
      bare = undefined
      const open = sections.at(-1)
      const page = pageOf(node)
      if (open?.page === page && !open.bare) open.nodes.push(node)
      else sections.push({ path: open?.path ?? [], page, nodes: [node] })
    }
  }
  keepBare()
  return sections
}

function pageOf(node: RootContent): number | null {
  return node.data?.page ?? null
}

/** Joins pieces in order into the fewest texts of at most `budget` tokens. */
function pack(pieces: readonly string[], budget: number, separator: string): string[] {
  const texts: string[] = []
  let open: string[] = []
  let tokens = 0
  for (const piece of pieces) {
    const size = estimateTokens(piece)
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
function splitNode(node: Nodes, budget: number): string[] {
  const text = toText(node).trim()
  if (text === '') return []
  if (estimateTokens(text) <= budget) return [text]
  switch (node.type) {
    case 'list':
      return pack(
        node.children.flatMap((item, index) => {
          const alone = toText({ ...node, start: (node.start ?? 1) + index, children: [item] })
          return estimateTokens(alone) <= budget ? [alone] : item.children.flatMap((child) => splitNode(child, budget))
        }),
        budget,
        '\n',
      )
    case 'blockquote':
      return pack(
        node.children.flatMap((child: BlockContent | Nodes) => splitNode(child, budget)),
        budget,
        '\n\n',
      )
    case 'table': {
      const lines = text.split('\n')
      const head = lines.slice(0, node.data?.plain ? 1 : 2).join('\n')
      const rows = lines.slice(node.data?.plain ? 1 : 2)
      const room = budget - estimateTokens(head)
      return room < 16
        ? splitLines(text, budget)
        : pack(
            rows.flatMap((row) => splitLines(row, room)),
            room,
            '\n',
          ).map((body) => `${head}\n${body}`)
    }
    case 'code': {
      const fence = `\`\`\`${node.lang ?? ''}`
      return splitLines(node.value, budget - estimateTokens(fence) - 3).map((body) => `${fence}\n${body}\n\`\`\``)
    }
    default:
      return splitSentences(text, budget)
  }
}

function splitLines(text: string, budget: number): string[] {
  const lines = text.split('\n').flatMap((line) => (estimateTokens(line) <= budget ? [line] : splitWords(line, budget)))
  return pack(lines, budget, '\n')
}

function splitSentences(text: string, budget: number): string[] {
  const sentences = [...new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(text)].map(
    ({ segment }) => segment,
  )
  const fitting = sentences.flatMap((sentence) =>
    estimateTokens(sentence) <= budget ? [sentence] : splitWords(sentence, budget),
  )
  return pack(fitting, budget, '')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function splitWords(text: string, budget: number): string[] {
  const words = text
    .split(/(?<=\s)/)
    .flatMap((word) =>
      estimateTokens(word) <= budget ? [word] : (word.match(new RegExp(`.{1,${budget}}`, 'gsu')) ?? []),
    )
  return pack(words, budget, '')
}
