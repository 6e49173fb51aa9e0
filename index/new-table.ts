import { randomBytes } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Connection, Index, type Table } from '@lancedb/lancedb'
import { Field, FixedSizeList, Float32, Int32, Schema, Utf8 } from 'apache-arrow'
import pRetry from 'p-retry'
import { checksumFile } from '../function/table/files.ts'
import {
  chunksPrefix,
  type Manifest,
  manifestTable,
  readManifest,
  type VectorIndex,
} from '../function/table/manifest.ts'
import { isFolder, smokeQuery } from '../function/table/open.ts'
import { createMark, isWrittenElsewhere, markedTables } from './underway.ts'
import { buildVectorIndex } from './vector-index.ts'

/** A chunk as it is stored; `vector` only where an embedding model was used. Full-text search reads `words`, the terms of the text, and `headings`, those of the path of headings, or the title. */
export interface ChunkRow {
  readonly id: string
  readonly source: string
  readonly title: string
  readonly heading: string
  readonly position: number
  readonly text: string
  readonly headings: string
  readonly words: string
  readonly hash: string
  /** Where the format has pages, the one the chunk begins on, counted from 1. */
  readonly page: number | null
  /** Where it can be read on the web: http or https. */
  readonly url: string | null
  readonly vector?: readonly number[]
}

/** The columns of `chunks`; with a vector where a dimension is given. */
export function toSchema(dimension: number | undefined): Schema {
  const text = (name: string): Field => new Field(name, new Utf8(), false)
  const fields = [
    text('id'),
    text('source'),
    text('title'),
    text('heading'),
    new Field('position', new Int32(), false),
    text('text'),
    text('headings'),
    text('words'),
    text('hash'),
    new Field('page', new Int32(), true),
    new Field('url', new Utf8(), true),
  ]
  if (dimension !== undefined)
    fields.push(new Field('vector', new FixedSizeList(dimension, new Field('item', new Float32(), true)), false))
  return new Schema(fields)
}

const waitTimeoutSeconds = 3600

/** Indexes for every search that the function makes, over a table that has all its rows. Its words are terms already: the index takes them as they are. */
export async function buildIndexes(table: Table, vectorIndex: VectorIndex | null): Promise<void> {
  const settings = {
    baseTokenizer: 'whitespace',
    stem: false,
    removeStopWords: false,
    asciiFolding: false,
    lowercase: false,
    withPosition: false,
    maxTokenLength: 200,
  } as const
  for (const column of ['words', 'headings']) {
    await table.createIndex(column, { config: Index.fts(settings), waitTimeoutSeconds })
  }
  if (vectorIndex !== null) await buildVectorIndex(table, vectorIndex)
}

/** Joins a new table's many small files; LanceDB Cloud does so by itself and refuses to be told. */
export async function compact(table: Table, tableUri: string): Promise<void> {
  if (tableUri.startsWith('db://')) return
  // Once to compact, once more to drop the files that the first left behind.
  for (let pass = 0; pass < 2; pass += 1) await table.optimize({ cleanupOlderThan: new Date(), deleteUnverified: true })
}

/** Throws where the new table is not whole. */
export async function verify(table: Table, manifest: Manifest): Promise<void> {
  const rows = await table.countRows()
  if (rows !== manifest.chunks) throw new Error(`The new table has ${rows} rows instead of ${manifest.chunks}.`)
  for (const { name } of await table.listIndices()) {
    const stats = await table.indexStats(name)
    if (stats?.numUnindexedRows !== 0) throw new Error(`The index ${name} of the new table is not complete.`)
  }
  await smokeQuery(table, manifest)
}

/** The name of a new table of chunks: when it was begun, by which process, and a word of its own for two begun at once. */
export function newName(): string {
  return `${chunksPrefix}${Date.now().toString(36)}-${process.pid}-${randomBytes(3).toString('hex')}`
}

/** What the manifest's table holds: one row, or none until a first ingest has ended. */
const manifestColumns = new Schema([new Field('json', new Utf8(), true), new Field('vocabulary', new Utf8(), true)])

/** Where there is nothing yet, an empty manifest is made before any chunks: where the ingest is then killed, its chunks are not taken for a table that lost its manifest. */
export async function begin(store: Connection): Promise<void> {
  if ((await store.tableNames()).some((name) => name.startsWith(chunksPrefix))) return
  await store
    .openTable(manifestTable)
    .catch(() => store.createEmptyTable(manifestTable, manifestColumns, { mode: 'create', existOk: true }))
}

/** Makes a verified table the one that is used. Replacing the manifest's row is one commit of LanceDB's, so a reader sees the old table or the new one and nothing between. */
export async function swap(store: Connection, manifest: Manifest, vocabulary: string): Promise<void> {
  const commit = async (): Promise<void> => {
    const mode = (await store.tableNames()).includes(manifestTable) ? 'overwrite' : 'create'
    await store.createTable(manifestTable, [{ json: JSON.stringify(manifest), vocabulary }], { mode })
  }
  // Two ingests that end in one moment: the second commits after the first.
  await pRetry(commit, {
    retries: 5,
    minTimeout: 20,
    shouldRetry: ({ error }) => /commit conflict|already exists/i.test(error.message),
  })
}

/**
 * Drops the tables that nothing needs any more: neither the one in use nor the one it replaced, which functions that run may
 * still serve, nor one that another process still writes. What cannot be dropped waits for the next ingest.
 */
export async function clearUp(store: Connection, tableUri: string, replaced?: string): Promise<void> {
  const used = (await readManifest(store, tableUri))?.chunksTable
  await dropAbandoned(store, tableUri, (name) => name !== used && name !== replaced)
  if (tableUri.startsWith('db://')) return
  // Another ingest may be replacing the row at this moment: only versions that are known to be old may go.
  await (await store.openTable(manifestTable)).optimize({ cleanupOlderThan: new Date() })
}

/** Drops what killed ingests left since the table in use was made, so that it does not pile up where one after the other is killed. Of the tables before that, functions that run may still serve one. */
export async function clearLeftovers(store: Connection, tableUri: string): Promise<void> {
  const used = await readManifest(store, tableUri)
  const since = used === undefined ? 0 : Date.parse(used.createdAt)
  await dropAbandoned(store, tableUri, (name) => parseName(name).startedMs > since)
}

async function dropAbandoned(store: Connection, tableUri: string, chosen: (name: string) => boolean): Promise<void> {
  for (const name of new Set([...(await store.tableNames()), ...(await markedTables(tableUri))]))
    if (name.startsWith(chunksPrefix) && chosen(name) && (await isAbandoned(name, tableUri))) {
      await store.dropTable(name).catch(() => undefined)
      await createMark(tableUri, name).end()
    }
}

const oneDayMs = 86_400_000

/** Whether whoever began a table will not end it: here its process is gone, in another container it is silent, and in a store that is no folder a day has passed. */
async function isAbandoned(name: string, tableUri: string): Promise<boolean> {
  const { startedMs, pid } = parseName(name)
  const elsewhere = await isWrittenElsewhere(tableUri, name)
  if (elsewhere !== undefined) return !elsewhere
  if (Date.now() - startedMs > oneDayMs) return true
  if (!isFolder(tableUri)) return false
  // In a container that starts again, the process before had the same number.
  return pid === process.pid ? startedMs < Math.floor(performance.timeOrigin) : !isRunning(pid)
}

function parseName(name: string): { readonly startedMs: number; readonly pid: number } {
  const [, started = '', pid = ''] = name.split('-')
  return { startedMs: Number.parseInt(started, 36), pid: Number(pid) }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Whether a disk or a quota is full, by what the operating system calls it. */
export function isDiskFull(error: unknown): boolean {
  return /No space left on device|File too large|Disk quota exceeded|os error (28|27|122)\b|ENOSPC|EDQUOT/.test(
    String(error),
  )
}

/** Every file of a table kept in a folder, for the manifest. */
export async function listFiles(tableUri: string, folder: string): Promise<Manifest['files']> {
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
