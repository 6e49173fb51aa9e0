// Loads of a model, which are nobody's to abort: Ollama gives one up when the caller that it is for leaves, and the next begins anew.

/** Begins a load, or joins the one that is under way. */
export type Load = () => Promise<void>

/** Longer than Ollama itself lets a load stand still. */
const maxLoadMs = 1_800_000

/** `ask` is the request that loads the model; it is made once at a time, whoever waits for it. */
export function createLoad(ask: (signal: AbortSignal) => Promise<unknown>): Load {
  let underWay: Promise<void> | undefined
  return () => {
    underWay ??= ask(AbortSignal.timeout(maxLoadMs))
      .then(() => undefined)
      .finally(() => {
        underWay = undefined
      })
    return underWay
  }
}

/** Waits for a load as long as the signal allows; the load goes on without whoever left. */
export async function waitFor(load: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const left = Promise.withResolvers<never>()
  const leave = (): void => left.reject(signal.reason)
  signal.addEventListener('abort', leave, { once: true })
  try {
    await Promise.race([load, left.promise])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
