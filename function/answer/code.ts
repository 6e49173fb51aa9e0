// Where code and formulas stand in Markdown: what is in them cites nothing, ends no sentence, and is no mark of a model's.
import { createPattern } from '../patterns.ts'

const fence = /^\s*(`{3,}(?=[^`]*$)|~{3,})(.*)$/

/** The mark of the fence that is open after a line; undefined where none is. `open` is the one before it. A citation may stand behind the closing one. */
export function toFence(open: string | undefined, line: string): string | undefined {
  const [, mark = '', after = ''] = fence.exec(line) ?? []
  if (open === undefined) return mark === '' ? undefined : mark
  return mark.startsWith(open) && !/^\s*\w/.test(after) ? undefined : open
}

/** Whether a text ends between fences. */
export function endsInFence(text: string): boolean {
  return text.split('\n').reduce(toFence, undefined as string | undefined) !== undefined
}

const white = '[^\\S\\n]*'
/** Up to a blank line. */
const inside = '(?:(?!\\n\\s*\\n)[\\s\\S])'
const closing = `\\n${white}\\k<fence>[\`~]*(?!${white}\\w)`
const block = `(?<=^|\\n)${white}(?<fence>\`{3,}(?=[^\`\\n]*(?:\\n|$))|~{3,})[^\\n]*(?:(?!${closing})[\\s\\S])*(?:${closing})?`
const span = `(?<!\`)(?<ticks>\`+)(?!\`)${inside}+?(?<!\`)\\k<ticks>(?!\`)`
/** Pandoc's rule tells a formula from two prices; \\[1\\] is a citation. */
const formula = `\\$\\$${inside}+?\\$\\$|(?<![\\p{L}\\p{N}$\\\\])\\$(?=[^\\s$])[^$\\n]*?[^\\s$\\\\]\\$(?![\\p{L}\\p{N}$])|\\\\\\(${inside}*?\\\\\\)|\\\\\\[(?!\\s*[\\d\\s,;–-]*\\\\\\])${inside}*?\\\\\\]`
const code = createPattern(`${block}|${span}|${formula}`, 'g')

/** Text, and code or formulas, by turns, beginning with text. */
export function splitCode(text: string): string[] {
  const pieces: string[] = []
  let end = 0
  for (const { 0: found, index } of text.matchAll(code(text))) {
    pieces.push(text.slice(end, index), found)
    end = index + found.length
  }
  return [...pieces, text.slice(end)]
}

const opens = createPattern('(?<!`)`+(?!`)|(?<![\\p{L}\\p{N}$\\\\])\\$(?=[^\\s$])|\\$\\$|\\\\[([]')

/** Where in a text code or a formula begins that does not end in it; undefined where none does. */
export function openedCode(text: string): number | undefined {
  const last = splitCode(text).at(-1) ?? ''
  const at = last.search(opens(last))
  return at === -1 ? undefined : text.length - last.length + at
}

/** Whether a text ends inside of code: between fences, or behind a backtick that nothing closes on its line. */
export function endsInCode(text: string): boolean {
  if (endsInFence(text)) return true
  return (
    splitCode(text.slice(text.lastIndexOf('\n') + 1))
      .at(-1)
      ?.includes('`') === true
  )
}
