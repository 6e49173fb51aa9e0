import { BooleanQuery, MatchQuery, Occur, type Table } from '@lancedb/lancedb'
import type { Embed } from './embed.ts'
import { OllamaError } from './errors.ts'
import { refusalFor } from './evidence.ts'
import { identifierParts } from './names.ts'
import { columns, createJoin, type Passage, type Row, rowSchema } from './passages.ts'
import { type Manifest, nearest } from './table.ts'
import { createTokenize, spaced, unspacedWords } from './words.ts'

/** The passages for a question, best first; `refusal` says why they do not answer it, `notice` what the search lacked. */
interface Retrieval {
  readonly passages: readonly Passage[]
  readonly refusal: string | undefined
  readonly notice: string | undefined
}

/** Which searches are made: by words, by meaning, or both. */
export const modes = ['full-text', 'vector', 'hybrid'] as const
export type Mode = (typeof modes)[number]

export type Retrieve = (question: string, topK: number, signal: AbortSignal) => Promise<Retrieval>

const candidates = 100
const maxTerms = 64
/** How much a word counts where it stands; measured, with what else was tried, in eval/README.md. */
const boosts = { text: 1, headings: 0.5, names: 0.05, parts: 0.3 }
/** Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009) with ranks from 1; k and weight measured in eval/README.md. */
const rrfK = 10
const meaningWeight = 1.2
/** How many of the best candidates are read for what the question names. */
const evidenceDepth = 20

/** Full-text and vector candidates, fused by reciprocal rank, joined to passages; when the question cannot be embedded, full-text alone. */
export function createRetrieve(
  chunks: Table,
  manifest: Manifest,
  embed: Embed | null,
  mode: Mode = manifest.embedding === null ? 'full-text' : 'hybrid',
): Retrieve {
  const join = createJoin(chunks)
  const coverage = createCoverage(chunks)
  return async (question, topK, signal) => {
    const [byWords, byMeaning] = await Promise.all([
      mode === 'vector' ? [] : searchWords(chunks, question),
      mode === 'full-text' ? noSearch : searchMeaning(chunks, manifest, embed, question, signal),
    ])
    const fused = fuse(byWords, byMeaning.rows)
    const texts = fused.slice(0, evidenceDepth).map(({ title, heading, text }) => `${title} ${heading}\n${text}`)
    const similarity = byMeaning.rows[0]?._distance === undefined ? null : 1 - byMeaning.rows[0]._distance
    const refusal = refusalFor(
      { question: spaced(question), similarity, texts },
      await coverage(question, texts.slice(0, 5)),
      manifest.thresholds,
    )
    return { passages: await join(fused, topK), refusal, notice: byMeaning.notice }
  }
}

async function searchWords(chunks: Table, question: string): Promise<Row[]> {
  const words = toTerms(question)
  if (words === '') return []
  const parts = toTerms(identifierParts(question))
  const unspaced = toTerms(unspacedWords(question))
  const match = (terms: string, column: string, boost: number): [Occur, MatchQuery] => [
    Occur.Should,
    new MatchQuery(terms, column, { boost }),
  ]
  const query = new BooleanQuery([
    match(words, 'text', boosts.text),
    match(words, 'headings', boosts.headings),
    match(`${words} ${parts}`, 'names', boosts.names),
    ...(unspaced === '' ? [] : [match(unspaced, 'words', boosts.text)]),
    ...(parts === '' ? [] : [match(parts, 'text', boosts.parts)]),
  ])
  const rows: unknown[] = await chunks
    .search(query, 'fts')
    .select([...columns, '_score'])
    .limit(candidates)
    .toArray()
  return rows.map((row) => rowSchema.parse(row))
}

/** A repeated term would count twice, and thousands of them would take a second. */
function toTerms(text: string): string {
  return [
    ...new Set(
      spaced(text)
        .toLowerCase()
        .match(/[\p{L}\p{N}\p{M}]+/gu),
    ),
  ]
    .slice(0, maxTerms)
    .join(' ')
}

interface MeaningSearch {
  readonly rows: Row[]
  readonly notice: string | undefined
}

const noSearch: MeaningSearch = { rows: [], notice: undefined }

/** Vector search, or a notice where the question could not be embedded in time: full-text search goes on without it. */
async function searchMeaning(
  chunks: Table,
  { embedding, vectorIndex }: Manifest,
  embed: Embed | null,
  question: string,
  signal: AbortSignal,
): Promise<MeaningSearch> {
  if (embedding === null || embed === null) return noSearch
  try {
    const [vector = []] = await embed([embedding.queryPrefix + question], signal)
    const rows: unknown[] = await nearest(chunks, vector, vectorIndex)
      .select([...columns, '_distance'])
      .limit(candidates)
      .toArray()
    return { rows: rows.map((row) => rowSchema.parse(row)), notice: undefined }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    const why = error instanceof OllamaError ? ` ${error.message}` : ''
    return { rows: [], notice: `Searched by words alone: the question could not be embedded.${why}` }
  }
}

function fuse(byWords: readonly Row[], byMeaning: readonly Row[]): Passage[] {
  const rankings = [
    { rows: byWords, weight: 1 },
    { rows: byMeaning, weight: meaningWeight },
  ].filter(({ rows }) => rows.length > 0)
  const best = rankings.reduce((sum, { weight }) => sum + weight / (rrfK + 1), 0)
  const passages = new Map<string, Passage>()
  for (const { rows, weight } of rankings) {
    for (const [index, { _score, _distance, ...chunk }] of rows.entries()) {
      const before = passages.get(chunk.id)
      passages.set(chunk.id, {
        ...chunk,
        score: (before?.score ?? 0) + weight / (rrfK + index + 1) / best,
        bm25: _score ?? before?.bm25 ?? null,
        similarity: _distance === undefined ? (before?.similarity ?? null) : 1 - _distance,
      })
    }
  }
  return [...passages.values()].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
}

/** The share of a question's terms, as the index sees them, that the one of these texts holds that holds most. */
function createCoverage(chunks: Table): (question: string, texts: readonly string[]) => Promise<number> {
  const tokenize = createTokenize(chunks)
  return async (question, texts) => {
    const asked = new Set(await tokenize(question))
    if (asked.size === 0) return 1
    const held = await Promise.all(texts.map(async (text) => asked.intersection(new Set(await tokenize(text))).size))
    return Math.max(0, ...held) / asked.size
  }
}
