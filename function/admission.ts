import { CallerError } from './errors.ts'

/** Few at work, some waiting in order behind them, and the door shut for the rest. */
export interface Admission {
  /** Takes a place, at work or waiting, or throws CallerError `too-many` at once. Returns how to give it back. */
  readonly admit: () => () => void
  /** Waits in order for one of the turns; rejects with the signal's reason, and gives up the wait, once it is aborted. Returns how to end the turn. */
  readonly turn: (signal: AbortSignal) => Promise<() => void>
  readonly atWork: () => number
  readonly waiting: () => number
}

export function createAdmission(maxAtWork: number, maxWaiting: number): Admission {
  let admitted = 0
  let atWork = 0
  const waiting: Array<() => void> = []

  return {
    admit() {
      if (admitted >= maxAtWork + maxWaiting) {
        throw new CallerError('too-many', 'Too many questions are being answered at once. Ask again in a moment.')
      }
      admitted += 1
      return once(() => {
        admitted -= 1
      })
    },
    async turn(signal) {
      signal.throwIfAborted()
      if (atWork < maxAtWork) atWork += 1
      else {
        await new Promise<void>((resolve, reject) => {
          const begin = (): void => {
            signal.removeEventListener('abort', leave)
            resolve()
          }
          const leave = (): void => {
            waiting.splice(waiting.indexOf(begin), 1)
            reject(signal.reason)
          }
          waiting.push(begin)
          signal.addEventListener('abort', leave, { once: true })
        })
      }
      return once(() => {
        // The turn goes over to the next in line, or ends.
        const next = waiting.shift()
        if (next === undefined) atWork -= 1
        else next()
      })
    },
    atWork: () => atWork,
    waiting: () => waiting.length,
  }
}

function once(run: () => void): () => void {
  let done = false
  return () => {
    if (!done) run()
    done = true
  }
}
