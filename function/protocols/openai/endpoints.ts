// OpenAI's HTTP interface over the same answers: which of its endpoints was asked.
import { z } from 'zod'
import type { AnswerQuestion } from '../../contract/replies.ts'
import { CallerError } from '../../errors.ts'
import { readBody } from '../../http/body.ts'
import { type Response, toJsonResponse } from '../../http/response.ts'
import type { Caller } from '../../http/runtime.ts'
import { toChatReply } from './chat-completions.ts'
import { modelName } from './conversation.ts'
import { toResponsesReply } from './responses.ts'

/** A conversation grows with every turn, and clients send it whole. */
const maxBodyBytes = 1 << 20
/** A request to one of OpenAI's endpoints, with or without /v1 -> its reply. Throws what `toOpenAiError` then words. */
export async function respondToOpenAi(
  caller: Caller,
  { answer }: { readonly answer: AnswerQuestion },
): Promise<Response> {
  const endpoint = caller.path.replace(/^\/v1(?=\/)/, '')
  if (endpoint === '/models') return toJsonResponse({ object: 'list', data: [toModel()] })
  if (endpoint === `/models/${modelName}`) return toJsonResponse(toModel())
  if (endpoint.startsWith('/models/'))
    throw new CallerError('unknown-path', `There is no such model here. The only one is ${modelName}.`)
  const body = await readJson(caller)
  return endpoint === '/responses'
    ? await toResponsesReply(body, caller, answer)
    : await toChatReply(body, caller, answer)
}

function toModel(): Readonly<Record<string, string | number>> {
  return { id: modelName, object: 'model', created: 0, owned_by: 'ragfunction' }
}

async function readJson({ headers, body }: Caller): Promise<unknown> {
  const text = await readBody(headers, body, maxBodyBytes)
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
  } catch (cause) {
    throw new CallerError('unusable-question', 'The body must be a JSON object, such as {"messages": […]}.', { cause })
  }
}
