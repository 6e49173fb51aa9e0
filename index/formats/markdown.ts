import type { Heading, Root, RootContent, Yaml } from 'mdast'
import remarkFrontmatter from 'remark-frontmatter'
import remarkGfm from 'remark-gfm'
import remarkMdx from 'remark-mdx'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { parse as parseYaml } from 'yaml'
import type { Loaded } from '../load.ts'
import { toText } from '../text.ts'
import { parseHtml } from './html.ts'

/** The text of a file that a document includes, or undefined where there is none. */
export type Include = (name: string) => string | undefined

const markdown = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter, ['yaml', 'toml'])
const mdx = unified().use(remarkParse).use(remarkMdx).use(remarkGfm).use(remarkFrontmatter, ['yaml', 'toml'])
const deepestInclude = 5

/**
 * Markdown -> its tree: CommonMark with GitHub's tables and front matter, and what documentation sites add to it: MkDocs'
 * admonitions, tabs and includes, Docusaurus' admonitions and JSX, Hugo's and Jinja's shortcodes.
 * The title is front matter's, else the first level-1 heading's.
 */
export function loadMarkdown(text: string, include: Include = () => undefined): Loaded {
  return load(text, (source) => markdown.parse(source), include)
}

/** Markdown with JSX; one that is not valid MDX is read as Markdown. */
export function loadMdx(text: string, include: Include = () => undefined): Loaded {
  try {
    return load(text, (source) => mdx.parse(source), include)
  } catch {
    return loadMarkdown(text, include)
  }
}

function load(text: string, parse: (text: string) => Root, include: Include): Loaded {
  const reading: Reading = { parse, include, depth: 0 }
  const root: Root = { type: 'root', children: read(text, reading) }
  return { title: frontMatterTitle(parse(text)) ?? firstHeading(root.children), root }
}

interface Reading {
  readonly parse: (text: string) => Root
  readonly include: Include
  readonly depth: number
}

function read(text: string, reading: Reading): RootContent[] {
  const root = reading.parse(text)
  return root.children.flatMap((node, position) => openNode(node, position, root, text, reading))
}

/** A node as it stands, or what it stands for. */
function openNode(node: RootContent, position: number, root: Root, text: string, reading: Reading): RootContent[] {
  if (node.type === 'html') return parseHtml(node.value)
  if (isOneOf(node, 'yaml', 'toml', 'mdxjsEsm', 'mdxFlowExpression', 'definition')) return []
  if (isOneOf(node, 'mdxJsxFlowElement') && 'children' in node) {
    const inside: Root = { type: 'root', children: node.children as RootContent[] }
    return inside.children.flatMap((child, index) => openNode(child, index, inside, text, reading))
  }
  if (node.type === 'code' && !isIndentedCode(node, text))
    return [{ ...node, value: includeInCode(node.value, reading) }]
  const included = includedNames(node)
  if (included !== undefined) {
    const deeper = { ...reading, depth: reading.depth + 1 }
    return deeper.depth > deepestInclude ? [] : included.flatMap((name) => read(reading.include(name) ?? '', deeper))
  }
  return openAdmonition(node, position, root, text, reading)
}

const includeMark = /^\s*-{1,2}8<-{1,2}\s+"([^"]+)"\s*$/

/** The files that a paragraph of MkDocs' include marks names, or undefined for any other node. */
function includedNames(node: RootContent): string[] | undefined {
  if (node.type !== 'paragraph') return undefined
  const lines = toText(node)
    .split('\n')
    .map((line) => includeMark.exec(line)?.[1])
  return lines.every((name) => name !== undefined) ? lines : undefined
}

function includeInCode(code: string, { include }: Reading): string {
  return code
    .split('\n')
    .map((line) => {
      const name = includeMark.exec(line)?.[1]
      return name === undefined ? line : (include(name) ?? '').trimEnd()
    })
    .join('\n')
    .replace(/\{%-?\s*(end)?raw\s*-?%\}/g, '')
}

/**
 * MkDocs marks an admonition or a tab by a first line (`!!! note "Title"`, `=== "Tab"`) and four columns of indentation;
 * CommonMark sees a paragraph, then indented code. The indented lines are parsed again, without their indentation.
 */
function openAdmonition(
  node: RootContent,
  position: number,
  root: Root,
  text: string,
  reading: Reading,
): RootContent[] {
  const before = root.children[position - 1]
  if (isIndentedCode(node, text) && before !== undefined && admonitionTitle(before, text) !== undefined) return []
  const title = admonitionTitle(node, text)
  if (title === undefined) return [node]
  const after = root.children[position + 1]
  const start = node.position?.start.offset ?? 0
  const end = (after !== undefined && isIndentedCode(after, text) ? after : node).position?.end.offset ?? text.length
  const [, ...lines] = text.slice(start, end).split('\n')
  const inside = read(lines.map((line) => line.replace(/^( {1,4}|\t)/, '')).join('\n'), reading)
  return title === '' ? inside : [{ type: 'paragraph', children: [{ type: 'text', value: `${title}:` }] }, ...inside]
}

function admonitionTitle(node: RootContent, text: string): string | undefined {
  if (node.type !== 'paragraph') return undefined
  const line = text.slice(node.position?.start.offset, node.position?.end.offset).split('\n', 1)[0] ?? ''
  const [, marker, kind = '', title] =
    /^(!!!|\?\?\?\+?|===[!+]?)\s+([\w-]+(?:\s+[\w-]+)*)?\s*(?:"(.*)")?\s*$/.exec(line) ?? []
  if (marker === undefined) return undefined
  return title ?? kind.charAt(0).toUpperCase() + kind.slice(1)
}

function isIndentedCode(node: RootContent, text: string): boolean {
  const start = node.position?.start.offset ?? 0
  return node.type === 'code' && /^( {4}|\t)/.test(text.slice(text.lastIndexOf('\n', start - 1) + 1, start + 4))
}

function isOneOf(node: { readonly type: string }, ...types: readonly string[]): boolean {
  return types.includes(node.type)
}

function frontMatterTitle(root: Root): string | undefined {
  const yaml = root.children.find((node): node is Yaml => node.type === 'yaml')
  const toml = root.children.find((node) => isOneOf(node, 'toml'))
  if (toml !== undefined && 'value' in toml) return /^title\s*=\s*["'](.+)["']\s*$/m.exec(String(toml.value))?.[1]
  if (yaml === undefined) return undefined
  try {
    const data: unknown = parseYaml(yaml.value)
    const title = typeof data === 'object' && data !== null && 'title' in data ? data.title : undefined
    return typeof title === 'string' && title.trim() !== '' ? title.trim() : undefined
  } catch {
    return undefined
  }
}

function firstHeading(children: readonly RootContent[]): string | undefined {
  const heading = children.find((node): node is Heading => node.type === 'heading' && node.depth === 1)
  return heading === undefined ? undefined : toText(heading) || undefined
}
