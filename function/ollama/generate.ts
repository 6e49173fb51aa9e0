// A prompt -> the words of a model: waits for a turn, for the model to be loaded, and for its first word, each within its budget.
import type { Message } from 'ollama'
import { z } from 'zod'
import type { Turn } from '../admission.ts'
import type { Config } from '../config.ts'
import type { Wait } from '../contract/replies.ts'
import { OllamaError } from '../errors.ts'
import { type Budget, createOllama, lookAtOllama, type Running, startBudget, toFullName } from './client.ts'
import { nothingWritten, toOllamaError } from './failures.ts'
import { createLoad, type Load, waitFor } from './load.ts'

/** The messages for the model, and how many tokens are left for its answer inside the context. */
interface Prompt {
  readonly messages: Message[]
  readonly maxAnswerTokens: number
}

/** A prompt -> the model's tokens as they come. Throws OllamaError, or the signal's reason once it is aborted; the model stops with the signal. */
export type Generate = (prompt: Prompt, signal: AbortSignal, turn: Turn, told?: Told) => AsyncGenerator<string>

/** Who hears what happens beside the words. */
interface Told {
  /** What is waited for before the first word, as often as that changes. */
  readonly waits?: (wait: Wait) => void
  /** How it ended, once the last word is there. */
  readonly ended?: (ending: Ending) => void
}

/** How an answer ended: `cut` at its longest, or by the model itself; the lengths of prompt and answer as the model counted them, where it says so. */
export interface Ending {
  readonly cut: boolean
  readonly promptTokens: number | undefined
  readonly answerTokens: number | undefined
}

/** The model that writes: its words, and how it is loaded ahead of them. */
export interface Writer {
  /** Whether Ollama is there. Throws OllamaError `unreachable`, or the signal's reason once it is aborted. */
  readonly look: (signal: AbortSignal) => Promise<void>
  readonly generate: Generate
  /** Throws OllamaError. */
  readonly load: Load
}

type WriterSettings = Pick<
  Config,
  | 'ollamaHost'
  | 'ollamaAuthorization'
  | 'ollamaModel'
  | 'numCtx'
  | 'keepAlive'
  | 'connectTimeoutMs'
  | 'firstTokenTimeoutMs'
>

/** Some servers say null where there is nothing to say. */
const textSchema = z
  .string()
  .nullish()
  .transform((text) => text ?? '')
const countSchema = z
  .number()
  .nullish()
  .transform((count) => count ?? undefined)
const partSchema = z.object({
  message: z
    .object({
      content: textSchema,
      thinking: textSchema,
      tool_calls: z.array(z.unknown()).nullish(),
    })
    .nullish()
    .transform((message) => message ?? { content: '', thinking: '', tool_calls: [] }),
  done_reason: z.string().nullish(),
  prompt_eval_count: countSchema,
  eval_count: countSchema,
})
/** No token of a model has as many; more than that for each means that Ollama does not keep to `num_predict`. */
const maxCharactersPerToken = 32

/**
 * Writes through Ollama's /api/chat. The budget to the first token counts from the turn, and anew with each sign that Ollama is at
 * work on a question before this one.
 */
export function createWriter(settings: WriterSettings): Writer {
  const { ollamaModel: model, numCtx, firstTokenTimeoutMs } = settings
  const keepAlive = toKeepAlive(settings.keepAlive)
  const waiting = new Set<Budget>()
  /** What Ollama says the context is after a load: it may be less than was asked for. */
  let contextLoaded = numCtx
  let loading = false

  const load = createLoad(async (signal) => {
    loading = true
    try {
      // Without a prompt, the model is only loaded.
      await createOllama(settings, signal).generate({
        model,
        prompt: '',
        keep_alive: keepAlive,
        options: { num_ctx: numCtx },
      })
    } catch (error) {
      throw toOllamaError(error, { model, to: 'chat' })
    } finally {
      loading = false
    }
    const running = (await lookAtOllama(settings, signal).catch(() => undefined)) ?? []
    contextLoaded = running.find(isOurs)?.context ?? numCtx
  })

  const isOurs = ({ name }: Running): boolean => toFullName(name) === toFullName(model)

  async function untilLoaded(signal: AbortSignal, waits: NonNullable<Told['waits']>): Promise<void> {
    const running = await lookAtOllama(settings, signal).catch((error: unknown) => {
      // It was there when the wait for the turn began; a slow reply is not the end of the question.
      if (error instanceof OllamaError) return undefined
      throw error
    })
    // Where Ollama does not say what is in memory, the question itself loads it; a model that is still being loaded is listed, too.
    const isLoaded = (one: Running): boolean => isOurs(one) && (one.context ?? contextLoaded) === contextLoaded
    if (!loading && (running === undefined || running.some(isLoaded))) return
    waits({ state: 'loading' })
    await waitFor(load(), signal)
  }

  async function* generate(
    { messages, maxAnswerTokens }: Prompt,
    signal: AbortSignal,
    turn: Turn,
    { waits = () => undefined, ended = () => undefined }: Told = {},
  ): AsyncGenerator<string> {
    const endTurn = await turn(signal, (place) => waits({ state: 'queued', place }))
    const budget = startBudget(firstTokenTimeoutMs, 'The model did not begin to answer')
    waiting.add(budget)
    const stop = new AbortController()
    const either = AbortSignal.any([signal, budget.signal, stop.signal])
    try {
      await untilLoaded(either, waits)
      waits({ state: 'reading' })
      const request = {
        model,
        messages,
        stream: true as const,
        think: false,
        // Else a prompt that is too long loses its beginning without a word, and so does one that becomes it.
        truncate: false,
        shift: false,
        keep_alive: keepAlive,
        options: { num_ctx: numCtx, num_predict: maxAnswerTokens, temperature: 0 },
      }
      const seen = { characters: 0, thought: false, tool: false, begun: false }
      let ending: Ending = { cut: false, promptTokens: undefined, answerTokens: undefined }
      for await (const part of await createOllama(settings, either).chat(request)) {
        const { message, done_reason, prompt_eval_count, eval_count } = partSchema.parse(part)
        for (const other of waiting) if (other !== budget) other.renew()
        seen.characters += message.content.length + message.thinking.length
        if (seen.characters > maxAnswerTokens * maxCharactersPerToken) throw new Error('the answer has no end')
        if (message.thinking !== '' && !seen.thought) waits({ state: 'thinking' })
        seen.thought ||= message.thinking !== ''
        seen.tool ||= (message.tool_calls?.length ?? 0) > 0
        seen.begun ||= message.content.trim() !== ''
        if (seen.begun || seen.thought) {
          budget.end()
          waiting.delete(budget)
        }
        ending = { cut: done_reason === 'length', promptTokens: prompt_eval_count, answerTokens: eval_count }
        yield message.content
      }
      if (!seen.begun) {
        const what = seen.tool ? 'tool' : seen.thought ? 'thoughts' : 'nothing'
        throw nothingWritten(model, { what, cut: ending.cut, tokens: maxAnswerTokens })
      }
      ended(ending)
    } catch (error) {
      if (either.aborted) throw either.reason
      throw toOllamaError(error, { model, to: 'chat' })
    } finally {
      stop.abort()
      budget.end()
      waiting.delete(budget)
      endTurn()
    }
  }

  const look = async (signal: AbortSignal): Promise<void> => {
    await lookAtOllama(settings, signal)
  }
  return {
    look,
    generate,
    async load() {
      // Where there is no Ollama that is soon known, and what loads a model need not be loaded itself.
      await look(new AbortController().signal)
      await load()
    },
  }
}

/** Ollama reads a bare number as seconds and anything else as a Go duration, which must have a unit. */
export function toKeepAlive(keepAlive: string): string | number {
  return /^-?\d+$/.test(keepAlive) ? Number(keepAlive) : keepAlive
}
