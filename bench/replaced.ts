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

/** The same documents and questions, asked of this function and of the project it replaces; neither calls a model. */
export async function benchReplaced(
  bench: Bench,
  python: string,
  embeddingHost: string | undefined,
): Promise<{ figures: Figure[]; groups: Group[] }> {
  const app = join(root, 'bench', 'replaced', 'app.py')
  const database = join(bench.folder, 'chroma')
  const environment = embeddingHost === undefined ? {} : { OLLAMA_HOST: embeddingHost }
  bench.say('replaced: ingesting')
  await run(python, [app, 'ingest', documents, database], { env: { PATH: process.env.PATH, ...environment } })
  const theirs: Server = {
    ...{ name: 'FastAPI + ChromaDB', command: [python, app, 'serve', database], environment },
    ...{ readyPath: '/health', askPath: '/query?q=What%20is%20Kubernetes%3F' },
  }
  let { ours } = bench
  if (embeddingHost !== undefined) {
    const tableUri = join(bench.folder, 'table-embedded')
    await makeTable(documents, tableUri, { OLLAMA_HOST: embeddingHost })
    ours = { ...ours, environment: { ...ours.environment, ...environment, TABLE_URI: tableUri } }
  }
  const [ourStart, theirStart] = await measureStarts(bench, 'replaced', [ours, theirs], times(bench, 8))
  const [us, them] = [await launch(bench, ours), await launch(bench, theirs)]
  await Promise.all([ready(us, ours.askPath), ready(them, theirs.askPath)])
  const questions = (await readQuestions(join(root, 'eval', 'questions.jsonl'))).filter(
    ({ relevant }) => relevant.length > 0,
  )
  const agent = new Agent({ keepAlive: true })
  const latencies = { ours: [] as number[], theirs: [] as number[] }
  const right = { ours: 0, theirs: 0, oursOfFive: 0 }
  const rounds = times(bench, 4)
  for (let round = 0; round < rounds; round += 1) {
    bench.say(`replaced: questions, round ${round + 1} of ${rounds}`)
    for (const { question, relevant } of questions) {
      const q = encodeURIComponent(question)
      const found = await timed(() => fetchText(`${us.url}/search?q=${q}`, agent), latencies.ours)
      const answer = await timed(() => fetchText(`${them.url}/query?q=${q}`, agent), latencies.theirs)
      if (round > 0) continue
      const sources: Array<{ source: string }> = JSON.parse(found.body).sources
      const pages = relevant.map((source) => readFileSync(join(documents, source), 'utf8'))
      if (relevant.includes(sources[0]?.source ?? '')) right.ours += 1
      if (sources.some(({ source }) => relevant.includes(source))) right.oursOfFive += 1
      if (pages.includes(JSON.parse(answer.body).answer)) right.theirs += 1
    }
  }
  agent.destroy()
  const memory = [readUse(us.child.pid).memory, readUse(them.child.pid).memory] as const
  await Promise.all([us.stop(), them.stop()])
  const { stdout } = await run(python, ['-c', 'import sysconfig; print(sysconfig.get_paths()["purelib"])'])
  const installed = [
    toMegabytes(dirname(ours.command.at(-1) ?? '')) + nativeMegabytes(),
    toMegabytes(stdout.trim()),
  ] as const
  const figure = (what: string, unit: string, value: number, beside: number): Figure => ({
    ...{ part: 'replaced', what, unit, value, target: null },
    beside: { what: theirs.name, value: beside },
  })
  const [ourFirst, theirFirst] = [median(ourStart?.answer ?? []), median(theirStart?.answer ?? [])]
  return {
    figures: [
      figure('ready', 'ms', median(ourStart?.ready ?? []), median(theirStart?.ready ?? [])),
      figure('first answer', 'ms', ourFirst, theirFirst),
      figure('a question, p50', 'ms', median(latencies.ours), median(latencies.theirs)),
      figure('a question, p95', 'ms', quantile(latencies.ours, 0.95), quantile(latencies.theirs, 0.95)),
      figure('memory (RSS) after them', 'MB', ...memory),
      figure('installed, without Node or Python', 'MB', ...installed),
      figure(
        'right page first',
        '%',
        ...([right.ours, right.theirs].map((count) => (count / questions.length) * 100) as [number, number]),
      ),
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
