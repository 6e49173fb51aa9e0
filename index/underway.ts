// Which tables of a folder are being written at this moment, by processes that cannot be seen from here: a volume may be that of several containers, whose processes have the same numbers.
import { readFileSync, readlinkSync } from 'node:fs'
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isFolder } from '../function/table/open.ts'

const prefix = 'writing-'
const beatMs = 20_000
/** Of whoever is silent for so long nothing more is to come. The clocks of machines that share a volume differ by less. */
const silentMs = 300_000

/** A file beside a table that is being written: what is in it says where, and its time goes on. */
interface Mark {
  readonly begin: () => Promise<void>
  readonly end: () => Promise<void>
}

/** The mark of a table; elsewhere than in a folder there is none. */
export function createMark(tableUri: string, name: string): Mark {
  const file = toFile(tableUri, name)
  let beat: NodeJS.Timeout | undefined
  return {
    async begin() {
      if (!isFolder(tableUri)) return
      await writeFile(file, whereWeAre())
      beat = setInterval(() => {
        const now = new Date()
        utimes(file, now, now).catch(() => undefined)
      }, beatMs).unref()
    },
    async end() {
      clearInterval(beat)
      if (isFolder(tableUri)) await rm(file, { force: true }).catch(() => undefined)
    },
  }
}

/** The names of the tables that have a mark, also where nothing but the mark was made. */
export async function markedTables(tableUri: string): Promise<string[]> {
  if (!isFolder(tableUri)) return []
  return (await readdir(tableUri)).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
}

/** Whether a table is being written where our numbers of processes mean nothing; undefined where they do, or nobody says where. */
export async function isWrittenElsewhere(tableUri: string, name: string): Promise<boolean | undefined> {
  try {
    const file = toFile(tableUri, name)
    if ((await readFile(file, 'utf8')) === whereWeAre()) return undefined
    return Date.now() - (await stat(file)).mtimeMs < silentMs
  } catch {
    return undefined
  }
}

function toFile(tableUri: string, name: string): string {
  return join(tableUri, prefix + name)
}

/** Where a number means one process: a machine since its start, and there a container. Only Linux has the latter two. */
function whereWeAre(): string {
  const linux = (read: () => string): string => {
    try {
      return read().trim()
    } catch {
      return ''
    }
  }
  const start = linux(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))
  const container = linux(() => readlinkSync('/proc/self/ns/pid'))
  return [hostname(), start, container].join('\n')
}
