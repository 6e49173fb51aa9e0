import { extname, relative } from 'node:path'
import type { Report } from './ingest.ts'
import { adviseLeftOut, countBy, countLeftOut, type LeftOut } from './left-out.ts'
import { noText } from './load.ts'

const namesShown = 50

/** What was made, on one screen where the documents allow it. */
export function toReport(report: Report, tableUri: string): string {
  const { manifest, skipped, partly, leftOut, sources, reused, bytes, seconds } = report
  const { embedding, vectorIndex, chunks } = manifest
  const anew = embedding === null ? '' : ` (${chunks - reused} embedded, ${reused} as before)`
  const unread = new Set(skipped.map(({ source }) => source))
  const kinds = countBy(sources.filter((source) => !unread.has(source)).map(endingOf))
  const lines = [
    ['documents', `${manifest.documents} in ${toPath(manifest.folder)}${kinds === '' ? '' : ` (${kinds})`}`],
    ['chunks', `${chunks}${anew}`],
    ...named(
      'skipped',
      failuresFirst(skipped).map(({ source, why }) => `${source}: ${why}`),
    ),
    ...(partly.length === 0
      ? []
      : named(
          'partly',
          partly.map(({ source, lost }) => `${source}: ${lost.join('; ')}`),
        )),
    ...leftOutLines(leftOut),
    [
      'retrieval',
      embedding === null
        ? 'full-text'
        : `hybrid: full-text, and ${embedding.model} in ${embedding.dimension} dimensions${vectorIndex === null ? '' : ` (${vectorIndex.kind})`}`,
    ],
    ['table', `${toPath(tableUri)}${bytes === undefined ? '' : `, ${toSize(bytes)}`}`],
    ['seconds', `${seconds.toFixed(1)} (${Math.round(chunks / seconds)} chunks a second)`],
    ['version', manifest.version],
  ]
  return `${lines.map(([name = '', value = '']) => `${name.padEnd(11)}${value}`).join('\n')}\n`
}

/** Everything that is in the folder, for `--report`: each file and what became of it. */
export function toWholeReport({ manifest, sources, skipped, partly, leftOut }: Report): string {
  const unread = new Set(skipped.map(({ source }) => source))
  const whole = {
    folder: manifest.folder,
    version: manifest.version,
    chunks: manifest.chunks,
    read: sources.filter((source) => !unread.has(source)),
    skipped: skipped.map(({ source, why }) => ({ source, why })),
    partly,
    leftOut,
  }
  return `${JSON.stringify(whole, null, 2)}\n`
}

/** A count, and below it the names it counts. */
function named(name: string, names: readonly string[]): string[][] {
  const rest = names.length - namesShown
  return [
    [name, names.length === 0 ? 'none' : String(names.length)],
    ...names.slice(0, namesShown).map((line) => ['', line]),
    ...(rest > 0 ? [['', `and ${rest} more; --report FILE names them all`]] : []),
  ]
}

function endingOf(source: string): string {
  return extname(source).toLowerCase() || 'without an ending'
}

/** How many files each rule leaves out, and what can be done about those that people may have meant. */
function leftOutLines(leftOut: readonly LeftOut[]): string[][] {
  if (leftOut.length === 0) return [['omitted', 'none']]
  return [
    ['omitted', `${leftOut.length}: ${countLeftOut(leftOut)}`],
    ...adviseLeftOut(leftOut).map((line) => ['', line]),
  ]
}

function toSize(bytes: number): string {
  return bytes < 1e5 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

/** From here for what is below, else in full. */
function toPath(path: string): string {
  if (path.includes('://')) return path
  const below = relative('.', path) || '.'
  return below.startsWith('..') ? path : below
}

/** Pages that are only a title are many on some sites; a file that could not be read must not be lost among them. */
function failuresFirst(skipped: Report['skipped']): Report['skipped'] {
  const isEmpty = ({ why }: Report['skipped'][number]): number => Number(why === noText)
  return [...skipped].sort((a, b) => isEmpty(a) - isEmpty(b))
}
