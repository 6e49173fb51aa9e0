import type { Loaded } from '../document.ts'

/** Plain text -> a paragraph for every run of lines between blank ones. It names itself nothing: the file's name is its title. */
export function loadPlainText(text: string): Loaded {
  const paragraphs = text.split(/\r?\n\s*\r?\n/).map((paragraph) => paragraph.trim())
  return {
    title: undefined,
    root: {
      type: 'root',
      children: paragraphs
        .filter((paragraph) => paragraph !== '')
        .map((value) => ({ type: 'paragraph', children: [{ type: 'text', value }] })),
    },
  }
}
