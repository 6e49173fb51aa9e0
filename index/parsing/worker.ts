// The process that parses documents for an ingest, one at a time, so that none of them can take more down than itself.
import { z } from 'zod'
import { parse } from './parse.ts'

const jobSchema = z.object({ folder: z.string(), source: z.string(), maxTokens: z.number() })

process.on('message', async (message) => {
  const { folder, source, maxTokens } = jobSchema.parse(message)
  process.send?.(await parse(folder, source, maxTokens))
})
// The ingest ends its workers by itself; an interrupt in a terminal comes to them as well.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
process.on('disconnect', () => process.exit(0))
// Starting takes time that is no document's.
process.send?.('ready')
