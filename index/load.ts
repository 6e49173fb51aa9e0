import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname, extname, join, resolve, sep } from 'node:path'
import ignore from 'ignore'
import type { Root } from 'mdast'
import { glob } from 'tinyglobby'
import { ConfigError } from '../function/errors.ts'
import { loadDocx } from './formats/docx.ts'
import { loadHtml } from './formats/html.ts'
import { expandIncludes, type Include } from './formats/includes.ts'
import { loadMarkdown, loadMdx } from './formats/markdown.ts'
import { loadPdf } from './formats/pdf.ts'
import { loadPlainText } from './formats/plain-text.ts'
import { toText } from './text.ts'

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

/** What a loader makes of a file; `title` where the document names itself. */
export interface Loaded {
  readonly title: string | undefined
  readonly root: Root
}

/** One loader a format: of text where a file is text, with or without what it includes put in; else of bytes. */
type Loader =
  | { readonly ofText: (text: string) => Loaded; readonly includes?: true }
  | { readonly ofBytes: (bytes: Buffer) => Promise<Loaded> }

const loaders: Readonly<Record<string, Loader>> = {
  '.md': { ofText: loadMarkdown, includes: true },
  '.markdown': { ofText: loadMarkdown, includes: true },
  '.mdx': { ofText: loadMdx, includes: true },
  '.txt': { ofText: loadPlainText },
  '.html': { ofText: loadHtml },
  '.htm': { ofText: loadHtml },
  '.pdf': { ofBytes: loadPdf },
  '.docx': { ofBytes: loadDocx },
}

/** Which files of a folder are documents, as globs relative to it; `.gitignore` counts as well. */
export interface Selection {
  readonly include: readonly string[]
  readonly exclude: readonly string[]
}

export const everything: Selection = { include: ['**'], exclude: [] }

const maxBytes = 32 * 1024 * 1024

/** The documents' paths below a folder, sorted, relative, with `/`. Throws ConfigError where there is no such folder or nothing in it to read. */
export async function listSources(folder: string, selection: Selection = everything): Promise<string[]> {
  const found = await stat(folder).catch((cause: unknown) => {
    throw new ConfigError(`There is no folder ${folder}. Name the folder that holds your documents.`, { cause })
  })
  if (!found.isDirectory()) throw new ConfigError(`${folder} is a file. Name the folder that holds your documents.`)
  const left = [...selection.exclude, '**/node_modules/**']
  const options = { cwd: folder, ignore: left, expandDirectories: false, onlyFiles: true }
  const isIgnored = await readGitignores(folder)
  const extensions = Object.keys(loaders)
  const sources = (await glob([...selection.include], options)).filter((source) =>
    extensions.includes(extname(source).toLowerCase()),
  )
  const kept = sources.filter((source) => !isIgnored(source))
  if (kept.length === 0) {
    const why =
      sources.length > 0
        ? 'a .gitignore leaves all of them out'
        : `none of the files chosen is ${extensions.join(', ')}`
    throw new ConfigError(`There are no documents in ${folder}: ${why}.`)
  }
  return kept.sort()
}

/** Whether a path is left out by the `.gitignore` of the folder or of one between. */
async function readGitignores(folder: string): Promise<(source: string) => boolean> {
  const files = await glob('**/.gitignore', {
    cwd: folder,
    dot: true,
    expandDirectories: false,
    ignore: ['**/node_modules/**'],
  })
  const rules = await Promise.all(
    files.map(async (file) => ({
      below: file.slice(0, -'.gitignore'.length),
      rule: ignore().add(await readFile(join(folder, file), 'utf8')),
    })),
  )
  return (source) =>
    rules.some(({ below, rule }) => source.startsWith(below) && rule.ignores(source.slice(below.length)))
}

/** Reads one document; a file that cannot be used comes back as Skipped and never throws. */
export async function loadDocument(folder: string, source: string): Promise<Document | Skipped> {
  const file = await readSource(folder, source)
  if ('why' in file) return file
  const { hash, loader, content } = file
  try {
    const { title, root } = await ('ofText' in loader
      ? loader.ofText(String(content))
      : loader.ofBytes(Buffer.from(content)))
    if (toText(root).trim() === '') return { source, hash, why: 'no text in it' }
    return { source, title: title ?? toTitle(source), root, hash }
  } catch (error) {
    return { source, hash, why: `cannot be read (${whyOf(error)})` }
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
}

async function readSource(folder: string, source: string): Promise<File | Skipped> {
  try {
    const path = join(folder, source)
    const found = await stat(path)
    // Reading a pipe would wait for ever.
    if (!found.isFile()) return { source, hash: '', why: 'cannot be read (not a file)' }
    if (found.size > maxBytes)
      return { source, hash: `${found.size} bytes`, why: `larger than ${maxBytes / 1024 / 1024} MB` }
    const bytes = await readFile(path)
    const loader = loaders[extname(source).toLowerCase()] ?? { ofText: loadPlainText }
    if ('ofBytes' in loader) return { hash: sha256(bytes), loader, content: bytes }
    const text = decode(bytes)
    if (text === undefined) return { source, hash: sha256(bytes), why: 'not UTF-8 or UTF-16 text' }
    const whole = loader.includes ? expandIncludes(text, createInclude(folder, source)) : text
    return { hash: sha256(whole), loader, content: whole }
  } catch (error) {
    return { source, hash: '', why: `cannot be read (${whyOf(error)})` }
  }
}

/** SHA-256 over the documents' paths and contents: equal exactly when nothing was changed, added or removed, whatever their order. */
export function hashDocuments(documents: ReadonlyArray<Pick<Document, 'source' | 'hash'>>): string {
  const sorted = documents.map(({ source, hash }) => [source, hash]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
  return sha256(JSON.stringify(sorted))
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

function whyOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Included files are looked for in the folder's `snippets/` and `includes/`, in the folder itself and beside the document, and never outside it; no document includes itself. */
function createInclude(folder: string, source: string): Include {
  const own = resolve(folder, source)
  const places = [join(folder, 'snippets'), join(folder, 'includes'), folder, join(folder, dirname(source))]
  return (name) => {
    for (const place of places) {
      const path = resolve(place, name)
      if (path === own || !path.startsWith(resolve(folder) + sep)) continue
      const found = statSync(path, { throwIfNoEntry: false })
      if (found?.isFile() && found.size <= maxBytes) return decode(readFileSync(path))
    }
    return undefined
  }
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
