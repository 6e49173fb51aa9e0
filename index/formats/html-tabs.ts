/** Tabs: the name of each stands above what it opens, for the row of names says nothing alone. */
import type { Element, ElementContent, Root } from 'hast'
import { textOf } from '../text.ts'

const panelClass = /(^|\s)(tab-?pane|tab-?panel|tabpanel|tabbed-block|tabs-?panel|tabs?__(panel|item|pane))(\s|$)/i
const listClass = /(^|\s)(nav-(tabs|pills)|tabbed-labels|tab-?list|tabs__(nav|list))(\s|$)/i

/** A page whose tabs' panels begin with their names; the rows of names that are said so are marked as tab lists. */
export function nameTabs<Node extends Root | Element>(node: Node): Node {
  const children = node.children.map((child) => (child.type === 'element' ? nameTabs(child) : child))
  const lists = children.filter((child): child is Element => child.type === 'element' && isList(child))
  return { ...node, children: lists.reduce((all, list) => nameEach(all, list), children) }
}

/** The panels beside a row of names, each with its name: by the id that the name opens, else by their order. */
function nameEach<Child extends Root['children'][number]>(children: readonly Child[], list: Element): Child[] {
  const tabs = tabsOf(list)
  const panels = children.flatMap((child) => (child.type === 'element' && child !== list ? panelsIn(child) : []))
  const names = new Map<Element, string>()
  for (const [index, panel] of panels.entries()) {
    const own = tabs.find((tab) => opens(tab, panel)) ?? (panels.length === tabs.length ? tabs[index] : undefined)
    const name = own === undefined ? '' : textOf(own).replace(/\s+/g, ' ').trim()
    if (name !== '') names.set(panel, name)
  }
  if (names.size === 0) return [...children]
  const named = (child: ElementContent): ElementContent => {
    if (child.type !== 'element') return child
    const inner = child.children.map(named)
    const name = names.get(child)
    return { ...child, children: name === undefined ? inner : [toLabel(name), ...inner] }
  }
  return children.flatMap((child): Child[] => {
    if (child === list) return [{ ...child, properties: { ...list.properties, role: 'tablist' } }]
    // What the names switch, where they are labels.
    if (child.type === 'element' && child.tagName === 'input' && child.properties.type === 'radio') return []
    return child.type === 'element' ? [named(child) as Child] : [child]
  })
}

function isList({ properties }: Element): boolean {
  return properties.role === 'tablist' || listClass.test(classesOf(properties))
}

function isPanel({ properties }: Element): boolean {
  return properties.role === 'tabpanel' || panelClass.test(classesOf(properties))
}

function classesOf(properties: Element['properties']): string {
  return [properties.className].flat().join(' ')
}

/** The outermost panels. */
function panelsIn(element: Element): Element[] {
  if (isPanel(element)) return [element]
  return element.children.flatMap((child) => (child.type === 'element' ? panelsIn(child) : []))
}

/** The names of a row: what says that it is a tab, or else its links, labels and buttons. */
function tabsOf(list: Element): Element[] {
  const all = descendants(list)
  const tabs = all.filter(({ properties }) => properties.role === 'tab')
  return tabs.length > 0 ? tabs : all.filter(({ tagName }) => /^(a|label|button)$/.test(tagName))
}

function descendants(element: Element): Element[] {
  return element.children.flatMap((child) => (child.type === 'element' ? [child, ...descendants(child)] : []))
}

function opens(tab: Element, panel: Element): boolean {
  const { ariaControls, href, dataTarget, dataBsTarget, id } = tab.properties
  const targets = [ariaControls, href, dataTarget, dataBsTarget]
    .flat()
    .map((target) => String(target).replace(/^#/, ''))
  const { id: own, ariaLabelledBy } = panel.properties
  return (
    (typeof own === 'string' && targets.includes(own)) ||
    (typeof id === 'string' && [ariaLabelledBy].flat().includes(id))
  )
}

function toLabel(name: string): Element {
  const value = /[.:?!]$/.test(name) ? name : `${name}:`
  return { type: 'element', tagName: 'p', properties: {}, children: [{ type: 'text', value }] }
}
