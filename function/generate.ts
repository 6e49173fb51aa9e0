import { z } from 'zod'
import type { Config } from './config.ts'
import { OllamaError } from './errors.ts'
import { createOllama, reachOllama, toOllamaError } from './ollama.ts'
import type { Prompt } from './prompt.ts'

/** A prompt -> the model's tokens as they come. Throws OllamaError, or the signal's reason once it is aborted; the model stops with the signal. */
export type Generate = (prompt: Prompt, signal: AbortSignal) => AsyncGenerator<string>

type GenerateSettings = Pick<
  Config,
  'ollamaHost' | 'ollamaModel' | 'numCtx' | 'keepAlive' | 'connectTimeoutMs' | 'firstTokenTimeoutMs' | 'answerTimeoutMs'
>

const partSchema = z.object({ message: z.object({ content: z.string() }) })

/** Generates through Ollama's /api/chat within three budgets: to connect, to the first token, and for the whole answer. */
export function createGenerate(settings: GenerateSettings): Generate {
  const { ollamaHost: host, ollamaModel: model, numCtx, firstTokenTimeoutMs, answerTimeoutMs } = settings
  return async function* generate(prompt, signal) {
    const budget = new AbortController()
    const expire = (timeoutMs: number, what: string): NodeJS.Timeout =>
      setTimeout(
        () =>
          budget.abort(
            new OllamaError(
              'timeout',
              `${what} within ${timeoutMs / 1000} s. Ask again: a model that has been loaded answers sooner.`,
            ),
          ),
        timeoutMs,
      )
    const timers = [
      expire(answerTimeoutMs, 'The model did not finish its answer'),
      expire(firstTokenTimeoutMs, 'The model did not begin to answer'),
    ]
    const either = AbortSignal.any([signal, budget.signal])
    try {
      await reachOllama(settings, either)
      const parts = await createOllama(host, either).chat({
        model,
        messages: prompt.messages,
        stream: true,
        keep_alive: toKeepAlive(settings.keepAlive),
        options: { num_ctx: numCtx, num_predict: prompt.maxAnswerTokens, temperature: 0 },
      })
      for await (const part of parts) {
        const { content } = partSchema.parse(part).message
        if (content !== '') clearTimeout(timers[1])
        yield content
      }
    } catch (error) {
      if (either.aborted) throw either.reason
      throw toOllamaError(error, { host, model })
    } finally {
      for (const timer of timers) clearTimeout(timer)
      budget.abort()
    }
  }
}

/** Ollama reads a bare number as seconds and anything else as a Go duration, which must have a unit. */
function toKeepAlive(keepAlive: string): string | number {
  return /^-?\d+$/.test(keepAlive) ? Number(keepAlive) : keepAlive
}
