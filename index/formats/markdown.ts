import type { FootnoteDefinition, Nodes, Root, RootContent } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { type Processor, unified } from 'unified'
import type { Loaded } from '../document.ts'
import { areEntries, joinLines } from '../lines.ts'
import { firstHeading, toText } from '../text.ts'
import { boundMarks, restoreMarks } from './bounds.ts'
import { type FrontMatter, splitFrontMatter, titleOf } from './front-matter.ts'
import { parseHtml } from './html.ts'
import { never } from './html-left-out.ts'
import { toLowered, toRaised } from './raised.ts'
import { toCommonMark } from './site-markup.ts'

/** One `~` is a sign, as in 0.3~8 mm. */
const gfm = { singleTilde: false }
const markdown = unified().use(remarkParse).use(remarkGfm, gfm).use(leaveLinks)
const withoutMail = unified().use(remarkParse).use(remarkGfm, gfm).use(leaveLinks).use(leaveOutMail)

const pieceLength = 100_000

/**
 * Markdown -> its tree: CommonMark with GitHub's tables and front matter, and what documentation sites add to it (see
 * site-markup.ts). The title is front matter's, else the first level-1 heading's.
 */
export function loadMarkdown(text: string): Loaded {
  return loadWith(text, parse)
}

/** Whether Markdown has components of JSX between its lines, as Docusaurus reads it: one that stands on a line, where something is imported, or that begins and ends at the edge. HTML in capitals is none. */
export function hasComponents(text: string): boolean {
  if (!/^[ \t]*<[A-Z]\w*[a-z]/m.test(text)) return false
  const begun = new Set<string>()
  let fence: string | undefined
  for (const line of text.split('\n')) {
    const [, mark] = /^\s*(`{3,}|~{3,})/.exec(line) ?? []
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined
    } else if (mark !== undefined) fence = mark
    else {
      if (/^import\s+\w[\w{},*\s]*\sfrom\s+['"]/.test(line)) return true
      const [, slash = '', name = ''] = /^<(\/?)([A-Z]\w*[a-z]\w*)(?=[\s>])/.exec(line) ?? []
      if (slash !== '' && begun.has(name)) return true
      if (slash === '' && name !== '') begun.add(name)
    }
  }
  return false
}

/** Markdown without front matter or what sites add to it, as other formats are turned into. */
export function markdownText(text: string): Loaded {
  const { text: bounded, count } = boundMarks(text)
  const loaded = toLoaded(parse(bounded), {})
  if (count > 0) restoreMarks(loaded.root)
  return loaded
}

/** As loadMarkdown, by another parser whose tree has what Markdown's has. */
export function loadWith(text: string, parse: (piece: string) => Root): Loaded {
  const { data, body } = splitFrontMatter(text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n'))
  const { text: bounded, count } = boundMarks(body)
  const loaded = toLoaded(parseInPieces(bounded, parse), data)
  const places = `${count} place${count === 1 ? '' : 's'} where marks nest or repeat beyond reading; taken as text`
  if (count === 0) return loaded
  restoreMarks(loaded.root)
  return { ...loaded, lost: [places] }
}

/** Where an address of mail may begin is looked at letter by letter, which takes up to half of the time: not in a text without an @. */
function parse(text: string): Root {
  return (text.includes('@') ? markdown : withoutMail).parse(text)
}

/** Once a text is parsed, what else in it looks like an address would be made a link: its text is the same. */
function leaveLinks(this: Processor): void {
  const data = this.data()
  data.fromMarkdownExtensions = (data.fromMarkdownExtensions ?? [])
    .flat()
    .map((extension) => ({ ...extension, transforms: [] }))
}

function leaveOutMail(this: Processor): void {
  const data = this.data()
  data.micromarkExtensions = (data.micromarkExtensions ?? []).flat().map((extension) => ({
    ...extension,
    text: Object.fromEntries(
      Object.entries(extension.text ?? {})
        .map(
          ([code, constructs = []]) =>
            [code, [constructs].flat().filter(({ name }) => name !== 'emailAutolink')] as const,
        )
        .filter(([, constructs]) => constructs.length > 0),
    ),
  }))
}

function toLoaded(tree: Root, data: FrontMatter): Loaded {
  const children = placeNotes(resolveReferences(withoutUnshown(tree)).children.flatMap(openNode))
  for (const node of children) readInline(node)
  return { title: titleOf(data) ?? firstHeading(children), root: { type: 'root', children }, frontMatter: data }
}

/** The parser's time and memory grow faster than a text does, so a long one is parsed heading by heading. */
function parseInPieces(text: string, parse: (piece: string) => Root): Root {
  const pieces: string[][] = [[]]
  let length = 0
  let fenced = false
  for (const line of toCommonMark(text).split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced
    if (length > pieceLength && !fenced && /^#{1,6}\s/.test(line)) {
      pieces.push([])
      length = 0
    }
    pieces.at(-1)?.push(line)
    length += line.length
  }
  return { type: 'root', children: pieces.flatMap((lines) => parse(lines.join('\n')).children) }
}

/** `[text][name]` -> a link that knows its address. */
function resolveReferences(tree: Root): Root {
  const urls = new Map(
    tree.children.flatMap((node) => (node.type === 'definition' ? [[node.identifier, node.url] as const] : [])),
  )
  const resolve = <Node extends Nodes>(node: Node): Nodes => {
    if (node.type === 'linkReference') {
      const url = urls.get(node.identifier)
      if (url !== undefined) return { type: 'link', url, children: node.children }
    }
    if ('children' in node) node.children = node.children.map((child) => resolve(child)) as typeof node.children
    return node
  }
  return urls.size === 0 ? tree : { ...tree, children: tree.children.map((child) => resolve(child) as RootContent) }
}

const unshown = new RegExp(`<(${[...never].join('|')})(?=[\\s>/])`, 'gi')

/** What is parted by blank lines or stands within a sentence, and is not shown all the same: all from such a tag to its end. */
function withoutUnshown<Node extends Nodes>(node: Node): Node {
  if (!('children' in node)) return node
  const children: Nodes[] = []
  const endless = new Set<string>()
  for (let index = 0; index < node.children.length; index += 1) {
    const child = node.children[index] as Nodes
    const name = child.type === 'html' ? leftOpen(child.value) : undefined
    const isLeftOpen = name !== undefined && !endless.has(name)
    const end = isLeftOpen ? node.children.findIndex((after, at) => at > index && ends(after, name)) : -1
    const last = node.children[end]
    if (isLeftOpen && end === -1) endless.add(name)
    if (child.type !== 'html' || last?.type !== 'html') children.push(withoutUnshown(child))
    else {
      children.push({ type: 'html', value: child.value + last.value })
      index = end
    }
  }
  node.children = children as typeof node.children
  return node
}

/** The first tag of a piece of HTML that is not shown and does not end in it. */
function leftOpen(html: string): string | undefined {
  const names = [...html.matchAll(unshown)].map(([, name = '']) => name.toLowerCase())
  return names.find((name) => html.toLowerCase().lastIndexOf(`<${name}`) > html.toLowerCase().lastIndexOf(`</${name}`))
}

function ends(node: Nodes, name: string): boolean {
  return node.type === 'html' && node.value.toLowerCase().includes(`</${name}`)
}

/** A block as it stands, or what it stands for. */
function openNode(node: RootContent): RootContent[] {
  if (node.type === 'html') return parseHtml(node.value)
  // A tag that a blank line and its indentation have parted from its block.
  if (node.type === 'code' && node.lang == null && /^(\s*<\/?[a-z][^<>]*>\s*)+$/i.test(node.value)) return []
  if (node.type === 'definition') return []
  if ((node.type === 'list' || node.type === 'listItem' || node.type === 'blockquote') && 'children' in node)
    return [{ ...node, children: (node.children as RootContent[]).flatMap(openNode) } as RootContent]
  return [node]
}

/** A footnote belongs to the text that bears its mark, not to the end of the page. */
function placeNotes(children: readonly RootContent[]): RootContent[] {
  const notes = new Map(
    children.flatMap((node) => (node.type === 'footnoteDefinition' ? [[node.identifier, node] as const] : [])),
  )
  if (notes.size === 0) return [...children]
  const placed = children.flatMap((node) => {
    if (node.type === 'footnoteDefinition') return []
    const own = marksIn(node).flatMap((identifier) => {
      const note: FootnoteDefinition | undefined = notes.get(identifier)
      notes.delete(identifier)
      return note === undefined ? [] : [note]
    })
    return [node, ...own]
  })
  return [...placed, ...notes.values()]
}

function marksIn(node: Nodes): string[] {
  if (node.type === 'footnoteReference') return [node.identifier]
  return 'children' in node ? node.children.flatMap(marksIn) : []
}

const inlineTag = /^<(\/?)(sup|sub|del|s|strike|br|img|input)\b([^>]*)>$/i

/** What tags within a paragraph say, and its lines joined: a line that ends there ends for the one who wrote it alone, but where each is an entry. */
function readInline(node: Nodes, inEntries = false): void {
  if (node.type === 'text') node.value = inEntries ? node.value.replace(/[ \t]*\n[ \t]*/g, '\n') : joinLines(node.value)
  if (!('children' in node)) return
  const hasEntries = inEntries || (node.type === 'paragraph' && areEntries(toText(node)))
  for (const child of node.children) readInline(child, hasEntries)
  if (!node.children.some((child) => child.type === 'html')) return
  const children: Nodes[] = []
  const open: Array<{ readonly tag: string; readonly from: number }> = []
  for (const [index, child] of node.children.entries()) {
    const [, end, tag = '', attributes = ''] = (child.type === 'html' && inlineTag.exec(child.value)) || []
    const name = tag.toLowerCase()
    if (name === '') children.push(child)
    else if (name === 'br') children.push({ type: 'break' })
    else if (name === 'img') children.push({ type: 'text', value: /\balt="([^"]*)"/i.exec(attributes)?.[1] ?? '' })
    else if (name === 'input')
      children.push({
        type: 'text',
        value: /checkbox/i.test(attributes) ? (/\bchecked\b/i.test(attributes) ? '[x]' : '[ ]') : '',
      })
    else if (end === '') open.push({ tag: name, from: children.length })
    else if (open.at(-1)?.tag === name) {
      const inner = children
        .splice(open.pop()?.from ?? 0)
        .map(toText)
        .join('')
      const before = children.map(toText).join('')
      const after = node.children[index + 1]
      const value =
        name === 'sup'
          ? toRaised(inner)
          : name === 'sub'
            ? toLowered(inner, before, after === undefined ? '' : toText(after))
            : `~~${inner}~~`
      children.push({ type: 'text', value })
    }
  }
  node.children = children as typeof node.children
}
