// What embeds the questions for a table: whatever embedded its chunks, the model in this process or one of Ollama's.
import type { Config } from '../config.ts'
import { createPattern } from '../patterns.ts'
import type { Manifest } from '../table/manifest.ts'
import { createBuiltIn } from './built-in.ts'
import { createEmbedder, type Embed, withinBudget } from './embed.ts'

export interface Engine {
  /** Throws OllamaError or ModelFileError where the question cannot be embedded, or the signal's reason. */
  readonly embed: Embed
  /** Has the model read, or loaded by Ollama, before it is needed. Throws ModelFileError or OllamaError. */
  readonly warm: () => void | Promise<void>
}

const letter = createPattern(String.raw`\p{L}`, 'g')
const latinLetter = createPattern(String.raw`\p{Script=Latin}`, 'g')

/** The model in this process has no time limit: a question that comes before its weights waits for them. */
export function createEngine(
  embedding: NonNullable<Manifest['embedding']>,
  settings: Pick<Config, 'ollamaHost' | 'ollamaAuthorization' | 'keepAlive' | 'embedTimeoutMs'>,
): Engine {
  if (embedding.engine === 'built-in') return createBuiltIn()
  const { embed, load } = createEmbedder(settings, embedding)
  return { embed: withinBudget(embed, settings.embedTimeoutMs, load), warm: load }
}

/** Whether the built-in model can make sense of a text: at most half of its letters are of another script than the Latin. The model knows hardly a word of those. Measured in docs/decisions/2026-11-25-embeddings-in-the-process.md. */
export function isReadable(text: string): boolean {
  const letters = text.match(letter(text))?.length ?? 0
  const latin = text.match(latinLetter(text))?.length ?? 0
  return latin * 2 >= letters
}
