import { type Dirent, realpath as findRealPath, readdir, realpathSync, statSync } from 'node:fs'
import { readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, sep } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { type FileSystemAdapter, glob } from 'tinyglobby'
import { ConfigError } from '../function/errors.ts'
import { ingestDefaults } from './command.ts'
import { examplesFile } from './examples.ts'
import { endings, loaderOf } from './formats/formats.ts'
import { adviseLeftOut, countLeftOut, type LeftOut } from './left-out.ts'

/** Which files of a folder are documents, as globs relative to it; `.gitignore` counts as well. */
export interface Selection {
  readonly include: readonly string[]
  readonly exclude: readonly string[]
}

export const everything: Selection = { include: [ingestDefaults.include], exclude: [] }

/** Every file of a folder: the documents and what is left out of them. */
export interface Listing {
  readonly sources: readonly string[]
  readonly leftOut: readonly LeftOut[]
}

const inModules = '**/node_modules/**'
/** `**` alone is no name that has a line's end in it. */
const whole = '**/*'

/** The documents' paths below a folder, sorted, relative, with `/`. Throws ConfigError where there is no such folder or nothing in it to read. */
export async function listSources(folder: string, selection: Selection = everything): Promise<readonly string[]> {
  return (await listDocuments(folder, selection)).sources
}

/** The same with what is left out beside them. */
export async function listDocuments(folder: string, selection: Selection): Promise<Listing> {
  const { sources, leftOut } = await listFolder(folder, selection)
  if (sources.length === 0) throw new ConfigError(`There are no documents in ${folder}: ${whyNone(leftOut, selection)}`)
  return { sources, leftOut }
}

/** Nothing there, nothing that the globs choose, or nothing that is read: what it is, and what to do. */
function whyNone(leftOut: readonly LeftOut[], { include, exclude }: Selection): string {
  const read = `Documents end in ${endings.join(', ')}.`
  if (leftOut.length === 0) return `there is no file in it. Put some there, or name another folder. ${read}`
  const visible = leftOut.filter(({ rule }) => rule !== 'dot' && rule !== 'node_modules')
  const globs = [
    ...(String(include) === ingestDefaults.include ? [] : include.map((glob) => `--include '${glob}'`)),
    ...exclude.map((glob) => `--exclude '${glob}'`),
  ].join(' ')
  if (visible.length > 0 && visible.every(({ rule }) => rule === 'glob'))
    return `nothing in it is chosen by ${globs}. A pattern is held against the path below the folder, as in 'guides/**' or '**/*.md'.`
  const advice = adviseLeftOut(leftOut).map((line) => `\n  ${line}`)
  return `what is there is left out (${countLeftOut(leftOut)}).${advice.join('')}\n${read}`
}

/** All of a folder's files, each a document or left out by a rule; what is in a folder with a dot or in node_modules is not looked at. Throws ConfigError where there is no such folder. */
export async function listFolder(folder: string, selection: Selection = everything): Promise<Listing> {
  const found = await stat(folder).catch((cause: unknown) => {
    throw new ConfigError(`There is no folder ${folder}. Name the folder that holds your documents.`, { cause })
  })
  if (!found.isDirectory()) throw new ConfigError(`${folder} is a file. Name the folder that holds your documents.`)
  const home = await realpath(folder)
  const outside = new Set<string>()
  const noFiles = new Set<string>()
  const options = { cwd: home, expandDirectories: false, onlyFiles: true }
  const noteIn = (noted: Set<string>) => (path: string) => {
    noted.add(relative(home, join(realpathSync(dirname(path)), basename(path))).replaceAll(sep, '/'))
  }
  const isIgnored = await readGitignores(home)
  const ignore = [...selection.exclude, inModules]
  const chosen = new Set(
    await glob(
      selection.include.map((pattern) => (pattern === ingestDefaults.include ? whole : pattern)),
      { ...options, ignore, fs: linksWithin(home) },
    ),
  )
  const all = await glob(whole, {
    ...options,
    ignore: [inModules],
    fs: linksWithin(home, noteIn(outside), noteIn(noFiles)),
  })
  const hidden = await glob(['**/.*', '**/node_modules'], {
    ...options,
    dot: true,
    onlyFiles: false,
    fs: linksWithin(home),
    ignore: ['**/.*/**', '**/node_modules/*'],
  })
  const ruleOf = (source: string): string | undefined => {
    if (!chosen.has(source)) return 'glob'
    if (isIgnored(source)) return '.gitignore'
    return loaderOf(source) === undefined ? extname(source).toLowerCase() || 'no ending' : undefined
  }
  const files = [...new Set([...chosen, ...all])].filter(
    (source) => !source.startsWith('../') && source !== examplesFile,
  )
  const ruled = files.map((source) => ({ source, rule: ruleOf(source) }))
  const documents = ruled.flatMap(({ source, rule }) => (rule === undefined ? [source] : []))
  const sources = (await onceEach(home, documents)).sort()
  const kept = new Set(sources)
  const leftOut = [
    ...ruled.flatMap(({ source, rule }) => (kept.has(source) ? [] : [{ source, rule: rule ?? 'link' }])),
    ...[...outside].map((source) => ({ source, rule: 'link out' })),
    ...[...noFiles].map((source) => ({ source, rule: 'no file' })),
    ...hidden
      .filter((source) => !chosen.has(source))
      .map((source) => ({
        source,
        rule: basename(source.replace(/\/$/, '')) === 'node_modules' ? 'node_modules' : 'dot',
      })),
  ]
  return { sources, leftOut: leftOut.sort((a, b) => (a.source < b.source ? -1 : 1)) }
}

const mostLinksTo = 8

/** Follows a symbolic link to what is in the folder, and to the same place only so often, since links that lead to links multiply. Tells of links out of it, and of what is no file and leads to none: a pipe, a socket, a link to nothing. */
function linksWithin(
  home: string,
  onOut?: (link: string) => void,
  onNoFile?: (path: string) => void,
): Partial<FileSystemAdapter> {
  const followed = new Map<string, number>()
  return {
    readdir: ((
      folder: string,
      options: { withFileTypes: true },
      callback: (error: Error | null, entries?: Dirent[]) => void,
    ) =>
      readdir(folder, options, (error, entries = []) => {
        const others = entries.filter((entry) => !entry.isFile() && !entry.isDirectory() && !entry.isSymbolicLink())
        for (const { name } of others) if (!name.startsWith('.')) onNoFile?.(join(folder, name))
        callback(error, entries)
      })) as typeof readdir,
    realpath: ((link: string, callback: (error: Error | null, path: string) => void) =>
      findRealPath(link, (error, path) => {
        const times = (followed.get(path) ?? 0) + 1
        const isWithin = error === null && (path === home || path.startsWith(home + sep))
        const target = error === null ? statSync(path, { throwIfNoEntry: false }) : undefined
        if (!target?.isFile() && !target?.isDirectory()) {
          onNoFile?.(link)
          return callback(error ?? new Error('no file'), path)
        }
        if (isWithin && times <= mostLinksTo) {
          followed.set(path, times)
          return callback(null, path)
        }
        if (error === null && !isWithin) onOut?.(link)
        callback(error ?? new Error('not followed'), path)
      })) as typeof findRealPath,
  }
}

/** A file that symbolic links lead to as well is one document, under its own path where that is among them, else under the shortest. */
async function onceEach(home: string, sources: readonly string[]): Promise<string[]> {
  const byFile = new Map<string, string>()
  const rank = (source: string, file: string): number => (join(home, source) === file ? 0 : source.split('/').length)
  for (const source of [...sources].sort()) {
    const file = await realpath(join(home, source)).catch(() => source)
    const before = byFile.get(file)
    if (before === undefined || rank(source, file) < rank(before, file)) byFile.set(file, source)
  }
  return [...byFile.values()]
}

/** Whether a path is left out by the `.gitignore` of the folder or of one between; as in git the deeper one decides, where a shallower has not left out its whole folder. */
async function readGitignores(folder: string): Promise<(source: string) => boolean> {
  const options = {
    cwd: folder,
    dot: true,
    expandDirectories: false,
    ignore: [inModules],
    fs: linksWithin(folder),
  }
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
