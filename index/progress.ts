import type { WriteStream } from 'node:tty'
import pc from 'picocolors'
import type { Progress } from './ingest.ts'

const barWidth = 24
const redrawMs = 80
const plainLineMs = 5_000
const knownAfterMs = 3_000

/** `counts` draws how many of a total are done, of what; `end` clears the bar. */
interface Terminal {
  readonly counts: (done: number, total: number, what: string) => void
  readonly end: () => void
}

/** Progress on a stream: a bar that redraws itself on a terminal, elsewhere a plain line every five seconds. */
export function createProgress(stream: WriteStream): Progress & Terminal {
  let drawnAt = performance.now()
  let barShown = false
  const clear = (): void => {
    if (barShown) stream.write('\r\u001b[K')
    barShown = false
  }
  let begun = { at: drawnAt, total: 0, last: 0 }
  const counts = (done: number, total: number, what: string): void => {
    const now = performance.now()
    if (total !== begun.total || done < begun.last)
      begun = { at: begun.total === 0 ? begun.at : now, total, last: done }
    begun.last = done
    if (now - drawnAt < (stream.isTTY ? redrawMs : plainLineMs)) return
    drawnAt = now
    const text = `${done} of ${total} ${what}${toTimeLeft(now - begun.at, done, total)}`
    if (!stream.isTTY) {
      stream.write(`${text}\n`)
      return
    }
    const filled = Math.round((barWidth * done) / total)
    stream.write(`\r\u001b[K${'█'.repeat(filled)}${pc.dim('░'.repeat(barWidth - filled))} ${text}`)
    barShown = true
  }
  return {
    counts,
    documents: (done, total, chunks, next) =>
      counts(done, total, `documents, ${chunks} chunks${next === undefined ? '' : ` · ${next}`}`),
    notice(text) {
      clear()
      stream.write(`${pc.yellow(text)}\n`)
    },
    end: clear,
  }
}

/** At the rate until now; nothing while that is a guess, or at the end. */
function toTimeLeft(elapsedMs: number, done: number, total: number): string {
  if (elapsedMs < knownAfterMs || done === 0 || done >= total) return ''
  const seconds = Math.ceil(((elapsedMs / done) * (total - done)) / 1000)
  return ` · about ${seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`} left`
}
