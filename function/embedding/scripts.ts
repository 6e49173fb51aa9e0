// Which texts the built-in model can make sense of: it has words of the Latin script, and of others hardly more than letters.

/** Whether no more than half of a text's letters are of another script; measured in docs/decisions/2026-11-25-embeddings-in-the-process.md. */
export function isReadable(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0
  return latin * 2 >= letters
}
