import { watch } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'

/** Saving a file is several events, and saving many takes a moment. */
const settleMs = 300

/** Something changed below a folder, once for what changed together; ends when the signal is aborted. */
export async function* changes(folder: string, signal: AbortSignal): AsyncGenerator<void> {
  let changed: (() => void) | undefined
  let pending = false
  const listen = async (): Promise<void> => {
    for await (const _ of watch(folder, { recursive: true, signal })) {
      pending = true
      changed?.()
    }
  }
  const listening = listen().catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  while (!signal.aborted) {
    const change = new Promise<void>((resolve) => {
      changed = resolve
    })
    if (!pending) await Promise.race([change, aborted, listening])
    if (signal.aborted) return
    await wait(settleMs, undefined, { signal }).catch(() => undefined)
    pending = false
    if (!signal.aborted) yield
  }
}
