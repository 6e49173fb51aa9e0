import { stripVTControlCharacters } from 'node:util'
import type { Loaded } from '../document.ts'
import { partedWord, unwrap } from '../lines.ts'
import { toParagraph } from '../text.ts'
import { isKnown, joinHyphen, wordsOf } from './pdf/hyphens.ts'

/** Plain text -> a paragraph for every run of lines between blank ones. It names itself nothing: the file's name is its title. */
export function loadPlainText(text: string): Loaded {
  const plain = withoutTypesetting(text.replace(/\r\n?/g, '\n'))
  const join = createJoin(plain)
  const paragraphs = plain.split(/\n\s*\n|\f/).map((paragraph) => unwrap(paragraph.replace(/^\n+|\s+$/g, ''), join))
  return {
    title: undefined,
    root: {
      type: 'root',
      children: paragraphs.filter((paragraph) => paragraph !== '').map((value) => toParagraph(value)),
    },
  }
}

/** How words that a line's end parts are joined: where no word of the text was parted for its width, each hyphen there is its own. */
function createJoin(text: string): (before: string, after: string) => string {
  let words: ReadonlySet<string> | undefined
  let isSet = false
  return (before, after) => {
    if (words === undefined) {
      const known = wordsOf(text.split('\n').map((line) => line.replace(partedWord, '')))
      isSet = [...text.matchAll(/(\p{L}+)-[ \t]*\n[ \t]*(\p{Ll}+)/gu)].some(
        ([, first = '', second = '']) =>
          !known.has(`${first}-${second}`.toLowerCase()) && isKnown(first + second, known),
      )
      words = known
    }
    return isSet ? joinHyphen(before, after, words) : before + after
  }
}

/** What manual pages are set with for a terminal: colours, letters struck twice, and hyphens with a sign of their own. */
function withoutTypesetting(text: string): string {
  return stripVTControlCharacters(text.replace(/.[\b]/gu, '')).replaceAll('\u2010', '-')
}
