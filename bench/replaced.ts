import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { Agent } from 'node:http'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { readQuestions } from '../eval/evaluate.ts'
import { makeTable, root } from '../test/running.ts'
import { type Bench, fetchText, launch, readUse, ready, type Server, times } from './bench.ts'
import type { Group } from './chart.ts'
import { type Figure, median, quantile } from './figures.ts'
import { measureStarts } from './start.ts'

const run = promisify(execFile)
const documents = join(root, 'documents')
const theirName = 'FastAPI + ChromaDB'

/**
 * The same documents and questions, asked of this function and of the project it replaces; neither calls a model. What takes
 * how long is measured without embeddings (there a stub, here words alone), which would be most of it and the same for both;
 * what is found, with those of `embeddingHost`.
 */
export async function benchReplaced(
  bench: Bench,
  python: string,
  embeddingHost: string | undefined,
): Promise<{ figures: Figure[]; groups: Group[] }> {
  const { ours } = bench
  const theirs = await prepareTheirs(bench, python, undefined)
  const [ourStart, theirStart] = await measureStarts(bench, 'replaced', [ours, theirs], times(bench, 8))
  const asked = await askBoth(bench, ours, theirs, times(bench, 4))
  const { stdout } = await run(python, ['-c', 'import sysconfig; print(sysconfig.get_paths()["purelib"])'])
  const installed = toMegabytes(dirname(ours.command.at(-1) ?? '')) + nativeMegabytes()
  const [ourFirst, theirFirst] = [median(ourStart?.answer ?? []), median(theirStart?.answer ?? [])]
  return {
    figures: [
      toFigure('ready', 'ms', median(ourStart?.ready ?? []), median(theirStart?.ready ?? [])),
      toFigure('first answer', 'ms', ourFirst, theirFirst),
      toFigure('a question, p50', 'ms', median(asked.ours), median(asked.theirs)),
      toFigure('a question, p95', 'ms', quantile(asked.ours, 0.95), quantile(asked.theirs, 0.95)),
      toFigure('memory (RSS) after them', 'MB', asked.use[0].memory, asked.use[1].memory),
      toFigure('of it, not of files', 'MB', asked.use[0].anonymous, asked.use[1].anonymous),
      toFigure('installed, without Node or Python', 'MB', installed, toMegabytes(stdout.trim())),
      ...(embeddingHost === undefined ? [] : await benchPages(bench, python, embeddingHost)),
    ],
    groups: [
      {
        title: 'First answer, beside the project it replaces',
        bars: [
          { label: theirs.name, ours: false, value: theirFirst, text: `${theirFirst.toFixed(0)} ms` },
          {
            ...{ label: 'ragfunction', ours: true, value: ourFirst },
            text: `${ourFirst.toFixed(0)} ms, ${(ourFirst / theirFirst).toFixed(2)} ×`,
          },
        ],
      },
    ],
  }
}

/** How often the page that answers is the one that is found first, or among what is found: five passages here, one page there. */
async function benchPages(bench: Bench, python: string, embeddingHost: string): Promise<Figure[]> {
  const environment = {
    ...bench.ours.environment,
    OLLAMA_HOST: embeddingHost,
    TABLE_URI: join(bench.folder, 'embedded'),
  }
  bench.say('replaced: ingesting with embeddings')
  await makeTable(documents, environment.TABLE_URI, { OLLAMA_HOST: embeddingHost })
  const { right } = await askBoth(
    bench,
    { ...bench.ours, environment },
    await prepareTheirs(bench, python, embeddingHost),
    1,
  )
  return [
    toFigure('right page first', '%', right.ours, right.theirs),
    toFigure('right page found', '%', right.oursOfFive, right.theirs),
  ]
}

async function prepareTheirs(bench: Bench, python: string, embeddingHost: string | undefined): Promise<Server> {
  const app = join(root, 'bench', 'replaced', 'app.py')
  const database = join(bench.folder, embeddingHost === undefined ? 'chroma' : 'chroma-embedded')
  const environment = embeddingHost === undefined ? {} : { OLLAMA_HOST: embeddingHost }
  bench.say('replaced: ingesting')
  await run(python, [app, 'ingest', documents, database], { env: { PATH: process.env.PATH, ...environment } })
  return {
    ...{ name: theirName, command: [python, app, 'serve', database], environment },
    ...{ readyPath: '/health', askPath: '/query?q=What%20is%20Kubernetes%3F' },
  }
}

type Use = ReturnType<typeof readUse>

interface Asked {
  /** In ms, question by question. */
  readonly ours: number[]
  readonly theirs: number[]
  readonly use: readonly [Use, Use]
  /** Of the questions, in per cent. */
  readonly right: { readonly ours: number; readonly oursOfFive: number; readonly theirs: number }
}

/** Asks both every question that has an answer, one after the other. */
async function askBoth(bench: Bench, ourServer: Server, theirServer: Server, rounds: number): Promise<Asked> {
  const [us, them] = [await launch(bench, ourServer), await launch(bench, theirServer)]
  await Promise.all([ready(us, ourServer.askPath), ready(them, theirServer.askPath)])
  const questions = (await readQuestions(join(root, 'eval', 'questions', 'documents.jsonl'))).filter(
    ({ relevant }) => relevant.length > 0,
  )
  const agent = new Agent({ keepAlive: true })
  const [ours, theirs]: [number[], number[]] = [[], []]
  const right = { ours: 0, oursOfFive: 0, theirs: 0 }
  for (let round = 0; round < rounds; round += 1) {
    bench.say(`replaced: questions, round ${round + 1} of ${rounds}`)
    for (const { question, relevant } of questions) {
      const q = encodeURIComponent(question)
      const found = await timed(() => fetchText(`${us.url}/search?q=${q}`, agent), ours)
      const answer = await timed(() => fetchText(`${them.url}/query?q=${q}`, agent), theirs)
      const sources: Array<{ source: string }> = JSON.parse(found.body).sources
      const pages = relevant.map((source) => readFileSync(join(documents, source), 'utf8'))
      const share = 100 / questions.length / rounds
      if (relevant.includes(sources[0]?.source ?? '')) right.ours += share
      if (sources.some(({ source }) => relevant.includes(source))) right.oursOfFive += share
      if (pages.includes(JSON.parse(answer.body).answer)) right.theirs += share
    }
  }
  agent.destroy()
  const use = [readUse(us.child.pid), readUse(them.child.pid)] as const
  await Promise.all([us.stop(), them.stop()])
  return { ours, theirs, use, right }
}

function toFigure(what: string, unit: string, value: number, beside: number): Figure {
  return { part: 'replaced', what, unit, value, beside: { what: theirName, value: beside }, target: null }
}

async function timed<Result>(ask: () => Promise<Result>, latencies: number[]): Promise<Result> {
  const begun = performance.now()
  const result = await ask()
  latencies.push(performance.now() - begun)
  return result
}

function nativeMegabytes(): number {
  const folder = join(root, 'node_modules', '@lancedb')
  const platforms = readdirSync(folder).filter((name) => name.startsWith('lancedb-'))
  return platforms.reduce((sum, name) => sum + toMegabytes(join(folder, name)), 0)
}

function toMegabytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0) / 1e6
}
