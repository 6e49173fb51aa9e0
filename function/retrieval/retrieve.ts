// A question -> the passages that answer it best: one search by words, one by meaning, fused, and joined to what stands around them.
import { BooleanQuery, type FullTextQuery, MatchQuery, Occur, type Table } from '@lancedb/lancedb'
import type { Embed } from '../embedding/embed.ts'
import { isReadable } from '../embedding/engine.ts'
import { ModelFileError, OllamaError } from '../errors.ts'
import type { Manifest } from '../table/manifest.ts'
import { nearest, type OpenTable } from '../table/open.ts'
import { createLexicon, type LoadLexicon } from './lexicon/lexicon.ts'
import type { Vocabulary } from './lexicon/vocabulary.ts'
import type { Word } from './lexicon/words.ts'
import { findUnmentioned, hardlyAWord, mendedNotice, noSharedWord, unmentionedNotice } from './notices.ts'
import { type Hit, type Passage, reach, toPassages } from './passages.ts'
import { aroundBoost, isOneSentence, readQuestion } from './question.ts'
import { refusalFor, weigh } from './relevance.ts'
import { createReadRows } from './rows.ts'

/** The passages for a question, best first; `refusal` says why they do not answer it, `notice` what the search lacked. */
export interface Retrieval {
  readonly passages: readonly Passage[]
  readonly refusal: string | undefined
  readonly notice: string | undefined
  /** Names in the question that no passage has. */
  readonly unmentioned: readonly string[]
  /** What the refusal was decided on, by name; `npm run eval` draws how well each separates. */
  readonly evidence: Readonly<Record<string, number | null>>
}

/** Which searches are made: by words, by meaning, or both. */
export const modes = ['full-text', 'vector', 'hybrid'] as const
export type Mode = (typeof modes)[number]

/** `context` is what was said before: its words count less than those of the question. */
export type Retrieve = (question: string, topK: number, signal: AbortSignal, context?: string) => Promise<Retrieval>

const candidates = 50
/** In a larger table LanceDB takes twice as long to add columns up as to search them one by one: there the best of each are added here. Measured in bench/README.md. */
const maxJointChunks = 10_000
const candidatesEach = 100
/** Of a long question the rarest words are searched for. */
const maxTerms = 32
/** How much a word in a heading counts, where one in the text counts 1; measured in eval/README.md, as are the next two. */
const headingsBoost = 0.5
/** Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009), with ranks from 1. */
const rrfK = 10
/**
 * What a rank by meaning counts, where a rank by words counts 1: `most` where the words find little of the question, `least` where
 * their best chunk holds it. That is seen by its BM25 over the rarity of what is asked, between `little` and `whole`.
 */
const meaningWeight = { most: 2, least: 1, little: 0.5, whole: 1.2 }
/** How many of the best candidates are read for what they hold of the question. */
const evidenceDepth = 20

/** Runs a search when it is its turn; gives up the wait once the signal is aborted. */
export type InTurn = <Result>(signal: AbortSignal, search: () => Promise<Result>) => Promise<Result>

export interface RetrieveOptions {
  readonly mode?: Mode
  readonly inTurn?: InTurn
  /** Where others use the table's words too. */
  readonly loadLexicon?: LoadLexicon
}

/**
 * Full-text and vector candidates, fused by reciprocal rank, joined to passages; when the question cannot be embedded, full-text
 * alone. The words are searched while it is embedded, for which no turn is taken: a slow Ollama keeps nobody from the table.
 */
export function createRetrieve(
  table: OpenTable,
  embed: Embed | null,
  {
    mode = table.manifest.embedding === null ? 'full-text' : 'hybrid',
    inTurn = (_, search) => search(),
    loadLexicon = createLexicon(table),
  }: RetrieveOptions = {},
): Retrieve {
  const { chunks, manifest } = table
  const readRows = createReadRows(chunks)
  return async (question, topK, signal, context = '') => {
    const reading = loadLexicon().then((lexicon) => ({ lexicon, read: readQuestion(question, lexicon) }))
    // A cold start has no words yet, and its first question need not wait for them to be embedded.
    const toSaid = async (): Promise<string> => (isOneSentence(question) ? question : (await reading).read.said)
    const [{ lexicon, read }, byWords, { vector, notice }] = await Promise.all([
      reading,
      inTurn(signal, async () => {
        const { lexicon, read } = await reading
        const around = [...read.around, ...lexicon.language.read(context)]
        return mode === 'vector'
          ? []
          : await searchWords(chunks, read.asked.flat(), around, lexicon.vocabulary, manifest.chunks)
      }),
      mode === 'full-text'
        ? noMeaning
        : toSaid().then((said) => embedQuestion(manifest, embed, `${context}\n${said}`.trim(), signal)),
    ])
    return await inTurn(signal, async () => {
      const byMeaning = vector === undefined ? noSearch : await searchMeaning(chunks, manifest, vector)
      const ranked = fuse(byWords, byMeaning.found, weighMeaning(byWords, read.asked.flat(), lexicon.vocabulary))
      const rows = await readRows(toRead(ranked, topK))
      const hits = ranked.flatMap(({ rowId, ...scores }) => {
        const row = rows.get(rowId)
        return row === undefined ? [] : [{ row, ...scores }]
      })
      const best = hits.slice(0, evidenceDepth).map(({ row }) => row)
      const evidence = weigh(read.asked, best, lexicon.vocabulary, byMeaning.found[0]?.value ?? null)
      const passages = toPassages(hits, new Map([...rows.values()].map((row) => [row.id, row])), topK)
      const refusal = hits.length === 0 ? noSharedWord : refusalFor(evidence, manifest.thresholds)
      const foreign = read.foreign && evidence.similarity === null ? hardlyAWord : undefined
      const unmentioned = findUnmentioned(read, best, passages, manifest.language)
      const notices = [
        notice,
        byMeaning.notice,
        refusal === undefined ? foreign : undefined,
        mendedNotice(read.mended, best, lexicon.language),
        unmentionedNotice(unmentioned),
      ].filter((text) => text !== undefined)
      return {
        passages,
        refusal: refusal === undefined ? undefined : (foreign ?? refusal),
        notice: notices.length === 0 ? undefined : notices.join(' '),
        unmentioned,
        evidence: { ...evidence },
      }
    })
  }
}

/** What one of the two searches said of a chunk: its BM25, or its cosine. */
interface Found {
  readonly rowId: bigint
  readonly value: number
}

/** The terms that the table has, the rarest first. */
function toTerms(words: readonly Word[], { count }: Vocabulary): string {
  const terms = new Set(words.flatMap(({ term, parts }) => [term, ...parts]))
  return [...terms]
    .map((term) => ({ term, held: count(term) }))
    .filter(({ held }) => held > 0)
    .sort((a, b) => a.held - b.held)
    .slice(0, maxTerms)
    .map(({ term }) => term)
    .join(' ')
}

async function searchWords(
  chunks: Table,
  asked: readonly Word[],
  around: readonly Word[],
  vocabulary: Vocabulary,
  size: number,
): Promise<Found[]> {
  const text = toTerms(asked, vocabulary)
  const further = toTerms(around, vocabulary)
  const queries = [
    ...(text === '' ? [] : [new MatchQuery(text, 'words'), new MatchQuery(text, 'headings', { boost: headingsBoost })]),
    ...(further === '' ? [] : [new MatchQuery(further, 'words', { boost: aroundBoost })]),
  ]
  if (queries.length === 0) return []
  const joint = size <= maxJointChunks
  const parts = joint ? [new BooleanQuery(queries.map((match) => [Occur.Should, match]))] : queries
  const found = await Promise.all(parts.map((query) => searchOnce(chunks, query, joint ? candidates : candidatesEach)))
  const sums = new Map<bigint, number>()
  for (const { _rowid, _score } of found.flat()) sums.set(_rowid, (sums.get(_rowid) ?? 0) + _score)
  return [...sums]
    .map(([rowId, value]) => ({ rowId, value }))
    .sort((a, b) => b.value - a.value)
    .slice(0, candidates)
}

interface Scored {
  readonly _rowid: bigint
  readonly _score: number
}

async function searchOnce(chunks: Table, query: FullTextQuery, limit: number): Promise<Scored[]> {
  return await chunks.search(query, 'fts').select(['_score']).withRowId().limit(limit).toArray()
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
  // Its vector would only stand in the way of the words.
  if (embedding.engine === 'built-in' && !isReadable(question)) return noMeaning
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
  readonly found: readonly Found[]
  readonly notice: string | undefined
}

const noSearch: MeaningSearch = { found: [], notice: undefined }
const byWordsAlone = 'Searched by words alone:'

/** Vector search, or a notice where the vector does not fit the table's. */
async function searchMeaning(
  chunks: Table,
  { embedding, vectorIndex }: Manifest,
  vector: readonly number[],
): Promise<MeaningSearch> {
  try {
    const rows: Array<{ readonly _rowid: bigint; readonly _distance: number }> = await nearest(
      chunks,
      vector,
      vectorIndex,
    )
      .select(['_distance'])
      .withRowId()
      .limit(candidates)
      .toArray()
    return { found: rows.map(({ _rowid, _distance }) => ({ rowId: _rowid, value: 1 - _distance })), notice: undefined }
  } catch {
    const notice = `${byWordsAlone} the table could not be searched by meaning. Where ${embedding?.model} was changed, make it anew: npm run ingest -- FOLDER`
    return { found: [], notice }
  }
}

type Ranked = Omit<Hit, 'row'> & { readonly rowId: bigint }

function weighMeaning(byWords: readonly Found[], asked: readonly Word[], { rarity }: Vocabulary): number {
  const { most, least, little, whole } = meaningWeight
  const terms = new Set(asked.map(({ term }) => term))
  const rarities = [...terms].reduce((sum, term) => sum + rarity(term), 0)
  const held = ((byWords[0]?.value ?? 0) / Math.max(rarities, Number.EPSILON) - little) / (whole - little)
  return most - (most - least) * Math.min(1, Math.max(0, held))
}

/** A score of 1 is a chunk that every search that found anything put first. */
function fuse(byWords: readonly Found[], byMeaning: readonly Found[], weight: number): Ranked[] {
  const best = (Number(byWords.length > 0) + (byMeaning.length > 0 ? weight : 0)) / (rrfK + 1)
  const ranked = new Map<bigint, Ranked>()
  for (const [index, { rowId, value }] of byWords.entries())
    ranked.set(rowId, { rowId, score: 1 / (rrfK + index + 1) / best, bm25: value, similarity: null })
  for (const [index, { rowId, value }] of byMeaning.entries()) {
    const { score = 0, bm25 = null } = ranked.get(rowId) ?? {}
    ranked.set(rowId, { rowId, score: score + weight / (rrfK + index + 1) / best, bm25, similarity: value })
  }
  return [...ranked.values()].sort((a, b) => b.score - a.score || (a.rowId < b.rowId ? -1 : 1))
}

/** The best chunks, and the neighbours of those that may become passages, by row id: an ingest writes a document's rows one after the other. */
function toRead(ranked: readonly Ranked[], topK: number): Set<bigint> {
  const ids = new Set(ranked.slice(0, Math.max(evidenceDepth, 2 * topK)).map(({ rowId }) => rowId))
  for (const { rowId } of ranked.slice(0, 2 * topK))
    for (let step = -reach; step <= reach; step += 1) if (rowId + BigInt(step) >= 0n) ids.add(rowId + BigInt(step))
  return ids
}
