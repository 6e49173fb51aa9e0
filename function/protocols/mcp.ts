// The Model Context Protocol, streamable HTTP, stateless: search, fetch and ask as tools, for revisions 2026-07-28 and 2025-11-25.
import { isIP } from 'node:net'
import { Readable } from 'node:stream'
import { type CallToolResult, createMcpHandler, type McpHttpHandler, McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Config } from '../config.ts'
import type { Question } from '../contract/questions.ts'
import { type AnswerQuestion, answerSchema, type Search } from '../contract/replies.ts'
import { CallerError } from '../errors.ts'
import { readBody } from '../http/body.ts'
import { cleanQuestion } from '../http/question.ts'
import { type Response as Reply, toProblem } from '../http/response.ts'
import type { Caller } from '../http/runtime.ts'
import { version } from '../operations/describe.ts'
import type { ReadDocument } from '../retrieval/document.ts'
import { createToUrl } from './source-url.ts'

/** What the tools need of the service. */
export interface McpParts {
  readonly answer: AnswerQuestion
  readonly search: Search
  readonly readDocument: ReadDocument
  readonly indexVersion: string
}

const resultsSchema = z.object({
  results: z.array(
    z.object({
      id: z.string().describe('For fetch'),
      title: z.string(),
      url: z.string(),
      text: z.string().describe('The passage'),
      heading: z.string(),
      score: z.number(),
    }),
  ),
  answered: z.boolean().describe('false where the documents do not say'),
  notice: z.string().optional(),
})
const documentSchema = z.object({
  id: z.string(),
  title: z.string(),
  text: z.string(),
  url: z.string(),
  metadata: z.object({ source: z.string(), chunks: z.number().int(), indexVersion: z.string() }),
})

/** The list of tools never changes while an image runs. */
const toolsTtlMs = 3_600_000
const readOnly = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false }

/** A request at /mcp -> its reply. Throws CallerError for a page of another origin, and for a body that cannot be read. */
export async function respondToMcp(
  caller: Caller,
  parts: McpParts,
  corsOrigins: Config['corsOrigins'],
): Promise<Reply> {
  refuseForeignOrigin(caller, corsOrigins)
  const handler = createHandler(caller, parts)
  const body = caller.method === 'POST' ? await readBody(caller.headers, caller.body) : undefined
  const headers = Object.entries({ ...caller.headers, accept: toAccept(caller.headers.accept) }).map(
    ([name, value]): [string, string] => [name, String(value)],
  )
  const request = new Request('http://localhost/mcp', {
    method: caller.method,
    headers,
    signal: caller.signal,
    ...(body === undefined ? {} : { body }),
  })
  const response = await handler.fetch(request)
  return {
    status: response.status,
    headers: { 'cache-control': 'no-store', ...Object.fromEntries(response.headers) },
    body: response.headers.get('content-type')?.startsWith('text/event-stream')
      ? Readable.from(response.body ?? [])
      : await response.text(),
  }
}

/** Who takes everything takes both forms of a reply, which the handler wants to see by name. */
function toAccept(accept = '*/*'): string {
  return /\*\/\*(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(accept) ? 'application/json, text/event-stream' : accept
}

/**
 * A page that a browser opened must not reach a server on the same machine by a name of its own, which its owner points there
 * (MCP, Transports, Security). So the page's own host is let in by a name only where TLS has shown that the name is ours.
 */
function refuseForeignOrigin({ headers }: Caller, allowed: Config['corsOrigins']): void {
  const { origin, host } = headers
  if (origin === undefined || allowed === '*' || allowed.includes(origin)) return
  if (URL.canParse(origin)) {
    const { host: own, hostname, protocol } = new URL(origin)
    const isNobodysName = /(^|\.)localhost$/.test(hostname) || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
    if (own === host && (protocol === 'https:' || isNobodysName)) return
  }
  throw new CallerError('forbidden', `Pages of ${origin} may not ask here: CORS_ORIGINS does not name it.`)
}

/** The same tools for both revisions; an instance lives for one request. */
function createHandler(caller: Caller, parts: McpParts): McpHttpHandler {
  return createMcpHandler(() => createServer(caller, parts), { keepAliveMs: 5_000 })
}

function createServer(caller: Caller, { answer, search, readDocument, indexVersion }: McpParts): McpServer {
  const server = new McpServer(
    { name: 'ragfunction', version },
    {
      instructions:
        'Answers from one set of documents: search finds passages, fetch reads around one, ask writes a cited answer.',
      cacheHints: { 'tools/list': { ttlMs: toolsTtlMs, cacheScope: 'public' } },
    },
  )
  const toQuestion = (text: string, topK?: number): Question => ({
    text: cleanQuestion(text),
    topK,
    stream: false,
    traceparent: caller.headers.traceparent?.toString(),
  })

  server.registerTool(
    'search',
    {
      title: 'Search the documents',
      description: 'Finds the passages of the documents that answer a question, best first. Asks no model.',
      inputSchema: z.object({
        query: z.string().describe('A question or words, at most 2,000 characters'),
        limit: z.number().int().min(1).max(20).optional().describe('How many passages, 5 where it is left out'),
      }),
      outputSchema: resultsSchema,
      annotations: readOnly,
    },
    ({ query, limit }, context) =>
      reply(async () => {
        const toUrl = createToUrl(caller, query)
        let ids: readonly string[] = []
        const found = await search(toQuestion(query, limit), context.mcpReq.signal, (event) => {
          if (event.type === 'sources') ids = event.chunks
        })
        return {
          results: found.sources.map((source, index) => ({
            id: ids[index] ?? source.source,
            title: source.title || source.source,
            url: toUrl(source),
            text: source.text,
            heading: source.heading,
            score: source.score,
          })),
          answered: found.answered,
          ...(found.notice === undefined ? {} : { notice: found.notice }),
        }
      }),
  )
  server.registerTool(
    'fetch',
    {
      title: 'Read a document',
      description: 'Reads around a passage that search found, by its id; or a whole document, by its path.',
      inputSchema: z.object({ id: z.string().describe('An id of search’s, or the path of a document') }),
      outputSchema: documentSchema,
      annotations: readOnly,
    },
    ({ id }) =>
      reply(async () => {
        const document = await readDocument(id)
        if (document === undefined)
          throw new CallerError('unknown-document', `No document or passage has the id ${id}. Take one from search.`)
        const { title, text, source, chunks } = document
        const url = createToUrl(caller, title || source)({ number: 1, text })
        return { id, title: title || source, text, url, metadata: { source, chunks, indexVersion } }
      }),
  )
  server.registerTool(
    'ask',
    {
      title: 'Ask the documents',
      description: 'Answers a question from the documents, with [n] after each statement for the passage it stands on.',
      inputSchema: z.object({ question: z.string().describe('At most 2,000 characters') }),
      outputSchema: answerSchema,
      annotations: readOnly,
    },
    ({ question }, context) =>
      reply(async () => {
        const { progressToken } = context.mcpReq._meta ?? {}
        let written = 0
        const asked = { ...toQuestion(question), stream: progressToken !== undefined }
        return await answer(asked, context.mcpReq.signal, (event) => {
          if (progressToken === undefined || event.type !== 'token') return
          written += event.text.length
          const params = { progressToken, progress: written, message: `${written} characters written` }
          void context.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined)
        })
      }),
  )
  return server
}

/** The same twice, as clients of either kind read it; an error is a result that says so, for the model to read. */
async function reply(work: () => Promise<object>): Promise<CallToolResult> {
  try {
    const result = { ...(await work()) }
    return { content: [{ type: 'text', text: JSON.stringify(result) }], structuredContent: result }
  } catch (error) {
    const { title, detail } = toProblem(error)
    return { isError: true, content: [{ type: 'text', text: `${title}. ${detail}` }] }
  }
}
