import { availableParallelism } from 'node:os'
import type { Table } from '@lancedb/lancedb'
import pRetry, { AbortError } from 'p-retry'
import type { Config } from '../function/config.ts'
import { createBuiltIn } from '../function/embedding/built-in.ts'
import {
  createEmbedder,
  type Embed,
  type EmbeddingPrefixes,
  prefixesFor,
  withinBudget,
} from '../function/embedding/embed.ts'
import { maxTokens as builtInMaxTokens, modelName, width } from '../function/embedding/model-file.ts'
import { verifyModel } from '../function/embedding/verify.ts'
import { ConfigError, OllamaError, type OllamaErrorKind } from '../function/errors.ts'
import { lookAtOllama } from '../function/ollama/client.ts'
import { findContext } from '../function/ollama/models.ts'
import type { Manifest } from '../function/table/manifest.ts'
import type { OpenTable } from '../function/table/open.ts'
import { batches } from './batches.ts'
import { type Chunk, halve, toEmbeddedText } from './chunk.ts'
import { ingestDefaults } from './command.ts'

/** The model that embeds the chunks, as it is found at the start. */
export interface Embedding extends EmbeddingPrefixes {
  readonly engine: 'built-in' | 'ollama'
  readonly model: string
  readonly dimension: number
  /** What Ollama loads the model with, where it is known. */
  readonly contextTokens?: number
  readonly embed: Embed
  readonly close: () => Promise<void>
}

/** A chunk with its embedding; without an embedding model, with none. */
export type EmbeddedChunk = readonly [Chunk, readonly number[] | undefined]

const multilingual =
  "Multilingual models of Ollama's are made for that: EMBEDDING_MODEL=bge-m3, snowflake-arctic-embed2 or embeddinggemma."
/** What an ingest says where most chunks are in a script that the built-in model has no words of. */
export const unreadableNotice = `Most of the text is in a script that the built-in model cannot read: questions in it are searched by words alone. ${multilingual}`

/** Ollama embeds one batch at a time: this many let a question in between, and lose little where one of them is too long. */
const embedBatch = 16
/** The built-in model embeds on all processors at once. */
const builtInBatch = 64
/** Less text than this is not cut any further. */
const leastCharacters = 8
const embedTimeoutMs = 300_000
/** What another try may mend. */
const passing: ReadonlySet<OllamaErrorKind> = new Set(['unreachable', 'busy', 'failed', 'nonsense', 'timeout'])

/**
 * The model that the configuration names, or null where it names none: the operator then hears what that costs. Throws
 * ModelFileError, ConfigError where the chunks would be longer than the built-in model reads, or OllamaError where the model
 * is not to be had: words alone are what somebody asked for, not what is left.
 */
export async function findEmbedding(
  config: Config,
  { maxTokens, language }: { readonly maxTokens: number; readonly language: string },
  notice: (text: string) => void,
  signal: AbortSignal,
): Promise<Embedding | null> {
  if (config.embeddingModel === null) {
    notice(
      'EMBEDDING_MODEL is none. The table is full-text only: questions in other words than the documents use will find less.',
    )
    return null
  }
  if (config.embeddingModel === 'built-in') {
    if (language !== ingestDefaults.language)
      notice(`The built-in model learned from English; in ${language} it finds less by meaning. ${multilingual}`)
    return await openBuiltIn(maxTokens)
  }
  const model = config.embeddingModel
  try {
    await lookAtOllama(config, signal)
    const contextTokens = await findContext(config, model, signal)
    const context = contextTokens === undefined ? {} : { contextTokens }
    const embedder = createEmbedder(config, { model, ...context })
    const embed = withRetries(withinBudget(embedder.embed, embedTimeoutMs))
    const [probe = []] = await embed(['dimension'], signal)
    const close = async (): Promise<void> => {}
    return { engine: 'ollama', model, dimension: probe.length, ...context, embed, close, ...prefixesFor(model) }
  } catch (error) {
    if (!(error instanceof OllamaError)) throw error
    throw new OllamaError(
      error.kind,
      `${error.message} (OLLAMA_HOST is ${config.ollamaHost}.)\nThe model ${model} of Ollama's was to embed the documents. Without Ollama: EMBEDDING_MODEL=built-in; for a table of words alone: EMBEDDING_MODEL=none.`,
      { cause: error },
    )
  }
}

/** On all processors. Its file is read whole: a wrong vector would not be seen in the table. */
async function openBuiltIn(maxTokens: number): Promise<Embedding> {
  if (maxTokens > builtInMaxTokens) {
    throw new ConfigError(
      `--max-tokens is ${maxTokens}, and the built-in model reads ${builtInMaxTokens} tokens of a chunk. Give no more than that, or set EMBEDDING_MODEL to a model of Ollama's that reads more.`,
    )
  }
  await verifyModel()
  const { embed, close } = createBuiltIn({ threads: availableParallelism() })
  const model = { engine: 'built-in', model: modelName, dimension: width } as const
  return { ...model, embed, close, documentPrefix: '', queryPrefix: '' }
}

/** Transient failures are tried again, four times within about 15 s; what no retry can mend is thrown at once. */
function withRetries(embed: Embed): Embed {
  return (texts, signal) =>
    pRetry(
      () =>
        embed(texts, signal).catch((error: unknown) => {
          const permanent = error instanceof OllamaError && !passing.has(error.kind)
          throw permanent ? new AbortError(error) : error instanceof Error ? error : new Error(String(error))
        }),
      { retries: 4, signal },
    )
}

/** Chunks -> chunks with embeddings, in order; `reusable` is a table whose vectors stand for chunks that did not change, and `onReused` hears how many. */
export async function* embedChunks(
  chunks: AsyncIterable<Chunk>,
  embedding: Embedding | null,
  reusable: Table | undefined,
  signal: AbortSignal,
  onReused: (count: number) => void,
): AsyncGenerator<EmbeddedChunk> {
  for await (const batch of batches(chunks, embedding?.engine === 'built-in' ? builtInBatch : embedBatch)) {
    signal.throwIfAborted()
    if (embedding === null) {
      for (const chunk of batch) yield [chunk, undefined]
      continue
    }
    const known = await knownVectors(reusable, batch)
    onReused(batch.filter(({ hash }) => known.has(hash)).length)
    const anew = await embedOrHalve(
      batch.filter(({ hash }) => !known.has(hash)),
      embedding,
      signal,
    )
    for (const chunk of batch)
      yield* known.has(chunk.hash) ? [[chunk, known.get(chunk.hash)] as const] : (anew.get(chunk) ?? [])
  }
}

/** Embeds a batch; where the model finds it too long, its halves, down to the one chunk that is, which is cut in two. */
async function embedOrHalve(
  batch: readonly Chunk[],
  embedding: Embedding,
  signal: AbortSignal,
): Promise<Map<Chunk, Array<readonly [Chunk, number[]]>>> {
  if (batch.length === 0) return new Map()
  try {
    const vectors = await embedding.embed(
      batch.map((chunk) => embedding.documentPrefix + toEmbeddedText(chunk)),
      signal,
    )
    // A column of another dimension would take them without a word, one row's end as the next one's beginning.
    if (vectors.some(({ length }) => length !== embedding.dimension))
      throw new OllamaError('nonsense', `The model ${embedding.model} returned embeddings of more than one dimension.`)
    return new Map(batch.map((chunk, index) => [chunk, [[chunk, vectors[index] ?? []]]]))
  } catch (error) {
    const [first] = batch
    if (!(error instanceof OllamaError && error.kind === 'input-too-long') || first === undefined) throw error
    if (batch.length > 1) {
      const middle = Math.ceil(batch.length / 2)
      const front = await embedOrHalve(batch.slice(0, middle), embedding, signal)
      return new Map([...front, ...(await embedOrHalve(batch.slice(middle), embedding, signal))])
    }
    if (first.text.length < leastCharacters)
      throw new OllamaError(
        'input-too-long',
        `The model ${embedding.model} finds even the title and headings of ${first.source} too long. Take a model with a larger context.`,
        { cause: error },
      )
    const halves = await embedOrHalve(halve(first), embedding, signal)
    return new Map([[first, [...halves.values()].flat()]])
  }
}

async function knownVectors(table: Table | undefined, batch: readonly Chunk[]): Promise<Map<string, number[]>> {
  if (table === undefined) return new Map()
  const hashes = batch.map(({ hash }) => `'${hash}'`).join(', ')
  const rows: Array<{ hash: string; vector: Iterable<number> }> = await table
    .query()
    .where(`hash IN (${hashes})`)
    .select(['hash', 'vector'])
    .toArray()
    // An ingest beside this one may have replaced that table meanwhile: then they are embedded anew.
    .catch(() => [])
  return new Map(rows.map(({ hash, vector }) => [hash, [...vector]]))
}

/** The chunks of the table that was there, where its vectors are those that this model would make again. */
export function reusableChunks(previous: OpenTable | undefined, wanted: Embedding | null): Table | undefined {
  return previous !== undefined && sameEmbedding(previous.manifest, wanted) ? previous.chunks : undefined
}

function sameEmbedding({ embedding }: Manifest, wanted: Embedding | null): boolean {
  return (
    embedding !== null &&
    wanted !== null &&
    embedding.engine === wanted.engine &&
    embedding.model === wanted.model &&
    embedding.dimension === wanted.dimension &&
    embedding.documentPrefix === wanted.documentPrefix
  )
}
