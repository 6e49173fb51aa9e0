// What embeds the questions for a table: whatever embedded its chunks, the model in this process or one of Ollama's.
import type { Config } from '../config.ts'
import type { Manifest } from '../table/manifest.ts'
import { createBuiltIn } from './built-in.ts'
import { createEmbed, type Embed, withinBudget } from './embed.ts'

export interface Engine {
  /** Throws OllamaError or ModelFileError where the question cannot be embedded, or the signal's reason. */
  readonly embed: Embed
  /** Has what is in this process read before it is needed. Throws ModelFileError. */
  readonly warm: () => void
}

/** The model in this process has no time limit: a question that comes before its weights waits for them. */
export function createEngine(
  { engine, model }: NonNullable<Manifest['embedding']>,
  { ollamaHost, embedTimeoutMs }: Pick<Config, 'ollamaHost' | 'embedTimeoutMs'>,
): Engine {
  if (engine === 'built-in') return createBuiltIn()
  return { embed: withinBudget(createEmbed(ollamaHost, model), embedTimeoutMs), warm: () => undefined }
}
