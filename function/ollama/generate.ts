import type { Message } from 'ollama'
import { z } from 'zod'
import type { Turn } from '../admission.ts'
import type { Config } from '../config.ts'
import { createOllama, reachOllama, startBudget, toOllamaError } from './client.ts'

/** The messages for the model, and how many tokens are left for its answer inside the context. */
export interface Prompt {
  readonly messages: Message[]
  readonly maxAnswerTokens: number
}

/** A prompt -> the model's tokens as they come. Throws OllamaError, or the signal's reason once it is aborted; the model stops with the signal. */
export type Generate = (prompt: Prompt, signal: AbortSignal, turn: Turn) => AsyncGenerator<string>

type GenerateSettings = Pick<
  Config,
  'ollamaHost' | 'ollamaModel' | 'numCtx' | 'keepAlive' | 'connectTimeoutMs' | 'firstTokenTimeoutMs'
>

const partSchema = z.object({ message: z.object({ content: z.string() }) })
/** No token of a model has as many; more than that for each means that Ollama does not keep to `num_predict`. */
const maxCharactersPerToken = 32

/**
 * Generates through Ollama's /api/chat within two budgets: to connect, and from its turn to the first token. That Ollama is
 * there is seen before the wait for a turn: where it is not, nobody waits.
 */
export function createGenerate(settings: GenerateSettings): Generate {
  const { ollamaHost: host, ollamaModel: model, numCtx, firstTokenTimeoutMs } = settings
  return async function* generate({ messages, maxAnswerTokens }, signal, turn) {
    await reachOllama(settings, signal)
    const endTurn = await turn(signal)
    const budget = startBudget(firstTokenTimeoutMs, 'The model did not begin to answer')
    const stop = new AbortController()
    const either = AbortSignal.any([signal, budget.signal, stop.signal])
    try {
      const parts = await createOllama(host, either).chat({
        model,
        messages,
        stream: true,
        think: false,
        keep_alive: toKeepAlive(settings.keepAlive),
        options: { num_ctx: numCtx, num_predict: maxAnswerTokens, temperature: 0 },
      })
      let written = 0
      let begun = false
      for await (const part of parts) {
        const { content } = partSchema.parse(part).message
        written += content.length
        if (written > maxAnswerTokens * maxCharactersPerToken) throw new Error('the answer has no end')
        begun ||= content.trim() !== ''
        if (begun) budget.end()
        yield content
      }
      if (!begun) throw new Error('the answer is empty')
    } catch (error) {
      if (either.aborted) throw either.reason
      throw toOllamaError(error, { host, model })
    } finally {
      stop.abort()
      budget.end()
      endTurn()
    }
  }
}

/** Asks Ollama to load the model, as it will be used, so that the first question finds it there. Throws OllamaError. */
export async function loadModel(settings: Omit<GenerateSettings, 'connectTimeoutMs'>): Promise<void> {
  const { ollamaHost: host, ollamaModel: model, numCtx, keepAlive, firstTokenTimeoutMs } = settings
  await createOllama(host, AbortSignal.timeout(firstTokenTimeoutMs))
    .generate({ model, prompt: '', keep_alive: toKeepAlive(keepAlive), options: { num_ctx: numCtx } })
    .catch((error: unknown) => {
      throw toOllamaError(error, { host, model })
    })
}

/** Ollama reads a bare number as seconds and anything else as a Go duration, which must have a unit. */
function toKeepAlive(keepAlive: string): string | number {
  return /^-?\d+$/.test(keepAlive) ? Number(keepAlive) : keepAlive
}
