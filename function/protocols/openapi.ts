// OpenAPI 3.1 of all that is served, made from the schemas that parse and type it, so that it cannot say anything else.
import { z } from 'zod'
import {
  answerSchema,
  descriptionSchema,
  problemSchema,
  questionBodySchema,
  questionParametersSchema,
  searchResultSchema,
  streamEventSchemas,
} from '../contract.ts'
import { problems } from '../http/response.ts'
import { version } from '../operations/describe.ts'
import { chatRequestSchema } from './openai/chat-completions.ts'
import { responsesRequestSchema } from './openai/responses.ts'

type Json = Readonly<Record<string, unknown>>

const input = (schema: z.ZodType): Json => withoutDialect(z.toJSONSchema(schema, { io: 'input' }))
const output = (schema: z.ZodType): Json => withoutDialect(z.toJSONSchema(schema))

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
        ),
      },
      '/v1/responses': {
        post: openAi('response', 'Answers the last message of a conversation, as a response', responsesRequestSchema),
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
          requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
          responses: {
            200: {
              description: 'A JSON-RPC message, or a stream of them',
              content: {
                'application/json': { schema: { type: 'object' } },
                'text/event-stream': { schema: { description: streamed } },
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

const anyJson = {
  'application/json': { schema: {} },
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
}

/** The statuses of a question that is asked in the usual way. */
const askedFailures = [400, 401, 408, 413, 415, 429, 431, 500, 502, 503, 504]

function asked(
  id: string,
  summary: string,
  reply: string,
  { stream = false, kept = false }: { readonly stream?: boolean; readonly kept?: boolean },
): Json {
  const responses = {
    200: {
      description: 'The reply',
      content: {
        'application/json': { schema: { $ref: `#/components/schemas/${reply}` } },
        ...(stream ? { 'text/event-stream': { schema: { description: streamed } } } : {}),
      },
    },
    204: { description: 'The stream had ended: an EventSource that comes back is told to stay away' },
    ...(kept ? { 304: { description: 'The reply is as it was: `If-None-Match` names its `ETag`' } } : {}),
    ...failures(askedFailures),
  }
  const operation = (method: string): Json => ({
    operationId: `${id}${method}`,
    tags: ['questions'],
    summary,
    parameters: Object.entries(propertiesOf(questionParametersSchema)).map(([name, schema]) => ({
      name,
      in: 'query',
      schema,
    })),
    responses,
  })
  const body = { schema: { $ref: '#/components/schemas/Question' } }
  return {
    get: operation('ByUrl'),
    post: {
      ...operation(''),
      requestBody: {
        description: 'Not needed where the question is in the URL',
        content: {
          'application/json': body,
          'application/x-www-form-urlencoded': { schema: input(questionParametersSchema) },
          'text/plain': { schema: { type: 'string' } },
        },
      },
    },
  }
}

const streamed =
  'Server-sent events, where it is accepted or `stream` is true. Their data are the schemas named `Event.…`.'

function root(): Json {
  const { get, post } = asked('ask', 'The same as /query', 'Answer', { stream: true }) as { get: Json; post: Json }
  return {
    get: {
      ...get,
      operationId: 'describe',
      tags: ['operations'],
      summary: 'What runs here, and what is degraded; the ask page for browsers; with a question, the same as /query',
      responses: {
        ...(get.responses as Json),
        200: {
          description: 'The description, the page, or the answer',
          content: {
            'application/json': {
              schema: {
                anyOf: [{ $ref: '#/components/schemas/Description' }, { $ref: '#/components/schemas/Answer' }],
              },
            },
            'text/html': { schema: { type: 'string' } },
            'text/event-stream': { schema: { description: streamed } },
          },
        },
      },
    },
    post: { ...post, operationId: 'ask' },
  }
}

function openAi(operationId: string, summary: string, schema: z.ZodType): Json {
  return {
    operationId,
    tags: ['protocols'],
    summary,
    parameters: [
      {
        name: 'sources',
        in: 'query',
        description: 'none leaves out the list of sources at the end of the text',
        schema: { enum: ['none'] },
      },
    ],
    requestBody: { required: true, content: { 'application/json': { schema: input(schema) } } },
    responses: {
      200: {
        description: 'As OpenAI has it',
        content: {
          'application/json': { schema: { type: 'object' } },
          'text/event-stream': { schema: { description: streamed } },
        },
      },
      ...failures([400, 401, 408, 413, 429, 431, 500, 502, 503, 504], 'OpenAiError'),
    },
  }
}

function health(operationId: string, summary: string): Json {
  const text = { 'text/plain': { schema: { type: 'string' } } }
  return {
    operationId,
    tags: ['operations'],
    summary,
    security: [],
    responses: { 200: { description: 'Yes', content: text }, 503: { description: 'No, and why', content: text } },
  }
}

function failures(statuses: readonly number[], schema: 'Problem' | 'OpenAiError' = 'Problem'): Json {
  const type = schema === 'Problem' ? 'application/problem+json' : 'application/json'
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: [...new Set(problems.filter(([own]) => own === status).map(([, title]) => title))].join('; '),
        content: { [type]: { schema: { $ref: `#/components/schemas/${schema}` } } },
      },
    ]),
  )
}

function json(description: string, schema: Json): Json {
  return { description, content: { 'application/json': { schema } } }
}

function propertiesOf(schema: z.ZodType): Readonly<Record<string, Json>> {
  return (input(schema).properties ?? {}) as Record<string, Json>
}

function withoutDialect({ $schema, ...schema }: z.core.JSONSchema.BaseSchema): Json {
  void $schema
  return schema
}
