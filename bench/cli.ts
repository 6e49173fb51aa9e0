import { access, constants, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import pc from 'picocolors'
import { bundle } from '../build/bundle.ts'
import { startFlags, warm } from '../build/warm.ts'
import { readConfig } from '../function/config.ts'
import { ConfigError } from '../function/errors.ts'
import { makeTable, nowhere, root } from '../test/running.ts'
import type { Bench } from './bench.ts'
import { type Group, toChart } from './chart.ts'
import { type Figure, isMet, toRatio, toTable } from './figures.ts'
import { benchGrowth, benchIngest } from './growth.ts'
import { benchReplaced } from './replaced.ts'
import { benchFirstToken, benchOverhead, benchThroughput } from './serve.ts'
import { benchPhases, benchStart } from './start.ts'

const parts = ['start', 'phases', 'overhead', 'first-token', 'throughput', 'ingest', 'growth'] as const
type Part = (typeof parts)[number]

const help = `Measures what a start and a question cost, each beside something to compare with, and prints one table.

  npm run bench -- [options]

  --parts LIST        only these of ${parts.join(', ')}, with commas
  --words             a table of words alone, which the targets of searches are for
  --large             ingest and growth go to 100,000 chunks; takes some ten minutes more
  --replaced PYTHON   also the project that this one replaces, run by that Python (see bench/README.md)
  --embeddings HOST   with --replaced: also which pages are found, by the all-minilm there (as Ollama, or eval/embedding-server.py)
  --effort N          repeat everything N times as often as usual (default: 1); 0.1 is for a try
  --out FOLDER        where results.json and chart.svg go (default: bench, and nowhere for a part or a try)
  --help              this text

A few minutes, on Linux. Everything it makes is in temporary folders; whatever is interrupted leaves the results as they were.
`

interface Arguments {
  readonly parts: readonly Part[]
  readonly words: boolean
  readonly large: boolean
  readonly replaced: string | undefined
  readonly embeddings: string | undefined
  readonly effort: number
  readonly out: string | undefined
  readonly help: boolean
}

function readArguments(argv: readonly string[]): Arguments {
  const options = {
    parts: { type: 'string', default: parts.join(',') },
    words: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    replaced: { type: 'string' },
    embeddings: { type: 'string' },
    effort: { type: 'string', default: '1' },
    out: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  try {
    const { values } = parseArgs({ args: [...argv], options })
    const effort = Number(values.effort)
    if (!(effort > 0 && effort <= 100)) throw new Error(`--effort is "${values.effort}": it must be from 0.01 to 100.`)
    const { words, large, replaced, help: helpAsked } = values
    // Written as OLLAMA_HOST may be, with or without a scheme.
    const embeddings = values.embeddings && readConfig({ OLLAMA_HOST: values.embeddings }).ollamaHost
    const wanted = values.parts.split(',').map(parsePart)
    const whole = effort >= 1 && !words && parts.every((part) => wanted.includes(part))
    const out = values.out ?? (whole ? 'bench' : undefined)
    return {
      ...{ words, large, replaced, embeddings, effort, help: helpAsked, out: out && resolve(out) },
      parts: wanted,
    }
  } catch (cause) {
    throw new ConfigError(`${cause instanceof Error ? cause.message : String(cause)}\nSee npm run bench -- --help.`, {
      cause,
    })
  }
}

function parsePart(text: string): Part {
  const part = parts.find((name) => name === text.trim())
  if (part === undefined) throw new Error(`--parts has "${text}": each must be one of ${parts.join(', ')}.`)
  return part
}

/** Questions of the kind that the sample documents are asked. */
const questions = [
  ...['What is Kubernetes?', 'Why did my pod come back after I deleted it?', 'What does OOMKilled mean?'],
  ...['How do I run five copies of my app?', 'NodePort port range', 'What does scale to zero cost?'],
  ...['How do I pull a model?', 'What is reciprocal rank fusion?', 'CrashLoopBackOff', 'What is a chunk?'],
  ...['How do I create a secret from the command line?', 'liveness versus readiness probe'],
]

/** Ends what it began, the last first. */
const endings: Array<() => unknown> = []

async function end(): Promise<void> {
  for (const ending of endings.splice(0).reverse()) await ending()
}

/** The bundle, the table and the empty function that everything is measured with. */
async function prepare(effort: number, words: boolean): Promise<Bench> {
  const say = createSay()
  const folder = await mkdtemp(join(tmpdir(), 'ragfunction-bench-'))
  endings.push(() => rm(folder, { recursive: true, force: true }))
  const dist = join(root, '.bench')
  endings.push(() => rm(dist, { recursive: true, force: true }))
  say('making a table and a bundle')
  const tableUri = join(folder, 'table')
  await makeTable(join(root, 'documents'), tableUri, { EMBEDDING_MODEL: words ? 'none' : 'built-in' })
  const environment = { TABLE_URI: tableUri, OLLAMA_HOST: nowhere }
  await bundle(dist)
  const { PATH = '', HOME = '' } = process.env
  await warm(dist, { PATH, HOME, ...environment })
  const empty = join(folder, 'empty.cjs')
  await writeFile(empty, "module.exports = { handle: () => 'OK' }\n")
  const bare = join(folder, 'bare.cjs')
  await writeFile(bare, "require('node:http').createServer((_, reply) => reply.end('OK')).listen(process.env.PORT)\n")
  const node = process.execPath
  const stockCommand = [node, join(root, 'node_modules', 'faas-js-runtime', 'bin', 'cli.js'), empty]
  return {
    ...{ folder, tableUri, words, effort, say, teardown: (ending) => endings.push(ending) },
    ours: {
      ...{ name: 'ragfunction', command: [node, ...startFlags, join(dist, 'index.cjs')], environment },
      ...{ readyPath: '/health/readiness', askPath: '/query?q=What%20is%20Kubernetes%3F' },
    },
    stock: {
      ...{ name: 'empty stock function', command: stockCommand, environment: {} },
      ...{ readyPath: '/health/readiness', askPath: '/' },
    },
    bare: {
      ...{ name: 'bare node:http', command: [node, bare], environment: {} },
      ...{ readyPath: '/', askPath: '/' },
    },
  }
}

/** What is being done: on a terminal one line that is written over, elsewhere a line when it changes. */
function createSay(): (text: string) => void {
  const { stderr } = process
  let last = ''
  if (stderr.isTTY) endings.push(() => stderr.write('\r\u001b[K'))
  return (text) => {
    if (stderr.isTTY) stderr.write(`\r\u001b[K${pc.dim(text)}`)
    else if (text.split(':')[0] !== last) stderr.write(`${text}\n`)
    last = text.split(':')[0] ?? ''
  }
}

async function measure(given: Arguments, bench: Bench): Promise<{ figures: Figure[]; groups: Group[] }> {
  const figures: Figure[] = []
  const groups: Group[] = []
  const add = (more: { figures: Figure[]; groups?: Group[] }): void => {
    figures.push(...more.figures)
    groups.push(...(more.groups ?? []))
  }
  const wants = (part: Part): boolean => given.parts.includes(part)
  if (wants('start')) add(await benchStart(bench))
  if (wants('phases')) add({ figures: await benchPhases(bench) })
  if (wants('overhead')) add({ figures: await benchOverhead(bench, questions) })
  if (wants('first-token')) add({ figures: await benchFirstToken(bench, questions) })
  if (wants('throughput')) add({ figures: await benchThroughput(bench, questions) })
  if (wants('ingest')) add({ figures: await benchIngest(bench, given.large ? 100_000 : 10_000) })
  if (wants('growth')) add({ figures: await benchGrowth(bench, [1_000, 10_000, ...(given.large ? [100_000] : [])]) })
  if (given.replaced !== undefined) add(await benchReplaced(bench, given.replaced, given.embeddings))
  return { figures, groups }
}

/** Minutes of work are not to end at a folder that cannot be had. Throws ConfigError. */
async function checkFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(`--out ${folder} cannot be written to (${reason}).`, { cause })
  }
}

/** Whole or not at all: an interrupt leaves the file that was there. */
async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2))
  if (given.help) {
    process.stdout.write(help)
    return 0
  }
  if (given.out !== undefined) await checkFolder(given.out)
  const begun = performance.now()
  const before = loadavg()[0] ?? 0
  const { figures, groups } = await measure(given, await prepare(given.effort, given.words))
  await end()
  const cores = cpus()
  const seconds = Math.round((performance.now() - begun) / 1000)
  const machine = `${cores.length} cores (${cores[0]?.model.trim()}), load ${before.toFixed(1)} before, Node ${process.version}`
  const result = {
    ...{ at: new Date().toISOString(), machine, seconds, effort: given.effort },
    figures: figures.map((figure) => ({ ...figure, ratio: toRatio(figure), met: isMet(figure) })),
  }
  const colour = process.stdout.isTTY ? pc.red : String
  process.stdout.write(`${toTable(figures).replaceAll('MISSED', colour('MISSED'))}\n${machine}; ${seconds} s.\n`)
  if (given.out === undefined) return 0
  await write(join(given.out, 'results.json'), `${JSON.stringify(result, null, 2)}\n`)
  if (groups.length > 0) {
    const caption = `ms from spawn, medians; ${cores.length} cores, Node ${process.version}`
    await write(join(given.out, 'chart.svg'), toChart(groups, caption))
  }
  process.stdout.write(`Written to ${relative('.', given.out) || '.'}/.\n`)
  return 0
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void end().finally(() => {
      console.error('Interrupted: the results are as they were before.')
      process.exit(130)
    })
  })
}

try {
  process.exitCode = await main()
} catch (error) {
  await end()
  console.error(error instanceof ConfigError ? pc.red(error.message) : error)
  process.exitCode = 1
}
