// What a table knows of words: how its language writes them, and how rare each is in it.
import type { OpenTable } from '../../table/open.ts'
import { createVocabulary, type Vocabulary } from './vocabulary.ts'
import { createWords, type Words } from './words.ts'

export interface Lexicon {
  readonly languageName: string
  readonly language: Words
  readonly vocabulary: Vocabulary
}

/** Read when it is first asked for, and again only where that failed. */
export type LoadLexicon = () => Promise<Lexicon>

export function createLexicon({
  manifest,
  readVocabulary,
}: Pick<OpenTable, 'manifest' | 'readVocabulary'>): LoadLexicon {
  let loaded: Promise<Lexicon> | undefined
  const load = async (): Promise<Lexicon> => {
    const [language, text] = await Promise.all([createWords(manifest.language), readVocabulary()])
    return { languageName: manifest.language, language, vocabulary: createVocabulary(text, manifest.chunks) }
  }
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined
      throw error
    })
    return loaded
  }
}
