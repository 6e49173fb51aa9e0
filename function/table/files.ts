// The files that a table kept in a folder consists of: LanceDB itself does not notice one that is short or has flipped bytes.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { TableError } from '../errors.ts'
import type { Manifest } from './manifest.ts'

const maxPieceBytes = 1 << 20
const smallTableBytes = 4 << 20

/** Whether a table is read within a few milliseconds. */
export function isSmall({ files }: Manifest): boolean {
  return files.reduce((sum, { bytes }) => sum + bytes, 0) <= smallTableBytes
}

/** At once, not one by one in other threads: on a busy node each of a hundred waits would cost a start milliseconds. */
export function checkSizes(tableUri: string, { files }: Manifest): void {
  for (const { path, bytes } of files)
    if (statSync(join(tableUri, path)).size !== bytes) throw new Error(`${path} is not as it was written`)
}

/** Reads every file of a table that is kept in a folder and compares its checksum: LanceDB does not notice flipped bytes. Throws TableError. */
export async function checkContents(tableUri: string, manifest: Manifest): Promise<void> {
  try {
    for (const { path, crc32: expected } of manifest.files)
      if ((await checksumFile(join(tableUri, path))) !== expected) throw new Error(`${path} is not as it was written`)
  } catch (cause) {
    throw damaged(tableUri, manifest, cause)
  }
}

/**
 * CRC-32 of a file, piece by piece, so that a large one needs no large memory and holds nobody up while it is served. A piece
 * is read at once: on a busy node, each of a hundred waits for another thread would cost a start milliseconds.
 */
export async function checksumFile(path: string): Promise<number> {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const piece = Buffer.allocUnsafe(Math.min(size, maxPieceBytes) || 1)
    let sum = 0
    for (let bytes = readSync(file, piece); bytes > 0; bytes = readSync(file, piece)) {
      sum = crc32(piece.subarray(0, bytes), sum)
      if (size > maxPieceBytes) await setImmediate()
    }
    return sum
  } finally {
    closeSync(file)
  }
}

/** A table that must not be served; the message names the command that makes it anew. */
export function damaged(tableUri: string, manifest: Manifest, cause: unknown): TableError {
  return new TableError(`The table at ${tableUri} is damaged. Delete it and make it anew: ${manifest.renewal}`, {
    cause,
  })
}
