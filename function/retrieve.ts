import type { Table } from '@lancedb/lancedb'
import { z } from 'zod'
import type { Embed } from './embed.ts'
import { OllamaError } from './errors.ts'
import type { Manifest } from './table.ts'

/** A chunk returned for a question. `score` is its fused rank, 1 for a chunk that every search put first; `bm25` and `similarity` (cosine) are what each search said. */
export interface Passage {
  readonly id: string
  readonly source: string
  readonly title: string
  readonly heading: string
  readonly text: string
  readonly score: number
  readonly bm25: number | null
  readonly similarity: number | null
}

/** The passages for a question, best first; `refusal` says why they do not answer it, `notice` what the search lacked. */
interface Retrieval {
  readonly passages: readonly Passage[]
  readonly refusal: string | undefined
  readonly notice: string | undefined
}

export type Retrieve = (question: string, topK: number, signal: AbortSignal) => Promise<Retrieval>

const candidates = 50
const maxTerms = 64
/** Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion", SIGIR 2009: k = 60, ranks from 1. */
const rrfK = 60
/** Two passages that share this much of their words (Jaccard) say the same thing. */
const sameText = 0.9

const rowSchema = z.object({
  id: z.string(),
  source: z.string(),
  title: z.string(),
  heading: z.string(),
  text: z.string(),
  _score: z.number().optional(),
  _distance: z.number().optional(),
})

type Row = z.infer<typeof rowSchema>

const columns = ['id', 'source', 'title', 'heading', 'text']

/** Full-text and vector candidates, fused by reciprocal rank; without embeddings, or when the question cannot be embedded, full-text alone. */
export function createRetrieve(chunks: Table, manifest: Manifest, embed: Embed | null): Retrieve {
  return async (question, topK, signal) => {
    const [byWords, byMeaning] = await Promise.all([
      searchWords(chunks, question),
      searchMeaning(chunks, manifest, embed, question, signal),
    ])
    const fused = fuse(byMeaning.rows === undefined ? [byWords] : [byWords, byMeaning.rows])
    const refusal = fused.length === 0 ? 'No passage of the documents shares a word with the question.' : undefined
    return { passages: withoutRepeats(fused, topK), refusal, notice: byMeaning.notice }
  }
}

async function searchWords(chunks: Table, question: string): Promise<Row[]> {
  const terms = [...new Set(question.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu))].slice(0, maxTerms)
  if (terms.length === 0) return []
  const rows: unknown[] = await chunks
    .search(terms.join(' '), 'fts', 'indexed')
    .select([...columns, '_score'])
    .limit(candidates)
    .toArray()
  return rows.map((row) => rowSchema.parse(row))
}

interface MeaningSearch {
  readonly rows?: Row[]
  readonly notice?: string
}

/** Vector search, or a notice where the question could not be embedded in time: full-text search goes on without it. */
async function searchMeaning(
  chunks: Table,
  manifest: Manifest,
  embed: Embed | null,
  question: string,
  signal: AbortSignal,
): Promise<MeaningSearch> {
  if (manifest.embedding === null || embed === null) return {}
  try {
    const [vector = []] = await embed([manifest.embedding.queryPrefix + question], signal)
    const rows: unknown[] = await chunks
      .vectorSearch(vector)
      .distanceType('cosine')
      .select([...columns, '_distance'])
      .limit(candidates)
      .toArray()
    return { rows: rows.map((row) => rowSchema.parse(row)) }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    const why = error instanceof OllamaError ? ` ${error.message}` : ''
    return { notice: `Searched by words alone: the question could not be embedded.${why}` }
  }
}

function fuse(rankings: ReadonlyArray<readonly Row[]>): Passage[] {
  const best = rankings.length / (rrfK + 1)
  const passages = new Map<string, Passage>()
  for (const ranking of rankings) {
    for (const [index, row] of ranking.entries()) {
      const before = passages.get(row.id)
      passages.set(row.id, {
        id: row.id,
        source: row.source,
        title: row.title,
        heading: row.heading,
        text: row.text,
        score: (before?.score ?? 0) + 1 / (rrfK + index + 1) / best,
        bm25: row._score ?? before?.bm25 ?? null,
        similarity: row._distance === undefined ? (before?.similarity ?? null) : 1 - row._distance,
      })
    }
  }
  return [...passages.values()].sort((a, b) => b.score - a.score)
}

/** The first `topK` that say something new: a chunk that repeats a better one is left out. */
function withoutRepeats(passages: readonly Passage[], topK: number): Passage[] {
  const kept: Array<{ readonly passage: Passage; readonly words: ReadonlySet<string> }> = []
  for (const passage of passages) {
    if (kept.length === topK) break
    const words = new Set(passage.text.toLowerCase().match(/[\p{L}\p{N}]+/gu))
    if (kept.every((other) => jaccard(words, other.words) < sameText)) kept.push({ passage, words })
  }
  return kept.map(({ passage }) => passage)
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = a.intersection(b).size
  const all = a.size + b.size - shared
  return all === 0 ? 1 : shared / all
}
