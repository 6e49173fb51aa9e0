import t from 'tap'
import { asked, failures, health } from '../../../../function/protocols/openapi/operations.ts'

t.test('a status that may come has its titles, and the schema of its body', async (t) => {
  t.strictSame(failures([404]), {
    404: {
      description: 'Not found',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  })
  t.match(failures([503], 'OpenAiError'), {
    503: {
      description: /Shutting down; .*Ollama is busy/,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/OpenAiError' } } },
    },
  })
})

t.test('a question can be asked in the URL and in bodies of three types', async (t) => {
  const { get, post } = asked('answer', 'Answers a question', 'Answer', { stream: true })
  t.match(get, { operationId: 'answerByUrl', parameters: [{ name: 'q', example: 'What is Kubernetes?' }] })
  t.match(post, {
    operationId: 'answer',
    requestBody: {
      content: {
        'application/json': { example: { question: 'What is Kubernetes?' } },
        'application/x-www-form-urlencoded': { example: { q: 'What is Kubernetes?' } },
        'text/plain': { example: 'What is Kubernetes?' },
      },
    },
    responses: { 200: { content: { 'text/event-stream': {} } }, 304: undefined },
  })
})

t.test('how it is may be asked without a token', async (t) => {
  t.match(health('liveness', 'Whether the process runs'), { security: [], responses: { 200: {}, 503: {} } })
})
