import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { Config, StoreAccess } from '../function/config.ts'
import { ConfigError, TableError } from '../function/errors.ts'
import { toVocabularyText } from '../function/retrieval/lexicon/vocabulary.ts'
import { createWords } from '../function/retrieval/lexicon/words.ts'
import { formatVersion, type Manifest, readManifest, type VectorIndex } from '../function/table/manifest.ts'
import { connectStore, isFolder, openWholeTable } from '../function/table/open.ts'
import { batches } from './batches.ts'
import type { Chunk } from './chunk.ts'
import { toIngestCommand } from './command.ts'
import type { Document, Skipped } from './document.ts'
import { type Embedding, embedChunks, findEmbedding, reusableChunks, unreadableNotice } from './embedding.ts'
import { readExamples } from './examples.ts'
import { listDocuments, listSources, type Selection } from './files.ts'
import type { LeftOut } from './left-out.ts'
import { hashDocuments, hashSource } from './load.ts'
import {
  begin,
  buildIndexes,
  clearLeftovers,
  clearUp,
  compact,
  isDiskFull,
  listFiles,
  newName,
  swap,
  toSchema,
  verify,
} from './new-table.ts'
import type { Parsed } from './parsing/parse.ts'
import { type Limits, parseAll } from './parsing/parsers.ts'
import { type RowTally, toRows } from './rows.ts'
import { createMark } from './underway.ts'
import type { Site } from './urls.ts'
import { chooseVectorIndex } from './vector-index.ts'

export interface IngestSettings {
  readonly folder: string
  /** What the folder is called where it is only a copy: the address of a repository. */
  readonly named?: string | undefined
  readonly selection: Selection
  readonly maxTokens: number
  readonly language: string
  readonly limits?: Limits
  readonly site?: Site | undefined
  /** Whether a table that came meanwhile is kept, and not replaced by this one. */
  readonly ifMissing?: boolean
  /** What is known already of documents that did not change, and hears of each that was parsed. */
  readonly memory?: Map<string, Parsed>
}

/** What one document may take where nothing else is said. */
export const documentLimits: Limits = { seconds: 120, megabytes: 1024 }

/** What the operator sees while it runs: how many of the documents are in the table, which is next, and anything they should know. */
export interface Progress {
  readonly documents: (done: number, total: number, chunks: number, next?: string) => void
  readonly notice: (text: string) => void
}

/** What an ingest made; `reused` counts the chunks whose embeddings were taken from the table before. */
export interface Report {
  readonly manifest: Manifest
  readonly skipped: readonly Skipped[]
  /** Documents that were read with something missing, and what. */
  readonly partly: readonly Partly[]
  readonly leftOut: readonly LeftOut[]
  readonly sources: readonly string[]
  readonly reused: number
  readonly bytes: number | undefined
  readonly seconds: number
}

/** A document of which something could not be read, or that was read in a way worth a word. */
interface Partly {
  readonly source: string
  readonly lost: readonly string[]
}

/** What is known of the documents once they have all been read. */
interface Tally extends RowTally {
  readonly urls: Map<string, string>
  readonly seen: Array<Pick<Document, 'source' | 'hash'>>
  readonly titled: Array<Pick<Document, 'source' | 'title'>>
  readonly skipped: Skipped[]
  readonly partly: Partly[]
  reused: number
}

/** Increase when the same documents and settings would come out as other chunks. */
export const chunkerVersion = 7
/** For all-MiniLM on English documentation; what they refuse, rightly and wrongly, is measured in eval/README.md. */
const thresholds = { minOne: 0.75, minAll: 0.5, minSimilarity: 0.25 }
const writeBatch = 1024

/**
 * Documents -> chunks -> embeddings -> a table, verified, then swapped in whole: until the manifest's one row is replaced,
 * the table that was there stays as it was. Throws ConfigError, OllamaError, TableError (a full disk), or the signal's reason once it is aborted.
 */
export async function ingest(
  settings: IngestSettings,
  config: Config,
  progress: Progress,
  signal: AbortSignal,
): Promise<Report> {
  const started = performance.now()
  const { sources, leftOut } = await listDocuments(settings.folder, settings.selection)
  const embedding = await findEmbedding(config, settings, progress.notice, signal)
  const store = await connectStore(config.tableUri, config.store)
  const previous = await openWholeTable(config.tableUri, config.store).catch(() => undefined)
  const reusable = reusableChunks(previous, embedding)
  const words = await createWords(settings.language)

  const name = newName()
  const mark = createMark(config.tableUri, name)
  const tally: Tally = {
    seen: [],
    titled: [],
    skipped: [],
    partly: [],
    urls: new Map(),
    terms: new Map(),
    chunks: 0,
    reused: 0,
    unreadable: 0,
  }
  try {
    await begin(store)
    await clearLeftovers(store, config.tableUri).catch(() => undefined)
    await mark.begin()
    const table = await store.createEmptyTable(name, toSchema(embedding?.dimension))
    const chunks = readChunks(settings, sources, tally, progress, signal)
    const rows = toRows(
      embedChunks(chunks, embedding, reusable, signal, (count) => (tally.reused += count)),
      words,
      tally,
    )
    for await (const batch of batches(rows, writeBatch)) {
      await table.add(batch.map((row) => ({ ...row })))
      signal.throwIfAborted()
    }
    if (tally.chunks === 0)
      throw new ConfigError(
        `None of the ${sources.length} documents in ${settings.named ?? settings.folder} has text in it:\n${toLines(tally.skipped)}`,
      )
    if (embedding?.engine === 'built-in' && tally.unreadable * 2 > tally.chunks) progress.notice(unreadableNotice)
    const vectorIndex = embedding && chooseVectorIndex(tally.chunks, embedding.dimension)
    await buildIndexes(table, vectorIndex)
    await compact(table, config.tableUri)
    signal.throwIfAborted()
    const manifest = await describe(name, settings, config.tableUri, embedding, vectorIndex, tally)
    await verify(table, manifest)
    signal.throwIfAborted()
    if (settings.ifMissing && (await readManifest(store, config.tableUri)) !== undefined)
      throw new TableError(`Another ingest made a table at ${config.tableUri} meanwhile; it was kept.`)
    await swap(store, manifest, toVocabularyText(tally.terms))
    await clearUp(store, config.tableUri, previous?.manifest.chunksTable).catch(() => undefined)
    return {
      manifest,
      skipped: tally.skipped,
      partly: tally.partly,
      leftOut,
      sources,
      reused: tally.reused,
      bytes: isFolder(config.tableUri) ? manifest.files.reduce((sum, { bytes }) => sum + bytes, 0) : undefined,
      seconds: (performance.now() - started) / 1000,
    }
  } catch (error) {
    await store.dropTable(name).catch(() => undefined)
    if (!isDiskFull(error)) throw error
    throw new TableError(
      `The disk that holds ${config.tableUri} is full; no new table was made. Make room, or set TABLE_URI to another place.`,
      { cause: error },
    )
  } finally {
    await mark.end()
    await embedding?.close()
  }
}

/** Whether the documents a table was made from have changed since; undefined where their folder is no longer there. */
export async function isStale(manifest: Manifest): Promise<boolean | undefined> {
  const sources = await listSources(manifest.folder, manifest.selection).catch(() => undefined)
  if (sources === undefined) return undefined
  const documents = []
  for (const source of sources) documents.push(await hashSource(manifest.folder, source))
  return hashDocuments(documents) !== manifest.documentsHash
}

/** The manifest at a store, or undefined where nothing was ingested yet. */
export async function findManifest(tableUri: string, access?: StoreAccess): Promise<Manifest | undefined> {
  if (isFolder(tableUri) && (await stat(tableUri).catch(() => undefined)) === undefined) return undefined
  return await readManifest(await connectStore(tableUri, access), tableUri)
}

async function* readChunks(
  { folder, maxTokens, limits = documentLimits, site, memory }: IngestSettings,
  sources: readonly string[],
  tally: Tally,
  progress: Progress,
  signal: AbortSignal,
): AsyncGenerator<Chunk> {
  const parsing = {
    folder,
    maxTokens,
    limits,
    site,
    onSlow: (source: string, seconds: number) => progress.notice(`${source} has been read for ${seconds} s.`),
    ...(memory && { known: (source: string, hash: string) => knownOf(memory, source, hash) }),
  }
  for await (const parsed of parseAll(sources, parsing, signal)) {
    const { source, hash, url, title, chunks, why, lost } = parsed
    tally.seen.push({ source, hash })
    if (why === undefined) tally.titled.push({ source, title })
    else tally.skipped.push({ source, hash, why })
    if (lost.length > 0) tally.partly.push({ source, lost })
    memory?.set(source, parsed)
    if (url !== null) tally.urls.set(source, url)
    yield* chunks
    progress.documents(tally.seen.length, sources.length, tally.chunks, sources[tally.seen.length])
  }
}

function knownOf(memory: ReadonlyMap<string, Parsed>, source: string, hash: string): Parsed | undefined {
  const parsed = memory.get(source)
  return parsed?.hash === hash ? parsed : undefined
}

async function describe(
  name: string,
  settings: IngestSettings,
  tableUri: string,
  embedding: Embedding | null,
  vectorIndex: VectorIndex | null,
  tally: Tally,
): Promise<Manifest> {
  const documentsHash = hashDocuments(tally.seen)
  const { maxTokens, language } = settings
  const described = embedding && {
    engine: embedding.engine,
    model: embedding.model,
    dimension: embedding.dimension,
    documentPrefix: embedding.documentPrefix,
    queryPrefix: embedding.queryPrefix,
  }
  const version = createHash('sha256')
    .update(
      JSON.stringify([
        formatVersion,
        chunkerVersion,
        documentsHash,
        maxTokens,
        language,
        described,
        settings.site ?? null,
      ]),
    )
    .digest('hex')
  const selection = { include: [...settings.selection.include], exclude: [...settings.selection.exclude] }
  return {
    formatVersion,
    chunksTable: name,
    version: `sha256:${version}`,
    documentsHash,
    folder: settings.named ?? settings.folder,
    selection,
    renewal: toIngestCommand({ ...settings, folder: settings.named ?? settings.folder, selection }),
    documents: tally.seen.length - tally.skipped.length,
    chunks: tally.chunks,
    embedding: described && {
      ...described,
      ...(embedding.contextTokens === undefined ? {} : { contextTokens: embedding.contextTokens }),
    },
    vectorIndex,
    thresholds,
    maxTokens,
    language,
    examples: await readExamples(settings.folder, tally.titled, language),
    createdAt: new Date().toISOString(),
    files: isFolder(tableUri) ? await listFiles(tableUri, `${name}.lance`) : [],
  }
}

function toLines(skipped: readonly Skipped[]): string {
  return skipped.map(({ source, why }) => `  ${source}: ${why}`).join('\n')
}
