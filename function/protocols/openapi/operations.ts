// The parts of the OpenAPI document: operations of each kind, and what may come of them.
import { z } from 'zod'
import { questionParametersSchema } from '../../contract/questions.ts'
import { problems } from '../../http/response.ts'

export type Json = Readonly<Record<string, unknown>>

export const input = (schema: z.ZodType): Json => withoutDialect(z.toJSONSchema(schema, { io: 'input' }))
export const output = (schema: z.ZodType): Json => withoutDialect(z.toJSONSchema(schema))

/** What the examples ask. */
export const exampleQuestion = 'What is Kubernetes?'

export const anyJson = {
  'application/json': { schema: {} },
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
}

/** The statuses of a question that is asked in the usual way. */
const askedFailures = [400, 401, 408, 413, 415, 429, 431, 500, 502, 503, 504]

export function asked(
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
        ...(stream ? { 'text/event-stream': { schema: { type: 'string', description: streamed } } } : {}),
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
      ...(name === 'q' && method === 'ByUrl' ? { example: exampleQuestion } : {}),
    })),
    responses,
  })
  const body = { schema: { $ref: '#/components/schemas/Question' }, example: { question: exampleQuestion } }
  return {
    get: operation('ByUrl'),
    post: {
      ...operation(''),
      requestBody: {
        description: 'Not needed where the question is in the URL',
        content: {
          'application/json': body,
          'application/x-www-form-urlencoded': {
            schema: input(questionParametersSchema),
            example: { q: exampleQuestion },
          },
          'text/plain': { schema: { type: 'string' }, example: exampleQuestion },
        },
      },
    },
  }
}

export const streamed =
  'Server-sent events, where it is accepted or `stream` is true. Their data are the schemas named `Event.…`.'

export function root(): Json {
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
            'text/event-stream': { schema: { type: 'string', description: streamed } },
          },
        },
      },
    },
    post: { ...post, operationId: 'ask' },
  }
}

export function openAi(operationId: string, summary: string, schema: z.ZodType, example: Json): Json {
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
    requestBody: { required: true, content: { 'application/json': { schema: input(schema), example } } },
    responses: {
      200: {
        description: 'As OpenAI has it',
        content: {
          'application/json': { schema: { type: 'object' } },
          'text/event-stream': { schema: { type: 'string', description: streamed } },
        },
      },
      ...failures([400, 401, 408, 413, 429, 431, 500, 502, 503, 504], 'OpenAiError'),
    },
  }
}

export function health(operationId: string, summary: string): Json {
  const text = { 'text/plain': { schema: { type: 'string' } } }
  return {
    operationId,
    tags: ['operations'],
    summary,
    security: [],
    responses: { 200: { description: 'Yes', content: text }, 503: { description: 'No, and why', content: text } },
  }
}

export function failures(statuses: readonly number[], schema: 'Problem' | 'OpenAiError' = 'Problem'): Json {
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

export function json(description: string, schema: Json): Json {
  return { description, content: { 'application/json': { schema } } }
}

function propertiesOf(schema: z.ZodType): Readonly<Record<string, Json>> {
  return (input(schema).properties ?? {}) as Record<string, Json>
}

function withoutDialect({ $schema, ...schema }: z.core.JSONSchema.BaseSchema): Json {
  void $schema
  return schema
}
