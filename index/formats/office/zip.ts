import { promisify } from 'node:util'
import yauzl, { type Entry, type ZipFile } from 'yauzl'

const mostUnpackedBytes = 128 * 1024 * 1024
const mostEntries = 20_000
const openArchive = promisify<Buffer, { lazyEntries: true; autoClose: false }, ZipFile>(yauzl.fromBuffer)

/** Something is wrong with a file, in words for whoever reads the report. */
export class FormatError extends Error {
  override readonly name = 'FormatError'
}

/** A file that is broken, or cut short; `what` is its kind with its article. */
export function unopenable(what: string, cause?: unknown): FormatError {
  return new FormatError(
    `not ${what} that can be opened: open it in the program that it is for and save it again, or fetch it again`,
    { cause },
  )
}

/** What a file is whose name says something else, in words for the report. */
export function misnamed(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 200).toString('latin1')
  const [what, ending] =
    (/^\s*<(!doctype html|html)/i.test(start) && ['a web page', '.html']) ||
    (start.startsWith('{\\rtf') && ['RTF', '.rtf']) ||
    (start.startsWith('%PDF-') && ['a PDF', '.pdf']) ||
    []
  return what === undefined ? undefined : `${what} under another name: rename it to ${ending}`
}

/**
 * The files in a ZIP archive that are wanted, by their paths. What they unpack to is counted as it comes, since an archive
 * says of itself what it likes. Throws FormatError where it holds too much, anything else where it is broken.
 */
export async function unzip(bytes: Buffer, wanted: (path: string) => boolean): Promise<ReadonlyMap<string, Buffer>> {
  const archive = await openArchive(bytes, { lazyEntries: true, autoClose: false })
  const files = new Map<string, Buffer>()
  let left = mostUnpackedBytes
  const read = promisify(archive.openReadStream.bind(archive)) as (entry: Entry) => Promise<NodeJS.ReadableStream>
  for await (const entry of entriesOf(archive)) {
    if (!wanted(entry.fileName)) continue
    const pieces: Buffer[] = []
    for await (const piece of await read(entry)) {
      left -= piece.length
      if (left < 0) throw new FormatError('larger than 128 MB once unpacked')
      pieces.push(Buffer.from(piece))
    }
    files.set(entry.fileName, Buffer.concat(pieces))
  }
  return files
}

async function* entriesOf(archive: ZipFile): AsyncGenerator<Entry> {
  for (let count = 0; ; count += 1) {
    if (count > mostEntries) throw new FormatError(`more than ${mostEntries} files in it`)
    const entry = await new Promise<Entry | undefined>((resolve, reject) => {
      archive
        .once('entry', resolve)
        .once('end', () => resolve(undefined))
        .once('error', reject)
      archive.readEntry()
    })
    archive.removeAllListeners()
    if (entry === undefined) return
    yield entry
  }
}
