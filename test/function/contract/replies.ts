import { join } from 'node:path'
import t from 'tap'
import { z } from 'zod'
import {
  answerSchema,
  descriptionSchema,
  problemSchema,
  searchResultSchema,
  streamEventSchemas,
} from '../../../function/contract/replies.ts'
import { readEvents } from '../../events.ts'
import { type Behaviour, saying, startOllama } from '../../ollama.ts'
import { makeTable, nowhere, startFunction } from '../../running.ts'

const tableUri = join(t.testdir({ docs: { 'pods.md': '# Pods\n\nA pod is a group of containers.' } }), 'table')
t.before(async () => {
  await makeTable(join(t.testdirName, 'docs'), tableUri)
})

/** The value as the schema has it, with nothing beside it: an undocumented field is a fault too. */
const exactly = (schema: z.ZodType, value: unknown): unknown => z.fromJSONSchema(z.toJSONSchema(schema)).parse(value)

t.test('every reply is as the contract has it, and nothing more', async (t) => {
  const ollama = await startOllama(t, { chat: saying('A pod is a group of containers [1].') })
  const environment = { TABLE_URI: tableUri, LOG_LEVEL: 'fatal' }
  const written = await startFunction(t, { ...environment, OLLAMA_HOST: ollama.host })
  const quoted = await startFunction(t, { ...environment, OLLAMA_HOST: nowhere })
  const cases: Array<[string, string, z.ZodType]> = [
    [written.url, '/query?q=what+is+a+pod', answerSchema],
    [quoted.url, '/query?q=what+is+a+pod', answerSchema],
    [quoted.url, '/query?q=zebra', answerSchema],
    [quoted.url, '/search?q=what+is+a+pod', searchResultSchema],
    [quoted.url, '/search?q=zebra', searchResultSchema],
    [quoted.url, '/search', problemSchema],
    [written.url, '/', descriptionSchema],
  ]
  for (const [url, path, schema] of cases) {
    const reply: unknown = await (await fetch(url + path)).json()
    t.doesNotThrow(() => exactly(schema, reply), path)
  }
})

/** A model whose runner dies after its first word. */
const breaking: Behaviour['chat'] = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  response.write(`${JSON.stringify({ message: { content: 'A pod is a group of ' }, done: false })}\n`)
  response.end(`${JSON.stringify({ error: 'the runner died' })}\n`)
}

t.test('every event of a stream is as the contract has it', async (t) => {
  const names = new Set<string>()
  for (const chat of [saying('A pod is a group of containers [1].'), breaking]) {
    const { host } = await startOllama(t, { chat })
    const { url } = await startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: host, LOG_LEVEL: 'fatal' })
    const stream = await fetch(`${url}/query?q=what+is+a+pod`, { headers: { accept: 'text/event-stream' } })
    for await (const { event, data } of readEvents(stream)) {
      if (event === 'comment') continue
      const schema = Object.entries(streamEventSchemas).find(([name]) => name === event)?.[1]
      if (schema === undefined) return t.fail(`the contract has no event ${event}`)
      t.doesNotThrow(() => exactly(schema, data), event)
      names.add(event)
    }
  }
  t.strictSame([...names].sort(), Object.keys(streamEventSchemas).sort())
})
