import { stripVTControlCharacters } from 'node:util'
import type { Nodes } from 'mdast'

/** Marks that no reader sees and that part a word for a search: soft hyphens, zero-width spaces, direction marks, a byte-order mark within. */
const invisible = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g
const spaces = /[\u00a0\u2000-\u200a\u202f\u205f]/g
const ligatures: Readonly<Record<string, string>> = {
  ﬀ: 'ff',
  ﬁ: 'fi',
  ﬂ: 'fl',
  ﬃ: 'ffi',
  ﬄ: 'ffl',
  ﬅ: 'st',
  ﬆ: 'st',
}

/** A text as one types it: composed letters, plain spaces and hyphens, nothing invisible. Numbers, exponents and signs stay as they are. */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(invisible, '')
    .replace(spaces, ' ')
    .replace(/[\u2010\u2011]/g, '-')
    .replace(/[ﬀ-ﬆ]/g, (ligature) => ligatures[ligature] ?? ligature)
    .normalize('NFC')
}

/** Cleans every text of a tree in place. */
export function cleanTree(node: Nodes): void {
  if ('value' in node) node.value = cleanText(node.value)
  if ('alt' in node && node.alt) node.alt = cleanText(node.alt)
  if ('children' in node) for (const child of node.children) cleanTree(child)
}
