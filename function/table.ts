import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { type Connection, connect, Session, type Table, type VectorQuery } from '@lancedb/lancedb'
import { z } from 'zod'
import { TableError } from './errors.ts'

/** The format this code writes and reads; a newer one is refused by name. */
export const formatVersion = 1

/** The one-row table that says what the chunks are; replacing its row is what swaps a new table in. */
export const manifestTable = 'manifest'

/** What a table says of itself: how it was made, how a question for it is embedded, and which files it consists of. */
const manifestSchema = z.object({
  formatVersion: z.literal(formatVersion),
  /** The LanceDB table that holds the chunks. */
  chunksTable: z.string(),
  /** `sha256:…` over the documents and the settings: the same in, the same version out. */
  version: z.string(),
  /** SHA-256 over the documents alone, and the folder they came from: how a stale table is found. */
  documentsHash: z.string(),
  folder: z.string(),
  selection: z.object({ include: z.array(z.string()), exclude: z.array(z.string()) }),
  documents: z.number().int(),
  chunks: z.number().int(),
  embedding: z
    .object({ model: z.string(), dimension: z.number().int(), documentPrefix: z.string(), queryPrefix: z.string() })
    .nullable(),
  /** The index over the vectors and how it is searched; null where comparing them all is as fast. Measured, see index/vector-index.ts. */
  vectorIndex: z
    .object({
      kind: z.enum(['IVF_FLAT', 'IVF_RQ']),
      nprobes: z.number().int(),
      refineFactor: z.number().int().nullable(),
    })
    .nullable(),
  /** From when on a passage answers; measured, see eval/README.md. */
  thresholds: z.object({ minSimilarity: z.number(), unrelatedSimilarity: z.number(), minCoverage: z.number() }),
  maxTokens: z.number().int(),
  language: z.string(),
  /** Questions that the documents answer, for the ask page to offer. */
  examples: z.array(z.string()).default([]),
  createdAt: z.string(),
  /** Every file of a table kept in a folder, with its size and CRC-32: LanceDB itself does not notice flipped bytes. */
  files: z.array(z.object({ path: z.string(), bytes: z.number().int(), crc32: z.number().int() })),
})

export type Manifest = z.infer<typeof manifestSchema>
export type VectorIndex = NonNullable<Manifest['vectorIndex']>

/** A chunk as it is stored; `vector` only where an embedding model was used. Full-text search reads `text`, `headings` (the path, or the title), `names` (the title, and the parts of identifiers) and `words` (those of the text in scripts without spaces). */
export interface ChunkRow {
  readonly id: string
  readonly source: string
  readonly title: string
  readonly heading: string
  readonly position: number
  readonly text: string
  readonly headings: string
  readonly names: string
  readonly words: string
  readonly hash: string
  /** Where the format has pages, the one the chunk begins on, counted from 1. */
  readonly page: number | null
  readonly vector?: readonly number[]
}

/** What an ingest takes where it is told nothing else. */
export const ingestDefaults = { maxTokens: 256, language: 'English', include: '**' } as const

/** The command that makes a table from the same documents by the same settings, to be pasted into a shell. */
export function toIngestCommand({ folder, selection, maxTokens, language }: Manifest): string {
  const { include, exclude } = selection
  const words = [
    folder,
    ...(String(include) === ingestDefaults.include ? [] : include.flatMap((glob) => ['--include', glob])),
    ...exclude.flatMap((glob) => ['--exclude', glob]),
    ...(maxTokens === ingestDefaults.maxTokens ? [] : ['--max-tokens', String(maxTokens)]),
    ...(language === ingestDefaults.language ? [] : ['--language', language]),
  ]
  const quoted = words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
  return `npm run ingest -- ${quoted.join(' ')}`
}

export interface OpenTable {
  readonly chunks: Table
  readonly manifest: Manifest
}

/** LanceDB's caches are unbounded in practice (6 GB and 1 GB); a pod has 256 MiB. */
const indexCacheBytes = 64n << 20n
const metadataCacheBytes = 16n << 20n
const maxPieceBytes = 1 << 20
const smallTableBytes = 4 << 20

/** What it takes to reach a table that is elsewhere, beyond what LanceDB itself reads from the environment. */
export interface StoreAccess {
  readonly storageOptions?: Readonly<Record<string, string>>
  readonly apiKey?: string
  readonly region?: string
}

/** Connects to the store at a folder, `s3://` or `db://` address; a folder that is not there is created by LanceDB. Throws TableError. */
export async function connectStore(tableUri: string, access: StoreAccess = {}): Promise<Connection> {
  const session = new Session(indexCacheBytes, metadataCacheBytes)
  return await connect(tableUri, { ...access, storageOptions: { ...access.storageOptions }, session }).catch(
    (cause: unknown) => {
      throw new TableError(
        `The store at ${tableUri} cannot be opened: is the address right, ${isFolder(tableUri) ? 'and the temporary folder writable' : 'and are the credentials set'}?`,
        { cause },
      )
    },
  )
}

/**
 * Opens the table, checks that its files are all there and as long as they were, and asks it one question. What is in them it
 * reads where they are small; of a larger table that is left to `checkContents`, so that its start takes no longer. Throws
 * TableError, whose message says what mends it.
 */
export async function openTable(tableUri: string, access?: StoreAccess): Promise<OpenTable> {
  if (isFolder(tableUri) && !(await exists(tableUri))) throw missing(tableUri)
  const connection = await connectStore(tableUri, access)
  const manifest = await readManifest(connection, tableUri)
  if (manifest === undefined) throw missing(tableUri)
  try {
    checkSizes(tableUri, manifest)
    if (isSmall(manifest)) await checkContents(tableUri, manifest)
    const chunks = await connection.openTable(manifest.chunksTable)
    await smokeQuery(chunks, manifest)
    return { chunks, manifest }
  } catch (cause) {
    throw cause instanceof TableError ? cause : damaged(tableUri, manifest, cause)
  }
}

/** Opens the table and reads every byte of it, however large it is. Throws TableError. */
export async function openWholeTable(tableUri: string, access?: StoreAccess): Promise<OpenTable> {
  const table = await openTable(tableUri, access)
  if (!isSmall(table.manifest)) await checkContents(tableUri, table.manifest)
  return table
}

/** Reads every file of a table that is kept in a folder and compares its checksum: LanceDB does not notice flipped bytes. Throws TableError. */
export async function checkContents(tableUri: string, manifest: Manifest): Promise<void> {
  try {
    for (const { path, crc32: expected } of manifest.files)
      if ((await checksumFile(join(tableUri, path))) !== expected) throw new Error(`${path} is not as it was written`)
  } catch (cause) {
    throw damaged(tableUri, manifest, cause)
  }
}

/** The manifest of a store, or undefined where nothing was ever ingested. Throws TableError for one of another format. */
export async function readManifest(connection: Connection, tableUri: string): Promise<Manifest | undefined> {
  if (!(await connection.tableNames()).includes(manifestTable)) return undefined
  let json: unknown
  try {
    const table = await connection.openTable(manifestTable)
    const [row] = await table.query().limit(1).toArray()
    json = JSON.parse(String(row?.json))
  } catch (cause) {
    throw new TableError(
      `The table at ${tableUri} is damaged: its manifest cannot be read. Delete it and ingest again: npm run ingest -- FOLDER`,
      { cause },
    )
  }
  const format = z.object({ formatVersion: z.number() }).safeParse(json).data?.formatVersion
  if (format !== undefined && format > formatVersion) {
    throw new TableError(
      `The table at ${tableUri} has format ${format}; this version of ragfunction reads format ${formatVersion}. Update ragfunction, or ingest again: npm run ingest -- FOLDER`,
    )
  }
  const manifest = manifestSchema.safeParse(json)
  if (!manifest.success) {
    throw new TableError(
      `The table at ${tableUri} was not made by this version of ragfunction. Delete it and ingest again: npm run ingest -- FOLDER`,
      { cause: manifest.error },
    )
  }
  return manifest.data
}

/** Asks the table the smallest question that touches its rows and its full-text index; throws whatever LanceDB throws. */
export async function smokeQuery(chunks: Table, manifest: Manifest): Promise<void> {
  const [row] = await chunks.query().select(['title', 'text']).limit(1).toArray()
  if (row === undefined) throw new Error('the table has no rows')
  await chunks.search(String(row.text).slice(0, 200), 'fts', 'text').select(['id', '_score']).limit(1).toArray()
  if (manifest.embedding !== null) {
    const probe = new Array<number>(manifest.embedding.dimension).fill(1)
    // One partition of the index: a start, which waits for this, is to take no longer with a large table.
    const least = manifest.vectorIndex && { ...manifest.vectorIndex, nprobes: 1, refineFactor: null }
    await nearest(chunks, probe, least).select(['id', '_distance']).limit(1).toArray()
  }
}

/** The rows nearest to a vector by cosine, as the table's own index is searched best. */
export function nearest(chunks: Table, vector: readonly number[], vectorIndex: VectorIndex | null): VectorQuery {
  const query = chunks.vectorSearch([...vector]).distanceType('cosine')
  if (vectorIndex === null) return query
  const probing = query.nprobes(vectorIndex.nprobes)
  return vectorIndex.refineFactor === null ? probing : probing.refineFactor(vectorIndex.refineFactor)
}

/**
 * CRC-32 of a file, piece by piece, so that a large one needs no large memory and holds nobody up while it is served. A piece
 * is read at once: on a busy node, each of a hundred waits for another thread would cost a start milliseconds.
 */
export async function checksumFile(path: string): Promise<number> {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const piece = Buffer.allocUnsafe(Math.min(size, maxPieceBytes) || 1)
    let sum = 0
    for (let bytes = readSync(file, piece); bytes > 0; bytes = readSync(file, piece)) {
      sum = crc32(piece.subarray(0, bytes), sum)
      if (size > maxPieceBytes) await setImmediate()
    }
    return sum
  } finally {
    closeSync(file)
  }
}

export function isFolder(tableUri: string): boolean {
  return !tableUri.includes('://')
}

/** Whether a table is read within a few milliseconds. */
export function isSmall({ files }: Manifest): boolean {
  return files.reduce((sum, { bytes }) => sum + bytes, 0) <= smallTableBytes
}

/** At once, not one by one in other threads: on a busy node each of a hundred waits would cost a start milliseconds. */
function checkSizes(tableUri: string, { files }: Manifest): void {
  for (const { path, bytes } of files)
    if (statSync(join(tableUri, path)).size !== bytes) throw new Error(`${path} is not as it was written`)
}

function damaged(tableUri: string, manifest: Manifest, cause: unknown): TableError {
  return new TableError(
    `The table at ${tableUri} is damaged. Delete it and make it anew: ${toIngestCommand(manifest)}`,
    { cause },
  )
}

function missing(tableUri: string): TableError {
  return new TableError(
    `There is no table at ${tableUri}. Make one: npm run ingest -- FOLDER (without a folder: documents/).`,
  )
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
