/** Sentences that a block interrupts: "use the", a command on a line of its own, "command. It will display …". */
import type { Nodes, Paragraph, PhrasingContent } from 'mdast'
import { toText } from './text.ts'

/** Joins a sentence that goes on behind one line of code, with the code in it, in place; after more lines it cannot be told as one. */
export function joinInterrupted(node: Nodes): void {
  if (!('children' in node)) return
  const children: Nodes[] = []
  for (const child of node.children) {
    joinInterrupted(child)
    const [before, between] = children.slice(-2)
    const code = between === undefined ? undefined : codeOf(between)
    if (child.type === 'paragraph' && before?.type === 'paragraph' && code !== undefined && goesOn(before, child)) {
      const inner: PhrasingContent[] = [
        ...before.children,
        { type: 'text', value: ' ' },
        { type: 'inlineCode', value: code },
        { type: 'text', value: /^\p{L}/u.test(toText(child)) ? ' ' : '' },
        ...child.children,
      ]
      children.splice(-2, 2, { ...before, children: inner })
    } else children.push(child)
  }
  node.children = children as typeof node.children
}

const longestLine = 100

/** One line of code, also where a quotation sets it apart; what names its language is a listing, and no part of a sentence. */
function codeOf(node: Nodes): string | undefined {
  const [only] = node.type === 'blockquote' && node.children.length === 1 ? node.children : []
  const [part] = only?.type === 'paragraph' && only.children.length === 1 ? only.children : []
  if (node.type !== 'code' && part?.type !== 'inlineCode') return undefined
  if (node.type === 'code' && node.lang != null) return undefined
  const value = (node.type === 'code' ? node.value : part?.type === 'inlineCode' ? part.value : '').trim()
  return value === '' || value.length > longestLine || /[\n`]/.test(value) ? undefined : value
}

function goesOn(before: Paragraph, after: Paragraph): boolean {
  return /[\p{L}\p{N},'"’”)]$/u.test(toText(before)) && /^(\p{Ll}|[,.;)](\s|$))/u.test(toText(after))
}
