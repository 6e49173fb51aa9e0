// How many tokens a prompt may have, as it turns out: estimates are corrected by what Ollama counted.
import { OllamaError } from '../errors.ts'
import type { Prompt } from './prompt.ts'

/** What a prompt is kept inside of. */
export interface Room {
  /** The context in tokens, as far as it is known to hold. */
  readonly numCtx: number
  /** The tokens that Ollama counts for each that was estimated; never less than 1. */
  readonly factor: number
}

export interface Fit {
  /** For the next prompt, whoever asks. */
  readonly room: () => Room
  /** For this prompt once more, made shorter; undefined where its refusal teaches nothing. */
  readonly refused: (error: unknown, prompt: Prompt) => Room | undefined
  /** Takes in what Ollama counted; what is to be said where it cut the prompt. */
  readonly counted: (promptTokens: number | undefined, prompt: Prompt) => string | undefined
}

/** Where Ollama refuses without numbers. */
const unknownFactor = 1.5
/** No page's estimate was farther from the truth: one odd question does not shorten the prompts of all others by more. */
const maxFactor = 1.6
/** How fast the factor follows counts that are lower. */
const forgets = 0.25
/** No model's context is smaller: a count that implies one is of the tokens that were not cached. */
const leastContext = 512
/** After so many prompts that were read whole a context that was cut is tried again at its double; after each further cut twice as many. */
const firstPatience = 4
const maxPatience = 256

export function createFit(configured: number): Fit {
  let most = configured
  let context = configured
  let factor = 1
  let patience = firstPatience / 2
  let readWhole = 0

  return {
    room: () => ({ numCtx: context, factor }),
    refused(error, { estimatedTokens }) {
      if (!(error instanceof OllamaError) || error.kind !== 'input-too-long') return undefined
      const { tokens } = error
      const [before, own] = [context, tokens === undefined ? factor * unknownFactor : tokens.prompt / estimatedTokens]
      most = Math.min(most, tokens?.context ?? most)
      context = Math.min(context, most)
      if (context === before && own <= factor) return undefined
      const room = { numCtx: context, factor: Math.max(factor, own) }
      factor = Math.min(room.factor, maxFactor)
      return room
    },
    counted(promptTokens, prompt) {
      if (promptTokens === undefined || promptTokens === 0) return undefined
      // Of a context that is too small Ollama keeps half.
      const implied = 2 * promptTokens
      if (implied >= leastContext && promptTokens < leastTokens(prompt)) {
        context = Math.min(context, implied)
        patience = Math.min(2 * patience, maxPatience)
        readWhole = 0
        return `Ollama cut the prompt: it read ${promptTokens} tokens of some ${prompt.estimatedTokens}. The next will be shorter.`
      }
      const ratio = promptTokens / prompt.estimatedTokens
      factor = Math.min(Math.max(1, ratio, factor + (ratio - factor) * forgets), maxFactor)
      context = Math.max(context, Math.min(promptTokens, configured))
      readWhole += 1
      if (context < most && readWhole >= patience) {
        context = Math.min(2 * context, most)
        readWhole = 0
      }
      return undefined
    },
  }
}

/** Vocabularies merge characters, but not across the space between two words: fewer tokens than words were not the whole prompt. */
function leastTokens({ messages }: Prompt): number {
  return messages.reduce(
    (sum, { content }) => sum + content.split(/\s+/).filter((piece) => /[\p{L}\p{N}]/u.test(piece)).length,
    0,
  )
}
