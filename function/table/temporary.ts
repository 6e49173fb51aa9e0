// Where LanceDB may write: without a temporary folder it aborts the process, and no error can be caught.
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TableError } from '../errors.ts'

/** Linux has it in a container too, and writable where the root is not. */
const sharedMemory = '/dev/shm'

/** Gives LanceDB a folder that it can write to: the usual one, or else shared memory. Throws TableError where there is neither. */
export function ensureTemporaryFolder(folders: readonly string[] = [tmpdir(), sharedMemory]): void {
  const folder = folders.find(isWritable)
  if (folder === undefined) {
    throw new TableError(
      `LanceDB needs a temporary folder, and ${folders.join(' and ')} cannot be written to. Mount an emptyDir at /tmp, or name a folder in TMPDIR.`,
    )
  }
  process.env.TMPDIR = folder
}

function isWritable(folder: string): boolean {
  try {
    rmdirSync(mkdtempSync(join(folder, 'ragfunction-')))
    return true
  } catch {
    return false
  }
}
