import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { startOllama } from '../test/ollama.ts'
import { root } from '../test/running.ts'
import { type Bench, times } from './bench.ts'
import { createVectors } from './corpus.ts'
import { type Figure, median, quantile } from './figures.ts'
import { measureStarts } from './start.ts'

const dimension = 384
const ingested = z.object({ chunks: z.number(), seconds: z.number(), bytes: z.number(), peakBytes: z.number() })
const searched = z.object({
  openMs: z.number(),
  memoryBytes: z.number(),
  fullText: z.array(z.number()),
  hybrid: z.array(z.number()),
})
/** The targets are for the largest table, 100,000 chunks. */
const targetChunks = 100_000

const run = promisify(execFile)

/** Tables of growing size: their ingest, their searches, and starts with each of them in turn. */
export async function benchGrowth(bench: Bench, sizes: readonly number[]): Promise<Figure[]> {
  const tables: Array<{ readonly chunks: number; readonly uri: string; readonly figures: Figure[] }> = []
  let smallest: { bytes: number; searched: z.infer<typeof searched> } | undefined
  for (const size of sizes) {
    const uri = join(bench.folder, `table-${size}`)
    const { bytes } = await ingestHybrid(bench, size, uri)
    bench.say(`growth: asking ${size} chunks`)
    const found = searched.parse(
      await runJson(bench, 'bench/query.ts', ['--table', uri, '--questions', String(times(bench, 300))]),
    )
    smallest ??= { bytes, searched: found }
    const first = smallest
    const target = (atMost: number): Figure['target'] => (size === targetChunks ? { kind: 'value', atMost } : null)
    const figure = (
      what: string,
      unit: string,
      value: number,
      beside: number,
      given: Figure['target'] = null,
    ): Figure => ({
      ...{ part: `growth: ${size.toLocaleString('en')} chunks`, what, unit, value, target: given },
      beside: size === sizes[0] ? null : { what: `with ${sizes[0]?.toLocaleString('en')}`, value: beside },
    })
    tables.push({
      ...{ chunks: size, uri },
      figures: [
        figure('full-text, p50', 'ms', median(found.fullText), median(first.searched.fullText)),
        figure(
          'full-text, p95',
          'ms',
          quantile(found.fullText, 0.95),
          quantile(first.searched.fullText, 0.95),
          target(15),
        ),
        figure('hybrid, p50', 'ms', median(found.hybrid), median(first.searched.hybrid)),
        figure('hybrid, p95', 'ms', quantile(found.hybrid, 0.95), quantile(first.searched.hybrid, 0.95), target(30)),
        figure('table', 'MB', bytes / 1e6, first.bytes / 1e6),
        figure('to open it', 'ms', found.openMs, first.searched.openMs),
        figure('memory (RSS) after the searches', 'MB', found.memoryBytes / 1e6, first.searched.memoryBytes / 1e6),
      ],
    })
  }
  const servers = tables.map(({ uri }) => ({
    ...bench.ours,
    environment: { ...bench.ours.environment, TABLE_URI: uri },
  }))
  const starts = await measureStarts(bench, 'starts by size', servers, times(bench, 12))
  const [least] = starts
  return tables.flatMap(({ figures, chunks }, index) => {
    const start = starts[index]
    if (start === undefined || least === undefined || index === 0) return figures
    const beside = { what: `with ${sizes[0]?.toLocaleString('en')}`, value: median(least.ready) }
    const part = figures[0]?.part ?? String(chunks)
    return [
      ...figures,
      {
        ...{ part, what: 'cold start, ready', unit: 'ms', value: median(start.ready), beside },
        target: { kind: 'within', share: 0.1 } as const,
      },
    ]
  })
}

/** Ingests without embeddings, beside an ingest of a tenth of it. */
export async function benchIngest(bench: Bench, size: number): Promise<Figure[]> {
  const [small, whole]: Array<Array<z.infer<typeof ingested>>> = [[], []]
  const rounds = size >= targetChunks ? 1 : times(bench, 2)
  for (let round = 0; round < rounds; round += 1) {
    for (const [chunks, reports] of [
      [size / 10, small],
      [size, whole],
    ] as const) {
      bench.say(`ingest: ${chunks.toLocaleString('en')} chunks`)
      reports?.push(ingested.parse(await runJson(bench, 'bench/ingest.ts', ['--json', '--chunks', String(chunks)])))
    }
  }
  const middle = (
    reports: ReadonlyArray<z.infer<typeof ingested>> = [],
    of: (report: z.infer<typeof ingested>) => number,
  ): number => median(reports.map(of))
  const figure = (what: string, unit: string, of: (report: z.infer<typeof ingested>) => number): Figure => ({
    ...{
      part: 'ingest',
      what: `${size.toLocaleString('en')} chunks, ${what}`,
      unit,
      value: middle(whole, of),
      target: null,
    },
    beside: { what: `${(size / 10).toLocaleString('en')} chunks`, value: middle(small, of) },
  })
  return [
    figure('full-text alone', 'chunks/s', ({ chunks, seconds }) => chunks / seconds),
    figure('peak memory (RSS)', 'MB', ({ peakBytes }) => peakBytes / 1e6),
  ]
}

/** Ingests generated documents with generated embeddings, from a server that speaks Ollama's protocol. */
async function ingestHybrid(bench: Bench, size: number, uri: string): Promise<z.infer<typeof ingested>> {
  bench.say(`growth: ingesting ${size.toLocaleString('en')} chunks with embeddings`)
  const { rows } = createVectors(size, dimension, 0)
  const texts = rows.map((vector) => `[${Array.from(vector, (value) => value.toFixed(4)).join(',')}]`)
  let next = 0
  const ollama = await startOllama(bench, {
    embed: (body, response) => {
      const embeddings = [body.input].flat().map(() => texts[next++ % texts.length])
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(`{"model":"all-minilm","embeddings":[${embeddings.join(',')}]}`)
    },
  })
  try {
    const args = ['--json', '--chunks', String(size), '--table', uri]
    return ingested.parse(
      await runJson(bench, 'bench/ingest.ts', args, { OLLAMA_HOST: ollama.host, EMBEDDING_MODEL: 'all-minilm' }),
    )
  } finally {
    await ollama.close()
  }
}

async function runJson(
  bench: Bench,
  file: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<unknown> {
  const { PATH = '', HOME = '' } = process.env
  // What it would leave behind where it is interrupted goes with the rest.
  const env = { PATH, HOME, TMPDIR: bench.folder, ...environment }
  const running = run(process.execPath, [file, ...args], { cwd: root, env })
  bench.teardown(() => running.child.kill())
  return JSON.parse((await running).stdout)
}
