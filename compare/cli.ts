// npm run compare -- OLD NEW: what new documents change, before they are released; exit 1 where too much is lost.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pc from 'picocolors'
import { readConfig } from '../function/config.ts'
import { ConfigError } from '../function/errors.ts'
import { ingestDefaults, parseLanguage } from '../index/command.ts'
import { sayFailure } from '../index/failure.ts'
import { checkOutput, writeOutput } from '../index/output.ts'
import { createProgress } from '../index/progress.ts'
import { type Comparison, compare } from './compare.ts'
import { readAsked } from './questions.ts'
import { toJson } from './report/json.ts'
import { toPage } from './report/page.ts'
import { toSummary } from './report/summary.ts'
import { toReport } from './report/text.ts'
import { openSides } from './side.ts'

const defaultLimit = 500

const help = `Says what new documents change: which pages, and which answers.

  npm run compare -- OLD NEW [options]

  OLD, NEW          each a folder of documents, a git repository as https://example/repo.git#branch:docs, a table's folder,
                    its URI (file://, s3://, db:// as TABLE_URI has it), or a container image with its tag
  --questions FILE  questions to ask of both: JSON lines as npm run eval has them, or one question a line
                    (default: made of the titles and headings of both)
  --limit N         how many are made (default: ${defaultLimit})
  --max-lost N      exit 1 when more questions than N were answered by OLD and are not by NEW
  --max-worse N     exit 1 when more than N are answered from another page, and the one they are about came first before
  --json FILE       write all of it for machines
  --html FILE       write all of it as one page to look at
  --language NAME   the language of documents (default: that of the table they are compared with, else ${ingestDefaults.language})
  --include GLOB    only these files of documents; may be given more than once (default: as in that table)
  --exclude GLOB    not these; may be given more than once (default: as in that table)
  --help            this text

Exit code: 0, whatever changed; 1 past --max-lost or --max-worse, or where there is nothing to compare; 130 when interrupted.
Documents are ingested into a temporary folder, by the settings of the table on the other side; no table is touched.
Environment: EMBEDDING_MODEL (default: as that table, else built-in), TOP_K, and what TABLE_URI and Ollama need.
`

interface Arguments {
  readonly before: string
  readonly after: string
  readonly questions: string | undefined
  readonly limit: number
  readonly maxLost: number | undefined
  readonly maxWorse: number | undefined
  readonly json: string | undefined
  readonly html: string | undefined
  readonly language: string | undefined
  readonly include: readonly string[] | undefined
  readonly exclude: readonly string[] | undefined
}

/** Undefined where help is asked for. */
function readArguments(argv: readonly string[]): Arguments | undefined {
  const options = {
    questions: { type: 'string' },
    limit: { type: 'string', default: String(defaultLimit) },
    'max-lost': { type: 'string' },
    'max-worse': { type: 'string' },
    json: { type: 'string' },
    html: { type: 'string' },
    language: { type: 'string' },
    include: { type: 'string', multiple: true },
    exclude: { type: 'string', multiple: true },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
    if (values.help) return undefined
    const [before, after, ...more] = positionals
    if (before === undefined || after === undefined || more.length > 0)
      throw new ConfigError(
        `Two are compared: npm run compare -- OLD NEW. ${positionals.length === 0 ? 'None was given' : `Given: ${positionals.join(', ')}`}.`,
      )
    const { 'max-lost': maxLost, 'max-worse': maxWorse } = values
    return {
      before,
      after,
      questions: values.questions,
      limit: parseCount('--limit', values.limit, 1),
      maxLost: maxLost === undefined ? undefined : parseCount('--max-lost', maxLost, 0),
      maxWorse: maxWorse === undefined ? undefined : parseCount('--max-worse', maxWorse, 0),
      json: values.json,
      html: values.html,
      language: values.language === undefined ? undefined : parseLanguage(values.language),
      include: values.include,
      exclude: values.exclude,
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError(`${error instanceof Error ? error.message : String(error)}\nSee npm run compare -- --help.`, {
      cause: error,
    })
  }
}

function parseCount(name: string, text: string, least: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw new ConfigError(`${name} is "${text}": it must be a whole number from ${least}.`)
  return Number(text)
}

/** Why the exit code is 1; empty where it is 0. */
function findTooMuch(comparison: Comparison, { maxLost, maxWorse }: Arguments): string[] {
  const { lost, worse } = toSummary(comparison)
  const limits = [
    ['--max-lost', maxLost, lost.length, 'answered before and now not'],
    ['--max-worse', maxWorse, worse, 'answered from a worse page'],
  ] as const
  if (comparison.identical) return []
  return limits.flatMap(([name, limit, number, what]) => {
    if (limit === undefined) return []
    if (comparison.outcomes.length === 0) return [`${name} ${limit} cannot be held to: no question was asked.`]
    return number > limit ? [`${number} ${what}, more than ${name} ${limit}.`] : []
  })
}

async function run(
  given: Arguments,
  progress: ReturnType<typeof createProgress>,
  signal: AbortSignal,
): Promise<number> {
  const config = readConfig(process.env)
  const { before, after, limit, language, include, exclude } = given
  await checkOutput('--json', given.json)
  await checkOutput('--html', given.html)
  const questions = given.questions === undefined ? undefined : await readAsked(given.questions)
  const embeddingModel = process.env.EMBEDDING_MODEL?.trim() ? config.embeddingModel : undefined
  const temporary = await mkdtemp(join(tmpdir(), 'ragfunction-compare-'))
  try {
    const said = new Set<string>()
    const notice = (text: string): void => {
      if (!said.has(text)) progress.notice(text)
      said.add(text)
    }
    const sides = await openSides(before, after, {
      language,
      include,
      exclude,
      embeddingModel,
      config,
      temporary,
      progress: { documents: progress.documents, notice },
      signal,
    })
    const onAsked = (done: number, total: number): void => progress.counts(done, total, 'questions asked of both')
    const comparison = await compare(sides, { config, questions, limit, onAsked, signal })
    progress.end()
    const colored = pc.isColorSupported && process.stdout.isTTY === true
    process.stdout.write(toReport(comparison, pc.createColors(colored)))
    const faults = [
      await writeOutput('--json', given.json, () => `${JSON.stringify(toJson(comparison), null, 2)}\n`),
      await writeOutput('--html', given.html, async () => await toPage(comparison)),
      ...findTooMuch(comparison, given),
    ].filter((text) => text !== undefined)
    for (const text of faults) console.error(pc.red(text))
    return faults.length === 0 ? 0 : 1
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function main(): Promise<number> {
  const interrupt = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort(signal))
  const progress = createProgress(process.stderr)
  try {
    const given = readArguments(process.argv.slice(2))
    if (given !== undefined) return await run(given, progress, interrupt.signal)
    process.stdout.write(help)
    return 0
  } catch (error) {
    progress.end()
    return sayFailure(error, interrupt.signal, {
      interrupted: 'Interrupted: nothing is left of it.',
      failed: 'The comparison failed:',
    })
  }
}

process.exitCode = await main()
