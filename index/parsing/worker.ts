// The process that parses documents for an ingest, one at a time, so that none of them can take more down than itself.
import { enableCompileCache } from 'node:module'
import { z } from 'zod'

// Half of what it costs to start is compiling, which is kept from one ingest to the next.
enableCompileCache()
const [{ parse }, { urlStyles }] = await Promise.all([import('./parse.ts'), import('../urls.ts')])

const jobSchema = z.object({
  folder: z.string(),
  source: z.string(),
  maxTokens: z.number(),
  site: z.object({ baseUrl: z.string(), style: z.enum(urlStyles) }).optional(),
})

process.on('message', async (message) => {
  process.send?.(await parse(jobSchema.parse(message)))
})
// The ingest ends its workers by itself; an interrupt in a terminal comes to them as well.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
process.on('disconnect', () => process.exit(0))
// Starting takes time that is no document's.
process.send?.('ready')
