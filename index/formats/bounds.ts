/** What would cost a Markdown parser time with the square of its length is read as the text that it is. */

import type { Nodes } from 'mdast'

/** How deep lists and quotes may stand in each other, and how far in a line may begin. */
const deepest = { marks: 100, columns: 200 }
/** How many marks one paragraph may have before they are plain characters. */
const most = { emphasis: 500, brackets: 3000 }
const shortestBlock = 1000
const nested = new RegExp(String.raw`^(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]))){${deepest.marks}}`)
const farIn = new RegExp(String.raw`^[ \t]{${deepest.columns},}(?=[-*+>\d])`)
const beginsBlock = /^\s*(?:[-*+>|#]|\d{1,9}[.)]\s)/
const fence = /^\s*(`{3,}|~{3,})/
/** How many comments may begin without an end. */
const mostOpenComments = 100

/** What stands for a mark until the text is parsed: to escape that many would cost as much as to read them. */
const standIns = new Map([...'*_~[]<>-+.)'].map((mark, index) => [mark, String.fromCharCode(0xe000 + index)]))
const marks = new Map([...standIns].map(([mark, standIn]) => [standIn, mark]))

function hide(text: string): string {
  return text.replace(/[*_~[\]<>\-+.)]/g, (mark) => standIns.get(mark) ?? mark)
}

/** Puts the marks of a tree back that were taken for plain characters. */
export function restoreMarks(node: Nodes): void {
  if ('value' in node) node.value = node.value.replace(/[\ue000-\ue00a]/g, (standIn) => marks.get(standIn) ?? standIn)
  if ('children' in node) for (const child of node.children) restoreMarks(child)
}

/** Markdown -> the same, with stand-ins for the marks that nest or repeat beyond all writing, and how many places that were. */
export function boundMarks(text: string): { readonly text: string; readonly count: number } {
  const closed = closeComments(text)
  let count = closed === text ? 0 : 1
  let closing: string | undefined
  const bounded: string[] = []
  let block: string[] = []
  const endBlock = (): void => {
    const joined = block.join('\n')
    block = []
    if (joined === '') return
    const plain = joined.length < shortestBlock ? joined : withoutMarks(joined)
    if (plain !== joined) count += 1
    bounded.push(plain)
  }
  for (const line of closed.split('\n')) {
    const mark = fence.exec(line)?.[1]
    if (closing !== undefined || mark !== undefined) {
      endBlock()
      bounded.push(line)
      if (closing === undefined) closing = mark
      else if (mark?.startsWith(closing)) closing = undefined
      continue
    }
    if (line.trim() === '' || beginsBlock.test(line)) endBlock()
    if (line.trim() === '') bounded.push(line)
    else if (nested.test(line) || farIn.test(line)) {
      count += 1
      bounded.push(hide(line.trim()))
    } else block.push(line)
  }
  endBlock()
  return { text: bounded.join('\n'), count }
}

function withoutMarks(block: string): string {
  const emphasis = block.match(/\*+|_+|~+/g)?.length ?? 0
  const brackets = block.match(/\[/g)?.length ?? 0
  const plain = emphasis > most.emphasis ? block.replace(/[*_~]/g, hide) : block
  return brackets > most.brackets ? plain.replace(/[[\]]/g, hide) : plain
}

/** Each comment that does not end is looked for to the end of the text. */
function closeComments(text: string): string {
  const last = text.lastIndexOf('-->')
  const rest = text.slice(last + 1)
  const open = rest.split('<!--').length - 1
  return open <= mostOpenComments ? text : text.slice(0, last + 1) + rest.replace(/<(?=!--)/g, hide)
}
