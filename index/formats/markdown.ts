import type { Heading, Root, RootContent, Yaml } from 'mdast'
import remarkFrontmatter from 'remark-frontmatter'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { parse as parseYaml } from 'yaml'
import type { Loaded } from '../load.ts'
import { toText } from '../text.ts'

const parser = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter, ['yaml', 'toml'])

/** Markdown (CommonMark, GitHub's tables, front matter, MkDocs' admonitions and tabs) -> its tree; the title is front matter's, else the first level-1 heading's. */
export function loadMarkdown(text: string): Loaded {
  const root = parse(text)
  const children = root.children.filter((node) => node.type !== 'yaml' && !isToml(node))
  const title = frontMatterTitle(root) ?? firstHeading(children)
  return { title, root: { type: 'root', children } }
}

function parse(text: string): Root {
  const root = parser.parse(text)
  return {
    type: 'root',
    children: root.children.flatMap((node, position) => openAdmonition(node, position, root, text)),
  }
}

/**
 * MkDocs marks an admonition or a tab by a first line (`!!! note "Title"`, `=== "Tab"`) and four columns of indentation;
 * CommonMark sees a paragraph, then indented code. The indented lines are parsed again, without their indentation.
 */
function openAdmonition(node: RootContent, position: number, root: Root, text: string): RootContent[] {
  const before = root.children[position - 1]
  if (isIndentedCode(node, text) && before !== undefined && admonitionTitle(before, text) !== undefined) return []
  const title = admonitionTitle(node, text)
  if (title === undefined) return [node]
  const after = root.children[position + 1]
  const start = node.position?.start.offset ?? 0
  const end = (after !== undefined && isIndentedCode(after, text) ? after : node).position?.end.offset ?? text.length
  const [, ...lines] = text.slice(start, end).split('\n')
  const inside = parse(lines.map((line) => line.replace(/^( {1,4}|\t)/, '')).join('\n')).children
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

function isToml(node: { readonly type: string }): boolean {
  return node.type === 'toml'
}

function frontMatterTitle(root: Root): string | undefined {
  const yaml = root.children.find((node): node is Yaml => node.type === 'yaml')
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
