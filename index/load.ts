import { createHash } from 'node:crypto'
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import type { Nodes } from 'mdast'
import { cleanText, cleanTree } from './clean.ts'
import type { Document, Skipped } from './document.ts'
import { decode } from './encoding.ts'
import { type Loader, loaderOf } from './formats/formats.ts'
import { expandIncludes, type Include } from './formats/includes.ts'
import { FormatError } from './formats/office/zip.ts'
import { joinInterrupted } from './interrupted.ts'
import { toText } from './text.ts'

export const noText = 'no text in it'

/** Reads one document; a file that cannot be used comes back as Skipped and never throws. */
export async function loadDocument(folder: string, source: string): Promise<Document | Skipped> {
  const file = await readSource(folder, source)
  if ('why' in file) return file
  const { hash, loader, content, notes } = file
  try {
    const loaded = await ('ofText' in loader ? loader.ofText(String(content)) : loader.ofBytes(Buffer.from(content)))
    const { root } = loaded
    if (isDeeperThan(root, deepestTree)) throw new RangeError()
    cleanTree(root)
    joinInterrupted(root)
    if (toText(root).trim() === '') return { source, hash, why: noText }
    const lost = [...notes, ...(loaded.lost ?? [])]
    const title = cleanText(loaded.title ?? toTitle(source)).trim()
    return { source, title, root, hash, lost, frontMatter: loaded.frontMatter ?? {} }
  } catch (error) {
    return { source, hash, why: whyOf(error, source) }
  }
}

/** The SHA-256 of a document as it is now: of its bytes, or of its text with what it includes. Nothing is parsed. */
export async function hashSource(folder: string, source: string): Promise<Pick<Document, 'source' | 'hash'>> {
  const { hash } = await readSource(folder, source)
  return { source, hash }
}

interface File {
  readonly hash: string
  readonly loader: Loader
  readonly content: string | Buffer
  /** How it was read, where that is worth a word. */
  readonly notes: readonly string[]
}

async function readSource(folder: string, source: string): Promise<File | Skipped> {
  try {
    const path = join(folder, source)
    const found = await stat(path)
    // Reading a pipe would wait for ever.
    if (!found.isFile()) return { source, hash: '', why: 'cannot be read (not a file)' }
    const loader = loaderOf(source)
    if (loader === undefined) return { source, hash: '', why: 'not a document' }
    if (found.size > loader.megabytes * 1024 * 1024)
      return { source, hash: `${found.size} bytes`, why: `larger than ${loader.megabytes} MB` }
    const bytes = await readFile(path)
    if ('ofBytes' in loader && bytes.length === 0) return { source, hash: sha256(bytes), why: 'an empty file' }
    if ('ofBytes' in loader) return { hash: sha256(bytes), loader, content: bytes, notes: [] }
    const decoded = decode(bytes)
    if (decoded === undefined)
      return {
        source,
        hash: sha256(bytes),
        why: `not text in an encoding that is certain: save it as UTF-8 (iconv -f ENCODING -t UTF-8 ${source})`,
      }
    const { text, note } = decoded
    const whole = loader.includes ? expandIncludes(text, createInclude(folder, source)) : text
    return { hash: sha256(whole), loader, content: whole, notes: note === undefined ? [] : [note] }
  } catch (error) {
    return { source, hash: '', why: whyOf(error, source) }
  }
}

/** SHA-256 over the documents' paths and contents: equal exactly when nothing was changed, added or removed, whatever their order. */
export function hashDocuments(documents: ReadonlyArray<Pick<Document, 'source' | 'hash'>>): string {
  const sorted = documents.map(({ source, hash }) => [source, hash]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
  return sha256(JSON.stringify(sorted))
}

/** Cutting a list in a list in a list takes time with the square of its depth. */
const deepestTree = 200

function isDeeperThan(node: Nodes, depth: number): boolean {
  if (depth === 0) return true
  return 'children' in node && node.children.some((child) => isDeeperThan(child, depth - 1))
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

function whyOf(error: unknown, source: string): string {
  if (error instanceof FormatError) return error.message.replaceAll('FILE', source)
  if (error instanceof RangeError) return 'cannot be read (nested too deeply)'
  return `cannot be read (${error instanceof Error ? error.message : String(error)})`
}

const maxIncludedBytes = 1024 * 1024
const mostIncludedCharacters = 8 * 1024 * 1024
/** What including costs even where there is nothing to include. */
const costOfInclude = 1000

/** Included files are looked for in the folder's `snippets/` and `includes/`, in the folder itself and beside the document, and never outside it; no document includes itself. */
function createInclude(folder: string, source: string): Include {
  const own = resolve(folder, source)
  const home = realpathSync(folder) + sep
  const places = [join(folder, 'snippets'), join(folder, 'includes'), folder, join(folder, dirname(source))]
  let left = mostIncludedCharacters
  return (name) => {
    left -= costOfInclude
    for (const place of places) {
      const path = resolve(place, name)
      if (path === own || !path.startsWith(resolve(folder) + sep)) continue
      const found = statSync(path, { throwIfNoEntry: false })
      if (!found?.isFile() || found.size > maxIncludedBytes || !realpathSync(path).startsWith(home)) continue
      left -= found.size
      if (left < 0) throw new FormatError('includes more than 8 MB')
      return decode(readFileSync(path))?.text
    }
    if (left < 0) throw new FormatError('includes more than 8 MB')
    return undefined
  }
}

/** `guides/scale-to-zero.md` is titled "Scale to zero"; an index or README takes its folder's name. */
function toTitle(source: string): string {
  const parts = source.split('/')
  const name = (parts.at(-1) ?? source).replace(/\.[^.]+$/, '')
  const words = (/^(index|readme|_index)$/i.test(name) ? (parts.at(-2) ?? name) : name).replace(/[-_]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
