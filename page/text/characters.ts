/** Stands in the page for two tables that markdown-it brings: the names of characters in HTML, and Unicode's punctuation. */

const named = new Map(
  Object.entries({
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    nbsp: '\u00a0',
    copy: '©',
    reg: '®',
    trade: '™',
    deg: '°',
    times: '×',
    middot: '·',
    bull: '•',
    hellip: '…',
    ndash: '–',
    mdash: '—',
    lsquo: '‘',
    rsquo: '’',
    ldquo: '“',
    rdquo: '”',
    laquo: '«',
    raquo: '»',
    larr: '←',
    rarr: '→',
    euro: '€',
  }),
)

/** `&amp;` -> `&`; a name that is not known stays as it is. */
export function decodeHTML(reference: string): string {
  return named.get(reference.slice(1, -1)) ?? reference
}

export function decodeHTMLStrict(reference: string): string {
  return decodeHTML(reference)
}

export const P = /\p{P}/u
export const S = /\p{S}/u
