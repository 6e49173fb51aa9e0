// What Ollama knows of a model: what it can do, and how long its context is. /api/show says so; /api/tags says of every model that it completes.
import { z } from 'zod'
import { createOllama } from './client.ts'
import type { OllamaAddress } from './connection.ts'
import { toOllamaError } from './failures.ts'

/** `capabilities` is empty where Ollama is too old to say; `contextTokens` is what the model was trained for. */
export interface ModelDetails {
  readonly capabilities: readonly string[]
  readonly contextTokens: number | undefined
}

/** As Ollama's own default on a small machine: a model that was trained for more would take memory for it. */
const maxEmbeddingContext = 4_096

const detailsSchema = z.object({
  capabilities: z.array(z.string()).default([]),
  model_info: z.record(z.string(), z.unknown()).default({}),
})

/** Throws OllamaError, or the signal's reason once it is aborted. */
export async function showModel(address: OllamaAddress, model: string, signal: AbortSignal): Promise<ModelDetails> {
  try {
    const { capabilities, model_info } = detailsSchema.parse(await createOllama(address, signal).show({ model }))
    const [, context] = Object.entries(model_info).find(([name]) => name.endsWith('.context_length')) ?? []
    return { capabilities, contextTokens: typeof context === 'number' && context > 0 ? context : undefined }
  } catch (error) {
    signal.throwIfAborted()
    throw toOllamaError(error, { model, to: 'show' })
  }
}

/** The context that an embedding model is best loaded with; undefined where Ollama does not say, or does not have it. */
export async function findContext(
  address: OllamaAddress,
  model: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const details = await showModel(address, model, signal).catch(() => undefined)
  signal.throwIfAborted()
  return details?.contextTokens === undefined ? undefined : Math.min(details.contextTokens, maxEmbeddingContext)
}
