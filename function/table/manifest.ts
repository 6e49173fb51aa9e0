// The manifest: what a table says of itself.
import type { Connection } from '@lancedb/lancedb'
import { z } from 'zod'
import type { IndexInfo } from '../contract/replies.ts'
import { TableError } from '../errors.ts'

/** The format this code writes and reads; a newer one is refused by name. */
export const formatVersion = 2

/** The one-row table that says what the chunks are; replacing its row is what swaps a new table in. */
export const manifestTable = 'manifest'
/** What the names of tables of chunks begin with. */
export const chunksPrefix = 'chunks-'

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
  /** What embedded the chunks, and embeds the questions: the model in this process, or one of Ollama's. */
  embedding: z
    .object({
      engine: z.enum(['built-in', 'ollama']).default('ollama'),
      model: z.string(),
      dimension: z.number().int(),
      documentPrefix: z.string(),
      queryPrefix: z.string(),
      /** What Ollama was asked to load the model with, where it is known what the model was trained for. */
      contextTokens: z.number().int().exactOptional(),
    })
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
  thresholds: z.object({ minOne: z.number(), minAll: z.number(), minSimilarity: z.number() }),
  maxTokens: z.number().int(),
  language: z.string(),
  /** The command that makes it anew from the same documents by the same settings, to be pasted into a shell. */
  renewal: z.string().default('npm run ingest -- FOLDER'),
  /** Questions that the documents answer, for the ask page to offer. */
  examples: z.array(z.string()).default([]),
  createdAt: z.string(),
  /** Every file of a table kept in a folder, with its size and CRC-32: LanceDB itself does not notice flipped bytes. */
  files: z.array(z.object({ path: z.string(), bytes: z.number().int(), crc32: z.number().int() })),
})

export type Manifest = z.infer<typeof manifestSchema>
export type VectorIndex = NonNullable<Manifest['vectorIndex']>

/**
 * The manifest of a store, or undefined where nothing was ever ingested or a first ingest has not ended: its manifest is
 * still empty. Throws TableError for one of another format, and for chunks without a manifest, which were a table once.
 */
export async function readManifest(connection: Connection, tableUri: string): Promise<Manifest | undefined> {
  const names = await connection.tableNames()
  const hasChunks = names.some((name) => name.startsWith(chunksPrefix))
  if (!names.includes(manifestTable)) {
    if (!hasChunks) return undefined
    throw new TableError(
      `The table at ${tableUri} is not whole: it has no manifest. Ingest again: npm run ingest -- FOLDER; or delete ${tableUri} to begin anew.`,
    )
  }
  let json: unknown
  try {
    const table = await connection.openTable(manifestTable)
    const [row] = await table.query().select(['json']).limit(1).toArray()
    if (row === undefined) return undefined
    json = JSON.parse(String(row.json))
  } catch (cause) {
    // Whoever was killed while it made the empty manifest had not made anything else.
    if (!hasChunks && /was not found/.test(String(cause))) return undefined
    throw new TableError(
      `The table at ${tableUri} is damaged: its manifest cannot be read. Delete it and ingest again: npm run ingest -- FOLDER`,
      { cause },
    )
  }
  const { formatVersion: format, renewal = 'npm run ingest -- FOLDER' } =
    z.object({ formatVersion: z.number(), renewal: z.string().optional() }).partial().safeParse(json).data ?? {}
  if (format !== undefined && format > formatVersion) {
    throw new TableError(
      `The table at ${tableUri} has format ${format}; this version of ragfunction reads format ${formatVersion}. Update ragfunction, or ingest again: npm run ingest -- FOLDER`,
    )
  }
  if (format !== undefined && format < formatVersion) {
    throw new TableError(
      `The table at ${tableUri} has format ${format}, and this version of ragfunction reads format ${formatVersion}. Make it anew: ${renewal}`,
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

/** The terms of the chunks with their counts, as text; kept beside the manifest, since both are swapped in as one. */
export async function readVocabulary(connection: Connection): Promise<string> {
  const table = await connection.openTable(manifestTable)
  const [row] = await table.query().select(['vocabulary']).limit(1).toArray()
  return String(row?.vocabulary ?? '')
}

/** A manifest -> what a reply says of its documents. */
export function toIndexInfo(manifest: Manifest): IndexInfo {
  return {
    version: manifest.version,
    documents: manifest.documents,
    chunks: manifest.chunks,
    retrieval: manifest.embedding === null ? 'full-text' : 'hybrid',
    embeddingModel: manifest.embedding?.model ?? null,
  }
}
