/** Scripts that are written without spaces: a line break between two of their characters is none. */
const unspaced = String.raw`[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\u3000-\u303f\uff00-\uffef]`
const unspacedBreak = new RegExp(String.raw`(?<=${unspaced})[ \t]*\n[ \t]*(?=${unspaced})`, 'gu')

/** What of a word ends a line and what begins the next -> the word, with its hyphen or without. */
type JoinHyphen = (before: string, after: string) => string

/** The lines of one paragraph -> one line. */
export function joinLines(text: string): string {
  return text.replace(unspacedBreak, '').replace(/[ \t]*\n[ \t]*/g, ' ')
}

const entry = /^\s*[\p{Lu}\p{Lo}\p{N}][^.!?;:：]{0,30}(:\s+|：\s*)\S/u

/** Whether the lines of a paragraph are names and their values, below a title perhaps: their breaks are meant. */
export function areEntries(paragraph: string): boolean {
  const [first = '', ...rest] = paragraph.split('\n')
  return rest.length > 0 && rest.every((line) => entry.test(line)) && (rest.length > 1 || entry.test(first))
}

const narrowestWrap = 45
/** How a line begins that goes on from none: a list's mark, a date, a name and its value. */
const beginsAnew =
  /^\s*([-*+•·–—▪◦►]\s|\(?\w{1,4}[.)]\s|\[?\d{4}-\d\d|\d{1,2}:\d\d|[\w.-]+\s?[=:]\s|[\p{Lu}][\p{L} ]{0,24}:\s|[#>|])/u

/** A line that ends within a word. */
export const partedWord = /\p{L}-[ \t]*$/u

/**
 * Text that was wrapped by hand -> its sentences whole. A line goes on where the next one's first word would not have
 * fitted behind it; lines that end early, columns and lists keep their breaks.
 */
export function unwrap(paragraph: string, joinHyphen?: JoinHyphen): string {
  const lines = paragraph.split('\n')
  const width = lines.reduce((widest, line) => Math.max(widest, line.trimEnd().length), 0)
  return lines.reduce((text, line, index) => {
    if (index === 0) return line
    const before = (lines[index - 1] ?? '').trimEnd()
    const first = /\S+/.exec(line)?.[0] ?? ''
    const isParted = joinHyphen !== undefined && partedWord.test(before) && /^\s*\p{Ll}/u.test(line)
    const goesOn =
      (isUnspaced(before) ? before.length >= narrowestWrap / 3 : before.length >= narrowestWrap) &&
      before.length + 1 + first.length >= width * 0.85 &&
      (isParted || !beginsAnew.test(line)) &&
      !/\S(\t|\s{3,})\S/.test(before) &&
      !/\S(\t|\s{3,})\S/.test(line) &&
      !before.endsWith(':')
    if (!goesOn) return `${text}\n${line}`
    const head = text.slice(0, text.lastIndexOf('\n') + 1)
    const begun = text.slice(head.length)
    return head + (isParted ? joinHyphen(begun.trimEnd(), line.trimStart()) : joinLines(`${begun}\n${line}`))
  })
}

function isUnspaced(line: string): boolean {
  return new RegExp(`${unspaced}$`, 'u').test(line)
}
