// What of an HTML page is no text of its own: what surrounds it, what belongs to the site, what nobody gets to see.
import type { Element, Nodes as HtmlNodes, Root as HtmlRoot } from 'hast'
import { textOf } from '../text.ts'

/** What is no text, or no text of this page, wherever it stands. */
export const never = new Set(
  'head script style noscript template iframe svg canvas video audio nav dialog menu'.split(' '),
)
const neverRoles = new Set(['navigation', 'contentinfo', 'search', 'menu', 'dialog', 'tooltip'])
const callout = /admonition|callout|note|tip|info|warning|caution|danger|alert|aside|sidebar-?(box|note)|important/
/** The signs by which headings link to themselves. */
const permalink = /^(?:[¶#§🔗↩↑⤴⏎\u200b\s]\ufe0e?\ufe0f?)*$/u
const cookieNotice = /cookie-?(banner|bar|consent|law|notice)|onetrust/i

/** Whether an element is left out; `before` is the element that stands before it. */
export type LeaveOut = (element: Element, before: Element | undefined) => boolean

/** What is left out of a page of this title; `inMainPart` where only its main part is read. */
export function leftOutOf(page: HtmlRoot, inMainPart: boolean, title: string): LeaveOut {
  const opened = openedBy(page)
  return (element, before) =>
    isBoilerplate(element) ||
    isSiteWide(element, inMainPart, title) ||
    (isHidden(element) && !canBeOpened(element, before, opened))
}

export function isHidden({ properties }: Element): boolean {
  return (
    (properties.hidden != null && properties.hidden !== false) ||
    properties.ariaHidden === 'true' ||
    /display:\s*none|visibility:\s*hidden/.test(String(properties.style))
  )
}

const panel = /tab|panel|accordion|collaps|expand|fold|toggle|content|answer|faq|body|details|more|spoiler/i
const opener = new Set(['button', 'summary', 'dt', 'label', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'])
/** By what frameworks fold and unfold. */
const folding = ['x-show', 'v-show', 'v-if', 'x-collapse', 'ng-show', 'ng-if', 'x-cloak', 'data-collapse']
const icon = new Set(['svg', 'i', 'span', 'a', 'img'])

/** The ids that a link or a control of the page opens. */
function openedBy(page: HtmlNodes): ReadonlySet<string> {
  const names = findEach(page, () => true).flatMap(({ tagName, properties }) => [
    ...[properties.ariaControls].flat(),
    properties.dataTarget,
    properties.dataBsTarget,
    properties.htmlFor,
    tagName === 'a' ? properties.href : undefined,
  ])
  return new Set(names.flatMap((name) => (typeof name === 'string' ? [name.replace(/^#/, '')] : [])))
}

/** Whether a reader gets to see what is folded when the page loads: a tab's panel, an answer below its question. */
function canBeOpened(element: Element, before: Element | undefined, opened: ReadonlySet<string>): boolean {
  const { tagName, properties } = element
  if (icon.has(tagName)) return false
  if (properties.hidden === 'until-found' || properties.role === 'tabpanel' || properties.role === 'region') return true
  if (typeof properties.id === 'string' && opened.has(properties.id)) return true
  if (panel.test([properties.className, properties.id].flat().join(' '))) return true
  if (folding.some((name) => properties[name] !== undefined)) return true
  return before !== undefined && findAll(before, isOpener).length > 0
}

function isOpener({ tagName, properties }: Element): boolean {
  return opener.has(tagName) || properties.role === 'button' || properties.onClick !== undefined
}

function isBoilerplate(element: Element): boolean {
  const { tagName, properties } = element
  return (
    never.has(tagName) ||
    neverRoles.has(String(properties.role)) ||
    (tagName === 'footer' && !saysSomething(element)) ||
    (tagName === 'a' && element.children.length > 0 && permalink.test(textOf(element))) ||
    isTablist(element) ||
    isContents(element) ||
    isFrame(element)
  )
}

/** A table of contents says where things are said, and nothing else. */
function isContents(element: Element): boolean {
  const named = [element.properties.className, element.properties.id].flat().join(' ')
  return /(^|[\s_-])(toc|table-?of-?contents)($|[\s_-])/i.test(named) && !saysSomething(element)
}

/** What programs that make pages call the ways from page to page that they put around them, and what may be one. */
const wayName =
  /^(breadcrumbs?|breadcrumb-section|toctree-wrapper|navheader|navfooter|navbar|nav-chapters|nav-(wide-)?wrapper|pagination|prev-?next|skip-?(link|nav|to-content))$/i
const frameName = /^(related|pager|(site-?|page-?)?footer)$/i

function isFrame(element: Element): boolean {
  const { tagName, properties } = element
  const isNamed = (name: RegExp): boolean =>
    [properties.className, properties.id].flat().some((own) => name.test(String(own)))
  if (isNamed(wayName)) return true
  if (!isNamed(frameName) || /^t([rdh]|foot)$/.test(tagName)) return false
  const leads = findAll(element, (part) => part.tagName === 'a' && part.properties.href != null).length > 0
  return (leads || notice.test(textOf(element))) && !saysSomething(element)
}

/** The names of tabs say nothing without their panels where they stand in a row of their own. */
function isTablist({ properties }: Element): boolean {
  return properties.role === 'tablist'
}

function isSiteWide(element: Element, inMainPart: boolean, title: string): boolean {
  const { tagName, properties } = element
  const named = [properties.className, properties.id].flat().join(' ')
  if (tagName === 'aside' && callout.test([properties.className].flat().join(' '))) return false
  if (tagName === 'aside') return !saysSomething(element)
  if (inMainPart) return false
  if (cookieNotice.test(named)) return true
  if (tagName === 'header' && hasTitle(element, title)) return false
  if (tagName === 'header' || properties.role === 'banner' || properties.role === 'complementary')
    return !saysSomething(element)
  return false
}

/** Whether a header has the page's own title in it, and not the site's, which is a link. */
function hasTitle(header: Element, title: string): boolean {
  const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()
  return findAll(header, ({ tagName }) => tagName === 'h1').some(
    (heading) =>
      plain(textOf(heading)) !== '' &&
      plain(title).startsWith(plain(textOf(heading))) &&
      findAll(heading, ({ tagName }) => tagName === 'a').every(
        (link) => plain(textOf(link)) !== plain(textOf(heading)),
      ),
  )
}

const leastSaid = 40
const notice =
  /©|\(c\)|copyright|all rights reserved|cookie|\b(generated|powered|built|created) (by|with|using) \p{Lu}|last (updated|modified|edited)/iu

/** Whether what surrounds a page's text is text itself: sentences rather than links, names and notices. */
function saysSomething(element: Element): boolean {
  const links = findAll(element, ({ tagName }) => /^(a|nav|button|form|script|style)$/.test(tagName))
    .map(textOf)
    .join('')
  const whole = textOf(element).replace(/\s+/g, ' ').trim()
  const own = whole.length - links.replace(/\s+/g, ' ').length
  return own >= leastSaid && own > links.length && !notice.test(whole)
}

/** The outermost elements that match. */
export function findAll(node: HtmlNodes, matches: (element: Element) => boolean): Element[] {
  if (node.type === 'element' && matches(node)) return [node]
  return 'children' in node ? node.children.flatMap((child) => findAll(child, matches)) : []
}

function findEach(node: HtmlNodes, matches: (element: Element) => boolean): Element[] {
  const own = node.type === 'element' && matches(node) ? [node] : []
  return 'children' in node ? [...own, ...node.children.flatMap((child) => findEach(child, matches))] : own
}
