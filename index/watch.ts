import { lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** How often the folder is looked through; a large one less often, so that looking takes five percent of the time at most. */
const pauseMs = 1000
const pausePerLook = 20
/** Saving many files takes a moment. */
const settleMs = 300
/** Large, and never documents. */
const unread = new Set(['node_modules', '.git'])

/** Yields at once, and then whenever something below a folder has changed, the folder itself too; ends when the signal is aborted. The folder is looked through, since the system's events follow a file and not its name: after a save by renaming, later ones go unheard. */
export async function* changes(folder: string, signal: AbortSignal): AsyncGenerator<void> {
  const pause = async (ms: number): Promise<void> => await wait(ms, undefined, { signal }).catch(() => undefined)
  let seen: string | undefined
  while (!signal.aborted) {
    const started = performance.now()
    const isChanged = list(folder) !== seen
    const tookMs = performance.now() - started
    if (isChanged) {
      if (seen !== undefined) await pause(settleMs)
      if (signal.aborted) return
      // Listed before the files are read: what changes meanwhile is seen the next time.
      seen = list(folder)
      yield
    }
    await pause(Math.max(pauseMs, pausePerLook * tookMs))
  }
}

/** All that is below a folder, with what tells whether a file is as it was; nothing where there is no such folder. */
function list(folder: string): string {
  const lines: string[] = []
  const look = (place: string): void => {
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      const path = join(place, entry.name)
      if (unread.has(entry.name)) continue
      if (entry.isDirectory()) lookIfThere(path)
      else {
        const { size, ino, mtimeMs, ctimeMs } = lstatSync(path)
        lines.push(`${path} ${size} ${ino} ${mtimeMs} ${ctimeMs}`)
      }
    }
  }
  /** What is gone meanwhile, or may not be read, ends the look at its folder alone. */
  const lookIfThere = (place: string): void => {
    try {
      look(place)
    } catch {}
  }
  // A folder that went away and came back is another one by its own times, though all in it be the same.
  const { ino, ctimeMs } = statSync(folder, { throwIfNoEntry: false }) ?? {}
  lookIfThere(folder)
  return [`${ino} ${ctimeMs}`, ...lines].join('\n')
}
