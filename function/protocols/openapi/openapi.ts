// OpenAPI 3.1 of all that is served, made from the schemas that parse and type it, so that it cannot say anything else.
import { questionBodySchema } from '../../contract/questions.ts'
import {
  answerSchema,
  descriptionSchema,
  problemSchema,
  searchResultSchema,
  streamEventSchemas,
} from '../../contract/replies.ts'
import { version } from '../../operations/describe.ts'
import { chatRequestSchema } from '../openai/chat-completions.ts'
import { responsesRequestSchema } from '../openai/responses.ts'
import {
  anyJson,
  asked,
  exampleQuestion,
  failures,
  health,
  input,
  type Json,
  json,
  openAi,
  output,
  root,
  streamed,
} from './operations.ts'

/** The document; `hasToken` where callers must send one. */
export function toOpenApi(hasToken: boolean): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'ragfunction',
      version,
      summary: 'Answers questions from one set of documents, with citations.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    ...(hasToken ? { security: [{ token: [] }] } : { security: [] }),
    tags: [
      { name: 'questions', description: 'Answers and passages' },
      { name: 'protocols', description: 'The same for OpenAI’s clients and for agents' },
      { name: 'operations', description: 'What runs here, and how it does' },
    ],
    paths: {
      '/query': asked('answer', 'Answers a question', 'Answer', { stream: true }),
      '/search': asked('search', 'Finds the passages that answer a question; asks no model', 'SearchResult', {
        kept: true,
      }),
      '/': root(),
      '/v1/chat/completions': {
        post: openAi(
          'chatCompletion',
          'Answers the last message of a conversation, as a chat completion',
          chatRequestSchema,
          { messages: [{ role: 'user', content: exampleQuestion }] },
        ),
      },
      '/v1/responses': {
        post: openAi('response', 'Answers the last message of a conversation, as a response', responsesRequestSchema, {
          input: exampleQuestion,
        }),
      },
      '/v1/models': {
        get: {
          operationId: 'models',
          tags: ['protocols'],
          summary: 'The one model there is',
          responses: { 200: json('The list', { type: 'object' }), ...failures([401, 500, 503], 'OpenAiError') },
        },
      },
      '/mcp': {
        post: {
          operationId: 'mcp',
          tags: ['protocols'],
          summary: 'The Model Context Protocol over streamable HTTP: the tools search, fetch and ask',
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: { type: 'object' },
                example: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
              },
            },
          },
          responses: {
            200: {
              description: 'A JSON-RPC message, or a stream of them',
              content: {
                'application/json': { schema: { type: 'object' } },
                'text/event-stream': { schema: { type: 'string', description: streamed } },
              },
            },
            202: { description: 'A notification was taken' },
            '4XX': { description: 'A JSON-RPC error, or a problem', content: anyJson },
            ...failures([500, 503]),
          },
        },
      },
      '/metrics': {
        get: {
          operationId: 'metrics',
          tags: ['operations'],
          summary: 'Metrics for Prometheus',
          responses: {
            200: { description: 'The metrics', content: { 'text/plain': { schema: { type: 'string' } } } },
            ...failures([401, 500]),
          },
        },
      },
      '/health/liveness': { get: health('liveness', 'Whether the process runs') },
      '/health/readiness': { get: health('readiness', 'Whether it takes questions') },
      '/docs': {
        get: {
          operationId: 'docs',
          tags: ['operations'],
          summary: 'This document as a page, to read and to try',
          security: [],
          responses: {
            200: { description: 'The page', content: { 'text/html': { schema: { type: 'string' } } } },
            ...failures([500, 503]),
          },
        },
      },
      '/openapi.json': {
        get: {
          operationId: 'openapi',
          tags: ['operations'],
          summary: 'This document',
          responses: { 200: json('The document', { type: 'object' }), ...failures([401, 500, 503]) },
        },
      },
    },
    components: {
      schemas: {
        Question: input(questionBodySchema),
        Answer: output(answerSchema),
        SearchResult: output(searchResultSchema),
        Description: output(descriptionSchema),
        Problem: output(problemSchema),
        OpenAiError: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['message', 'type', 'param', 'code'],
              properties: {
                message: { type: 'string' },
                type: { type: 'string' },
                param: { type: ['string', 'null'] },
                code: { type: ['string', 'null'] },
              },
            },
          },
        },
        ...Object.fromEntries(
          Object.entries(streamEventSchemas).map(([name, schema]) => [`Event.${name}`, output(schema)]),
        ),
      },
      ...(hasToken ? { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } } : {}),
    },
  }
}
