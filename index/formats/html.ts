import type { Element, ElementContent, Nodes as HtmlNodes, Root as HtmlRoot } from 'hast'
import { fromHtml } from 'hast-util-from-html'
import { defaultHandlers, toMdast } from 'hast-util-to-mdast'
import type { ListItem, Root, RootContent } from 'mdast'
import type { Loaded } from '../document.ts'
import { firstHeading, textOf, toText } from '../text.ts'
import { toCounter } from './counter.ts'
import { withoutEmptyFields } from './html-forms.ts'
import { openFormulas } from './html-formulas.ts'
import { findAll, isHidden, type LeaveOut, leftOutOf, never } from './html-left-out.ts'
import { openTables } from './html-tables.ts'
import { nameTabs } from './html-tabs.ts'
import { htmlNames } from './literal.ts'
import { toLowered, toRaised } from './raised.ts'

const headings = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'])

/** HTML -> the same tree as Markdown's, from `<main>` or `<article>` where there is one, without what surrounds the text. */
export function loadHtml(html: string): Loaded {
  const page = nameTabs(withoutEmptyFields(fromHtml(html)))
  const [title] = findAll(page, ({ tagName }) => tagName === 'title')
  const [main] = findAll(page, ({ tagName, properties }) => tagName === 'main' || properties.role === 'main')
  const articles = findAll(page, ({ tagName }) => tagName === 'article')
  const part = main ?? (articles.length === 1 ? articles[0] : undefined)
  const [body] = findAll(page, ({ tagName }) => tagName === 'body')
  const [link] = findAll(
    page,
    ({ tagName, properties }) => tagName === 'link' && String(properties.rel) === 'canonical',
  )
  const root = toTree(
    part ?? body ?? page,
    leftOutOf(page, part !== undefined, title === undefined ? '' : textOf(title)),
  )
  const canonical = link?.properties.href
  return {
    title: firstHeading(root.children) || (title && textOf(title).trim()) || undefined,
    root,
    ...(typeof canonical === 'string' && { frontMatter: { canonical } }),
  }
}

/** A piece of HTML, as it stands in Markdown or comes out of a converter, -> the blocks of its tree. */
export function parseHtml(html: string): RootContent[] {
  return toTree(nameTabs(withoutEmptyFields(fromHtml(html, { fragment: true }))), ({ tagName }) => never.has(tagName))
    .children
}

/** Children at once; the converter's stack does not hold those of a page of many megabytes. */
const groupSize = 1000

function toTree(html: HtmlRoot | Element, leaveOut: LeaveOut): Root {
  const children = openTables(open(openFormulas(html), leaveOut))
  const groups = Array.from({ length: Math.ceil(children.length / groupSize) }, (_, index) =>
    toMdast({ type: 'root', children: children.slice(index * groupSize, (index + 1) * groupSize) }, { handlers }),
  )
  return { type: 'root', children: groups.flatMap((tree) => (tree.type === 'root' ? tree.children : [])) }
}

/** An item keeps the letter or number that its list gives it. */
const li: (typeof defaultHandlers)['li'] = (state, node) => {
  const item = defaultHandlers.li(state, node)
  const label = node.properties.dataLabel
  return typeof label === 'string' ? { ...item, data: { label } } : item
}

/** A heading keeps the name that links find it by. */
const heading: (typeof defaultHandlers)['h1'] = (state, node) => {
  const { id } = node.properties
  const made = defaultHandlers.h1(state, node)
  return typeof id === 'string' && id !== '' ? { ...made, data: { anchor: id } } : made
}

/** Terms and what they mean -> a list: an item for what is said of one term or of several. */
const dl: (typeof defaultHandlers)['dl'] = (state, node) => {
  const parts = node.children.flatMap((child) =>
    child.type === 'element' && child.tagName === 'div' ? child.children : [child],
  )
  const items: Array<{ readonly terms: Element[]; readonly meanings: Element[] }> = []
  for (const part of parts) {
    if (part.type !== 'element') continue
    const open = items.at(-1)
    if (part.tagName === 'dd' && open !== undefined) open.meanings.push(part)
    else if (open === undefined || open.meanings.length > 0) items.push({ terms: [part], meanings: [] })
    else open.terms.push(part)
  }
  const children = items.map(({ terms, meanings }): ListItem => {
    const named = terms.flatMap((term, index) => [...(index === 0 ? [] : [text(', ')]), ...term.children])
    const term = state.toFlow(state.all({ type: 'element', tagName: 'dt', properties: {}, children: named }))
    if (meanings.length > 0) closeTerm(term.at(-1))
    return { type: 'listItem', children: [...term, ...meanings.flatMap((meaning) => state.toFlow(state.all(meaning)))] }
  })
  return { type: 'list', ordered: false, children }
}

/** "Inflow" and "Vell river" are read as "Inflow: Vell river", also where they are quoted in one line. */
function closeTerm(term: RootContent | undefined): void {
  if (term?.type === 'paragraph') term.children.push({ type: 'text', value: colonAfter(toText(term)) })
}

/** The colon between a term and what it means; none where a mark stands there already. */
export function colonAfter(term: string): string {
  return term.trim() === '' || /[.:?!;,…。？！：][*_`"'”’»)]*\s*$/u.test(term) ? '' : ':'
}

const handlers = { li, dl, h1: heading, h2: heading, h3: heading, h4: heading, h5: heading, h6: heading }

/** What is left of a node's children, each as what it shows. */
function open(node: HtmlRoot | Element, leaveOut: LeaveOut): ElementContent[] {
  const labels = node.type === 'element' && node.tagName === 'ol' ? labelsOf(node) : []
  const shown: ElementContent[] = []
  let before: Element | undefined
  let item = 0
  for (const [index, child] of node.children.entries()) {
    if (child.type === 'text') shown.push(child)
    if (child.type !== 'element') continue
    if (!leaveOut(child, before)) {
      const label = child.tagName === 'li' ? labels[item] : undefined
      if (child.tagName === 'li') item += 1
      shown.push(...openElement(child, node, node.children.slice(index + 1), shown, leaveOut, label))
    }
    before = child
  }
  return shown
}

const inline = new Set('span font strong em b i u small a'.split(' '))
/** What a style makes of an element that has no meaning of its own. */
const looksLike = [
  [/line-through/, 'del'],
  [/vertical-align:\s*super/, 'sup'],
  [/vertical-align:\s*sub/, 'sub'],
] as const
/** The parts of tables that are made of other elements. */
const tableRoles: Readonly<Record<string, string>> = {
  table: 'table',
  grid: 'table',
  rowgroup: 'tbody',
  row: 'tr',
  columnheader: 'th',
  rowheader: 'th',
  cell: 'td',
  gridcell: 'td',
}

function openElement(
  element: Element,
  parent: HtmlRoot | Element,
  after: readonly HtmlNodes[],
  shown: readonly ElementContent[],
  leaveOut: LeaveOut,
  label: string | undefined,
): ElementContent[] {
  const { tagName, properties } = element
  const children = (): ElementContent[] => open(element, leaveOut)
  const looks = `${[properties.className].flat().join(' ')} ${properties.style ?? ''}`
  const kind = inline.has(tagName) ? (looksLike.find(([pattern]) => pattern.test(looks))?.[1] ?? tagName) : tagName
  switch (kind) {
    case 'del':
      return [{ ...element, tagName: 'del', children: children() }]
    case 'sup':
      return [text(toRaised(children().map(textOf).join('')))]
    case 'sub':
      return [
        text(toLowered(children().map(textOf).join(''), shown.map(textOf).join(''), after[0] ? textOf(after[0]) : '')),
      ]
    case 'a':
      return isNoteMark(element, parent) ? [text(toRaised(textOf(element)))] : [{ ...element, children: children() }]
    case 'rt':
      return [text(`(${textOf(element)})`)]
    case 'rp':
    case 'wbr':
      return []
    case 'button':
      return openButton(element, parent, after, children())
    case 'input':
      return openInput(element)
    case 'textarea':
      return [text(textOf(element))]
    case 'select': {
      const chosen = findAll(element, (option) => option.tagName === 'option' && option.properties.selected != null)
      return chosen.map((option) => text(` ${textOf(option)} `))
    }
    case 'footer':
    case 'header':
      return [{ ...element, tagName: 'div', children: children() }]
    case 'iframe':
      return []
    default: {
      const role = tagName === 'div' || tagName === 'span' ? tableRoles[String(properties.role)] : undefined
      if (role !== undefined) return [{ ...element, tagName: role, children: children() }]
      if (tagName === 'code' && isBlockOfCode(element, parent))
        return [{ ...element, tagName: 'pre', children: [{ ...element, children: children() }] }]
      const kept = { ...element, properties: label === undefined ? properties : { ...properties, dataLabel: label } }
      if (htmlNames.has(tagName)) return [{ ...kept, children: children() }]
      return [{ ...kept, tagName: 'div', children: [...shownProps(element), ...children()] }]
    }
  }
}

/** Code of several lines that stands alone, outside of what says that it is preformatted. */
function isBlockOfCode(element: Element, parent: HtmlRoot | Element): boolean {
  const isAlone = parent.children.every((child) => child === element || textOf(child).trim() === '')
  return (
    isAlone &&
    parent.type === 'element' &&
    /^(div|section|figure|td|li)$/.test(parent.tagName) &&
    /\S\s*\n\s*\S/.test(textOf(element))
  )
}

/** A button that opens what stands beside it is its heading; one that does something is none. */
function openButton(
  { properties }: Element,
  parent: HtmlRoot | Element,
  after: readonly HtmlNodes[],
  children: ElementContent[],
): ElementContent[] {
  const within = parent.type === 'element' ? parent.tagName : ''
  if (headings.has(within) || within === 'summary' || within === 'dt') return children
  const opens = properties.ariaControls ?? properties.ariaExpanded ?? properties.dataTarget ?? properties.dataBsTarget
  const below = after.find((node) => node.type === 'element')
  const isFolded = below !== undefined && isHidden(below)
  if (opens === undefined && !isFolded && properties.role !== 'tab') return []
  return [{ type: 'element', tagName: 'p', properties: {}, children }]
}

/** A footnote's mark that a style sheet raises. */
function isNoteMark(link: Element, parent: HtmlRoot | Element): boolean {
  const { className, role, epubType, 'epub:type': type } = link.properties
  return (
    (parent.type !== 'element' || parent.tagName !== 'sup') &&
    /noteref|footnote-?ref/i.test([className, role, epubType, type].flat().join(' ')) &&
    /^\s*\[?[\d*†‡§a-z]{1,3}\]?\s*$/.test(textOf(link))
  )
}

const typedIn = /^(text|number|date|time|datetime-local|month|week|email|tel|url|)$/

/** What is filled in or ticked in a form. */
function openInput(element: Element): ElementContent[] {
  const { type = '', value, checked } = element.properties
  if (type === 'checkbox') return [element]
  if (type === 'radio') return [text(checked ? '(x) ' : '( ) ')]
  return typedIn.test(String(type)) && value != null && value !== '' ? [text(` ${value} `)] : []
}

/** Names of the props by which components and custom elements show text, and of those that never do. */
const shownName =
  /^(title|label|header|heading|caption|text|summary|subtitle|tagline|description|desc|question|answer|tip|content|message|alt|quote|author|note|term|definition|body|cta|eyebrow|badge)$/i
const hiddenName =
  /^(id|key|class|classname|style|sx|href|src|to|url|icon|img|image|value|name|type|lang|language|variant|size|color|width|height|d|viewbox|slot|role|rel|target|data.*|aria.*|group-?id|query-?string|default-?value|values|items-?center|layout|as|from|path|file|link|on[A-Z].*)$/i

/** Whether a prop is for a reader: its name says so, or it holds a sentence and its name does not say otherwise. */
export function isShownProp(name: string, value: string): boolean {
  if (value.trim() === '' || /^(https?:\/\/|\/|\.\.?\/|#)\S*$/.test(value)) return false
  return shownName.test(name) || (!hiddenName.test(name) && /\p{L}\S*\s+\S*\p{L}/u.test(value) && !/[{};=]/.test(value))
}

function shownProps({ properties }: Element): ElementContent[] {
  const texts = Object.entries(properties).flatMap(([name, value]) =>
    typeof value === 'string' && isShownProp(name, value) ? [value] : [],
  )
  if (texts.length === 0) return []
  const line = texts.join(': ')
  return [{ type: 'element', tagName: 'p', properties: {}, children: [text(/[.:?!]$/.test(line) ? line : `${line}:`)] }]
}

function text(value: string): ElementContent {
  return { type: 'text', value }
}

/** The labels of an ordered list's items, where they are not simply counted. */
function labelsOf(list: Element): string[] {
  const items = list.children.filter((child): child is Element => child.type === 'element' && child.tagName === 'li')
  const style = /list-style(?:-type)?:\s*[^;]*\b(lower|upper)-(alpha|latin|roman)/.exec(String(list.properties.style))
  const named = style && (style[2] === 'roman' ? 'i' : 'a')
  const type =
    named === null ? String(list.properties.type ?? '1') : style?.[1] === 'upper' ? named.toUpperCase() : named
  const step = list.properties.reversed ? -1 : 1
  const plain = type === '1' && step === 1 && items.every((item) => item.properties.value == null)
  if (plain) return []
  let next = Number(list.properties.start ?? (step === 1 ? 1 : items.length))
  return items.map((item) => {
    const own = Number(item.properties.value ?? next)
    next = own + step
    return `${toCounter(own, type)}.`
  })
}
