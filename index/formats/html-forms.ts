/** Forms: what names a field that nobody has filled in asks for something and says nothing. */
import type { Element, ElementContent, Root } from 'hast'
import { textOf } from '../text.ts'
import { findAll } from './html-left-out.ts'

const typedIn = /^(text|number|date|time|datetime-local|month|week|email|tel|url|search|password|file|)$/

/** A page without its empty fields and what names them; a form's paragraphs and headings stay, and what is filled in or chosen from. */
export function withoutEmptyFields<Node extends Root | Element>(page: Node): Node {
  const empty = findAll(page, isEmptyField)
  const ids = new Set(empty.flatMap(({ properties: { id } }) => (typeof id === 'string' ? [id] : [])))
  return empty.length === 0 ? page : openEach(page, ids)
}

function openEach<Node extends Root | Element>(node: Node, ids: ReadonlySet<string>): Node {
  const lines: ElementContent[][] = [[]]
  for (const child of node.children as readonly ElementContent[]) {
    if (isInline(child)) lines.at(-1)?.push(child)
    else lines.push([child], [])
  }
  const isHead = node.type === 'element' && node.tagName === 'th'
  const said = lines.filter((line) => isHead || !asks(line)).flat()
  const children = said.flatMap((child): ElementContent[] => {
    if (child.type !== 'element') return [child]
    if (isName(child, ids) || isEmptyField(child)) return []
    const opened = openEach(child, ids)
    return hasEmptyField(child) && isBlank(opened) && !/^t[dh]$/.test(child.tagName) ? [] : [opened]
  })
  return { ...node, children }
}

const inline = new Set(
  'a abbr b button code em font i img input label select small span strong sub sup textarea u'.split(' '),
)

function isInline(node: ElementContent): boolean {
  if (node.type !== 'element') return true
  return inline.has(node.tagName) && (node.tagName === 'select' || node.children.every(isInline))
}

/** Whether a line is the name of an empty field: both stand in it, and no sentence, and nothing that is filled in. */
function asks(line: readonly ElementContent[]): boolean {
  const elements = line.filter((child) => child.type === 'element')
  const own = line.map((child) => (child.type === 'element' && child.tagName === 'label' ? '' : textOf(child))).join('')
  const isSentence = /\S+\s+\S+\s+\S+.*[.!。](\s|$)/s.test(own)
  return !isSentence && line.every(isInline) && elements.some(hasEmptyField) && !elements.some(hasFilledField)
}

/** A label of an empty field, wherever that stands, and a row of a name and such a field. */
function isName(element: Element, ids: ReadonlySet<string>): boolean {
  const { tagName, properties, children } = element
  if (tagName === 'label') return hasEmptyField(element) || ids.has(String(properties.htmlFor))
  const cells = children.filter((child) => child.type === 'element')
  return (
    tagName === 'tr' && cells.length === 2 && cells[1]?.tagName === 'td' && hasEmptyField(cells[1]) && isBlank(cells[1])
  )
}

function hasEmptyField(element: Element): boolean {
  return findAll(element, isEmptyField).length > 0
}

function hasFilledField(element: Element): boolean {
  const fields = findAll(element, ({ tagName }) => /^(input|select|textarea)$/.test(tagName))
  return fields.some(
    (field) => !isEmptyField(field) && !/^(submit|button|reset|image|hidden)$/.test(String(field.properties.type)),
  )
}

/** Whether nothing is said but what asks: empty fields, and the legend of such. */
function isBlank(element: Element): boolean {
  return element.children.every((child) => {
    if (child.type !== 'element') return textOf(child).trim() === ''
    if (child.tagName === 'legend' || isEmptyField(child)) return true
    return !/^(input|img)$/.test(child.tagName) && isBlank(child)
  })
}

function isEmptyField(element: Element): boolean {
  const { tagName, properties } = element
  if (tagName === 'textarea') return textOf(element).trim() === ''
  if (tagName === 'select') return findAll(element, (option) => option.properties.selected != null).length === 0
  return tagName === 'input' && typedIn.test(String(properties.type ?? '')) && (properties.value ?? '') === ''
}
