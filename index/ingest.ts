import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Connection, Index, type Table } from '@lancedb/lancedb'
import { Field, FixedSizeList, Float32, Int32, Schema, Utf8 } from 'apache-arrow'
import pRetry, { AbortError } from 'p-retry'
import type { Config } from '../function/config.ts'
import { createEmbed, type Embed, type EmbeddingPrefixes, prefixesFor, withinBudget } from '../function/embed.ts'
import { ConfigError, OllamaError } from '../function/errors.ts'
import { identifierParts } from '../function/names.ts'
import { reachOllama } from '../function/ollama.ts'
import {
  type ChunkRow,
  checksumFile,
  connectStore,
  formatVersion,
  isFolder,
  type Manifest,
  manifestTable,
  openTable,
  readManifest,
  smokeQuery,
} from '../function/table.ts'
import { type Chunk, chunkDocument, halve, toIndexedText } from './chunk.ts'
import { readExamples } from './examples.ts'
import { type Document, hashDocuments, listSources, loadDocument, type Selection, type Skipped } from './load.ts'

export interface IngestSettings {
  readonly folder: string
  readonly selection: Selection
  readonly maxTokens: number
  readonly language: string
}

/** What the operator sees while it runs: how many of the documents are in the table, and anything they should know. */
export interface Progress {
  readonly documents: (done: number, total: number, chunks: number) => void
  readonly notice: (text: string) => void
}

/** What an ingest made; `reused` counts the chunks whose embeddings were taken from the table before. */
export interface Report {
  readonly manifest: Manifest
  readonly skipped: readonly Skipped[]
  readonly reused: number
  readonly bytes: number | undefined
  readonly seconds: number
}

interface Embedding extends EmbeddingPrefixes {
  readonly model: string
  readonly dimension: number
  readonly embed: Embed
}

/** What is known of the documents once they have all been read. */
interface Tally {
  readonly seen: Array<Pick<Document, 'source' | 'hash'>>
  readonly titled: Array<Pick<Document, 'source' | 'title'>>
  readonly skipped: Skipped[]
  chunks: number
  reused: number
}

/** Increase when the same documents and settings would come out as other chunks. */
const chunkerVersion = 1
/** For all-MiniLM on English documentation; what they refuse, rightly and wrongly, is measured in eval/README.md. */
const thresholds = { minSimilarity: 0.6, unrelatedSimilarity: 0.25, minCoverage: 0.25 }
export const defaultMaxTokens = 256
const embedBatch = 64
const writeBatch = 1024
const embedTimeoutMs = 300_000

/**
 * Documents -> chunks -> embeddings -> a table, verified, then swapped in whole: until the manifest's one row is replaced,
 * the table that was there stays as it was. Throws ConfigError, OllamaError, or the signal's reason once it is aborted.
 */
export async function ingest(
  settings: IngestSettings,
  config: Config,
  progress: Progress,
  signal: AbortSignal,
): Promise<Report> {
  const started = performance.now()
  const sources = await listSources(settings.folder, settings.selection)
  const embedding = await findEmbedding(config, progress, signal)
  const store = await connectStore(config.tableUri)
  const previous = await openTable(config.tableUri).catch(() => undefined)
  const reusable = previous !== undefined && sameEmbedding(previous.manifest, embedding) ? previous.chunks : undefined

  const name = `chunks-${Date.now().toString(36)}-${process.pid}`
  const tally: Tally = { seen: [], titled: [], skipped: [], chunks: 0, reused: 0 }
  try {
    const table = await store.createEmptyTable(name, toSchema(embedding))
    const chunks = readChunks(settings, sources, tally, progress)
    const rows = toRows(embedChunks(chunks, embedding, reusable, tally, signal), tally)
    for await (const batch of batches(rows, writeBatch)) {
      await table.add(batch.map((row) => ({ ...row })))
      signal.throwIfAborted()
    }
    if (tally.chunks === 0)
      throw new ConfigError(
        `None of the ${sources.length} documents in ${settings.folder} has text in it:\n${toLines(tally.skipped)}`,
      )
    await buildIndexes(table, settings.language)
    signal.throwIfAborted()
    const manifest = await describe(name, settings, config.tableUri, embedding, tally)
    await verify(table, manifest)
    await swap(store, manifest)
    return {
      manifest,
      skipped: tally.skipped,
      reused: tally.reused,
      bytes: await folderBytes(config.tableUri),
      seconds: (performance.now() - started) / 1000,
    }
  } catch (error) {
    await store.dropTable(name).catch(() => undefined)
    throw error
  }
}

/** Whether the documents a table was made from have changed since; undefined where their folder is no longer there. */
export async function isStale(manifest: Manifest): Promise<boolean | undefined> {
  const sources = await listSources(manifest.folder, manifest.selection).catch(() => undefined)
  if (sources === undefined) return undefined
  const documents = await Promise.all(sources.map((source) => loadDocument(manifest.folder, source)))
  return hashDocuments(documents) !== manifest.documentsHash
}

/** The manifest at a store, or undefined where nothing was ingested yet. */
export async function findManifest(tableUri: string): Promise<Manifest | undefined> {
  if (isFolder(tableUri) && (await stat(tableUri).catch(() => undefined)) === undefined) return undefined
  return await readManifest(await connectStore(tableUri), tableUri)
}

async function findEmbedding(config: Config, progress: Progress, signal: AbortSignal): Promise<Embedding | null> {
  const cost = 'The table is full-text only: questions in other words than the documents use will find less.'
  if (config.embeddingModel === null) {
    progress.notice(`EMBEDDING_MODEL is none. ${cost}`)
    return null
  }
  const model = config.embeddingModel
  const embed = withRetries(withinBudget(createEmbed(config.ollamaHost, model), embedTimeoutMs))
  try {
    await reachOllama(config, signal)
    const [probe = []] = await embed(['dimension'], signal)
    return { model, dimension: probe.length, embed, ...prefixesFor(model) }
  } catch (error) {
    if (!(error instanceof OllamaError && (error.kind === 'unreachable' || error.kind === 'model-missing'))) throw error
    progress.notice(`${error.message}\n${cost} With Ollama running: ollama pull ${model}, then ingest again.`)
    return null
  }
}

/** Transient failures are tried again, four times within about 15 s; what no retry can mend is thrown at once. */
function withRetries(embed: Embed): Embed {
  return (texts, signal) =>
    pRetry(
      () =>
        embed(texts, signal).catch((error: unknown) => {
          const permanent =
            error instanceof OllamaError && (error.kind === 'input-too-long' || error.kind === 'model-missing')
          throw permanent ? new AbortError(error) : error instanceof Error ? error : new Error(String(error))
        }),
      { retries: 4, signal },
    )
}

async function* readChunks(
  { folder, maxTokens }: IngestSettings,
  sources: readonly string[],
  tally: Tally,
  progress: Progress,
): AsyncGenerator<Chunk> {
  for (const source of sources) {
    const document = await loadDocument(folder, source)
    tally.seen.push({ source, hash: document.hash })
    const chunks = 'why' in document ? [] : chunkDocument(document, { maxTokens })
    if ('why' in document) tally.skipped.push(document)
    else if (chunks.length === 0) tally.skipped.push({ source, hash: document.hash, why: 'no text in it' })
    else tally.titled.push({ source, title: document.title })
    yield* chunks
    progress.documents(tally.seen.length, sources.length, tally.chunks)
  }
}

async function* embedChunks(
  chunks: AsyncIterable<Chunk>,
  embedding: Embedding | null,
  reusable: Table | undefined,
  tally: Tally,
  signal: AbortSignal,
): AsyncGenerator<readonly [Chunk, readonly number[] | undefined]> {
  for await (const batch of batches(chunks, embedBatch)) {
    signal.throwIfAborted()
    if (embedding === null) {
      for (const chunk of batch) yield [chunk, undefined]
      continue
    }
    const known = await knownVectors(reusable, batch)
    tally.reused += batch.filter(({ hash }) => known.has(hash)).length
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
      batch.map((chunk) => embedding.documentPrefix + toIndexedText(chunk)),
      signal,
    )
    return new Map(batch.map((chunk, index) => [chunk, [[chunk, vectors[index] ?? []]]]))
  } catch (error) {
    const [first] = batch
    if (!(error instanceof OllamaError && error.kind === 'input-too-long') || first === undefined) throw error
    if (batch.length > 1) {
      const middle = Math.ceil(batch.length / 2)
      const front = await embedOrHalve(batch.slice(0, middle), embedding, signal)
      return new Map([...front, ...(await embedOrHalve(batch.slice(middle), embedding, signal))])
    }
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
  return new Map(rows.map(({ hash, vector }) => [hash, [...vector]]))
}

async function* toRows(
  embedded: AsyncIterable<readonly [Chunk, readonly number[] | undefined]>,
  tally: Tally,
): AsyncGenerator<ChunkRow> {
  let source = ''
  let position = 0
  for await (const [chunk, vector] of embedded) {
    tally.chunks += 1
    position = chunk.source === source ? position + 1 : 0
    source = chunk.source
    const { title, heading, text, hash, page } = chunk
    const row = {
      id: `${source}#${position}`,
      source,
      title,
      heading,
      position,
      text,
      headings: heading === '' ? title : heading,
      names: `${title} ${identifierParts(text)}`,
      hash,
      page,
    }
    yield vector === undefined ? row : { ...row, vector }
  }
}

async function* batches<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[]> {
  let batch: Item[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length === size) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

function toSchema(embedding: Embedding | null): Schema {
  const text = (name: string): Field => new Field(name, new Utf8(), false)
  const fields = [
    text('id'),
    text('source'),
    text('title'),
    text('heading'),
    new Field('position', new Int32(), false),
    text('text'),
    text('headings'),
    text('names'),
    text('hash'),
    new Field('page', new Int32(), true),
  ]
  if (embedding !== null)
    fields.push(
      new Field('vector', new FixedSizeList(embedding.dimension, new Field('item', new Float32(), true)), false),
    )
  return new Schema(fields)
}

async function buildIndexes(table: Table, language: string): Promise<void> {
  const settings = {
    baseTokenizer: 'simple',
    language,
    stem: true,
    removeStopWords: true,
    asciiFolding: true,
    lowercase: true,
    withPosition: false,
  } as const
  for (const column of ['text', 'headings', 'names']) {
    await table.createIndex(column, { config: Index.fts(settings), waitTimeoutSeconds: 600 })
  }
  await table.createIndex('id', { config: Index.btree(), waitTimeoutSeconds: 600 })
  // Once to compact, once more to drop the files that the first left behind.
  for (let pass = 0; pass < 2; pass += 1) await table.optimize({ cleanupOlderThan: new Date(), deleteUnverified: true })
}

async function describe(
  name: string,
  settings: IngestSettings,
  tableUri: string,
  embedding: Embedding | null,
  tally: Tally,
): Promise<Manifest> {
  const documentsHash = hashDocuments(tally.seen)
  const { maxTokens, language } = settings
  const described = embedding && {
    model: embedding.model,
    dimension: embedding.dimension,
    documentPrefix: embedding.documentPrefix,
    queryPrefix: embedding.queryPrefix,
  }
  const version = createHash('sha256')
    .update(JSON.stringify([formatVersion, chunkerVersion, documentsHash, maxTokens, language, described]))
    .digest('hex')
  return {
    formatVersion,
    chunksTable: name,
    version: `sha256:${version}`,
    documentsHash,
    folder: settings.folder,
    selection: { include: [...settings.selection.include], exclude: [...settings.selection.exclude] },
    documents: tally.seen.length - tally.skipped.length,
    chunks: tally.chunks,
    embedding: described,
    thresholds,
    maxTokens,
    language,
    examples: await readExamples(settings.folder, tally.titled, language),
    createdAt: new Date().toISOString(),
    files: isFolder(tableUri) ? await listFiles(tableUri, `${name}.lance`) : [],
  }
}

async function verify(table: Table, manifest: Manifest): Promise<void> {
  const rows = await table.countRows()
  if (rows !== manifest.chunks)
    throw new Error(`The new table has ${rows} rows instead of ${manifest.chunks}; the old one stays.`)
  for (const { name } of await table.listIndices()) {
    const stats = await table.indexStats(name)
    if (stats?.numUnindexedRows !== 0)
      throw new Error(`The index ${name} of the new table is not complete; the old table stays.`)
  }
  await smokeQuery(table, manifest)
}

/** Replacing the manifest's row is one commit of LanceDB's, so a reader sees the old table or the new one and nothing between. */
async function swap(store: Connection, manifest: Manifest): Promise<void> {
  const before = await store.tableNames()
  const mode = before.includes(manifestTable) ? 'overwrite' : 'create'
  const table = await store.createTable(manifestTable, [{ json: JSON.stringify(manifest) }], { mode })
  await table.optimize({ cleanupOlderThan: new Date(), deleteUnverified: true })
  const others = before.filter((name) => name.startsWith('chunks-') && name !== manifest.chunksTable)
  for (const name of others) await store.dropTable(name)
}

async function listFiles(tableUri: string, folder: string): Promise<Manifest['files']> {
  const entries = await readdir(join(tableUri, folder), { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return await Promise.all(
    paths.sort().map(async (path) => ({
      path: path.slice(join(tableUri, '/').length).replaceAll('\\', '/'),
      bytes: (await stat(path)).size,
      crc32: await checksumFile(path),
    })),
  )
}

async function folderBytes(tableUri: string): Promise<number | undefined> {
  if (!isFolder(tableUri)) return undefined
  const files = await listFiles(tableUri, '.')
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

function sameEmbedding({ embedding }: Manifest, wanted: Embedding | null): boolean {
  return (
    embedding !== null &&
    wanted !== null &&
    embedding.model === wanted.model &&
    embedding.dimension === wanted.dimension &&
    embedding.documentPrefix === wanted.documentPrefix
  )
}

function toLines(skipped: readonly Skipped[]): string {
  return skipped.map(({ source, why }) => `  ${source}: ${why}`).join('\n')
}
