// Citations in a text that is still being written: kept where they point to a passage, dropped where they do not.

const marker = /( ?)\[(\d+(?:\s*[,;–-]\s*\d+)*)\]/g
/** What may still become a marker, with the space before it, or the first of several backticks. */
const unfinished = / ?\[[\d\s,;–-]*$| $|`+$/

/** Takes the model's text piece by piece and gives it back with only the citations that point to one of `count` passages. */
export interface CitationFilter {
  /** The text that is certain so far; a marker that may still be open is held back. */
  readonly push: (text: string) => string
  /** What was held back, once nothing more comes; a marker that was never closed is dropped. */
  readonly end: () => string
  /** The numbers that the text cites. */
  readonly cited: ReadonlySet<number>
}

export function createCitationFilter(count: number): CitationFilter {
  const cited = new Set<number>()
  let held = ''
  /** The backticks that opened the code which the text is in; empty outside of code. */
  let fence = ''

  /** `[2]` inside code is an index, not a citation. */
  const clean = (text: string): string =>
    text
      .split(/(`+)/)
      .map((part) => {
        if (part.startsWith('`')) {
          if (fence === '') fence = part
          else if (part === fence) fence = ''
          return part
        }
        // A backtick that is never closed is an apostrophe, not the end of all citations.
        const codeEnds = fence.length === 0 ? 0 : fence.length < 3 ? part.indexOf('\n') : -1
        if (codeEnds === -1) return part
        fence = ''
        return part.slice(0, codeEnds) + keepCitations(part.slice(codeEnds))
      })
      .join('')

  const keepCitations = (text: string): string =>
    text.replace(marker, (_, space: string, inside: string) => {
      const numbers = [...new Set(inside.split(/[,;]/).flatMap(toNumbers))].filter(
        (number) => number >= 1 && number <= count,
      )
      for (const number of numbers) cited.add(number)
      return numbers.length === 0 ? '' : space + numbers.map((number) => `[${number}]`).join('')
    })

  return {
    cited,
    push(text) {
      const all = held + text
      const open = unfinished.exec(all)
      held = open === null ? '' : all.slice(open.index)
      return clean(open === null ? all : all.slice(0, open.index))
    },
    end() {
      const rest = clean(fence !== '' ? held : held.replace(/ ?\[[\d\s,;–-]*$/, ''))
      held = ''
      return rest
    },
  }
}

/** `2` -> 2; `2-4` -> 2, 3, 4. */
function toNumbers(range: string): number[] {
  const [from = 0, to = from] = range.split(/[–-]/).map(Number)
  return Array.from({ length: Math.min(Math.max(to - from + 1, 1), 20) }, (_, index) => from + index)
}
