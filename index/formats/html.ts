import type { Element, Nodes as HtmlNodes, Root as HtmlRoot } from 'hast'
import { fromHtml } from 'hast-util-from-html'
import { toMdast } from 'hast-util-to-mdast'
import type { Root, RootContent } from 'mdast'
import type { Loaded } from '../load.ts'
import { textOf, toText } from '../text.ts'

/** What surrounds a page's text on every page, or is not text at all. */
const boilerplate = new Set(
  'nav header footer aside script style noscript template form button input select textarea iframe svg canvas dialog menu'.split(
    ' ',
  ),
)
const boilerplateRoles = new Set([
  'navigation',
  'banner',
  'contentinfo',
  'complementary',
  'search',
  'menu',
  'dialog',
  'alert',
])

/** HTML -> the same tree as Markdown's, from `<main>` or `<article>` where there is one, without what surrounds the text. */
export function loadHtml(html: string): Loaded {
  const page = fromHtml(html)
  const title = find(page, 'title')
  const body = find(page, 'main') ?? findRole(page, 'main') ?? find(page, 'article') ?? find(page, 'body') ?? page
  const root = toTree({ type: 'root', children: [body].filter((node) => node.type === 'element') })
  const heading = root.children.find((node) => node.type === 'heading' && node.depth === 1)
  return { title: (heading && toText(heading)) || (title && textOf(title).trim()) || undefined, root }
}

/** A piece of HTML, as it stands in Markdown or comes out of a converter, -> the blocks of its tree. */
export function parseHtml(html: string): RootContent[] {
  return toTree(fromHtml(html, { fragment: true })).children
}

function toTree(html: HtmlRoot): Root {
  const tree = toMdast(withoutBoilerplate(html))
  return tree.type === 'root' ? tree : { type: 'root', children: [] }
}

function withoutBoilerplate<Node extends HtmlRoot | Element>(node: Node): Node {
  const children = node.children
    .filter((child) => child.type !== 'comment' && (child.type !== 'element' || !isBoilerplate(child)))
    .map((child) => (child.type === 'element' ? withoutBoilerplate(child) : child))
  return { ...node, children }
}

function isBoilerplate({ tagName, properties }: Element): boolean {
  return (
    boilerplate.has(tagName) ||
    boilerplateRoles.has(String(properties.role)) ||
    properties.hidden === true ||
    properties.ariaHidden === 'true'
  )
}

function find(node: HtmlNodes, tagName: string): Element | undefined {
  return findElement(node, (element) => element.tagName === tagName)
}

function findRole(node: HtmlNodes, role: string): Element | undefined {
  return findElement(node, ({ properties }) => properties.role === role)
}

function findElement(node: HtmlNodes, matches: (element: Element) => boolean): Element | undefined {
  if (node.type === 'element' && matches(node)) return node
  if (!('children' in node)) return undefined
  for (const child of node.children) {
    const found = findElement(child, matches)
    if (found !== undefined) return found
  }
  return undefined
}
