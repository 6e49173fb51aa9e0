// Dates as people write them -> one form: `1 March 2027`, `March 1, 2027` and `1. März 2027` are all 2027-03-01.
import { createPattern } from '../../patterns.ts'

/** The names of the months in a language and in English, in full and short -> their numbers from 1. */
export type Months = ReadonlyMap<string, number>

const dayFirst = createPattern(
  String.raw`(?<!\d)(\d{1,2})(?:\.|st|nd|rd|th|er|º)? (?:of |de )?(\p{L}+)\.?,? (?:de )?(\d{4})(?!\d)`,
  'gi',
)
const monthFirst = createPattern(String.raw`(?<!\p{L})(\p{L}+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?!\d)`, 'gi')
const numbers = /(?<![\d.])(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})(?!\d)/g

export function monthsOf(locale: string): Months {
  const months = new Map<string, number>()
  for (const language of ['en', locale]) {
    for (const style of ['long', 'short'] as const) {
      const format = new Intl.DateTimeFormat(language, { month: style, day: 'numeric', timeZone: 'UTC' })
      for (let month = 1; month <= 12; month += 1) {
        const name = format.formatToParts(Date.UTC(2027, month - 1, 1)).find(({ type }) => type === 'month')?.value
        if (name !== undefined) months.set(name.toLowerCase().replace(/\.$/, ''), month)
      }
    }
  }
  return months
}

export interface FoundDate {
  readonly surface: string
  /** Year, month and day, as in 2027-03-01. */
  readonly date: string
}

/** The dates in a text that name their month, or have it between points. The months are asked for where one may be named: to have them from Intl takes some milliseconds. */
export function toDates(text: string, months: () => Months): FoundDate[] {
  if (!/\d{4}/.test(text)) return []
  const named = (month: string): number | undefined => months().get(month.toLowerCase())
  return [
    ...[...text.matchAll(dayFirst(text))].map(([surface, day, month = '', year]) =>
      toDate(surface, year, named(month), day),
    ),
    ...[...text.matchAll(monthFirst(text))].map(([surface, month = '', day, year]) =>
      toDate(surface, year, named(month), day),
    ),
    ...[...text.matchAll(numbers)].map(([surface, day, month, year]) => toDate(surface, year, Number(month), day)),
  ].filter((date) => date !== undefined)
}

function toDate(surface: string, year = '', month = 0, day = ''): FoundDate | undefined {
  if (month < 1 || month > 12 || Number(day) < 1 || Number(day) > 31) return undefined
  return { surface, date: `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}` }
}
