import { isAbsolute, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import pc from 'picocolors'
import { type Config, readConfig } from '../function/config.ts'
import { ConfigError } from '../function/errors.ts'
import type { Manifest } from '../function/table/manifest.ts'
import { connectStore, openWholeTable, toMissing } from '../function/table/open.ts'
import { parseRepository, type Repository, withCheckout } from './checkout.ts'
import { ingestDefaults, parseLanguage } from './command.ts'
import { sayFailure } from './failure.ts'
import { everything } from './files.ts'
import { endings } from './formats/formats.ts'
import { documentLimits, findManifest, type IngestSettings, ingest, isStale } from './ingest.ts'
import { clearUp } from './new-table.ts'
import { checkOutput, writeOutput } from './output.ts'
import { createProgress } from './progress.ts'
import { toReport, toWholeReport } from './report.ts'
import { findStyle, type Site, urlStyles } from './urls.ts'
import { changes } from './watch.ts'

const help = `Makes the table that answers are drawn from, out of a folder of documents.

  npm run ingest -- [FOLDER] [options]

  FOLDER              the documents (default: documents), or a git repository as https://example/repo.git#branch:docs;
                      read are ${endings.slice(0, -1).join(' ')} and ${endings.at(-1)}
  --include GLOB      only these files, such as 'guides/**'; may be given more than once
  --exclude GLOB      not these files; may be given more than once. A .gitignore counts as well
  --max-tokens N      the largest chunk, in tokens of all-MiniLM, headings included (default: ${ingestDefaults.maxTokens})
  --language NAME     the language of stemming and stop words (default: ${ingestDefaults.language})
  --base-url URL      where the documents are published: every source then has its url
  --url-style NAME    whose rules make paths of files: ${urlStyles.join(', ')}
                      (default: by the configuration that is there)
  --strict            exit code 1 where a file was skipped
  --report FILE       write down every file, and what became of it, as JSON
  --document-seconds N    the longest that one document may be read (default: ${documentLimits.seconds})
  --document-megabytes N  the most memory that one document may take (default: ${documentLimits.megabytes})
  --watch             go on: take in what is changed in the folder, until Ctrl-C
  --if-missing        only where there is no table yet, and without FOLDER only at ./table; otherwise say whether it
                      is up to date
  --check             only say whether the table is whole and its documents unchanged; exit code 1 where not
  --prune             with --check: drop the table before, which stays for functions that still serve it
  --help              this text

Environment: TABLE_URI (default ./table), EMBEDDING_MODEL (default built-in; a model of Ollama's, or none
for full-text alone), OLLAMA_HOST. The table that was there is replaced once the new one is whole, not before.
`

interface Arguments extends IngestSettings {
  readonly repository: Repository | undefined
  /** Whether nobody said which documents. */
  readonly isSample: boolean
  readonly watch: boolean
  readonly strict: boolean
  readonly report: string | undefined
  readonly ifMissing: boolean
  readonly check: boolean
  readonly prune: boolean
  readonly help: boolean
}

function readArguments(argv: readonly string[]): Arguments {
  const options = {
    'max-tokens': { type: 'string', default: String(ingestDefaults.maxTokens) },
    include: { type: 'string', multiple: true },
    exclude: { type: 'string', multiple: true },
    language: { type: 'string', default: ingestDefaults.language },
    'base-url': { type: 'string' },
    'url-style': { type: 'string' },
    strict: { type: 'boolean', default: false },
    report: { type: 'string' },
    'document-seconds': { type: 'string', default: String(documentLimits.seconds) },
    'document-megabytes': { type: 'string', default: String(documentLimits.megabytes) },
    watch: { type: 'boolean', default: false },
    'if-missing': { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    prune: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
    if (positionals.length > 1) throw new ConfigError(`One folder at a time: ${positionals.join(', ')} were given.`)
    if (positionals[0] === '') throw new ConfigError('The folder is "": name the folder that holds your documents.')
    const number = (
      name: 'max-tokens' | 'document-seconds' | 'document-megabytes',
      least: number,
      most: number,
    ): number => parseNumber(`--${name}`, values[name], least, most)
    const repository = parseRepository(positionals[0] ?? '')
    if (repository !== undefined && values.watch)
      throw new ConfigError('--watch needs a folder on this machine, not a repository.')
    return {
      repository,
      isSample: positionals.length === 0,
      named: repository === undefined ? undefined : positionals[0],
      watch: values.watch,
      folder: repository === undefined ? toFolder(positionals[0] ?? 'documents') : '.',
      selection: { include: values.include ?? everything.include, exclude: values.exclude ?? everything.exclude },
      maxTokens: number('max-tokens', 64, 8192),
      limits: { seconds: number('document-seconds', 1, 86_400), megabytes: number('document-megabytes', 64, 65_536) },
      site: parseSite(values['base-url'], values['url-style'], positionals[0] ?? 'documents'),
      strict: values.strict,
      report: values.report,
      language: parseLanguage(values.language),
      ifMissing: values['if-missing'],
      check: values.check,
      prune: values.prune,
      help: values.help,
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const message = error instanceof Error ? error.message : String(error)
    const unknown = /^Unknown option '([^']+)'/.exec(message)?.[1]
    const said = unknown === undefined ? message : `There is no option ${unknown}.`
    throw new ConfigError(`${said}\nSee npm run ingest -- --help.`, { cause: error })
  }
}

function parseSite(baseUrl: string | undefined, given: string | undefined, folder: string): Site | undefined {
  const style = urlStyles.find((name) => name === given)
  if (given !== undefined && style === undefined)
    throw new ConfigError(`--url-style is "${given}": it must be one of ${urlStyles.join(', ')}.`)
  if (baseUrl === undefined) return undefined
  if (!/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl))
    throw new ConfigError(`--base-url is "${baseUrl}": it must be an address that begins with http:// or https://.`)
  return { baseUrl, style: style ?? findStyle(folder) }
}

function parseNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least || value > most)
    throw new ConfigError(`${name} is "${text}": it must be a whole number from ${least} to ${most}.`)
  return value
}

/** A folder below this one is named from here, so that a table and its documents can move together, into an image say. */
function toFolder(given: string): string {
  const path = relative('.', given)
  if (path.startsWith('..') || isAbsolute(path)) return resolve(given)
  return path.replaceAll('\\', '/') || '.'
}

/** For the image build: whether the table may be served, and why in words. Documents that are not here cannot be compared. */
async function checkTable(config: Config): Promise<boolean> {
  const { manifest } = await openWholeTable(config.tableUri, config.store)
  const stale = await isStale(manifest)
  if (stale) console.error(pc.red(toStaleNotice(manifest)))
  else if (stale === undefined)
    console.error(
      pc.yellow(`The table is whole; whether it is up to date cannot be said: ${manifest.folder} is not here.`),
    )
  else console.log(`The table is whole, and up to date with ${manifest.folder}.`)
  return stale !== true
}

/** Whether the table is where it is served from when nobody says where. */
function isUsualTable({ tableUri }: Config): boolean {
  return tableUri === readConfig({}).tableUri
}

/** Before `npm start`: true where a table is already there, with a word to the operator if its documents have changed. Throws TableError where what is there is no whole table, nobody's documents being replaced by others, and where the sample documents would be served from a place that somebody chose for theirs. */
async function keepsTable(config: Config, isSample: boolean): Promise<boolean> {
  const manifest = await findManifest(config.tableUri, config.store)
  if (manifest === undefined) {
    if (isSample && !isUsualTable(config)) throw toMissing(config.tableUri)
    return false
  }
  if (await isStale(manifest)) console.error(pc.yellow(toStaleNotice(manifest)))
  return true
}

/** The name of the chunks that are served from a place: undefined where there is no table, null where it is damaged. */
async function lookAtTable({ tableUri, store }: Config): Promise<string | null | undefined> {
  return await findManifest(tableUri, store).then(
    (manifest) => manifest?.chunksTable,
    () => null,
  )
}

/** What has become of the table where an ingest did not end well, given what was there before. */
async function toStanding(config: Config, before: string | null | undefined): Promise<string> {
  const now = await lookAtTable(config)
  if (now !== before) return 'the table is new'
  return now === undefined ? 'no table was made' : 'the table is as it was before'
}

function toStaleNotice(manifest: Manifest): string {
  return `The documents in ${manifest.folder} have changed since the table was made. Renew it: ${manifest.renewal}`
}

type Terminal = ReturnType<typeof createProgress>

/** One ingest and its report; the exit code. */
async function makeTable(given: Arguments, config: Config, progress: Terminal, signal: AbortSignal): Promise<number> {
  const report = await ingest(given, config, progress, signal)
  progress.end()
  process.stdout.write(toReport(report, config.tableUri))
  const unwritten = await writeOutput('--report', given.report, toWholeReport(report))
  if (unwritten !== undefined) console.error(pc.red(`The table is new, but ${unwritten}`))
  const where = isUsualTable(config) ? '' : `TABLE_URI=${config.tableUri} `
  if (!given.ifMissing && !given.watch)
    console.log(`Serve it: ${where}npm start (a function that runs already takes it between two questions).`)
  if (!given.strict || report.skipped.length === 0) return unwritten === undefined ? 0 : 1
  console.error(pc.red(`--strict: ${report.skipped.length} files were skipped. The table is made all the same.`))
  return 1
}

/** Takes in what changes until it is interrupted; what goes wrong is said, and the table stays as it was. */
async function keepUp(given: Arguments, config: Config, progress: Terminal, signal: AbortSignal): Promise<number> {
  console.log(`Watching ${given.folder}; end with Ctrl-C.`)
  let failed = false
  for await (const _ of changes(given.folder, signal)) {
    try {
      const manifest = await findManifest(config.tableUri, config.store)
      if (manifest === undefined || (await isStale(manifest)) !== false)
        await makeTable(given, config, progress, signal)
      else if (failed) console.log(`The table is up to date with ${given.folder}.`)
      failed = false
    } catch (error) {
      if (signal.aborted) break
      failed = true
      progress.end()
      console.error(pc.red(error instanceof Error ? error.message : String(error)))
      console.error(`The table is as it was before. Still watching ${given.folder}: what is mended there is taken in.`)
    }
  }
  console.log('No longer watching; the table is whole.')
  return 0
}

async function main(): Promise<number> {
  const interrupt = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort(signal))
  const progress = createProgress(process.stderr)
  let findStanding = async (): Promise<string> => 'nothing was changed'
  try {
    const given = readArguments(process.argv.slice(2))
    if (given.help) {
      process.stdout.write(help)
      return 0
    }
    const config = readConfig(process.env)
    await checkOutput('--report', given.report)
    if (given.check) {
      const good = await checkTable(config)
      if (given.prune) await clearUp(await connectStore(config.tableUri, config.store), config.tableUri)
      return good ? 0 : 1
    }
    if (given.ifMissing && (await keepsTable(config, given.isSample))) return 0
    const before = await lookAtTable(config)
    findStanding = async () => await toStanding(config, before)
    const make = async (folder: string): Promise<number> =>
      await makeTable({ ...given, folder }, config, progress, interrupt.signal)
    if (given.repository !== undefined) return await withCheckout(given.repository, interrupt.signal, make)
    const code = await make(given.folder)
    if (!given.watch) return code
    return await keepUp({ ...given, ifMissing: false, memory: new Map() }, config, progress, interrupt.signal)
  } catch (error) {
    progress.end()
    const standing = await findStanding()
    return sayFailure(error, interrupt.signal, {
      interrupted: `Interrupted: ${standing}.`,
      failed: `The ingest failed; ${standing}.`,
    })
  }
}

process.exitCode = await main()
