// What goes over the wire, once: every reply has one of these shapes, and every type that several layers share is inferred from them. A start reads none of the schemas: only what describes replies does.
import { z } from 'zod'
import type { Question } from './questions.ts'

/** A passage as a citation points to it. */
const sourceSchema = z.object({
  number: z.number().int().describe('What [n] in the answer points to, from 1'),
  source: z.string().describe('The path of the document, relative to the ingested folder'),
  title: z.string(),
  heading: z.string().describe('The path of headings above the passage, joined by " > "'),
  page: z.number().int().exactOptional().describe('Where the format has pages, the one it stands on, from 1'),
  url: z.string().exactOptional().describe('Where the document can be read, where that is known'),
  text: z.string().describe('The passage: at most about 300 words'),
  score: z.number().describe('The fused rank: 1 for a passage that every search puts first'),
  cited: z.boolean(),
})
export type Source = Readonly<z.infer<typeof sourceSchema>>

const spanSchema = z.object({ start: z.number().int(), end: z.number().int() })
/** A statement of an answer, or another part of it: from `start` up to `end`, in UTF-16 code units. */
export type Span = Readonly<z.infer<typeof spanSchema>>

/** What a statement of the answer stands on; a statement that stands on several passages has one for each. */
const citationSchema = z.object({
  number: z.number().int().describe('The source, by its number'),
  ...spanSchema.shape,
  marker: spanSchema.readonly().describe('Where its [n] stands in the answer, the space before it included'),
  quote: z.string().describe('The words of the passage that bear the statement out, as they stand there'),
  heading: z.string().describe('The path of headings above those words; a passage may hold several short sections'),
  url: z.string().exactOptional().describe('Where those words can be read, where that is known'),
  support: z.number().describe('How much of the statement they bear out, from 0 to 1, as the function computed it'),
})
export type Citation = Readonly<z.infer<typeof citationSchema>>

/** Which documents an answer was drawn from. */
const indexInfoSchema = z.object({
  version: z.string().describe('sha256:… over the documents and the settings they were ingested with'),
  documents: z.number().int(),
  chunks: z.number().int(),
  retrieval: z.enum(['hybrid', 'full-text']),
  embeddingModel: z.string().nullable().describe('null where retrieval is by words alone'),
})
export type IndexInfo = Readonly<z.infer<typeof indexInfoSchema>>

const milliseconds = z.number().int()
/** What a search and an answer say alike. */
const found = {
  answered: z.boolean().describe('false where the documents do not say'),
  reason: z.string().exactOptional().describe('Why the documents do not say; only where answered is false'),
  searched: z
    .string()
    .exactOptional()
    .describe('What was searched for, where earlier questions were searched for along with this one'),
  sources: z.array(sourceSchema).readonly(),
  index: indexInfoSchema.readonly(),
  notice: z.string().exactOptional().describe('What was missing for this reply; only where it is degraded'),
}

/** The reply to a question. */
export const answerSchema = z.object({
  answer: z.string(),
  ...found,
  citations: z.array(citationSchema).readonly().describe('Each statement of the answer with what it stands on'),
  unsupported: z
    .array(spanSchema)
    .readonly()
    .exactOptional()
    .describe('Statements that no passage bears out; absent where no model wrote the answer'),
  generator: z.enum(['ollama', 'extractive']).describe('extractive: sentences quoted from the passages'),
  model: z.string().nullable().describe('null where no model wrote the answer'),
  usage: z
    .object({ promptTokens: z.number().int(), answerTokens: z.number().int() })
    .readonly()
    .exactOptional()
    .describe('As Ollama counted them; absent where no model wrote the answer'),
  timings: z.object({ retrieveMs: milliseconds, generateMs: milliseconds, totalMs: milliseconds }).readonly(),
})
export type Answer = Readonly<z.infer<typeof answerSchema>>

/** The reply to a search: retrieval alone. */
export const searchResultSchema = z.object({
  ...found,
  timings: z.object({ retrieveMs: milliseconds, totalMs: milliseconds }).readonly(),
})
export type SearchResult = Readonly<z.infer<typeof searchResultSchema>>

/** The data of a `dev.ragfunction.unanswered` event: a question that the documents did not answer, or an answer that nothing bore out. */
export const unansweredSchema = z.object({
  outcome: z
    .enum(['not_in_documents', 'unsupported'])
    .describe('A refusal; or an answer of which nothing that the model wrote is borne out by the passages'),
  reason: z.string().describe('Why, in words; none of the words are the question’s'),
  asked: z.enum(['answer', 'search']),
  question: z.string().exactOptional().describe('Only with UNANSWERED_TEXT=true'),
  searched: found.searched.describe(
    'With the earlier questions that it was searched for with; only with UNANSWERED_TEXT=true',
  ),
  pages: z
    .array(
      z.object({ source: sourceSchema.shape.source, url: sourceSchema.shape.url, score: sourceSchema.shape.score }),
    )
    .readonly()
    .describe('The best documents that were found, each with the score of its best passage'),
  indexVersion: indexInfoSchema.shape.version,
  generator: answerSchema.shape.generator.exactOptional().describe('What wrote the answer; absent for a search'),
  model: answerSchema.shape.model.exactOptional(),
})
export type Unanswered = Readonly<z.infer<typeof unansweredSchema>>

/** Why there is no reply, as RFC 9457 has it. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().describe('What to do about it'),
  sources: z.array(sourceSchema).readonly().exactOptional().describe('What was found before it failed'),
})
export type Problem = Readonly<z.infer<typeof problemSchema>>

/** What a question waits for before the model writes; it may change several times. */
const waitSchema = z.object({
  state: z
    .enum(['queued', 'loading', 'reading', 'thinking'])
    .describe('Behind other questions; for the model to be loaded; for it to read the passages; for it to think'),
  place: z.number().int().exactOptional().describe('Of queued alone: 1 is the next'),
})
export type Wait = Readonly<z.infer<typeof waitSchema>>

/** The server-sent events of a streamed answer, by name: `sources` once, `quotes` and `status`… where a model is asked, `token`…, then `answer`; `error` where it breaks midway. */
export const streamEventSchemas = {
  sources: z.object({ sources: z.array(sourceSchema).readonly() }),
  quotes: z
    .object({ answer: z.string(), citations: z.array(citationSchema).readonly() })
    .describe('The quoted answer, to be read while the model reads; what it writes takes its place'),
  status: waitSchema,
  token: z.object({ text: z.string().describe('The next piece of the answer; all pieces joined are the answer') }),
  answer: answerSchema,
  error: problemSchema,
}
/** An event of a stream: its name and what it carries. */
export type StreamEvent = {
  [Name in keyof typeof streamEventSchemas]: readonly [Name, Readonly<z.infer<(typeof streamEventSchemas)[Name]>>]
}[keyof typeof streamEventSchemas]

/** What `GET /` says of the service: what it is, what it knows, where to ask, and what is degraded. */
export const descriptionSchema = z.object({
  name: z.string(),
  version: z.string(),
  index: indexInfoSchema.readonly(),
  examples: z.array(z.string()).readonly().describe('Questions that the documents answer'),
  generator: z.enum(['auto', 'ollama', 'extractive']),
  model: z.string(),
  endpoints: z.record(z.string(), z.string()).readonly(),
  ollama: z.object({ reachable: z.boolean(), modelPulled: z.boolean(), seenAt: z.string().nullable() }).readonly(),
  degraded: z
    .array(z.string())
    .readonly()
    .describe('Which model is missing, Ollama’s or the built-in one, what that costs, and what mends it'),
})
export type Description = Readonly<z.infer<typeof descriptionSchema>>

/** What is told of an answer while it is made: the sources once, with the ids of the chunks they come from and whether they are thought to answer, the quoted answer where a model is asked, then the text piece by piece. `unsupported` is for the operator alone: nothing that the model wrote is borne out. */
type AnswerEvent =
  | {
      readonly type: 'sources'
      readonly sources: readonly Source[]
      readonly chunks: readonly string[]
      readonly answered: boolean
    }
  | { readonly type: 'quotes'; readonly answer: string; readonly citations: readonly Citation[] }
  | ({ readonly type: 'status' } & Wait)
  | { readonly type: 'token'; readonly text: string }
  | { readonly type: 'unsupported' }

/** Is told each piece of an answer as it comes. */
export type Tell = (event: AnswerEvent) => void

/** Tells the pieces as they come, and resolves to the whole. Rejects with AnswerError once there were sources, and with the signal's reason once it is aborted. */
export type AnswerQuestion = (question: Question, signal: AbortSignal, tell?: Tell) => Promise<Answer>
export type Search = (question: Question, signal: AbortSignal, tell?: Tell) => Promise<SearchResult>
