import { openTokenizer, type Tokenizer } from '../../function/embedding/word-pieces.ts'
import { type Chunk, chunkDocument } from '../chunk.ts'
import { loadDocument, noText } from '../load.ts'

/** What a document came to: its chunks, or why it has none. */
export interface Parsed {
  readonly source: string
  readonly hash: string
  readonly title: string
  readonly chunks: readonly Chunk[]
  /** Why it was skipped, where it was. */
  readonly why?: string
  readonly lost: readonly string[]
}

let tokenizer: Tokenizer | undefined

/** Reads one document and cuts it into chunks. */
export async function parse(folder: string, source: string, maxTokens: number): Promise<Parsed> {
  const document = await loadDocument(folder, source)
  const { hash } = document
  if ('why' in document) return { source, hash, title: '', chunks: [], why: document.why, lost: [] }
  tokenizer ??= openTokenizer()
  const chunks = chunkDocument(document, { maxTokens, count: tokenizer.count })
  const { title, lost } = document
  return { source, hash, title, chunks, lost, ...(chunks.length === 0 && { why: noText }) }
}
