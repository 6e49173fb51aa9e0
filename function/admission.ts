import { CallerError } from './errors.ts'

/** Few at work, some waiting behind them in the order in which they came, and the door shut for the rest. */
export interface Admission {
  /** Takes a place, at work or waiting, or throws CallerError `too-many` at once. */
  readonly admit: () => Place
  readonly atWork: () => number
  readonly waiting: () => number
}

/** Who came first has the next turn that is free, once they want it: a question is retrieved for before it does. */
export interface Place {
  readonly turn: Turn
  readonly leave: () => void
}

/**
 * Waits for a turn; `onPlace` hears how many turns it is away, as often as that changes. Rejects with the signal's reason, and
 * gives up the wait, once it is aborted. Returns how to end the turn.
 */
export type Turn = (signal: AbortSignal, onPlace?: (place: number) => void) => Promise<() => void>

interface Waiting {
  readonly number: number
  readonly begin: () => void
  readonly onPlace: (place: number) => void
}

export function createAdmission(maxAtWork: number, maxWaiting: number): Admission {
  let admitted = 0
  let atWork = 0
  let lastNumber = 0
  const waiting: Waiting[] = []

  const tellPlaces = (from: number): void => {
    for (const [index, { onPlace }] of waiting.entries()) if (index >= from) onPlace(index + 1)
  }

  const wait = (number: number, signal: AbortSignal, onPlace: Waiting['onPlace']): Promise<void> =>
    new Promise((resolve, reject) => {
      const begin = (): void => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const entry = { number, begin, onPlace }
      const leave = (): void => {
        const index = waiting.indexOf(entry)
        waiting.splice(index, 1)
        tellPlaces(index)
        reject(signal.reason)
      }
      waiting.push(entry)
      waiting.sort((a, b) => a.number - b.number)
      tellPlaces(waiting.indexOf(entry))
      signal.addEventListener('abort', leave, { once: true })
    })

  return {
    admit() {
      if (admitted >= maxAtWork + maxWaiting) {
        throw new CallerError('too-many', 'Too many questions are being answered at once. Ask again in a moment.')
      }
      admitted += 1
      lastNumber += 1
      const number = lastNumber
      return {
        async turn(signal, onPlace = () => undefined) {
          signal.throwIfAborted()
          if (atWork < maxAtWork) atWork += 1
          else await wait(number, signal, onPlace)
          return once(() => {
            // The turn goes over to the next in line, or ends.
            const next = waiting.shift()
            if (next === undefined) atWork -= 1
            else next.begin()
            tellPlaces(0)
          })
        },
        leave: once(() => {
          admitted -= 1
        }),
      }
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
