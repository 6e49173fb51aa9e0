// How many tokens a prompt may have, as it turns out: estimates are corrected by what Ollama counted.
import { OllamaError } from '../errors.ts'
import type { Prompt } from './prompt.ts'

export interface Fit {
  /** The context, as far as it is known to hold. */
  readonly numCtx: () => number
  /** The tokens that Ollama counted for each that was estimated; never less than 1. */
  readonly factor: () => number
  /** Whether a refusal of this prompt teaches how long the next may be. */
  readonly refused: (error: unknown, prompt: Prompt) => boolean
  /** Takes in what Ollama counted; what is to be said where it cut the prompt. */
  readonly counted: (promptTokens: number | undefined, prompt: Prompt) => string | undefined
}

/** Where Ollama refuses without numbers. */
const unknownFactor = 1.5
/** No estimate was ever twice the truth: fewer tokens than this share were not all that was sent. Ollama keeps half of a context when it cuts. */
const cutBelow = 0.5

export function createFit(configured: number): Fit {
  let context = configured
  let factor = 1
  return {
    numCtx: () => context,
    factor: () => factor,
    refused(error, { estimatedTokens }) {
      if (!(error instanceof OllamaError) || error.kind !== 'input-too-long') return false
      const before = [context, factor]
      context = Math.min(context, error.tokens?.context ?? context)
      factor = Math.max(
        factor,
        error.tokens === undefined ? factor * unknownFactor : error.tokens.prompt / estimatedTokens,
      )
      return context !== before[0] || factor !== before[1]
    },
    counted(promptTokens, { estimatedTokens }) {
      if (promptTokens === undefined || promptTokens === 0) return undefined
      if (promptTokens < estimatedTokens * cutBelow) {
        context = Math.min(context, 2 * promptTokens)
        return `Ollama cut the prompt: it read ${promptTokens} tokens of some ${estimatedTokens}. The next will be shorter.`
      }
      factor = Math.max(factor, promptTokens / estimatedTokens)
      return undefined
    },
  }
}
