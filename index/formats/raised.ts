/** Raised and lowered characters as plain text, so that 10 to the sixth is never 106 and a footnote's mark never joins a number. */
const raised = new Map([...'0123456789+-=()ni'].map((sign, index) => [sign, [...'⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ'][index] ?? sign]))
raised.set('−', '⁻').set('–', '⁻')
const lowered = new Map([...'0123456789+-=()'].map((sign, index) => [sign, [...'₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎'][index] ?? sign]))

/** What is raised for looks alone: 5th, 1er, 2º, trademarks and marks that are signs already. */
const ornament = /^(st|nd|rd|th|er|re|ère|e|ème|o|a|os|as|tm|sm|mr|[®©™℠ªº*†‡§¶]+)$/i

/** `6` -> `⁶`, `th` -> `th`, `x+1` -> `^(x+1)`. A mark in brackets loses them: `[1]` is how an answer cites. */
export function toRaised(text: string): string {
  const bare = text.trim().replace(/^\[(.*)\]$/, '$1')
  if (bare === '' || ornament.test(bare)) return bare
  const signs = [...bare.replace(/[\s,]+/g, ',')].map((sign) => raised.get(sign) ?? (sign === ',' ? '˒' : undefined))
  if (signs.every((sign) => sign !== undefined)) return signs.join('')
  return [...bare].length === 1 ? `^${bare}` : `^(${bare})`
}

/** `2` after a letter stays as one types it, as in CO2; elsewhere it is `₂`. */
export function toLowered(text: string, before: string, after: string): string {
  const bare = text.trim()
  if (bare === '') return ''
  if (/^\d+$/.test(bare) && /[\p{L})\]]$/u.test(before) && !/^\d/.test(after)) return bare
  const signs = [...bare].map((sign) => lowered.get(sign))
  if (signs.every((sign) => sign !== undefined)) return signs.join('')
  return [...bare].length === 1 ? `_${bare}` : `_(${bare})`
}
