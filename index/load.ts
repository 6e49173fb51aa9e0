import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, extname, join, resolve, sep } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import type { Nodes } from 'mdast'
import { glob } from 'tinyglobby'
import { ConfigError } from '../function/errors.ts'
import { cleanText, cleanTree } from './clean.ts'
import { ingestDefaults } from './command.ts'
import type { Document, Loaded, Skipped } from './document.ts'
import { examplesFile } from './examples.ts'
import { loadHtml } from './formats/html.ts'
import { expandIncludes, type Include } from './formats/includes.ts'
import { loadMarkdown } from './formats/markdown.ts'
import { loadMdx } from './formats/mdx.ts'
import { loadDocx } from './formats/office/docx.ts'
import { loadPdf } from './formats/pdf/pdf.ts'
import { loadPlainText } from './formats/plain-text.ts'
import { toText } from './text.ts'

/** One loader a format: of text where a file is text, with or without what it includes put in; else of bytes. */
type Loader = { readonly megabytes: number } & (
  | { readonly ofText: (text: string) => Loaded; readonly includes?: true }
  | { readonly ofBytes: (bytes: Buffer) => Promise<Loaded> }
)

/** The largest file of each format that is read: a tree takes a hundred times the memory of its text. */
const loaders: Readonly<Record<string, Loader>> = {
  '.md': { ofText: loadMarkdown, includes: true, megabytes: 8 },
  '.markdown': { ofText: loadMarkdown, includes: true, megabytes: 8 },
  '.mdx': { ofText: loadMdx, includes: true, megabytes: 8 },
  '.txt': { ofText: loadPlainText, megabytes: 32 },
  '.html': { ofText: loadHtml, megabytes: 8 },
  '.htm': { ofText: loadHtml, megabytes: 8 },
  '.pdf': { ofBytes: loadPdf, megabytes: 64 },
  '.docx': { ofBytes: loadDocx, megabytes: 32 },
}

function loaderOf(source: string): Loader | undefined {
  return loaders[extname(source).toLowerCase()]
}

/** Which files of a folder are documents, as globs relative to it; `.gitignore` counts as well. */
export interface Selection {
  readonly include: readonly string[]
  readonly exclude: readonly string[]
}

export const everything: Selection = { include: [ingestDefaults.include], exclude: [] }

/** The documents' paths below a folder, sorted, relative, with `/`. Throws ConfigError where there is no such folder or nothing in it to read. */
export async function listSources(folder: string, selection: Selection = everything): Promise<string[]> {
  const found = await stat(folder).catch((cause: unknown) => {
    throw new ConfigError(`There is no folder ${folder}. Name the folder that holds your documents.`, { cause })
  })
  if (!found.isDirectory()) throw new ConfigError(`${folder} is a file. Name the folder that holds your documents.`)
  const left = [...selection.exclude, '**/node_modules/**']
  const options = { cwd: folder, ignore: left, expandDirectories: false, onlyFiles: true }
  const isIgnored = await readGitignores(folder)
  const sources = (await glob([...selection.include], options)).filter((source) => loaderOf(source) !== undefined)
  const kept = await onceEach(
    folder,
    sources.filter((source) => !source.startsWith('../') && source !== examplesFile && !isIgnored(source)),
  )
  if (kept.length === 0) {
    const why =
      sources.length > 0
        ? 'a .gitignore leaves all of them out'
        : `none of the files chosen is ${Object.keys(loaders).join(', ')}`
    throw new ConfigError(`There are no documents in ${folder}: ${why}.`)
  }
  return kept.sort()
}

/** A file that symbolic links lead to as well is one document, under its own path where that is among them, else under the shortest. */
async function onceEach(folder: string, sources: readonly string[]): Promise<string[]> {
  const home = await realpath(folder)
  const byFile = new Map<string, string>()
  const rank = (source: string, file: string): number => (join(home, source) === file ? 0 : source.split('/').length)
  for (const source of [...sources].sort()) {
    const file = await realpath(join(folder, source)).catch(() => source)
    const before = byFile.get(file)
    if (before === undefined || rank(source, file) < rank(before, file)) byFile.set(file, source)
  }
  return [...byFile.values()]
}

/** Whether a path is left out by the `.gitignore` of the folder or of one between; as in git the deeper one decides, where a shallower has not left out its whole folder. */
async function readGitignores(folder: string): Promise<(source: string) => boolean> {
  const options = { cwd: folder, dot: true, expandDirectories: false, ignore: ['**/node_modules/**'] }
  const files = await glob('**/.gitignore', options)
  const rules: Array<{ readonly below: string; readonly rule: Ignore }> = []
  const isIgnored = (path: string): boolean => {
    const verdicts = rules
      .filter(({ below }) => path.startsWith(below) && path !== below)
      .map(({ below, rule }) => rule.test(path.slice(below.length)))
    return verdicts.findLast(({ ignored, unignored }) => ignored || unignored)?.ignored ?? false
  }
  const inDepth = files.map((file) => file.slice(0, -'.gitignore'.length)).sort((a, b) => a.length - b.length)
  for (const below of inDepth) {
    if (below === '' || !isIgnored(below))
      rules.push({ below, rule: ignore().add(await readFile(join(folder, below, '.gitignore'), 'utf8')) })
  }
  return isIgnored
}

export const noText = 'no text in it'

/** Reads one document; a file that cannot be used comes back as Skipped and never throws. */
export async function loadDocument(folder: string, source: string): Promise<Document | Skipped> {
  const file = await readSource(folder, source)
  if ('why' in file) return file
  const { hash, loader, content } = file
  try {
    const loaded = await ('ofText' in loader ? loader.ofText(String(content)) : loader.ofBytes(Buffer.from(content)))
    const { root } = loaded
    if (isDeeperThan(root, deepestTree)) throw new RangeError()
    cleanTree(root)
    if (toText(root).trim() === '') return { source, hash, why: noText }
    return { source, title: cleanText(loaded.title ?? toTitle(source)).trim(), root, hash }
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
    const loader = loaderOf(source) ?? { ofText: loadPlainText, megabytes: 32 }
    if (found.size > loader.megabytes * 1024 * 1024)
      return { source, hash: `${found.size} bytes`, why: `larger than ${loader.megabytes} MB` }
    const bytes = await readFile(path)
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

/** Cutting a list in a list in a list takes time with the square of its depth. */
const deepestTree = 200

function isDeeperThan(node: Nodes, depth: number): boolean {
  if (depth === 0) return true
  return 'children' in node && node.children.some((child) => isDeeperThan(child, depth - 1))
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

function whyOf(error: unknown): string {
  if (error instanceof RangeError) return 'nested too deeply'
  return error instanceof Error ? error.message : String(error)
}

const maxIncludedBytes = 1024 * 1024

/** Included files are looked for in the folder's `snippets/` and `includes/`, in the folder itself and beside the document, and never outside it; no document includes itself. */
function createInclude(folder: string, source: string): Include {
  const own = resolve(folder, source)
  const places = [join(folder, 'snippets'), join(folder, 'includes'), folder, join(folder, dirname(source))]
  return (name) => {
    for (const place of places) {
      const path = resolve(place, name)
      if (path === own || !path.startsWith(resolve(folder) + sep)) continue
      const found = statSync(path, { throwIfNoEntry: false })
      if (found?.isFile() && found.size <= maxIncludedBytes) return decode(readFileSync(path))
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
