import { BooleanQuery, MatchQuery, Occur, type Table } from '@lancedb/lancedb'
import type { Embed } from '../embedding/embed.ts'
import { ModelFileError, OllamaError } from '../errors.ts'
import type { Manifest } from '../table/manifest.ts'
import { nearest } from '../table/open.ts'
import { feedbackTerms } from './feedback.ts'
import { identifierParts, namesIn } from './names.ts'
import { columns, createJoin, type Passage, type Row, rowSchema } from './passages.ts'
import { refusalFor } from './relevance.ts'
import { createTokenize, spaced, type Tokenize, unspacedWords } from './words.ts'

/** The passages for a question, best first; `refusal` says why they do not answer it, `notice` what the search lacked. */
interface Retrieval {
  readonly passages: readonly Passage[]
  readonly refusal: string | undefined
  readonly notice: string | undefined
  /** What the refusal was decided on, by name; `npm run eval` draws how well each separates. */
  readonly evidence: Readonly<Record<string, number | null>>
}

/** Which searches are made: by words, by meaning, or both. */
export const modes = ['full-text', 'vector', 'hybrid'] as const
export type Mode = (typeof modes)[number]

export type Retrieve = (question: string, topK: number, signal: AbortSignal) => Promise<Retrieval>

const candidates = 100
const maxTerms = 64
/** How much a word counts where it stands; measured, with what else was tried, in eval/README.md. */
const boosts = { text: 1, headings: 0.5, names: 0.05, parts: 0.3, feedback: 0.1 }
/** Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009) with ranks from 1; k and weights measured in eval/README.md. */
const rrfK = 10
/** What a rank by meaning counts, where a rank by words counts 1. */
const meaningWeight = { namesAsked: 0.6, allWordsFound: 1.2, noWordFound: 5.2 }
/** How many of the best candidates are read for the question's words, and for what it names. */
const coverageDepth = 5
const evidenceDepth = 20
/** A second search of a larger table takes too long; measured in bench/README.md. */
const maxFeedbackChunks = 20_000

/** Runs a search when it is its turn; gives up the wait once the signal is aborted. */
export type InTurn = <Result>(signal: AbortSignal, search: () => Promise<Result>) => Promise<Result>

export interface RetrieveOptions {
  readonly mode?: Mode
  readonly inTurn?: InTurn
}

/**
 * Full-text and vector candidates, fused by reciprocal rank, joined to passages; when the question cannot be embedded, full-text
 * alone. It is embedded before the search has its turn: a slow Ollama keeps nobody from the table.
 */
export function createRetrieve(
  chunks: Table,
  manifest: Manifest,
  embed: Embed | null,
  {
    mode = manifest.embedding === null ? 'full-text' : 'hybrid',
    inTurn = (_, search) => search(),
  }: RetrieveOptions = {},
): Retrieve {
  const join = createJoin(chunks)
  const tokenize = createTokenize(chunks)
  return async (question, topK, signal) => {
    const { vector, notice } = mode === 'full-text' ? noMeaning : await embedQuestion(manifest, embed, question, signal)
    return await inTurn(signal, async () => {
      const [found, byMeaning] = await Promise.all([
        mode === 'vector' ? [] : searchWords(chunks, question),
        vector === undefined ? noSearch : searchMeaning(chunks, manifest, vector),
      ])
      const alone = mode !== 'vector' && byMeaning.rows.length === 0
      const byWords = alone ? await searchFurther(chunks, manifest, question, found, tokenize) : found
      const covered = await coverageOf(question, toTexts(byWords, coverageDepth), tokenize)
      const fused = fuse(byWords, byMeaning.rows, weighMeaning(question, covered))
      const texts = toTexts(fused, evidenceDepth)
      const similarity = byMeaning.rows[0]?._distance === undefined ? null : 1 - byMeaning.rows[0]._distance
      const refusal = refusalFor({ question: spaced(question), similarity, texts }, covered, manifest.thresholds)
      const evidence = { coverage: covered, similarity }
      return { passages: await join(fused, topK), refusal, notice: notice ?? byMeaning.notice, evidence }
    })
  }
}

async function searchWords(chunks: Table, question: string, further: readonly string[] = []): Promise<Row[]> {
  const words = toTerms(question)
  if (words === '') return []
  const parts = toTerms(identifierParts(question))
  const searches = [
    [words, 'text', boosts.text],
    [words, 'headings', boosts.headings],
    [`${words} ${parts}`, 'names', boosts.names],
    [toTerms(unspacedWords(question)), 'words', boosts.text],
    [parts, 'text', boosts.parts],
    [further.join(' '), 'text', boosts.feedback],
  ] as const
  const query = new BooleanQuery(
    searches
      .filter(([terms]) => terms !== '')
      .map(([terms, column, boost]) => [Occur.Should, new MatchQuery(terms, column, { boost })]),
  )
  const rows: unknown[] = await chunks
    .search(query, 'fts')
    .select([...columns, '_score'])
    .limit(candidates)
    .toArray()
  return rows.map((row) => rowSchema.parse(row))
}

/** Where words are all there is, a question in other words than the documents' is asked again with what its best candidates share; one that names something needs no such help. */
async function searchFurther(
  chunks: Table,
  manifest: Manifest,
  question: string,
  found: Row[],
  tokenize: Tokenize,
): Promise<Row[]> {
  if (manifest.chunks > maxFeedbackChunks || namesIn(question).length > 0) return found
  const further = await feedbackTerms(question, found, tokenize)
  return further.length === 0 ? found : await searchWords(chunks, question, further)
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

interface Meaning {
  readonly vector: readonly number[] | undefined
  readonly notice: string | undefined
}

const noMeaning: Meaning = { vector: undefined, notice: undefined }

/** The vector of a question, or a notice where it could not be embedded in time: full-text search goes on without it. */
async function embedQuestion(
  { embedding }: Manifest,
  embed: Embed | null,
  question: string,
  signal: AbortSignal,
): Promise<Meaning> {
  if (embedding === null || embed === null) return noMeaning
  try {
    const [vector] = await embed([embedding.queryPrefix + question], signal)
    return { vector, notice: undefined }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    const why = error instanceof OllamaError || error instanceof ModelFileError ? ` ${error.message}` : ''
    return { vector: undefined, notice: `${byWordsAlone} the question could not be embedded.${why}` }
  }
}

interface MeaningSearch {
  readonly rows: Row[]
  readonly notice: string | undefined
}

const noSearch: MeaningSearch = { rows: [], notice: undefined }
const byWordsAlone = 'Searched by words alone:'

/** Vector search, or a notice where the vector does not fit the table's. */
async function searchMeaning(
  chunks: Table,
  { embedding, vectorIndex }: Manifest,
  vector: readonly number[],
): Promise<MeaningSearch> {
  try {
    const rows: unknown[] = await nearest(chunks, vector, vectorIndex)
      .select([...columns, '_distance'])
      .limit(candidates)
      .toArray()
    return { rows: rows.map((row) => rowSchema.parse(row)), notice: undefined }
  } catch {
    const notice = `${byWordsAlone} the table could not be searched by meaning. Where ${embedding?.model} was changed, make it anew: npm run ingest -- FOLDER`
    return { rows: [], notice }
  }
}

/** Names and identifiers are found by words. Other questions trust meaning the more, the fewer of their words the best match holds. */
function weighMeaning(question: string, covered: number): number {
  const { namesAsked, allWordsFound, noWordFound } = meaningWeight
  return namesIn(question).length > 0 ? namesAsked : noWordFound + (allWordsFound - noWordFound) * covered
}

function toTexts(rows: ReadonlyArray<Pick<Row, 'title' | 'heading' | 'text'>>, depth: number): string[] {
  return rows.slice(0, depth).map(({ title, heading, text }) => `${title} ${heading}\n${text}`)
}

function fuse(byWords: readonly Row[], byMeaning: readonly Row[], weightOfMeaning: number): Passage[] {
  const rankings = [
    { rows: byWords, weight: 1 },
    { rows: byMeaning, weight: weightOfMeaning },
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
async function coverageOf(question: string, texts: readonly string[], tokenize: Tokenize): Promise<number> {
  const [questionTerms, ...terms] = await tokenize([question, ...texts])
  const asked = new Set(questionTerms)
  if (asked.size === 0) return 1
  return Math.max(0, ...terms.map((held) => asked.intersection(new Set(held)).size)) / asked.size
}
