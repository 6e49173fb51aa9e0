import type { Element, Nodes as HtmlNodes, Root as HtmlRoot } from 'hast'
import { fromHtml } from 'hast-util-from-html'
import { toMdast } from 'hast-util-to-mdast'
import type { Root, RootContent } from 'mdast'
import type { Loaded } from '../document.ts'
import { textOf, toText } from '../text.ts'

/** What is no text, or no text of this page, wherever it stands. */
const never = new Set(
  'script style noscript template iframe svg canvas nav footer button input select textarea dialog menu'.split(' '),
)
const neverRoles = new Set(['navigation', 'banner', 'contentinfo', 'search', 'menu', 'dialog'])
/** What belongs to the site, and inside a page's main part to the text: an aside only where it is a note to the reader. */
const siteWide = new Set(['header', 'aside'])
const callout = /admonition|callout|note|tip|info|warning|caution|danger|alert|aside/
/** The signs by which headings link to themselves. */
const permalink = /^[¶#§🔗↩\u200b\s]*$/u
const cookieNotice = /cookie-?(banner|bar|consent|law|notice)|onetrust/i

/** HTML -> the same tree as Markdown's, from `<main>` or `<article>` where there is one, without what surrounds the text. */
export function loadHtml(html: string): Loaded {
  const page = fromHtml(html)
  const [title] = findAll(page, ({ tagName }) => tagName === 'title')
  const [main] = findAll(page, ({ tagName, properties }) => tagName === 'main' || properties.role === 'main')
  const articles = findAll(page, ({ tagName }) => tagName === 'article')
  const part = main ?? (articles.length === 1 ? articles[0] : undefined)
  const [body] = findAll(page, ({ tagName }) => tagName === 'body')
  const root = toTree(
    part ?? body ?? page,
    (element) => isBoilerplate(element) || isSiteWide(element, part !== undefined),
  )
  const heading = root.children.find((node) => node.type === 'heading' && node.depth === 1)
  return { title: (heading && toText(heading)) || (title && textOf(title).trim()) || undefined, root }
}

/** A piece of HTML, as it stands in Markdown or comes out of a converter, -> the blocks of its tree. */
export function parseHtml(html: string): RootContent[] {
  return toTree(fromHtml(html, { fragment: true }), ({ tagName }) => never.has(tagName)).children
}

/** Children at once; the converter's stack does not hold those of a page of many megabytes. */
const groupSize = 1000

function toTree(html: HtmlRoot | Element, leaveOut: (element: Element) => boolean): Root {
  const { children } = without(html, leaveOut)
  const groups = Array.from({ length: Math.ceil(children.length / groupSize) }, (_, index) =>
    toMdast({ type: 'root', children: children.slice(index * groupSize, (index + 1) * groupSize) }),
  )
  return { type: 'root', children: groups.flatMap((tree) => (tree.type === 'root' ? tree.children : [])) }
}

function without<Node extends HtmlRoot | Element>(node: Node, leaveOut: (element: Element) => boolean): Node {
  const children = node.children
    .filter((child) => child.type !== 'comment' && (child.type !== 'element' || !leaveOut(child)))
    .map((child) => (child.type === 'element' ? without(child, leaveOut) : child))
  return { ...node, children }
}

function isBoilerplate(element: Element): boolean {
  const { tagName, properties } = element
  return (
    never.has(tagName) ||
    neverRoles.has(String(properties.role)) ||
    properties.hidden === true ||
    properties.ariaHidden === 'true' ||
    /display:\s*none/.test(String(properties.style)) ||
    (tagName === 'a' && element.children.length > 0 && permalink.test(textOf(element)))
  )
}

function isSiteWide({ tagName, properties }: Element, inMainPart: boolean): boolean {
  const named = [properties.className, properties.id].flat().join(' ')
  if (!inMainPart) return siteWide.has(tagName) || properties.role === 'complementary' || cookieNotice.test(named)
  return tagName === 'aside' && !callout.test([properties.className].flat().join(' '))
}

function findAll(node: HtmlNodes, matches: (element: Element) => boolean): Element[] {
  if (node.type === 'element' && matches(node)) return [node]
  return 'children' in node ? node.children.flatMap((child) => findAll(child, matches)) : []
}
