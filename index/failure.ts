// How a command over documents ends where it does not end well: one line that says why, and its exit code.
import pc from 'picocolors'
import { ConfigError, ModelFileError, OllamaError, TableError } from '../function/errors.ts'

/** What is said when Ctrl-C ended it, and before the reason of a failure that does not speak for itself. */
interface Endings {
  readonly interrupted: string
  readonly failed: string
}

/** Says why a command ended. Returns its exit code: 130 where its signal is aborted, else 1. */
export function sayFailure(error: unknown, signal: AbortSignal, { interrupted, failed }: Endings): number {
  if (signal.aborted) {
    console.error(interrupted)
    return 130
  }
  const known =
    error instanceof Error &&
    [ConfigError, ModelFileError, OllamaError, TableError].some((kind) => error instanceof kind)
  const message = error instanceof Error ? error.message : String(error)
  console.error(pc.red(known ? message : `${failed} ${message}`))
  return 1
}
