// Sources as OpenAI's clients show them: url_citation annotations, and a short list at the end of the text for those that drop them.
import type { Answer, Citation, Source, Span } from '../../contract/replies.ts'
import type { Caller } from '../../http/runtime.ts'

/** A citation; offsets in UTF-16 code units of the text, both 0 for a source that the text does not cite. */
export interface UrlCitation {
  readonly start_index: number
  readonly end_index: number
  readonly url: string
  readonly title: string
}

/**
 * One for each source, in the order of their numbers: Open WebUI makes its list in the order of arrival, takes sources of one
 * address for one, and lets [n] in the text point to its n-th. So no source is left out, and no two have the same address.
 * A refusal stands on none.
 */
export function toUrlCitations(
  sources: readonly Source[],
  { answered, citations }: Pick<Answer, 'answered' | 'citations'>,
  toUrl: (source: Source) => string,
): UrlCitation[] {
  if (!answered) return []
  return sources.map((source) => {
    const { cited, marker } = toCited(source, citations)
    return {
      start_index: marker?.start ?? 0,
      end_index: marker?.end ?? 0,
      url: toUrl(cited),
      title: toTitle(cited),
    }
  })
}

/** A source as it is cited first: the section and the words, where a passage has several. */
function toCited(source: Source, citations: readonly Citation[]): { readonly cited: Source; readonly marker?: Span } {
  const citation = citations.find(({ number }) => number === source.number)
  if (citation === undefined) return { cited: source }
  const { heading, url = source.url, quote, marker } = citation
  return { cited: { ...source, heading, text: quote, ...(url === undefined ? {} : { url }) }, marker }
}

/** Whether the list of sources ends the text: not with `?sources=none` or the header `X-Sources: none`. */
export function wantsSourceList({ headers, query }: Caller): boolean {
  return (
    new URLSearchParams(query).get('sources') !== 'none' && headers['x-sources']?.toString().toLowerCase() !== 'none'
  )
}

/** The sources that the text cites, a line each; empty where it cites none. */
export function toSourceList({ sources, citations }: Pick<Answer, 'sources' | 'citations'>): string {
  const lines = sources
    .filter(({ cited }) => cited)
    .map((source) => toCited(source, citations).cited)
    .map(
      (source) =>
        `[${source.number}] ${source.url === undefined ? toTitle(source) : `[${toTitle(source)}](${source.url})`}`,
    )
  return lines.length === 0 ? '' : `\n\nSources:\n${lines.join('\n')}`
}

function toTitle({ title, heading, source }: Source): string {
  const about = heading === '' ? title : `${title} > ${heading}`
  return about === '' ? source : `${about} (${source})`
}
