import type { Heading, Root, RootContent, Yaml } from 'mdast'
import remarkFrontmatter from 'remark-frontmatter'
import remarkGfm from 'remark-gfm'
import remarkMdx from 'remark-mdx'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import type { Loaded } from '../document.ts'
import { toText } from '../text.ts'
import { parseHtml } from './html.ts'
import { toCommonMark } from './site-markup.ts'

const markdown = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter, ['yaml', 'toml'])
const mdx = unified().use(remarkParse).use(remarkMdx).use(remarkGfm).use(remarkFrontmatter, ['yaml', 'toml'])

const pieceLength = 100_000

/**
 * Markdown -> its tree: CommonMark with GitHub's tables and front matter, and what documentation sites add to it (see
 * site-markup.ts). The title is front matter's, else the first level-1 heading's.
 */
export function loadMarkdown(text: string): Loaded {
  return toLoaded(parseInPieces(text, (piece) => markdown.parse(piece)))
}

/** Markdown with JSX; one that is not valid MDX is read as Markdown. */
export function loadMdx(text: string): Loaded {
  try {
    return toLoaded(parseInPieces(text, (piece) => mdx.parse(piece)))
  } catch {
    return loadMarkdown(text)
  }
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

function toLoaded(tree: Root): Loaded {
  const root: Root = { type: 'root', children: tree.children.flatMap(openNode) }
  return { title: frontMatterTitle(tree) ?? firstHeading(root.children), root }
}

/** A block as it stands, or what it stands for. */
function openNode(node: RootContent): RootContent[] {
  if (node.type === 'html') return parseHtml(node.value)
  // A tag that a blank line and its indentation have parted from its block.
  if (node.type === 'code' && node.lang == null && /^(\s*<\/?[a-z][^<>]*>\s*)+$/i.test(node.value)) return []
  if (isOneOf(node, 'yaml', 'toml', 'mdxjsEsm', 'mdxFlowExpression', 'definition')) return []
  if (isOneOf(node, 'mdxJsxFlowElement') && 'children' in node) {
    const label = labelOf(node)
    const title: RootContent[] =
      label === undefined ? [] : [{ type: 'paragraph', children: [{ type: 'text', value: `${label}:` }] }]
    return [...title, ...(node.children as RootContent[]).flatMap(openNode)]
  }
  if (isOneOf(node, 'list', 'listItem', 'blockquote') && 'children' in node)
    return [{ ...node, children: (node.children as RootContent[]).flatMap(openNode) } as RootContent]
  return [node]
}

const componentSchema = z.object({
  attributes: z.array(z.object({ name: z.string(), value: z.string() }).catch({ name: '', value: '' })),
})

/** What a component such as a tab calls itself. */
function labelOf(node: unknown): string | undefined {
  const attributes = componentSchema.safeParse(node).data?.attributes ?? []
  return attributes.find(({ name }) => name === 'label' || name === 'title')?.value
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
