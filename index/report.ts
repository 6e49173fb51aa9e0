import { relative } from 'node:path'
import type { Report } from './ingest.ts'

const skippedShown = 10

/** What was made, on one screen. */
export function toReport({ manifest, skipped, reused, bytes, seconds }: Report, tableUri: string): string {
  const { embedding, vectorIndex, chunks } = manifest
  const anew = embedding === null ? '' : ` (${chunks - reused} embedded, ${reused} as before)`
  const lines = [
    ['documents', `${manifest.documents} in ${toPath(manifest.folder)}`],
    ['chunks', `${chunks}${anew}`],
    ['skipped', skipped.length === 0 ? 'none' : String(skipped.length)],
    ...skipped.slice(0, skippedShown).map(({ source, why }) => ['', `${source}: ${why}`]),
    ...(skipped.length > skippedShown ? [['', `and ${skipped.length - skippedShown} more`]] : []),
    [
      'retrieval',
      embedding === null
        ? 'full-text'
        : `hybrid: full-text, and ${embedding.model} in ${embedding.dimension} dimensions${vectorIndex === null ? '' : ` (${vectorIndex.kind})`}`,
    ],
    ['table', `${toPath(tableUri)}${bytes === undefined ? '' : `, ${(bytes / 1e6).toFixed(1)} MB`}`],
    ['seconds', `${seconds.toFixed(1)} (${Math.round(chunks / seconds)} chunks a second)`],
    ['version', manifest.version],
  ]
  return `${lines.map(([name = '', value = '']) => `${name.padEnd(11)}${value}`).join('\n')}\n`
}

/** From here for what is below, else in full. */
function toPath(path: string): string {
  if (path.includes('://')) return path
  const below = relative('.', path) || '.'
  return below.startsWith('..') ? path : below
}
