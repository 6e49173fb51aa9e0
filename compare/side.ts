// One side of a comparison: whatever was named, as a table that can be searched.
import { cp, mkdir, readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from '../function/config.ts'
import { ConfigError, TableError } from '../function/errors.ts'
import type { Manifest } from '../function/table/manifest.ts'
import { isFolder, type OpenTable, openWholeTable } from '../function/table/open.ts'
import { parseRepository, type Repository, withCheckout } from '../index/checkout.ts'
import { ingestDefaults } from '../index/command.ts'
import { everything } from '../index/files.ts'
import { ingest, type Progress } from '../index/ingest.ts'
import { copyTable, isImage, isTable } from './image.ts'

/** A table that is open, what it was named by, and where it is. */
export interface Side {
  /** As it was given. */
  readonly name: string
  readonly kind: Place['kind']
  readonly table: OpenTable
  readonly uri: string
  /** Files that could not be read, and why; of documents alone. */
  readonly skipped: ReadonlyMap<string, string>
}

/** What stands for one side before it is opened. */
type Place =
  | { readonly kind: 'table'; readonly uri: string }
  | { readonly kind: 'image'; readonly image: string }
  | { readonly kind: 'documents'; readonly folder: string }
  | { readonly kind: 'repository'; readonly repository: Repository }

/** How documents are ingested; what is not given is as in the table on the other side. */
export interface SideSettings {
  readonly language: string | undefined
  readonly include: readonly string[] | undefined
  readonly exclude: readonly string[] | undefined
  /** Undefined where the environment names none. */
  readonly embeddingModel: string | null | undefined
  readonly config: Config
  /** A folder that is gone afterwards. */
  readonly temporary: string
  readonly progress: Progress
  readonly signal: AbortSignal
}

export interface Sides {
  readonly before: Side
  readonly after: Side
}

/** Opens both: tables first, since documents are ingested by their settings. Throws ConfigError, TableError, OllamaError or ModelFileError. */
export async function openSides(before: string, after: string, settings: SideSettings): Promise<Sides> {
  const places = [await asTold('OLD', before, findPlace), await asTold('NEW', after, findPlace)] as const
  const open = async (index: 0 | 1, like?: Side): Promise<Side> => {
    const name = index === 0 ? before : after
    const own = join(settings.temporary, index === 0 ? 'old' : 'new')
    await mkdir(own)
    return await asTold(index === 0 ? 'OLD' : 'NEW', name, () => openSide(name, places[index], own, settings, like))
  }
  if (isMade(places[0]) && !isMade(places[1])) {
    const newer = await open(1)
    return { before: await open(0, newer), after: newer }
  }
  const older = await open(0)
  return { before: older, after: await open(1, older) }
}

function isMade({ kind }: Place): boolean {
  return kind === 'documents' || kind === 'repository'
}

/** An error says which side it is of, by the name that it was given. */
async function asTold<Result>(side: string, name: string, act: (name: string) => Promise<Result>): Promise<Result> {
  try {
    return await act(name)
  } catch (error) {
    if (error instanceof TableError) throw new TableError(`${side}: ${error.message}`, { cause: error })
    if (error instanceof ConfigError) throw new ConfigError(`${side}: ${error.message}`, { cause: error })
    throw error
  }
}

async function findPlace(name: string): Promise<Place> {
  if (name === '') throw new ConfigError('an empty name. Name a folder, a URI or an image.')
  if (/^file:/i.test(name)) return await findPlace(toPath(name))
  if (/^(https?|ssh|git):\/\//.test(name)) {
    const repository = parseRepository(name)
    if (repository !== undefined) return { kind: 'repository', repository }
  }
  if (!isFolder(name)) return { kind: 'table', uri: name }
  const found = await stat(name).catch(() => undefined)
  if (found === undefined) {
    if (isImage(name)) return { kind: 'image', image: name }
    throw new ConfigError(
      `There is no folder ${name}. Name a folder of documents or of a table, a URI such as s3://bucket/table, or an image with its tag, such as dev.local/rag-app:0.1.0.`,
    )
  }
  if (!found.isDirectory()) throw new ConfigError(`${name} is a file. Name a folder.`)
  const folder = resolve(name)
  if (await isTable(folder)) return { kind: 'table', uri: folder }
  if ((await readdir(folder)).some((entry) => entry.endsWith('.lance')))
    throw new TableError(
      `The table at ${name} is damaged: its manifest is not there. Delete it and make it anew: npm run ingest -- FOLDER`,
    )
  return { kind: 'documents', folder: name }
}

function toPath(uri: string): string {
  try {
    return fileURLToPath(uri)
  } catch (cause) {
    throw new ConfigError(`${uri} is no path on this machine. Write it as file:///home/me/table.`, { cause })
  }
}

async function openSide(
  name: string,
  place: Place,
  own: string,
  settings: SideSettings,
  like: Side | undefined,
): Promise<Side> {
  const { config, signal } = settings
  const skipped = new Map<string, string>()
  const { kind } = place
  switch (place.kind) {
    case 'table': {
      const { uri } = place
      return { name, kind, uri, skipped, table: await openNamed(name, uri, config) }
    }
    case 'image': {
      const uri = await copyTable(place.image, own, signal)
      return { name, kind, uri, skipped, table: await openNamed(name, uri, config) }
    }
    default: {
      const uri = join(own, 'table')
      const make = async (folder: string): Promise<void> => {
        const report = await makeTable(name, folder, uri, settings, like)
        for (const { source, why } of report.skipped) skipped.set(source, why)
      }
      if (place.kind === 'documents') await make(place.folder)
      else await withCheckout(place.repository, signal, make)
      return { name, kind, uri, skipped, table: await openNamed(name, uri, config) }
    }
  }
}

/** An old table need not be made anew to be compared, if its documents are there. */
async function openNamed(name: string, uri: string, config: Config): Promise<OpenTable> {
  try {
    return await openWholeTable(uri, config.store)
  } catch (error) {
    if (!(error instanceof TableError)) throw error
    throw new TableError(
      `${error.message.replaceAll(uri, name)}\nOr name the folder of its documents here: it is ingested for the comparison, and no table is touched.`,
      { cause: error },
    )
  }
}

/** Into a folder of its own, by the settings of the table that it is compared with; what that one has embedded already is taken from it. */
async function makeTable(
  name: string,
  folder: string,
  uri: string,
  { language, include, exclude, embeddingModel, config, progress, signal }: SideSettings,
  like: Side | undefined,
): ReturnType<typeof ingest> {
  const manifest = like?.table.manifest
  const model = embeddingModel === undefined ? modelOf(manifest, config) : embeddingModel
  if (model !== null && like !== undefined && manifest?.embedding && isFolder(like.uri))
    await cp(like.uri, uri, { recursive: true })
  return await ingest(
    {
      folder,
      named: name,
      selection: {
        include: include ?? manifest?.selection.include ?? everything.include,
        exclude: exclude ?? manifest?.selection.exclude ?? everything.exclude,
      },
      maxTokens: manifest?.maxTokens ?? ingestDefaults.maxTokens,
      language: language ?? manifest?.language ?? ingestDefaults.language,
    },
    { ...config, tableUri: uri, embeddingModel: model },
    progress,
    signal,
  )
}

function modelOf(manifest: Manifest | undefined, config: Config): string | null {
  if (manifest === undefined) return config.embeddingModel
  if (manifest.embedding === null) return null
  return manifest.embedding.engine === 'built-in' ? 'built-in' : manifest.embedding.model
}
