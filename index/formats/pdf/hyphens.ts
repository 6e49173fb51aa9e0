/** Whether a hyphen at the end of a line belongs to the word or only parted it there. */
import { closeSync, openSync, readSync } from 'node:fs'
import { modelPath, partOf } from '../../../function/embedding/model-file.ts'

/** Joins two lines of which the first ends with a hyphen: `known` are the document's words. */
export function joinHyphen(before: string, after: string, known: ReadonlySet<string>): string {
  const joined = before.slice(0, -1) + after
  const first = /[\p{L}\p{M}]+(?=-$)/u.exec(before)?.[0] ?? ''
  const second = /^[\p{L}\p{M}]+/u.exec(after)?.[0] ?? ''
  const isOption = /(^|\s)--?[\w-]*-$/.test(before)
  const isName = /^[\p{L}\p{M}]*[\d._/@]\S/u.test(after)
  if (first === '' || !/^\p{Ll}/u.test(second) || isOption || isName) return before + after
  const word = (first + second).toLowerCase()
  if (known.has(`${first}-${second}`.toLowerCase())) return before + after
  if (isKnown(word, known)) return joined
  return isWord(first) && isWord(second) ? before + after : joined
}

/** Whether a document has a word, or English in general. */
export function isKnown(word: string, known: ReadonlySet<string>): boolean {
  return known.has(word.toLowerCase()) || isWord(word)
}

/** Takes back a hyphen within a line that only ever parted a word: neither half is one, the whole is. */
export function withoutSoftHyphens(text: string): string {
  return text.replace(/(?<![\p{L}-])(\p{L}{2,})-(\p{Ll}{2,})(?![\p{L}-])/gu, (whole, first: string, second: string) =>
    !isWord(first) && !isWord(second) && isWord(first + second) ? first + second : whole,
  )
}

/** The words of a document, lower case, those with a hyphen as a whole. */
export function wordsOf(texts: Iterable<string>): Set<string> {
  const words = new Set<string>()
  for (const text of texts)
    for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{M}]+(-[\p{L}\p{M}]+)*(?!-)/gu)) words.add(word)
  return words
}

let vocabulary: ReadonlySet<string> | undefined

/** Whether the vocabulary of the embedding model has it, which is of English and of names in general. */
function isWord(text: string): boolean {
  vocabulary ??= readVocabulary()
  return vocabulary.has(text.toLowerCase())
}

function readVocabulary(): ReadonlySet<string> {
  const { offset, bytes } = partOf('vocabulary')
  const buffer = Buffer.alloc(bytes)
  const file = openSync(modelPath, 'r')
  try {
    readSync(file, buffer, 0, bytes, offset)
  } finally {
    closeSync(file)
  }
  return new Set(
    buffer
      .toString()
      .split('\n')
      .filter((token) => token.length > 1 && !token.startsWith('##')),
  )
}
