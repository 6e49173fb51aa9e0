// Passages as a test writes them, and the words that they are read by.
import { type Reading, read } from '../../../function/answer/read.ts'
import type { Passage } from '../../../function/retrieval/passages.ts'
import type { Tokenize } from '../../../function/retrieval/words.ts'

export const toPassage = (text: string, about: Partial<Passage> = {}): Passage => ({
  id: 'pods.md#0',
  source: 'pods.md',
  title: 'Pods',
  heading: '',
  position: 0,
  page: null,
  text,
  score: 1,
  bm25: 1,
  similarity: null,
  ...about,
})

const stopWords = new Set(
  'a an and are as at be by do does for how i in is it its of on or that the they this to was what when where which who with'.split(
    ' ',
  ),
)

/** Words in small letters, without the commonest, without a plural's s. */
export const tokenize: Tokenize = async (texts) =>
  texts.map((text) =>
    (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
      .filter((word) => !stopWords.has(word))
      .map((word) => word.replace(/(?<=\p{L}{3})s$/u, '')),
  )

export const readTexts = async (question: string, ...texts: ReadonlyArray<string | Passage>): Promise<Reading> =>
  await read(
    question,
    texts.map((text) => (typeof text === 'string' ? toPassage(text) : text)),
    tokenize,
  )
