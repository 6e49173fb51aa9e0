// The corpora that retrieval is measured on: those of this repository, and any that a list names.
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../function/errors.ts'
import { ingestDefaults, parseLanguage } from '../index/command.ts'
import { writeFactbook } from './factbook.ts'

/** Documents with the questions about them. */
export interface Corpus {
  readonly name: string
  readonly questions: string
  readonly documents: string
  /** What the table stems in. */
  readonly language: string
  /** What people frame their questions in. */
  readonly speech: string
  /** Writes the documents, where a package holds them in another form. */
  readonly write?: (folder: string) => Promise<void>
}

const root = join(import.meta.dirname, '..')
const own = (name: string, documents: string, others: Partial<Corpus> = {}): Corpus => ({
  name,
  questions: join(root, 'eval/questions', `${name}.jsonl`),
  documents: join(root, documents),
  language: ingestDefaults.language,
  speech: others.language ?? ingestDefaults.language,
  ...others,
})

/** What comes with the repository and its packages. */
export const corpora: readonly Corpus[] = [
  own('documents', 'documents'),
  own('situations', 'documents'),
  own('conversations', 'documents'),
  own('fastify', 'node_modules/fastify/docs'),
  own('factbook', '.eval/factbook', { write: writeFactbook }),
  own('german', 'eval/documents/german', { language: 'German' }),
  own('french', 'eval/documents/french', { language: 'French' }),
  own('japanese', 'eval/documents/japanese', { speech: 'Japanese' }),
]

const listSchema = z.array(
  z.strictObject({
    name: z.string().min(1),
    questions: z.string(),
    documents: z.string(),
    language: z.string().default(ingestDefaults.language),
  }),
)

/** Reads a list of further corpora; paths are relative to the list. Throws ConfigError where it cannot be used. */
export async function readCorpora(path: string): Promise<Corpus[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ConfigError(`There is no file ${path}. Name a list of corpora: --corpora FILE.json`, { cause })
  })
  try {
    return listSchema.parse(JSON.parse(text)).map((corpus) => ({
      ...corpus,
      language: parseLanguage(corpus.language),
      speech: corpus.language,
      questions: resolve(dirname(path), corpus.questions),
      documents: resolve(dirname(path), corpus.documents),
    }))
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    throw new ConfigError(
      `${path} is not a list of corpora: it must be [{"name", "questions", "documents", "language"?}], with paths relative to it.`,
      { cause },
    )
  }
}
