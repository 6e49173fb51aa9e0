// Passages as a test writes them, and the words that they are read by.
import { type Reading, read } from '../function/answer/read.ts'
import { createVocabulary, toVocabularyText } from '../function/retrieval/lexicon/vocabulary.ts'
import { createWords } from '../function/retrieval/lexicon/words.ts'
import type { Passage } from '../function/retrieval/passages.ts'

export const toPassage = (text: string, about: Partial<Passage> = {}): Passage => ({
  id: 'pods.md#0',
  source: 'pods.md',
  title: 'Pods',
  heading: '',
  position: 0,
  page: null,
  url: null,
  text,
  sections: [],
  found: { start: 0, end: text.length },
  score: 1,
  bm25: 1,
  similarity: null,
  ...about,
})

export const language = await createWords('English')

/** Read as a table of these texts alone would be. */
export const readTexts = (
  question: string | { readonly last: string; readonly before: string },
  ...texts: ReadonlyArray<string | Passage>
): Reading => {
  const { last, before } = typeof question === 'string' ? { last: question, before: '' } : question
  const passages = texts.map((text) => (typeof text === 'string' ? toPassage(text) : text))
  const counts = new Map<string, number>()
  for (const { text } of passages)
    for (const term of new Set(language.toTerms(text))) counts.set(term, (counts.get(term) ?? 0) + 1)
  const vocabulary = createVocabulary(toVocabularyText(counts), passages.length)
  return read(last, passages, { languageName: 'English', language, vocabulary }, before)
}
