// The days of the week, as opening hours name them: "Tue–Sat 10–18" tells of Monday, too.
import { createPattern } from '../../patterns.ts'

export interface Weekdays {
  /** The words of a text that name a day in full, "Mondays" too, and which day that is. */
  readonly named: (text: string) => Array<{ readonly surface: string; readonly day: number }>
  /** Whether a text tells of a day: it names that day, in short too, or at least two. */
  readonly tellsOf: (text: string, day: number) => boolean
}

const word = createPattern(String.raw`\p{L}[\p{L}\p{M}]*\.?`, 'g')
const capital = createPattern(String.raw`^\p{Lu}`)
/** A short form alone is a day's where it has a number beside it, or little else: "Sun 10–16", "Mon closed". */
const fewWords = 4
const sunday = Date.UTC(2027, 0, 3)
const dayMs = 86_400_000

/** The names of the days in a language and in English. */
export function weekdaysOf(locale: string): Weekdays {
  const [full, short] = (['long', 'short'] as const).map((style) => {
    const names = new Map<string, number>()
    for (const language of new Set(['en', locale])) {
      const format = new Intl.DateTimeFormat(language, { weekday: style, timeZone: 'UTC' })
      for (let day = 0; day < 7; day += 1) names.set(format.format(sunday + day * dayMs), day)
    }
    return names
  })
  // The longest first: Pazartesi is not Pazar.
  const beginnings = [...(full ?? [])].map(([name, day]) => [name.toLowerCase(), day] as const)
  beginnings.sort(([a], [b]) => b.length - a.length)
  const inFull = (text: string): number | undefined => {
    const small = text.toLowerCase()
    return beginnings.find(([name]) => small.startsWith(name))?.[1]
  }
  /** As the language writes it, "Sun" and "mar.", or with a capital. */
  const inShort = (text: string): number | undefined => {
    const bare = text.replace(/\.$/, '')
    const forms = [
      bare,
      `${bare}.`,
      ...(capital(bare).test(bare) ? [bare.toLowerCase(), `${bare.toLowerCase()}.`] : []),
    ]
    return forms.map((form) => short?.get(form)).find((day) => day !== undefined)
  }
  const wordsOf = (text: string): readonly string[] => text.match(word(text)) ?? []
  return {
    named: (text) =>
      wordsOf(text).flatMap((surface) => {
        const day = inFull(surface)
        return day === undefined ? [] : [{ surface, day }]
      }),
    tellsOf(text, day) {
      const words = wordsOf(text)
      const days = new Set(words.flatMap((each) => inFull(each) ?? inShort(each) ?? []))
      return days.size > 1 || (days.has(day) && (words.length <= fewWords || /\d/.test(text)))
    },
  }
}
