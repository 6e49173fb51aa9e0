/** The text of a file that a document includes, or undefined where there is none. */
export type Include = (name: string) => string | undefined

/** MkDocs' mark, alone on its line, and Jinja's. */
const singleMark = /^(\s*)-{1,2}8<-{1,2}\s+["']([^"']+)["']\s*$|^(\s*)\{%-?\s*include\s+["']([^"']+)["'].*%\}\s*$/
const blockMark = /^(\s*)-{1,2}8<-{1,2}\s*$/
const filterMark = /^\s*\{%-?\s*(?:filter\s+indent\((?:width=)?(\d+)\)|(endfilter))\s*-?%\}\s*$/
const sectionMark = /^.*-{1,2}8<-{1,2}\s+\[(start|end):\s*([\w-]+)\].*$/
const frontMatter = /^---\r?\n[\s\S]*?\n---\r?\n/
const deepest = 5

/** Puts what a document includes where its marks stand, as deep as they stand; files that are not there leave nothing behind. */
export function expandIncludes(text: string, include: Include, depth = 0): string {
  if (!/8<|\{%/.test(text)) return text
  const lines: string[] = []
  let inBlock: string | undefined
  let filtered = ''
  const put = (name: string, indentation: string): void => {
    const included = depth === deepest ? '' : readPart(name, include)
    const expanded = expandIncludes(included.trimEnd(), include, depth + 1)
    for (const line of expanded.split('\n')) lines.push(line.trim() === '' ? '' : filtered + indentation + line)
  }
  for (const line of text.split('\n')) {
    const block = blockMark.exec(line)
    const single = singleMark.exec(line)
    const filter = filterMark.exec(line)
    if (block !== null) inBlock = inBlock === undefined ? (block[1] ?? '') : undefined
    else if (inBlock !== undefined && line.trim() !== '') put(line.trim(), inBlock)
    else if (single !== null) put(single[2] ?? single[4] ?? '', single[1] ?? single[3] ?? '')
    else if (filter !== null) filtered = ' '.repeat(Number(filter[1] ?? 0))
    else if (!sectionMark.test(line)) lines.push(line.trim() === '' ? line : filtered + line)
  }
  return lines.join('\n')
}

/** `name`, `name:section` or `name:first:last`, the last two as MkDocs has them; front matter is not included. */
function readPart(name: string, include: Include): string {
  const whole = include(name)
  if (whole !== undefined) return whole.replace(frontMatter, '')
  const [, file = '', first, last, section] = /^(.+?):(?:(\d*):(\d*)|([\w-]+))$/.exec(name) ?? []
  const lines = (file === '' ? '' : (include(file) ?? '')).split('\n')
  if (section === undefined) return lines.slice(Number(first || 1) - 1, last ? Number(last) : undefined).join('\n')
  const at = (edge: string): number =>
    lines.findIndex((line) => {
      const [, kind, named] = sectionMark.exec(line) ?? []
      return kind === edge && named === section
    })
  return at('start') === -1 ? '' : lines.slice(at('start') + 1, at('end') === -1 ? undefined : at('end')).join('\n')
}
