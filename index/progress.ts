import type { WriteStream } from 'node:tty'
import pc from 'picocolors'
import type { Progress } from './ingest.ts'

const barWidth = 24
const redrawMs = 80
const plainLineMs = 5_000

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
  const counts = (done: number, total: number, what: string): void => {
    const now = performance.now()
    if (now - drawnAt < (stream.isTTY ? redrawMs : plainLineMs)) return
    drawnAt = now
    const text = `${done} of ${total} ${what}`
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
