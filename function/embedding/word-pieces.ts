// Text -> the tokens of all-MiniLM-L6-v2: BERT's WordPiece without case, as Hugging Face's tokenizers library does it.
import { startKernel } from './kernel.ts'
import { align, readVocabulary, vocabularySize } from './model-file.ts'

export interface Tokenizer {
  /** The ids of a text's tokens, between [CLS] and [SEP]; not cut. */
  readonly encode: (text: string) => number[]
  /** How many tokens a text fills, without those two; a word that the model does not know counts as its characters. */
  readonly count: (text: string) => number
}

/** Reads the model's tokens. Throws ModelFileError. */
export function openTokenizer(): Tokenizer {
  return createTokenizer(readVocabulary())
}

let shared: Tokenizer | null | undefined

/** Whether a word is a token by itself, as the common words of English are; none is where the model cannot be read. The tokens are read when the first word is asked for. */
export function isCommonWord(word: string): boolean {
  if (shared === undefined) {
    try {
      shared = openTokenizer()
    } catch {
      shared = null
    }
  }
  return shared?.count(word) === 1
}

const maxWordCharacters = 100
/** Of the kernel's hash table: twice as many as there are tokens, so that a search is short. */
const slots = 1 << 16
const encoder = new TextEncoder()
const continues = encoder.encode('##')
/** How many words' counts are kept: the same come again and again. */
const mostCounted = 20_000

/** `vocabulary`: a token a line, whose number is its id; what continues a word begins with ##. */
export function createTokenizer(vocabulary: Uint8Array): Tokenizer {
  const { starts, table, longest } = indexTokens(vocabulary)

  /** The id of the token that these bytes with this hash are, or -1. */
  const find = (hash: number, continuing: boolean, bytes: Uint8Array, start: number, end: number): number => {
    const before = continuing ? continues.length : 0
    for (let slot = hash & (slots - 1); table[slot] !== 0; slot = (slot + 1) & (slots - 1)) {
      const id = (table[slot] ?? 0) - 1
      const from = starts[id] ?? 0
      if ((starts[id + 1] ?? 0) - 1 - from !== before + end - start) continue
      let same = !continuing || (vocabulary[from] === continues[0] && vocabulary[from + 1] === continues[1])
      for (let index = start; same && index < end; index += 1)
        same = vocabulary[from + before + index - start] === bytes[index]
      if (same) return id
    }
    return -1
  }
  const idOf = (token: string): number => {
    const bytes = encoder.encode(token)
    return find(bytes.reduce(hashByte, seed), false, bytes, 0, bytes.length)
  }
  const [first, last, unknown] = [idOf('[CLS]'), idOf('[SEP]'), idOf('[UNK]')]
  const afterContinues = continues.reduce(hashByte, seed)
  const room = new Uint8Array(maxWordCharacters * 4)

  /** The longest token that begins the rest of a word, again and again; where nothing does, the whole word is unknown. */
  const encodeWord = (word: string, ids: number[]): void => {
    const { read, written } = encoder.encodeInto(word, room)
    const known = ids.length
    let start = read < word.length || characters(word) > maxWordCharacters ? -1 : 0
    while (start >= 0 && start < written) {
      let hash = start > 0 ? afterContinues : seed
      let best = -1
      let bestEnd = start
      for (let end = start + 1; end <= Math.min(written, start + longest); end += 1) {
        hash = hashByte(hash, room[end - 1] ?? 0)
        const id = find(hash, start > 0, room, start, end)
        if (id >= 0) {
          best = id
          bestEnd = end
        }
      }
      if (best >= 0) ids.push(best)
      start = best >= 0 ? bestEnd : -1
    }
    if (start >= 0) return
    ids.length = known
    ids.push(unknown)
  }

  const counted = new Map<string, number>()
  const countWord = (word: string): number => {
    const known = counted.get(word)
    if (known !== undefined) return known
    const ids: number[] = []
    encodeWord(word, ids)
    const count = ids[0] === unknown ? characters(word) : ids.length
    if (counted.size >= mostCounted) counted.clear()
    counted.set(word, count)
    return count
  }

  return {
    encode(text) {
      const ids = [first]
      for (const word of toWords(text)) encodeWord(word, ids)
      ids.push(last)
      return ids
    },
    count: (text) => toWords(text).reduce((sum, word) => sum + countWord(word), 0),
  }
}

/** FNV-1a of 32 bits. */
const seed = 0x811c9dc5
function hashByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193) >>> 0
}

/** Where each token begins, and a hash table of the ids, each one more than it is. */
interface Index {
  readonly starts: Int32Array
  readonly table: Uint16Array
  readonly longest: number
}

/** Made by the kernel: a map of 30,000 strings would take longer to make than a question to embed. */
function indexTokens(vocabulary: Uint8Array): Index {
  const startsAt = align(vocabulary.length)
  const tableAt = startsAt + align((vocabularySize + 1) * 4)
  const { kernel, memory } = startKernel(tableAt + slots * 2)
  new Uint8Array(memory).set(vocabulary)
  const longest = kernel.indexTokens(0, vocabulary.length, startsAt, tableAt)
  const starts = new Int32Array(memory, startsAt, vocabularySize + 1)
  return { starts, table: new Uint16Array(memory, tableAt, slots), longest }
}

function characters(word: string): number {
  let count = 0
  for (const _ of word) count += 1
  return count
}

/** Of the rest there is nothing to take out. */
const beyondPlain = /[^\t\n\r -~]/
const removed = /[\0\ufffd]|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu
const ideograph =
  /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu
const words = /[!-/:-@[-`{-~\p{P}]|[^\s!-/:-@[-`{-~\p{P}]+/gu

/** Without control characters, accents and case; each ideograph and each punctuation mark is a word of its own. */
function toWords(text: string): string[] {
  const plain = beyondPlain.test(text)
    ? text
        .replace(removed, '')
        .replace(ideograph, ' $& ')
        .normalize('NFD')
        .replace(/\p{Mn}/gu, '')
    : text
  // Letter by letter a capital sigma is never a final one.
  return plain.replaceAll('Σ', 'σ').toLowerCase().match(words) ?? []
}
