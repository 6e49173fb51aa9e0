import type { Loaded } from '../document.ts'
import { unwrap } from '../lines.ts'
import { toParagraph } from '../text.ts'

/** Plain text -> a paragraph for every run of lines between blank ones. It names itself nothing: the file's name is its title. */
export function loadPlainText(text: string): Loaded {
  const paragraphs = text
    .replace(/\r\n?/g, '\n')
    .split(/\n\s*\n|\f/)
    .map((paragraph) => unwrap(paragraph.replace(/^\n+|\s+$/g, '')))
  return {
    title: undefined,
    root: {
      type: 'root',
      children: paragraphs.filter((paragraph) => paragraph !== '').map((value) => toParagraph(value)),
    },
  }
}
