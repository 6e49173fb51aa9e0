// POST /v1/responses: the same answer as Open Responses has it, with flat annotations, whole or in events.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Answer, AnswerQuestion } from '../../contract/replies.ts'
import { check } from '../../http/body.ts'
import { type Response, toJsonResponse } from '../../http/response.ts'
import type { Caller } from '../../http/runtime.ts'
import { toEventStream } from '../../http/stream.ts'
import { createToUrl } from '../source-url.ts'
import { toSourceList, toUrlCitations, wantsSourceList } from './annotations.ts'
import {
  type Message,
  messageSchema,
  modelName,
  refuseOtherKinds,
  toLinkedQuestion,
  toQuestion,
} from './conversation.ts'
import { toErrorBody } from './errors.ts'

/** What is read of such a request; other fields are let through and ignored. */
export const responsesRequestSchema = z.looseObject({
  input: z.union([z.string(), z.array(messageSchema).min(1)]),
  instructions: z.string().nullish(),
  model: z.string().nullish(),
  stream: z.boolean().nullish(),
  previous_response_id: z
    .null('previous_response_id must be left out: nothing is kept here. Send the earlier turns in input.')
    .optional(),
  conversation: z
    .null('conversation must be left out: nothing is kept here. Send the earlier turns in input.')
    .optional(),
  background: z.literal(false, 'background must be false: the answer comes in this reply.').nullish(),
})

/** A body -> its reply. Throws CallerError, AnswerError or what else kept it from being answered. */
export async function toResponsesReply(body: unknown, caller: Caller, answer: AnswerQuestion): Promise<Response> {
  refuseOtherKinds(body)
  const request = check(responsesRequestSchema, body)
  const input =
    typeof request.input === 'string' ? [{ role: 'user', content: request.input }] : request.input.filter(isMessage)
  const question = toQuestion(
    [{ role: 'system', content: request.instructions }, ...input],
    request.stream === true,
    caller,
  )
  const toUrl = createToUrl(caller, toLinkedQuestion(question))
  const listsSources = wantsSourceList(caller)
  const itemId = `msg_${randomUUID()}`
  const shell = { ...toShell(request.model ?? modelName), instructions: request.instructions ?? null }

  const toText = (whole: Answer): string => whole.answer + (listsSources ? toSourceList(whole) : '')
  const toAnnotations = (whole: Answer): object[] =>
    toUrlCitations(whole.sources, whole, toUrl).map((citation) => ({ type: 'url_citation', ...citation }))
  const toItem = (whole: Answer): object => ({
    id: itemId,
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text: toText(whole), annotations: toAnnotations(whole), logprobs: [] }],
  })
  const toWhole = (whole: Answer): object => ({
    ...shell,
    status: 'completed',
    completed_at: Math.floor(Date.now() / 1000),
    output: [toItem(whole)],
    usage: toUsage(whole),
    answered: whole.answered,
    ...(whole.notice === undefined ? {} : { notice: whole.notice }),
  })
  if (!question.stream) return toJsonResponse(toWhole(await answer(question, caller.signal)))

  return await toEventStream(
    async (sendEvent) => {
      let sequence = 0
      const send = (type: string, data: object): void => sendEvent({ type, sequence_number: sequence++, ...data }, type)
      const place = { item_id: itemId, output_index: 0, content_index: 0 }
      const empty = { type: 'output_text', text: '', annotations: [], logprobs: [] }
      const whole = await answer(question, caller.signal, (event) => {
        if (event.type === 'sources') {
          send('response.created', { response: shell })
          send('response.in_progress', { response: shell })
          const item = { id: itemId, type: 'message', status: 'in_progress', role: 'assistant', content: [] }
          send('response.output_item.added', { output_index: 0, item })
          send('response.content_part.added', { ...place, part: empty })
        } else if (event.type === 'token')
          send('response.output_text.delta', { ...place, delta: event.text, logprobs: [] })
      })
      const list = toText(whole).slice(whole.answer.length)
      if (list !== '') send('response.output_text.delta', { ...place, delta: list, logprobs: [] })
      for (const [index, annotation] of toAnnotations(whole).entries())
        send('response.output_text.annotation.added', { ...place, annotation_index: index, annotation })
      send('response.output_text.done', { ...place, text: toText(whole), logprobs: [] })
      send('response.content_part.done', {
        ...place,
        part: { ...empty, text: toText(whole), annotations: toAnnotations(whole) },
      })
      send('response.output_item.done', { output_index: 0, item: toItem(whole) })
      send('response.completed', { response: toWhole(whole) })
    },
    (error, sendEvent) => {
      const { message, code } = toErrorBody(error)
      sendEvent({ type: 'error', sequence_number: 1_000_000, code, message, param: null }, 'error')
    },
  )
}

/** What agents send between messages, calls of tools and what came of them, is nobody's question. */
function isMessage({ type }: Message): boolean {
  return type === undefined || type === 'message'
}

/** A response before it has an output; what was not asked for has the value that says so. */
function toShell(model: string): object {
  return {
    id: `resp_${randomUUID()}`,
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    completed_at: null,
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    max_output_tokens: null,
    metadata: {},
    model,
    output: [],
    parallel_tool_calls: false,
    previous_response_id: null,
    store: false,
    temperature: 0,
    text: { format: { type: 'text' } },
    tool_choice: 'none',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage: null,
  }
}

function toUsage({ usage }: Answer): object {
  const { promptTokens = 0, answerTokens = 0 } = usage ?? {}
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: answerTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: promptTokens + answerTokens,
  }
}
