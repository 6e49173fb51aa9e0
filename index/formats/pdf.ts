import type { RootContent } from 'mdast'
import { getDocumentProxy, getMeta } from 'unpdf'
import type { Loaded } from '../document.ts'
import { toText } from '../text.ts'

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>

/** A line as it is set: its baseline above the foot of the page, its right edge and its font's height, in points. */
interface Line {
  readonly text: string
  readonly y: number
  readonly right: number
  readonly height: number
}

/** The dots between a heading and its page in a table of contents. */
const dotLeader = /(?:\s*\.){4,}\s*/g

/**
 * PDF -> a tree of headings and paragraphs, each with the number of its page in `data.page`. A PDF has lines and no
 * structure: larger type is a heading, a wider gap parts two paragraphs, and what stands at the head or foot of many pages
 * is left out. Throws where it is encrypted or broken.
 */
export async function loadPdf(bytes: Buffer): Promise<Loaded> {
  const pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 }).catch((cause: unknown) => {
    const encrypted = cause instanceof Error && cause.name === 'PasswordException'
    throw new Error(encrypted ? 'encrypted: remove its password' : 'not a PDF that can be opened', { cause })
  })
  try {
    const pages = withoutRunningLines(await readPages(pdf))
    const depths = headingDepths(pages.flat())
    const children = pages.flatMap((lines, index) => toBlocks(lines, depths, index + 1))
    const [heading] = children.filter((node) => node.type === 'heading').sort((a, b) => a.depth - b.depth)
    const { info } = await getMeta(pdf)
    return { title: usableTitle(info?.Title) ?? (heading && toText(heading)), root: { type: 'root', children } }
  } finally {
    await pdf.loadingTask.destroy()
  }
}

async function readPages(pdf: Pdf): Promise<Line[][]> {
  const pages: Line[][] = []
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number)
    pages.push(toLines((await page.getTextContent()).items))
    page.cleanup()
  }
  return pages
}

type Item = Awaited<ReturnType<Awaited<ReturnType<Pdf['getPage']>>['getTextContent']>>['items'][number]

function toLines(items: readonly Item[]): Line[] {
  const lines: Line[] = []
  let line: Line = { text: '', y: 0, right: 0, height: 0 }
  const end = (): void => {
    const text = line.text.replace(dotLeader, ' … ').trim()
    if (text !== '') lines.push({ ...line, text })
    line = { text: '', y: 0, right: 0, height: 0 }
  }
  for (const item of items) {
    if (!('str' in item)) continue
    const [, , , , x = 0, y = 0] = item.transform as number[]
    if (item.str.trim() !== '')
      line = { text: line.text, y, right: x + item.width, height: Math.max(line.height, Math.round(item.height)) }
    line = { ...line, text: line.text + item.str }
    if (item.hasEOL) end()
  }
  end()
  return lines
}

/** The lines at the head and the foot of a page, and those written first and last: many programs write both before the text. */
function edges(lines: readonly Line[]): Set<Line | undefined> {
  const downwards = [...lines].sort((a, b) => b.y - a.y)
  return new Set([lines[0], lines.at(-1), downwards[0], downwards.at(-1)])
}

/** Without page numbers, and what a line at the edge of several pages says, numbers aside. */
function withoutRunningLines(pages: readonly Line[][]): Line[][] {
  const likeness = (line: Line): string => line.text.replace(/\d+/g, '#')
  const counts = new Map<string, number>()
  for (const lines of pages)
    for (const line of edges(lines))
      if (line !== undefined) counts.set(likeness(line), (counts.get(likeness(line)) ?? 0) + 1)
  const runs = (line: Line): boolean =>
    /^(page\s+)?[\divxlc]{1,5}(\s*(of|\/)\s*\d+)?$/i.test(line.text) ||
    (counts.get(likeness(line)) ?? 0) >= (/\d/.test(line.text) ? 2 : 3)
  return pages.map((lines) => {
    const atEdge = edges(lines)
    return lines.filter((line) => lines.length === 1 || !atEdge.has(line) || !runs(line))
  })
}

/** The heights of type that are a heading's, the largest first: clearly larger than that of most of the text. */
function headingDepths(lines: readonly Line[]): Map<number, 1 | 2 | 3 | 4 | 5 | 6> {
  const characters = new Map<number, number>()
  for (const { height, text } of lines) characters.set(height, (characters.get(height) ?? 0) + text.length)
  const [body = 0] = [...characters].sort((a, b) => b[1] - a[1])[0] ?? []
  const larger = [...characters.keys()].filter((height) => height >= body * 1.15).sort((a, b) => b - a)
  const depths = [1, 2, 3, 4, 5, 6] as const
  return new Map(larger.map((height, index) => [height, depths[Math.min(index, 5)] ?? 6]))
}

function toBlocks(
  lines: readonly Line[],
  depths: ReadonlyMap<number, 1 | 2 | 3 | 4 | 5 | 6>,
  page: number,
): RootContent[] {
  const rightmost = Math.max(...lines.map(({ right }) => right))
  const blocks: Line[][] = []
  for (const line of lines) {
    const open = blocks.at(-1)
    const before = open?.at(-1)
    if (
      open === undefined ||
      before === undefined ||
      before.height !== line.height ||
      before.y - line.y > before.height * 1.7
    )
      blocks.push([line])
    else open.push(line)
  }
  return blocks.map((block) => {
    const children = [{ type: 'text' as const, value: joinLines(block, rightmost) }]
    const depth = depths.get(block[0]?.height ?? 0)
    const isHeading = depth !== undefined && block.length <= 3 && (children[0]?.value.length ?? 0) <= 150
    return isHeading ? { type: 'heading', depth, children } : { type: 'paragraph', data: { page }, children }
  })
}

/** A line that reaches the right edge goes on in the next, one that does not keeps its break; a hyphen between is taken back. */
function joinLines(lines: readonly Line[], rightmost: number): string {
  return lines.reduce((text, line, index) => {
    const before = lines[index - 1]
    if (before === undefined) return line.text
    if (/\p{Ll}-$/u.test(text) && /^\p{Ll}/u.test(line.text)) return text.slice(0, -1) + line.text
    return text + (before.right > rightmost * 0.8 ? ' ' : '\n') + line.text
  }, '')
}

/** What programs write of their own accord names no document. */
function usableTitle(title: unknown): string | undefined {
  if (typeof title !== 'string' || title.trim() === '') return undefined
  return /^(untitled|microsoft word - .*|.*\.(docx?|pptx?|xlsx?|indd|tex|dvi|pdf|ps))$/i.test(title.trim())
    ? undefined
    : title.trim()
}
