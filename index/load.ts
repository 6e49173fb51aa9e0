import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Root } from 'mdast'
import { glob } from 'tinyglobby'
import { ConfigError } from '../function/errors.ts'
import { loadMarkdown } from './formats/markdown.ts'
import { loadPlainText } from './formats/plain-text.ts'

/** A file before splitting: its path relative to the folder (with `/`), its title, its tree, and the SHA-256 of its bytes. */
export interface Document {
  readonly source: string
  readonly title: string
  readonly root: Root
  readonly hash: string
}

/** A file that was left out, and why, in words for the report; the hash is empty where not even its bytes could be read. */
export interface Skipped {
  readonly source: string
  readonly why: string
  readonly hash: string
}

/** What a loader makes of a file's text; `title` where the document names itself. */
export interface Loaded {
  readonly title: string | undefined
  readonly root: Root
}

const loaders: Readonly<Record<string, (text: string) => Loaded>> = {
  '.md': loadMarkdown,
  '.mdx': loadMarkdown,
  '.markdown': loadMarkdown,
  '.txt': loadPlainText,
}

const maxBytes = 32 * 1024 * 1024

/** The documents' paths below a folder, sorted, relative, with `/`. Throws ConfigError where there is no such folder or nothing in it to read. */
export async function listSources(folder: string): Promise<string[]> {
  const found = await stat(folder).catch((cause: unknown) => {
    throw new ConfigError(`There is no folder ${folder}. Name the folder that holds your documents.`, { cause })
  })
  if (!found.isDirectory()) throw new ConfigError(`${folder} is a file. Name the folder that holds your documents.`)
  const extensions = Object.keys(loaders)
  const sources = await glob(`**/*{${extensions.join(',')}}`, {
    cwd: folder,
    ignore: ['**/node_modules/**'],
    caseSensitiveMatch: false,
    expandDirectories: false,
  })
  if (sources.length === 0) {
    throw new ConfigError(`There are no documents in ${folder}: none of its files is ${extensions.join(', ')}.`)
  }
  return sources.map((source) => source.normalize()).sort()
}

/** Reads one document; a file that cannot be used comes back as Skipped and never throws. */
export async function loadDocument(folder: string, source: string): Promise<Document | Skipped> {
  let hash = ''
  try {
    const path = join(folder, source)
    const { size } = await stat(path)
    if (size > maxBytes) return { source, hash: `${size} bytes`, why: `larger than ${maxBytes / 1024 / 1024} MB` }
    const bytes = await readFile(path)
    hash = createHash('sha256').update(bytes).digest('hex')
    const text = decode(bytes)
    if (text === undefined) return { source, hash, why: 'not UTF-8 or UTF-16 text' }
    const { title, root } = loaderFor(source)(text)
    if (root.children.length === 0) return { source, hash, why: 'no text in it' }
    return { source, title: title ?? toTitle(source), root, hash }
  } catch (error) {
    return { source, hash, why: `cannot be read (${error instanceof Error ? error.message : String(error)})` }
  }
}

/** SHA-256 over the documents' paths and contents, in order: equal exactly when nothing was changed, added or removed. */
export function hashDocuments(documents: ReadonlyArray<Pick<Document, 'source' | 'hash'>>): string {
  const sorted = documents.map(({ source, hash }) => [source, hash]).sort()
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex')
}

function loaderFor(source: string): (text: string) => Loaded {
  return loaders[extname(source).toLowerCase()] ?? loadPlainText
}

/** UTF-8, or UTF-16 where a byte-order mark says so; undefined for anything else, binary files among it. */
function decode(bytes: Buffer): string | undefined {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
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
