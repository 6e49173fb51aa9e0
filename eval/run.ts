// One corpus -> how its questions went in each mode: its table is made where it is missing or out of date.
import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import type { Table } from '@lancedb/lancedb'
import pc from 'picocolors'
import type { Config } from '../function/config.ts'
import type { Embed } from '../function/embedding/embed.ts'
import { createEngine } from '../function/embedding/engine.ts'
import { ConfigError } from '../function/errors.ts'
import { createRetrieve, type Mode } from '../function/retrieval/retrieve.ts'
import { type OpenTable, openTable } from '../function/table/open.ts'
import { ingestDefaults } from '../index/command.ts'
import { everything } from '../index/files.ts'
import { chunkerVersion, findManifest, ingest, isStale } from '../index/ingest.ts'
import type { createProgress } from '../index/progress.ts'
import type { Corpus } from './corpora.ts'
import { createAsk, type EvalQuestion, evaluate, type Outcome, readQuestions } from './evaluate.ts'

/** How one corpus went in one mode; `framed` is empty where no frames were asked for. */
export interface Run {
  readonly corpus: string
  readonly mode: Mode
  readonly plain: readonly Outcome[]
  readonly framed: readonly Outcome[]
}

export interface RunSettings {
  readonly config: Config
  /** What the table is made for where none is named. */
  readonly modes: readonly Mode[] | undefined
  readonly framed: boolean
  readonly progress: ReturnType<typeof createProgress>
  readonly signal: AbortSignal
}

/** A corpus whose table is open, and whose questions are read. */
export interface OpenCorpus {
  readonly table: OpenTable
  readonly embed: Embed | null
  readonly questions: readonly EvalQuestion[]
}

type AnyCorpus = Omit<Corpus, 'documents'> & Partial<Pick<Corpus, 'documents'>>

/** The table of a corpus, or, without documents, the one at TABLE_URI as it is. */
export async function openCorpus(corpus: AnyCorpus, settings: RunSettings): Promise<OpenCorpus> {
  const { config } = settings
  const questions = await readQuestions(corpus.questions)
  const tableUri =
    corpus.documents === undefined
      ? config.tableUri
      : await makeTable({ ...corpus, documents: corpus.documents }, settings)
  const table = await openTable(tableUri, config.store)
  await checkPages(table.chunks, questions)
  const { embedding } = table.manifest
  return { table, embed: embedding && createEngine(embedding, config).embed, questions }
}

/** Asks the questions of a corpus; without documents, of the table at TABLE_URI as it is. */
export async function runCorpus(corpus: AnyCorpus, settings: RunSettings): Promise<Run[]> {
  const { config, progress, signal, framed } = settings
  const { table, embed, questions } = await openCorpus(corpus, settings)
  const { manifest } = table
  const { embedding } = manifest
  const modes = settings.modes ?? (embedding === null ? (['full-text'] as const) : (['hybrid'] as const))
  if (embedding === null && modes.some((mode) => mode !== 'full-text')) {
    throw new ConfigError(
      'The table has no embeddings, so it can be searched by full-text alone. Ingest with an embedding model first.',
    )
  }
  const runs: Run[] = []
  for (const mode of modes) {
    const ask = createAsk({ retrieve: createRetrieve(table, embed, { mode }), manifest, settings: config })
    const askAll = async (speech?: string): Promise<Outcome[]> => {
      const what = `questions of ${corpus.name}, ${mode}${speech === undefined ? '' : ', framed'}`
      const onAsked = (done: number): void => {
        signal.throwIfAborted()
        progress.counts(done, questions.length, what)
      }
      const outcomes = await evaluate(questions, ask, onAsked, speech)
      progress.end()
      return outcomes
    }
    runs.push({ corpus: corpus.name, mode, plain: await askAll(), framed: framed ? await askAll(corpus.speech) : [] })
  }
  return runs
}

/** The table of a corpus, made anew where it is missing or out of date. */
async function makeTable(corpus: Corpus, { config, progress, signal }: RunSettings): Promise<string> {
  const { documents, language } = corpus
  await corpus.write?.(documents)
  const name = createHash('sha256')
    .update(JSON.stringify([chunkerVersion, documents, language, config.embeddingModel]))
    .digest('hex')
    .slice(0, 12)
  const tableUri = resolve(join('.eval', name))
  const manifest = await findManifest(tableUri).catch(() => undefined)
  const current =
    manifest !== undefined &&
    !(await isStale(manifest)) &&
    (manifest.embedding === null) === (config.embeddingModel === null)
  if (!current) {
    const selection = everything
    await ingest(
      { folder: documents, selection, maxTokens: ingestDefaults.maxTokens, language },
      { ...config, tableUri },
      progress,
      signal,
    )
    progress.end()
  }
  return tableUri
}

/** A page that is not in the table is never found: a name with a mistake in it is not to pass for bad retrieval. */
async function checkPages(chunks: Table, questions: readonly EvalQuestion[]): Promise<void> {
  const rows: Array<{ readonly source: string }> = await chunks.query().select(['source']).toArray()
  const there = new Set(rows.map(({ source }) => source))
  const asked = new Set(questions.flatMap(({ relevant }) => relevant))
  const missing = [...asked].filter((page) => !there.has(page))
  if (missing.length === 0) return
  if (missing.length === asked.size) {
    throw new ConfigError(
      `None of the pages that the questions name is in the table, ${missing[0]} for one: it is made from other documents. Name theirs: --documents FOLDER`,
    )
  }
  console.error(
    pc.yellow(
      `Not in the table, so never found: ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` and ${missing.length - 3} more` : ''}.`,
    ),
  )
}
