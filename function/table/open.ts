// Where a table is and how it is opened: connect, check, ask it one question.
import { stat } from 'node:fs/promises'
import { type Connection, connect, Session, type Table, type VectorQuery } from '@lancedb/lancedb'
import type { StoreAccess } from '../config.ts'
import { TableError } from '../errors.ts'
import { checkContents, checkSizes, damaged, isSmall } from './files.ts'
import { type Manifest, readManifest, readVocabulary, type VectorIndex } from './manifest.ts'
import { ensureTemporaryFolder } from './temporary.ts'

export interface OpenTable {
  readonly chunks: Table
  readonly manifest: Manifest
  /** Reads the table's terms, each with the number of chunks that hold it. */
  readonly readVocabulary: () => Promise<string>
}

/** LanceDB's caches are unbounded in practice (6 GB and 1 GB); a pod has 256 MiB. */
const indexCacheBytes = 64n << 20n
const metadataCacheBytes = 16n << 20n

/** Connects to the store at a folder, `s3://` or `db://` address; a folder that is not there is created by LanceDB. Throws TableError. */
export async function connectStore(tableUri: string, access: StoreAccess = {}): Promise<Connection> {
  ensureTemporaryFolder()
  const session = new Session(indexCacheBytes, metadataCacheBytes)
  return await connect(tableUri, { ...access, storageOptions: { ...access.storageOptions }, session }).catch(
    (cause: unknown) => {
      const why = isFolder(tableUri)
        ? `${toReason(cause)}. TABLE_URI must be a folder that may be read, and for an ingest written to.`
        : 'is the address right, and are the credentials set?'
      throw new TableError(`The store at ${tableUri} cannot be opened: ${why}`, { cause })
    },
  )
}

/**
 * Opens the table, checks that its files are all there and as long as they were, and asks it one question. What is in them it
 * reads where they are small; of a larger table that is left to `checkContents`, so that its start takes no longer. Throws
 * TableError, whose message says what mends it.
 */
export async function openTable(tableUri: string, access?: StoreAccess): Promise<OpenTable> {
  if (isFolder(tableUri) && !(await exists(tableUri))) throw toMissing(tableUri)
  const connection = await connectStore(tableUri, access)
  const manifest = await readManifest(connection, tableUri)
  if (manifest === undefined) throw toMissing(tableUri)
  try {
    checkSizes(tableUri, manifest)
    if (isSmall(manifest)) await checkContents(tableUri, manifest)
    const chunks = await connection.openTable(manifest.chunksTable)
    await smokeQuery(chunks, manifest)
    return { chunks, manifest, readVocabulary: () => readVocabulary(connection) }
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

/** What a table that was served and cannot be read any more is told of in the log. */
export function toUnreadable(tableUri: string, { renewal }: Manifest): (cause: unknown) => TableError {
  return (cause) =>
    new TableError(
      `The table at ${tableUri} cannot be read any more. Where it was deleted or damaged, make it anew, and it is served without a restart: ${renewal}`,
      { cause },
    )
}

/** Asks the table the smallest question that touches its rows and its full-text index; throws whatever LanceDB throws. */
export async function smokeQuery(chunks: Table, manifest: Manifest): Promise<void> {
  const [row] = await chunks.query().select(['words']).limit(1).toArray()
  if (row === undefined) throw new Error('the table has no rows')
  await chunks.search(String(row.words).slice(0, 200), 'fts', 'words').select(['id', '_score']).limit(1).toArray()
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

/** What the operating system said, out of what LanceDB makes of it. */
function toReason(error: unknown): string {
  const [, inside, behind] = /message: "([^"]+)"|: ([^:]+) \(os error/.exec(String(error)) ?? []
  return (inside ?? behind ?? 'it is no folder, or it may not be read').toLowerCase()
}

export function isFolder(tableUri: string): boolean {
  return !tableUri.includes('://')
}

/** What is said where nothing was ingested yet. */
export function toMissing(tableUri: string): TableError {
  return new TableError(
    `There is no table at ${tableUri}. Make one: npm run ingest -- FOLDER (without a folder: documents/); or set TABLE_URI to where it is.`,
  )
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
