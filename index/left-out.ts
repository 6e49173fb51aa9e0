// What of a folder is no document, and by which rule: in words for the report, and for where nothing is left.
import { adviceFor } from './formats/formats.ts'

/** A file that a rule leaves out, and which: its ending, a .gitignore, a glob, a name that begins with a dot, a link to what is there already or out of the folder. */
export interface LeftOut {
  readonly source: string
  readonly rule: string
}

const rules: Readonly<Record<string, string>> = {
  glob: 'by --include and --exclude',
  '.gitignore': 'by a .gitignore',
  dot: 'whose names begin with a dot',
  link: 'that are links to others',
  'link out': 'that are links out of the folder',
  'no ending': 'without an ending',
  'no file': 'that are pipes, or links to nothing',
}

/** `3 .png, 1 by a .gitignore`, the most first. */
export function countLeftOut(leftOut: readonly LeftOut[]): string {
  return countBy(leftOut.map(({ rule }) => rules[rule] ?? rule))
}

/** What can be done about files that people may have meant, a line for each ending. */
export function adviseLeftOut(leftOut: readonly LeftOut[]): string[] {
  return [...new Set(leftOut.map(({ rule }) => rule))].flatMap((rule) => {
    const advised = adviceFor(rule)
    return advised === undefined ? [] : [`${rule}: ${advised}`]
  })
}

/** `3 .md, 1 .pdf`, the most first. */
export function countBy(names: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')
}
