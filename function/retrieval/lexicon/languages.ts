// The languages of `--language`: how their words are stemmed, and which of them say nothing. Each is loaded only where it is used.

/** A language as it is loaded. */
export interface Language {
  readonly locale: string
  readonly stem: (word: string) => string
  readonly stopWords: ReadonlySet<string>
}

type Stemmer = Promise<{ readonly stemmer: (word: string) => string }>
type StopWords = Promise<{ readonly stopwords: readonly string[] }>

const languages: Readonly<Record<string, readonly [locale: string, load: () => [Stemmer, StopWords]]>> = {
  Arabic: ['ar', () => [import('@orama/stemmers/arabic'), import('@orama/stopwords/arabic')]],
  Danish: ['da', () => [import('@orama/stemmers/danish'), import('@orama/stopwords/danish')]],
  Dutch: ['nl', () => [import('@orama/stemmers/dutch'), import('@orama/stopwords/dutch')]],
  English: ['en', () => [import('@orama/stemmers/english'), import('@orama/stopwords/english')]],
  Finnish: ['fi', () => [import('@orama/stemmers/finnish'), import('@orama/stopwords/finnish')]],
  French: ['fr', () => [import('@orama/stemmers/french'), import('@orama/stopwords/french')]],
  German: ['de', () => [import('@orama/stemmers/german'), import('@orama/stopwords/german')]],
  Greek: ['el', () => [import('@orama/stemmers/greek'), import('@orama/stopwords/greek')]],
  Hungarian: ['hu', () => [import('@orama/stemmers/hungarian'), import('@orama/stopwords/hungarian')]],
  Italian: ['it', () => [import('@orama/stemmers/italian'), import('@orama/stopwords/italian')]],
  Norwegian: ['no', () => [import('@orama/stemmers/norwegian'), import('@orama/stopwords/norwegian')]],
  Portuguese: ['pt', () => [import('@orama/stemmers/portuguese'), import('@orama/stopwords/portuguese')]],
  Romanian: ['ro', () => [import('@orama/stemmers/romanian'), import('@orama/stopwords/romanian')]],
  Russian: ['ru', () => [import('@orama/stemmers/russian'), import('@orama/stopwords/russian')]],
  Spanish: ['es', () => [import('@orama/stemmers/spanish'), import('@orama/stopwords/spanish')]],
  Swedish: ['sv', () => [import('@orama/stemmers/swedish'), import('@orama/stopwords/swedish')]],
  Tamil: ['ta', () => [import('@orama/stemmers/tamil'), import('@orama/stopwords/tamil')]],
  Turkish: ['tr', () => [import('@orama/stemmers/turkish'), import('@orama/stopwords/turkish')]],
}

/** What the lists forget. */
const leftOut: Readonly<Record<string, readonly string[]>> = { English: ['a'] }

export const languageNames: readonly string[] = Object.keys(languages)

/** Loads a language by its name. Throws RangeError for one that is not in `languageNames`. */
export async function loadLanguage(name: string): Promise<Language> {
  const [locale, load] = Object.hasOwn(languages, name) ? (languages[name] ?? []) : []
  if (locale === undefined || load === undefined) throw new RangeError(`${name} is not a language that is known here`)
  const [{ stemmer }, { stopwords }] = await Promise.all(load())
  return {
    locale,
    stem: name === 'English' ? mendEnglish(stemmer) : stemmer,
    stopWords: new Set([...stopwords, ...(leftOut[name] ?? [])]),
  }
}

/** The package's English stemmer takes one letter too many from words in -sion and -tion: `connection` is to be `connect`. */
function mendEnglish(stem: Language['stem']): Language['stem'] {
  return (word) => {
    const stemmed = stem(word)
    const base = /^(.+[st])ions?$/.exec(word)?.[1]
    return stemmed === base?.slice(0, -1) ? base : stemmed
  }
}
