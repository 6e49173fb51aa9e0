import { z } from 'zod'
import { OllamaError } from '../errors.ts'
import { createOllama } from '../ollama/client.ts'
import type { OllamaAddress } from '../ollama/connection.ts'
import { toOllamaError } from '../ollama/failures.ts'
import { toKeepAlive } from '../ollama/generate.ts'
import { createLoad, type Load } from '../ollama/load.ts'

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
  const name = (model.split('/').at(-1) ?? model).toLowerCase()
  return prefixes.find(([pattern]) => pattern.test(name))?.[1] ?? { documentPrefix: '', queryPrefix: '' }
}

/** A model of Ollama's that embeds, and how it is loaded ahead of a question. */
export interface Embedder {
  readonly embed: Embed
  readonly load: Load
}

/**
 * Embeds through Ollama's /api/embed; an input longer than the model's context is an error (`input-too-long`), not a silent cut.
 * With another context than at ingest Ollama would load the model anew, so that `contextTokens` comes from the manifest.
 */
export function createEmbedder(
  settings: OllamaAddress & { readonly keepAlive: string },
  { model, contextTokens }: { readonly model: string; readonly contextTokens?: number },
): Embedder {
  const ask = async (input: readonly string[], signal: AbortSignal): Promise<unknown> => {
    try {
      return await createOllama(settings, signal).embed({
        model,
        input: [...input],
        truncate: false,
        keep_alive: toKeepAlive(settings.keepAlive),
        ...(contextTokens === undefined ? {} : { options: { num_ctx: contextTokens } }),
      })
    } catch (error) {
      signal.throwIfAborted()
      throw toOllamaError(error, { model, to: 'embed' })
    }
  }
  return {
    async embed(texts, signal) {
      const { data, error } = replySchema.safeParse(await ask(texts, signal))
      const vectors = data?.embeddings.map(toUnitLength)
      if (
        vectors?.length !== texts.length ||
        vectors.some((vector) => vector === undefined || vector.length !== vectors[0]?.length)
      ) {
        throw new OllamaError('nonsense', `The model ${model} returned no usable embeddings.`, { cause: error })
      }
      return vectors.filter((vector) => vector !== undefined)
    },
    // Without a text, the model is only loaded.
    load: createLoad((signal) => ask([], signal)),
  }
}

/** The same within a budget: once it has run out, OllamaError `timeout`, and `load` goes on with what the request may have been waiting for. */
export function withinBudget(embed: Embed, timeoutMs: number, load: Load = async () => undefined): Embed {
  return async (texts, signal) => {
    const budget = AbortSignal.timeout(timeoutMs)
    return await embed(texts, AbortSignal.any([signal, budget])).catch((error: unknown) => {
      if (!budget.aborted || signal.aborted) throw error
      load().catch(() => undefined)
      const detail = `Ollama did not embed it within ${timeoutMs / 1000} s: it was busy, or loading the model. Ask again; a table made with EMBEDDING_MODEL=built-in needs no Ollama for this.`
      throw new OllamaError('timeout', detail, { cause: error })
    })
  }
}

/** LanceDB answers a zero or NaN vector with silence, so such a vector is undefined here. */
function toUnitLength(vector: readonly number[]): number[] | undefined {
  const length = Math.hypot(...vector)
  return length > 0 && Number.isFinite(length) ? vector.map((value) => value / length) : undefined
}
