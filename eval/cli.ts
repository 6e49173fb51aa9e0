// npm run eval: one corpus or all of them, as tables, JSON and a picture; exit 1 below a minimum.
import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import pc from 'picocolors'
import { readConfig } from '../function/config.ts'
import { ConfigError } from '../function/errors.ts'
import { type Mode, modes } from '../function/retrieval/retrieve.ts'
import { ingestDefaults, parseLanguage } from '../index/command.ts'
import { sayFailure } from '../index/failure.ts'
import { checkOutput, writeOutput } from '../index/output.ts'
import { createProgress } from '../index/progress.ts'
import {
  type AnswerMeasure,
  answerAll,
  answerMeasures,
  answersFallenBelow,
  spread,
  toAnswerFigures,
  toAnswerTable,
} from './answers.ts'
import { corpora, readCorpora } from './corpora.ts'
import { byFrame, byKind } from './evaluate.ts'
import { fallenBelow, type Minimum, minimumMeasures } from './minima.ts'
import { toPlot } from './plot.ts'
import { toName, toReport, toSummary } from './report.ts'
import { openCorpus, type Run, type RunSettings, runCorpus } from './run.ts'
import { checkStatements, readStatements, toStatementTable } from './statements.ts'

const help = `Asks questions whose answers are known, and counts how often the right page and passage are found.

  npm run eval -- [options]

  --questions FILE    JSON lines: id, question, relevant[], key[], kind (default: eval/questions/documents.jsonl)
  --documents FOLDER  the documents they are about; ingested into .eval/ if need be
                      (default: the table at TABLE_URI as it is)
  --language NAME     the language of stemming and of frames, with --documents (default: ${ingestDefaults.language})
  --all               every corpus of this repository in place of one: ${corpora.map(({ name }) => name).join(', ')}
  --corpora FILE      further corpora: a JSON list of name, questions, documents, language?, paths relative to it;
                      may be given more than once
  --framed            ask each question again inside ordinary speech
  --curve             say how well what a refusal is decided on tells the two sorts of questions apart,
                      and what a threshold chosen on the other corpora does to each
  --answers           answer them instead: by quoting, and by OLLAMA_MODEL; what of it is cited and borne out
  --statements        check statements that are right or invented: how many are cited, how many marked
  --limit N           with --answers, so many questions of each corpus, spread over the list
  --modes LIST        full-text, vector and hybrid, with commas (default: what the table is made for)
  --min MEASURE=N     exit 1 when a mode of any corpus falls below, as in page@5=0.9; may be given more than once
  --json FILE         write every figure and every question's outcome, with what its refusal was decided on
  --plot FILE.svg     draw the figures
  --help              this text

Measures: ${minimumMeasures.join(', ')}; with --answers ${answerMeasures.join(', ')}. \`refused\` is right for unanswerable questions and wrong for the others;
as a minimum it counts the unanswerable, and \`answered\` the others. A figure in brackets is where it may be at 95 %.
Environment: as for npm run ingest.
`

interface Arguments {
  readonly questions: string
  readonly documents: string | undefined
  readonly language: string
  readonly all: boolean
  readonly corpora: readonly string[]
  readonly framed: boolean
  readonly answers: boolean
  readonly statements: boolean
  readonly limit: number | undefined
  readonly curve: boolean
  readonly modes: readonly Mode[] | undefined
  readonly minima: readonly Minimum[]
  readonly answerMinima: ReadonlyArray<{ readonly measure: AnswerMeasure; readonly least: number }>
  readonly json: string | undefined
  readonly plot: string | undefined
  readonly help: boolean
}

function readArguments(argv: readonly string[]): Arguments {
  const options = {
    questions: { type: 'string', default: 'eval/questions/documents.jsonl' },
    documents: { type: 'string' },
    language: { type: 'string', default: ingestDefaults.language },
    all: { type: 'boolean', default: false },
    corpora: { type: 'string', multiple: true, default: [] as string[] },
    framed: { type: 'boolean', default: false },
    answers: { type: 'boolean', default: false },
    statements: { type: 'boolean', default: false },
    limit: { type: 'string' },
    curve: { type: 'boolean', default: false },
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
      language: parseLanguage(values.language),
      all: values.all,
      corpora: values.corpora,
      framed: values.framed,
      answers: values.answers,
      statements: values.statements,
      limit: parseLimit(values.limit),
      curve: values.curve,
      modes: values.modes?.split(',').map(parseMode),
      minima: values.answers ? [] : values.min.map((text) => parseMinimum(text, minimumMeasures)),
      answerMinima: values.answers ? values.min.map((text) => parseMinimum(text, answerMeasures)) : [],
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

function parseLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1)
    throw new ConfigError(`--limit is "${text}": it must be a number of questions.`)
  return limit
}

function parseMinimum<Measure extends string>(
  text: string,
  measures: readonly Measure[],
): { readonly measure: Measure; readonly least: number } {
  const [name, value = ''] = text.split('=')
  const measure = measures.find((known) => known === name)
  const least = Number(value)
  if (measure === undefined || value === '' || !(least >= 0 && least <= 1)) {
    throw new ConfigError(
      `--min is "${text}": it must be a measure and a share of 1, such as ${measures[0]}=0.9 (${measures.join(', ')}).`,
    )
  }
  return { measure, least }
}

/** The corpora to ask: the listed ones, or the one that the questions and documents make. */
async function chooseCorpora(given: Arguments): Promise<ReadonlyArray<Parameters<typeof runCorpus>[0]>> {
  const listed = [...(given.all ? corpora : []), ...(await Promise.all(given.corpora.map(readCorpora))).flat()]
  if (listed.length > 0) return listed
  const { questions, documents, language } = given
  const name = basename(questions, '.jsonl')
  return [{ name, questions, language, speech: language, ...(documents === undefined ? {} : { documents }) }]
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
    await checkOutput('--json', given.json)
    await checkOutput('--plot', given.plot)
    const chosen = await chooseCorpora(given)
    const settings = { ...given, config: readConfig(process.env), progress, signal: interrupt.signal }
    if (given.answers) return await runAnswers(chosen, settings)
    if (given.statements) {
      for (const corpus of chosen) {
        const labelled = await readStatements('eval/statements.jsonl', corpus.name)
        const outcomes = await checkStatements(await openCorpus(corpus, settings), labelled)
        process.stdout.write(`${toStatementTable(corpus.name, outcomes)}\n`)
      }
      return 0
    }
    const several = chosen.length > 1
    const runs: Run[] = []
    for (const corpus of chosen) {
      for (const run of await runCorpus(corpus, settings)) {
        runs.push(run)
        process.stdout.write(`${toReport(run, several)}\n`)
      }
    }
    if (several || given.curve) process.stdout.write(toSummary(runs, given.curve))
    const unwritten = [
      await writeOutput('--json', given.json, () => `${JSON.stringify(toJson(runs), null, 2)}\n`),
      await writeOutput('--plot', given.plot, () =>
        toPlot(Object.fromEntries(runs.map((run) => [toName(run, several), byKind(run.plain)]))),
      ),
    ]
    return sayFaults([...unwritten, ...runs.flatMap((run) => fallenBelow(run, toName(run, several), given.minima))])
  } catch (error) {
    progress.end()
    return sayFailure(error, interrupt.signal, {
      interrupted: 'Interrupted.',
      failed: 'The evaluation failed:',
    })
  }
}

async function runAnswers(
  chosen: ReadonlyArray<Parameters<typeof runCorpus>[0]>,
  settings: Arguments & RunSettings,
): Promise<number> {
  const { config, progress, signal, limit, answerMinima, json } = settings
  const outcomes: unknown[] = []
  const fallen: string[] = []
  for (const corpus of chosen) {
    const open = await openCorpus(corpus, settings)
    const questions = spread(open.questions, limit)
    const { quoted, written } = await answerAll({ ...open, questions }, config, (done) => {
      signal.throwIfAborted()
      progress.counts(done, questions.length, `questions of ${corpus.name}`)
    })
    progress.end()
    const figures = { quoted: toAnswerFigures(quoted), [config.ollamaModel]: toAnswerFigures(written) }
    process.stdout.write(`${toAnswerTable(corpus.name, figures)}\n`)
    outcomes.push({ corpus: corpus.name, model: config.ollamaModel, figures, quoted, written })
    fallen.push(...answersFallenBelow(corpus.name, toAnswerFigures(written), answerMinima))
  }
  const unwritten = await writeOutput('--json', json, () => `${JSON.stringify(outcomes, null, 2)}\n`)
  return sayFaults([unwritten, ...fallen])
}

/** Says what is not as it should be; the exit code. */
function sayFaults(texts: ReadonlyArray<string | undefined>): number {
  const faults = texts.filter((text) => text !== undefined)
  for (const text of faults) console.error(pc.red(text))
  return faults.length === 0 ? 0 : 1
}

function toJson(runs: readonly Run[]): unknown {
  return runs.map(({ corpus, mode, plain, framed }) => ({
    corpus,
    mode,
    figures: byKind(plain),
    ...(framed.length === 0 ? {} : { framedFigures: byKind(framed), frames: byFrame(plain, framed) }),
    outcomes: [...plain, ...framed],
  }))
}

process.exitCode = await main()
