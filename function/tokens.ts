const word = /[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu
const withoutSpaces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Hangul}]/u

/**
 * How many tokens a model's tokenizer is likely to make of a text, erring on the high side: a token for each punctuation
 * mark and each character of a script written without spaces, and one for every five letters of a word begun.
 */
export function estimateTokens(text: string): number {
  let tokens = 0
  for (const [piece] of text.matchAll(word)) {
    tokens += withoutSpaces.test(piece) ? piece.length : Math.ceil(piece.length / 6)
  }
  return tokens
}
