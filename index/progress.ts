import type { WriteStream } from 'node:tty'
import pc from 'picocolors'
import type { Progress } from './ingest.ts'

const barWidth = 24
const redrawMs = 80
const plainLineMs = 5_000

/** Progress on a stream: a bar that redraws itself on a terminal, elsewhere a plain line every five seconds; `end` clears the bar. */
export function createProgress(stream: WriteStream): Progress & { readonly end: () => void } {
  let drawnAt = performance.now()
  let barShown = false
  const clear = (): void => {
    if (barShown) stream.write('\r\u001b[K')
    barShown = false
  }
  return {
    documents(done, total, chunks) {
      const now = performance.now()
      if (now - drawnAt < (stream.isTTY ? redrawMs : plainLineMs)) return
      drawnAt = now
      const counts = `${done} of ${total} documents, ${chunks} chunks`
      if (!stream.isTTY) {
        stream.write(`${counts}\n`)
        return
      }
      const filled = Math.round((barWidth * done) / total)
      stream.write(`\r\u001b[K${'█'.repeat(filled)}${pc.dim('░'.repeat(barWidth - filled))} ${counts}`)
      barShown = true
    },
    notice(text) {
      clear()
      stream.write(`${pc.yellow(text)}\n`)
    },
    end: clear,
  }
}
