/** Formulas in HTML, as one types them: the TeX they were made from where the page has it, else MathML in one line. */
import type { Element, ElementContent, Nodes, Root } from 'hast'
import { textOf } from '../text.ts'
import type { Xml } from './office/xml.ts'
import { toLowered, toRaised } from './raised.ts'

/** Every formula of a tree as its text; the copies that are for the eye or for a screen reader alone go. */
export function openFormulas<Node extends Root | Element>(node: Node): Node {
  const children = node.children.map((child) => (child.type === 'element' ? openFormula(child) : child))
  return { ...node, children }
}

function openFormula(element: Element): ElementContent {
  const { tagName, properties } = element
  const classes = [properties.className].flat()
  const isTex = tagName === 'script' && /^math\/tex/.test(String(properties.type))
  if (isTex) return { type: 'text', value: `$${textOf({ ...element, tagName: 'span' }).trim()}$` }
  if (tagName === 'math' || tagName === 'mjx-container' || classes.includes('katex') || classes.includes('MathJax'))
    return { type: 'text', value: toFormula(element) }
  return openFormulas(element)
}

/** MathML of an office document in one line. */
export function toFormulaLine(math: Xml): string {
  const toElement = ({ name, children }: Xml): Element => ({
    type: 'element',
    tagName: name.replace(/^\w+:/, ''),
    properties: {},
    children: children.map((child) => (typeof child === 'string' ? { type: 'text', value: child } : toElement(child))),
  })
  return toLine(toElement(math)).trim()
}

function toFormula(element: Element): string {
  const tex = find(element, (part) => part.tagName === 'annotation' && /tex/i.test(String(part.properties.encoding)))
  if (tex !== undefined) return `$${textOf(tex).trim()}$`
  const math = find(element, (part) => part.tagName === 'math')
  const { alttext, ariaLabel } = { ...math?.properties, ...element.properties }
  if (typeof alttext === 'string') return `$${alttext}$`
  if (math !== undefined) return toLine(math).trim()
  return typeof ariaLabel === 'string' ? ariaLabel : textOf(element)
}

function find(node: Nodes, matches: (element: Element) => boolean): Element | undefined {
  if (node.type === 'element' && matches(node)) return node
  if (!('children' in node)) return undefined
  for (const child of node.children) {
    const found = find(child, matches)
    if (found !== undefined) return found
  }
  return undefined
}

/** MathML -> a line: `x²`, `(a+b)/c`, `√(x)`. */
function toLine(node: ElementContent): string {
  if (node.type === 'text') return node.value.trim()
  if (node.type !== 'element') return ''
  const parts = node.children.filter((child): child is Element => child.type === 'element')
  const [first = '', second = '', third = ''] = parts.map(toLine)
  switch (node.tagName) {
    case 'annotation':
    case 'annotation-xml':
      return ''
    case 'msup':
    case 'mover':
      return first + toRaised(second)
    case 'msub':
    case 'munder':
      return first + toLowered(second, first, '')
    case 'msubsup':
    case 'munderover':
      return first + toLowered(second, first, '') + toRaised(third)
    case 'mfrac':
      return `${grouped(first)}/${grouped(second)}`
    case 'msqrt':
      return `√(${parts.map(toLine).join('')})`
    case 'mroot':
      return `${toRaised(second)}√(${first})`
    case 'mtr':
      return `${parts.map(toLine).join(' ')}; `
    default:
      return node.children.map(toLine).join('')
  }
}

function grouped(part: string): string {
  return [...part].length === 1 || /^[\d.,]+$/.test(part) ? part : `(${part})`
}
