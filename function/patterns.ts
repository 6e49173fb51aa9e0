// Patterns over Unicode's classes of letters, with a twin of each for plain text: V8 makes the twin in a tenth of the time, and a start pays for it.

/** The pattern to read a text with. */
export type Pattern = (text: string) => RegExp

/** Anything but ASCII and the signs that stand in English texts: none of those is a letter, a mark or a number, or is left out when a text is read. */
const beyondPlain =
  /[^\t\n\r -~\u00a0-\u00a9\u00ab\u00ac\u00ae-\u00b1\u00b4\u00b6\u00b8\u00bb\u00bf\u00d7\u00f7\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u23ff\u2500-\u2775]/
/** Most texts are found to be plain by this alone, in a tenth of the time. */
const beyondAscii = /[\u0080-\uffff]/
/** What each class holds of plain text. */
const plainMembers: Readonly<Record<string, string>> = {
  L: 'A-Za-z',
  Lu: 'A-Z',
  Ll: 'a-z',
  N: '0-9',
  Nd: '0-9',
  Ps: '(\\[{\u201a\u201e\u2045\u2308\u230a\u2329\u2768\u276a\u276c\u276e\u2770\u2772\u2774',
  Pe: ')\\]}\u2046\u2309\u230b\u232a\u2769\u276b\u276d\u276f\u2771\u2773\u2775',
  Pi: '\u00ab\u2018\u201b\u201c\u201f\u2039',
  Pf: '\u00bb\u2019\u201d\u203a',
  Sentence_Terminal: '!.?\u203c\u203d\u2024\u2047-\u2049',
  Terminal_Punctuation: '!.?,:;\u203c\u203d\u2024\u2047-\u2049',
  'Script=Latin': 'A-Za-z',
}
const emptyClasses = /^(?:M|Mn|Lo|Default_Ignorable_Code_Point|(?:sc|scx|Script)=(?!Latin|Common).+)$/

/**
 * A pattern that is written with Unicode's classes (`\p{L}`), without its flag `u`. Either of the two is made when a text first needs it.
 * Throws RangeError where the twin would be another pattern: for classes that are not known here, and for what only the flag `u` reads.
 */
export function createPattern(source: string, flags = ''): Pattern {
  const plainSource = toPlainSource(source)
  let plain: RegExp | undefined
  let unicode: RegExp | undefined
  return (text) => {
    if (!beyondAscii.test(text) || !beyondPlain.test(text)) {
      plain ??= new RegExp(plainSource, flags)
      return plain
    }
    unicode ??= new RegExp(source, `${flags}u`)
    return unicode
  }
}

/** The same pattern with each class written out, in brackets where it stands outside of any. */
function toPlainSource(source: string): string {
  if (/\\[Pu]\{/.test(source)) throw new RangeError(`/${source}/ has no plain twin`)
  let inBrackets = false
  return source.replace(/\\p\{(.+?)\}|\\.|[[\]]/g, (token, name?: string) => {
    if (name !== undefined) return inBrackets ? membersOf(name) : `[${membersOf(name)}]`
    if (token === '[' || token === ']') inBrackets = token === '['
    return token
  })
}

function membersOf(name: string): string {
  const members = plainMembers[name] ?? (emptyClasses.test(name) ? '' : undefined)
  if (members === undefined) throw new RangeError(`\\p{${name}} has no plain twin`)
  return members
}
