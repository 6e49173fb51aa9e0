import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '../function/config.ts'
import { ingestDefaults } from '../index/command.ts'
import { everything } from '../index/files.ts'
import { ingest } from '../index/ingest.ts'
import { createProgress } from '../index/progress.ts'
import { toReport } from '../index/report.ts'
import { writeCorpus } from './corpus.ts'
import { toCount } from './count.ts'

const help = `Ingests a generated corpus and says at what rate, and how much memory it took.

  npm run bench:ingest -- [--chunks 100000] [--table FOLDER] [--json] [--help]

  --table FOLDER  keep the table there
  --json          print the figures as JSON

Environment: as for npm run ingest, but TABLE_URI is not read, and EMBEDDING_MODEL is none unless it is set.
`

async function main(): Promise<void> {
  const options = {
    chunks: { type: 'string', default: '100000' },
    table: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const
  const { values } = parseArgs({ options })
  if (values.help) {
    process.stdout.write(help)
    return
  }
  const chunks = toCount('--chunks', values.chunks)
  const folder = await mkdtemp(join(tmpdir(), 'ragfunction-bench-'))
  const progress = createProgress(process.stderr)
  try {
    const documents = join(folder, 'documents')
    await writeCorpus(documents, chunks)
    const config = readConfig({
      EMBEDDING_MODEL: 'none',
      ...process.env,
      TABLE_URI: values.table ?? join(folder, 'table'),
    })
    const settings = {
      folder: documents,
      selection: everything,
      maxTokens: ingestDefaults.maxTokens,
      language: ingestDefaults.language,
    }
    const report = await ingest(settings, config, progress, new AbortController().signal)
    progress.end()
    const peakBytes = process.resourceUsage().maxRSS * 1024
    process.stdout.write(
      values.json
        ? JSON.stringify({ chunks: report.manifest.chunks, seconds: report.seconds, bytes: report.bytes, peakBytes })
        : `${toReport(report, config.tableUri)}peak memory ${Math.round(peakBytes / 1e6)} MB\n`,
    )
  } finally {
    await rm(folder, { recursive: true })
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof TypeError ? `${error.message}\nSee npm run bench:ingest -- --help.` : error)
  process.exitCode = 1
})
