import { openTokenizer, type Tokenizer } from '../../function/embedding/word-pieces.ts'
import { type Chunk, chunkDocument } from '../chunk.ts'
import { loadDocument, noText } from '../load.ts'
import { type Site, toUrl } from '../urls.ts'

/** A document to parse, and how. */
export interface Job {
  readonly folder: string
  readonly source: string
  readonly maxTokens: number
  readonly site?: Site | undefined
}

/** What a document came to: its chunks, or why it has none. */
export interface Parsed {
  /** Where the document can be read on the web; null where that is not known. */
  readonly url: string | null
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
export async function parse({ folder, source, maxTokens, site }: Job): Promise<Parsed> {
  const document = await loadDocument(folder, source)
  const { hash } = document
  if ('why' in document) return { source, hash, url: null, title: '', chunks: [], why: document.why, lost: [] }
  tokenizer ??= openTokenizer()
  const chunks = chunkDocument(document, { maxTokens, count: countOnce(tokenizer.count) })
  const { title, lost } = document
  const url = toUrl(source, document.frontMatter, site)
  return { source, hash, url, title, chunks, lost, ...(chunks.length === 0 && { why: noText }) }
}

/** A piece of text is measured alone, and again where it is packed with others. */
function countOnce(count: (text: string) => number): (text: string) => number {
  const counted = new Map<string, number>()
  return (text) => {
    const tokens = counted.get(text) ?? count(text)
    counted.set(text, tokens)
    return tokens
  }
}
