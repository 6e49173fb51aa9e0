import { z } from 'zod'
import { OllamaError } from '../errors.ts'
import { createOllama, toOllamaError } from '../ollama/client.ts'

/** Texts -> one embedding each, in order, of unit length. Throws OllamaError, or the signal's reason once it is aborted. */
export type Embed = (texts: readonly string[], signal: AbortSignal) => Promise<number[][]>

/** What an embedding model wants before a document and before a question. */
export interface EmbeddingPrefixes {
  readonly documentPrefix: string
  readonly queryPrefix: string
}

/** Prefixes from the models' own cards; all-minilm, and any model not named here, takes none. */
const prefixes: ReadonlyArray<readonly [RegExp, EmbeddingPrefixes]> = [
  [/^nomic-embed-text/, { documentPrefix: 'search_document: ', queryPrefix: 'search_query: ' }],
  [
    /^mxbai-embed-large|^snowflake-arctic-embed(?!2)/,
    { documentPrefix: '', queryPrefix: 'Represent this sentence for searching relevant passages: ' },
  ],
  [/^snowflake-arctic-embed2/, { documentPrefix: '', queryPrefix: 'query: ' }],
  [/^embeddinggemma/, { documentPrefix: 'title: none | text: ', queryPrefix: 'task: search result | query: ' }],
  [/(^|[-_])e5([-_:]|$)/, { documentPrefix: 'passage: ', queryPrefix: 'query: ' }],
  [
    /^qwen3-embedding/,
    { documentPrefix: '', queryPrefix: 'Instruct: Given a question, retrieve passages that answer it\nQuery: ' },
  ],
]

const replySchema = z.object({ embeddings: z.array(z.array(z.number())) })

/** The prefixes an embedding model needs, by the name Ollama knows it under (a namespace before it is ignored). */
export function prefixesFor(model: string): EmbeddingPrefixes {
  const name = model.split('/').at(-1) ?? model
  return prefixes.find(([pattern]) => pattern.test(name))?.[1] ?? { documentPrefix: '', queryPrefix: '' }
}

/** Embeds through Ollama's /api/embed; an input longer than the model's context is an error (`input-too-long`), not a silent cut. */
export function createEmbed(host: string, model: string): Embed {
  return async (texts, signal) => {
    const reply = await createOllama(host, signal)
      .embed({ model, input: [...texts], truncate: false })
      .catch((error: unknown) => {
        if (signal.aborted) throw signal.reason
        throw toOllamaError(error, { host, model })
      })
    const { data, error } = replySchema.safeParse(reply)
    const vectors = data?.embeddings.map(toUnitLength)
    if (
      vectors?.length !== texts.length ||
      vectors.some((vector) => vector === undefined || vector.length !== vectors[0]?.length)
    ) {
      throw new OllamaError('nonsense', `The model ${model} returned no usable embeddings.`, { cause: error })
    }
    return vectors.filter((vector) => vector !== undefined)
  }
}

/** The same within a budget: once it has run out, OllamaError `timeout`. */
export function withinBudget(embed: Embed, timeoutMs: number): Embed {
  return async (texts, signal) => {
    const budget = AbortSignal.timeout(timeoutMs)
    return await embed(texts, AbortSignal.any([signal, budget])).catch((error: unknown) => {
      if (budget.aborted && !signal.aborted)
        throw new OllamaError('timeout', `Ollama did not embed it within ${timeoutMs / 1000} s.`, { cause: error })
      throw error
    })
  }
}

/** LanceDB answers a zero or NaN vector with silence, so such a vector is undefined here. */
function toUnitLength(vector: readonly number[]): number[] | undefined {
  const length = Math.hypot(...vector)
  return length > 0 && Number.isFinite(length) ? vector.map((value) => value / length) : undefined
}
