// What is told of a question that the documents did not answer; loaded when the first one is.
import { randomUUID } from 'node:crypto'
import type { Question } from '../contract/questions.ts'
import type { Answer, SearchResult, Unanswered } from '../contract/replies.ts'

/** The type of these events; an event of this type is not asked. */
const type = 'dev.ragfunction.unanswered'
const source = '/ragfunction'
const maxPages = 5

/** A question and what became of it -> a CloudEvent in JSON; its words are in it only with `text`. */
export function toUnansweredEvent(
  question: Question,
  reply: Answer | SearchResult,
  outcome: Unanswered['outcome'],
  { text, extensions }: { readonly text: boolean; readonly extensions: Readonly<Record<string, string>> },
): string {
  const isAnswer = 'answer' in reply
  const data: Unanswered = {
    outcome,
    reason: reply.reason ?? 'Nothing that the model wrote is borne out by the passages.',
    asked: isAnswer ? 'answer' : 'search',
    ...(text ? { question: question.text } : {}),
    ...(text && reply.searched !== undefined ? { searched: reply.searched } : {}),
    pages: toPages(reply.sources),
    indexVersion: reply.index.version,
    ...(isAnswer ? { generator: reply.generator, model: reply.model } : {}),
  }
  return JSON.stringify({
    ...extensions,
    specversion: '1.0',
    id: randomUUID(),
    source,
    type,
    time: new Date().toISOString(),
    ...(question.traceparent === undefined ? {} : { traceparent: question.traceparent }),
    datacontenttype: 'application/json',
    data,
  })
}

/** Passages, best first -> the documents that they are of, each once. */
function toPages(sources: Answer['sources']): Unanswered['pages'] {
  const best = new Map<string, Unanswered['pages'][number]>()
  for (const { source, url, score } of sources)
    if (!best.has(source)) best.set(source, { source, ...(url === undefined ? {} : { url }), score })
  return [...best.values()].slice(0, maxPages)
}
