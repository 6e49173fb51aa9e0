/** Headings that are known by their looks alone, in a document that has no others: short lines set bold, or larger than the text. */
import type { RootContent } from 'mdast'
import { toText } from '../../text.ts'

const longestHeading = 80
const larger = 1.15
const headings = 6

export function withHeadings(blocks: readonly RootContent[]): RootContent[] {
  if (blocks.some((block) => block.type === 'heading')) return [...blocks]
  const body = usualSize(blocks)
  const sizes = [...new Set(blocks.map(sizeOf))].filter((size) => size > body * larger).sort((a, b) => b - a)
  const isBold = (block: RootContent | undefined): boolean => block?.data?.bold === true
  const isLarge = (block: RootContent | undefined): boolean => block !== undefined && sizes.includes(sizeOf(block))
  return blocks.map((block, index) => {
    if (block.type !== 'paragraph' || !(isBold(block) || isLarge(block))) return block
    const text = toText(block)
    const next = blocks[index + 1]
    if (text.length > longestHeading || next === undefined) return block
    if (isLarge(block)) {
      const depth = Math.min(sizes.indexOf(sizeOf(block)) + 1, headings)
      return { type: 'heading', depth: depth as 1, children: block.children }
    }
    const heads = !/[.,;:!]$/.test(text) && (!isBold(next) || index === 0)
    const depth = sizes.length > 0 ? Math.min(sizes.length + 1, headings) : index === 0 && isBold(next) ? 1 : 2
    return heads ? { type: 'heading', depth: depth as 1, children: block.children } : block
  })
}

function sizeOf({ data }: RootContent): number {
  return data?.size ?? 0
}

/** The size that most of the text is set in. */
function usualSize(blocks: readonly RootContent[]): number {
  const lengths = new Map<number, number>()
  for (const block of blocks) lengths.set(sizeOf(block), (lengths.get(sizeOf(block)) ?? 0) + toText(block).length)
  const [usual = 0] = [...lengths].sort((a, b) => b[1] - a[1])[0] ?? []
  return usual === 0 ? defaultSize : usual
}

/** What Word sets text in that says nothing of its size, in half points. */
const defaultSize = 22
