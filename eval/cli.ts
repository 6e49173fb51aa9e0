import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Table } from '@lancedb/lancedb'
import pc from 'picocolors'
import { createSearch } from '../function/answer/answer.ts'
import { type Config, readConfig } from '../function/config.ts'
import type { Search } from '../function/contract.ts'
import { createEmbed, withinBudget } from '../function/embedding/embed.ts'
import { ConfigError, OllamaError, TableError } from '../function/errors.ts'
import { createRetrieve, type Mode, modes } from '../function/retrieval/retrieve.ts'
import { openTable } from '../function/table/open.ts'
import { ingestDefaults } from '../index/command.ts'
import { chunkerVersion, findManifest, ingest, isStale } from '../index/ingest.ts'
import { everything } from '../index/load.ts'
import { createProgress } from '../index/progress.ts'
import {
  byKind,
  type EvalQuestion,
  evaluate,
  type Figures,
  type Measure,
  measures,
  type Outcome,
  readQuestions,
  toFigures,
} from './evaluate.ts'
import { toPlot } from './plot.ts'
import { toTable } from './table.ts'

const help = `Asks questions whose answers are known, and counts how often the right page and passage are found.

  npm run eval -- [options]

  --questions FILE    JSON lines: id, question, relevant[], key[], kind (default: eval/questions/documents.jsonl)
  --documents FOLDER  the documents they are about; ingested into .eval/ if need be
                      (default: the table at TABLE_URI as it is)
  --modes LIST        full-text, vector and hybrid, with commas (default: what the table is made for)
  --min MEASURE=N     exit 1 when a mode falls below, as in page@5=0.9; may be given more than once
  --json FILE         write every figure and every question's outcome
  --plot FILE.svg     draw the figures
  --help              this text

Measures: ${measures.join(', ')}. \`refused\` is right for unanswerable questions and wrong for the others.
Environment: as for npm run ingest.
`

interface Minimum {
  readonly measure: Measure
  readonly least: number
}

interface Arguments {
  readonly questions: string
  readonly documents: string | undefined
  readonly modes: readonly Mode[] | undefined
  readonly minima: readonly Minimum[]
  readonly json: string | undefined
  readonly plot: string | undefined
  readonly help: boolean
}

function readArguments(argv: readonly string[]): Arguments {
  const options = {
    questions: { type: 'string', default: 'eval/questions/documents.jsonl' },
    documents: { type: 'string' },
    modes: { type: 'string' },
    min: { type: 'string', multiple: true, default: [] as string[] },
    json: { type: 'string' },
    plot: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  try {
    const { values } = parseArgs({ args: [...argv], options })
    return {
      questions: values.questions,
      documents: values.documents === undefined ? undefined : resolve(values.documents),
      modes: values.modes?.split(',').map(parseMode),
      minima: values.min.map(parseMinimum),
      json: values.json,
      plot: values.plot,
      help: values.help,
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError(`${error instanceof Error ? error.message : String(error)}\nSee npm run eval -- --help.`, {
      cause: error,
    })
  }
}

function parseMode(text: string): Mode {
  const mode = modes.find((name) => name === text.trim())
  if (mode === undefined) throw new ConfigError(`--modes has "${text}": each must be one of ${modes.join(', ')}.`)
  return mode
}

function parseMinimum(text: string): Minimum {
  const [name, value = ''] = text.split('=')
  const measure = measures.find((known) => known === name)
  const least = Number(value)
  if (measure === undefined || value === '' || !(least >= 0 && least <= 1)) {
    throw new ConfigError(
      `--min is "${text}": it must be a measure and a share of 1, such as page@5=0.9 (${measures.join(', ')}).`,
    )
  }
  return { measure, least }
}

/** The table to ask: the one at TABLE_URI, or, for a folder, one of its own that is made when it is missing or out of date. */
async function findTable(
  documents: string | undefined,
  config: Config,
  progress: ReturnType<typeof createProgress>,
  signal: AbortSignal,
): Promise<string> {
  if (documents === undefined) return config.tableUri
  const name = createHash('sha256')
    .update(JSON.stringify([chunkerVersion, documents, config.embeddingModel]))
    .digest('hex')
    .slice(0, 12)
  const tableUri = resolve(join('.eval', name))
  const manifest = await findManifest(tableUri).catch(() => undefined)
  const current =
    manifest !== undefined &&
    !(await isStale(manifest)) &&
    (manifest.embedding?.model ?? null) === config.embeddingModel
  if (!current) {
    await ingest(
      {
        folder: documents,
        selection: everything,
        maxTokens: ingestDefaults.maxTokens,
        language: ingestDefaults.language,
      },
      { ...config, tableUri },
      progress,
      signal,
    )
    progress.end()
  }
  return tableUri
}

async function openSearches(
  tableUri: string,
  config: Config,
  wanted: readonly Mode[] | undefined,
  questions: readonly EvalQuestion[],
): Promise<Map<Mode, Search>> {
  const table = await openTable(tableUri, config.store)
  const { chunks, manifest } = table
  await checkPages(chunks, questions)
  const { embedding } = manifest
  const embed = embedding && withinBudget(createEmbed(config.ollamaHost, embedding.model), config.embedTimeoutMs)
  const possible = wanted ?? (embedding === null ? (['full-text'] as const) : (['hybrid'] as const))
  if (embedding === null && possible.some((mode) => mode !== 'full-text')) {
    throw new ConfigError(
      'The table has no embeddings, so it can be searched by full-text alone. Ingest with an embedding model first.',
    )
  }
  const search = (mode: Mode): Search =>
    createSearch({ retrieve: createRetrieve(table, embed, { mode }), manifest, settings: config })
  return new Map(possible.map((mode) => [mode, search(mode)]))
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

/** The minima that a mode falls below, each with the questions to blame. */
function fallenBelow(mode: Mode, outcomes: readonly Outcome[], minima: readonly Minimum[]): string[] {
  const figures: Figures = toFigures(outcomes.filter(({ question }) => question.relevant.length > 0))
  const refused = toFigures(outcomes.filter(({ question }) => question.relevant.length === 0)).refused
  return minima.flatMap(({ measure, least }) => {
    const reached = measure === 'refused' ? refused : figures[measure]
    if (reached === undefined) return [`${mode}: no question counts for ${measure}, so it cannot be held to ${least}.`]
    if (reached >= least) return []
    const blamed = outcomes
      .filter((outcome) => missed(measure, outcome))
      .map(({ question }) => `  ${question.id} ${question.question}`)
    return [
      `${mode}: ${measure} is ${reached.toFixed(3)}, below ${least}. The questions that fell:\n${blamed.join('\n')}`,
    ]
  })
}

function missed(
  measure: Measure,
  { question, pageRank = Number.POSITIVE_INFINITY, keyFound, refused }: Outcome,
): boolean {
  if (question.relevant.length === 0) return measure === 'refused' && !refused
  if (measure === 'key@5') return !keyFound
  if (measure === 'refused') return false
  return pageRank > (measure === 'page@1' ? 1 : measure === 'page@5' ? 5 : 10)
}

async function main(): Promise<number> {
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort())
  const progress = createProgress(process.stderr)
  try {
    const given = readArguments(process.argv.slice(2))
    if (given.help) {
      process.stdout.write(help)
      return 0
    }
    const config = readConfig(process.env)
    const questions = await readQuestions(given.questions)
    const tableUri = await findTable(given.documents, config, progress, interrupt.signal)
    const outcomes = new Map<Mode, Outcome[]>()
    for (const [mode, search] of await openSearches(tableUri, config, given.modes, questions)) {
      const asked = await evaluate(questions, search, (done) => {
        interrupt.signal.throwIfAborted()
        progress.counts(done, questions.length, `questions, ${mode}`)
      })
      progress.end()
      outcomes.set(mode, asked)
      process.stdout.write(`${toTable(mode, byKind(asked))}\n`)
    }
    const figures = Object.fromEntries([...outcomes].map(([mode, asked]) => [mode, byKind(asked)]))
    if (given.json !== undefined)
      await writeFile(given.json, `${JSON.stringify({ figures, outcomes: Object.fromEntries(outcomes) }, null, 2)}\n`)
    if (given.plot !== undefined) await writeFile(given.plot, toPlot(figures))
    const fallen = [...outcomes].flatMap(([mode, asked]) => fallenBelow(mode, asked, given.minima))
    for (const text of fallen) console.error(pc.red(text))
    return fallen.length === 0 ? 0 : 1
  } catch (error) {
    progress.end()
    if (interrupt.signal.aborted) {
      console.error('Interrupted.')
      return 130
    }
    const known = error instanceof ConfigError || error instanceof OllamaError || error instanceof TableError
    console.error(
      pc.red(
        known ? error.message : `The evaluation failed: ${error instanceof Error ? error.message : String(error)}`,
      ),
    )
    return 1
  }
}

process.exitCode = await main()
