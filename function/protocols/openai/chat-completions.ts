// POST /v1/chat/completions: a conversation -> the answer as a chat completion, whole or in chunks.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Answer, AnswerQuestion } from '../../contract/replies.ts'
import { check } from '../../http/body.ts'
import { type Response, toJsonResponse } from '../../http/response.ts'
import type { Caller } from '../../http/runtime.ts'
import { toEventStream } from '../../http/stream.ts'
import { createToUrl } from '../source-url.ts'
import { toSourceList, toUrlCitations, wantsSourceList } from './annotations.ts'
import { messageSchema, modelName, refuseOtherKinds, toLinkedQuestion, toQuestion } from './conversation.ts'
import { toErrorBody } from './errors.ts'

/** What is read of such a request; other fields are let through and ignored. */
export const chatRequestSchema = z.looseObject({
  messages: z.array(messageSchema).min(1),
  model: z.string().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
})

/** A body -> its reply. Throws CallerError, AnswerError or what else kept it from being answered. */
export async function toChatReply(body: unknown, caller: Caller, answer: AnswerQuestion): Promise<Response> {
  refuseOtherKinds(body)
  const request = check(chatRequestSchema, body)
  const question = toQuestion(request.messages, request.stream === true, caller)
  const toUrl = createToUrl(caller, toLinkedQuestion(question))
  const listsSources = wantsSourceList(caller)
  const head = {
    id: `chatcmpl-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: request.model ?? modelName,
  }

  if (!question.stream) {
    const whole = await answer(question, caller.signal)
    const content = whole.answer + (listsSources ? toSourceList(whole) : '')
    const annotations = toUrlCitations(whole.sources, whole, toUrl).map(toNested)
    return toJsonResponse({
      ...head,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content, refusal: null, annotations },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: toUsage(whole),
      ...toBeside(whole),
    })
  }

  const usageWanted = request.stream_options?.include_usage === true
  return await toEventStream(
    async (send) => {
      const chunk = (delta: object, finish: 'stop' | null = null, more: object = {}): void =>
        send({
          ...head,
          object: 'chat.completion.chunk',
          choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
          ...(usageWanted ? { usage: null } : {}),
          ...more,
        })
      const whole = await answer(question, caller.signal, (event) => {
        if (event.type === 'sources') {
          chunk({ role: 'assistant', content: '' })
          // Before the first word, so that whoever counts arrivals counts as the text does. Where it cites them is not known yet.
          const annotations = toUrlCitations(event.sources, { ...event, citations: [] }, toUrl).map(toNested)
          if (annotations.length > 0) chunk({ annotations })
        } else if (event.type === 'token') chunk({ content: event.text })
      })
      const list = listsSources ? toSourceList(whole) : ''
      if (list !== '') chunk({ content: list })
      chunk({}, 'stop', toBeside(whole))
      if (usageWanted) send({ ...head, object: 'chat.completion.chunk', choices: [], usage: toUsage(whole) })
      send('[DONE]')
    },
    (error, send) => send({ error: toErrorBody(error) }),
  )
}

function toNested(citation: object): object {
  return { type: 'url_citation', url_citation: citation }
}

/** What the answer says that a completion has no field for. */
function toBeside({ answered, reason, notice }: Answer): object {
  return { answered, ...(reason === undefined ? {} : { reason }), ...(notice === undefined ? {} : { notice }) }
}

/** Ollama's own counts; none where no model wrote. */
function toUsage({ usage }: Answer): object {
  const { promptTokens = 0, answerTokens = 0 } = usage ?? {}
  return { prompt_tokens: promptTokens, completion_tokens: answerTokens, total_tokens: promptTokens + answerTokens }
}
