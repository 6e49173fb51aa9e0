// The command that makes a table, as a person would type it.
import { ConfigError } from '../function/errors.ts'
import { languageNames } from '../function/retrieval/lexicon/languages.ts'
import type { Manifest } from '../function/table/manifest.ts'
import type { Site } from './urls.ts'

/** What an ingest takes where it is told nothing else. */
export const ingestDefaults = { maxTokens: 256, language: 'English', include: '**' } as const

/** A language in any case -> as it is written here. Throws ConfigError naming those there are. */
export function parseLanguage(text: string): string {
  const language = languageNames.find((name) => name.toLowerCase() === text.toLowerCase())
  if (language === undefined) {
    throw new ConfigError(`--language is "${text}": it must be one of ${languageNames.join(', ')}.`)
  }
  return language
}

/** An ingest's settings -> the command that repeats it, to be pasted into a shell. */
export function toIngestCommand({
  folder,
  selection,
  maxTokens,
  language,
  site,
}: Pick<Manifest, 'folder' | 'selection' | 'maxTokens' | 'language'> & { readonly site?: Site | undefined }): string {
  const { include, exclude } = selection
  const words = [
    folder,
    ...(String(include) === ingestDefaults.include ? [] : include.flatMap((glob) => ['--include', glob])),
    ...exclude.flatMap((glob) => ['--exclude', glob]),
    ...(maxTokens === ingestDefaults.maxTokens ? [] : ['--max-tokens', String(maxTokens)]),
    ...(language === ingestDefaults.language ? [] : ['--language', language]),
    ...(site === undefined ? [] : ['--base-url', site.baseUrl, '--url-style', site.style]),
  ]
  const quoted = words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
  return `npm run ingest -- ${quoted.join(' ')}`
}
