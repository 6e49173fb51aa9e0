/** Word's formulas (OMML) in one line, as one types them: `E=mc²`, `(a+b)/c`, `√(x)`. */

import { at, elements, textIn, type Xml } from '../office/xml.ts'
import { toLowered, toRaised } from '../raised.ts'

export function toFormulaLine(node: Xml): string {
  const part = (name: string): string => {
    const found = at(node, name)
    return found === undefined ? '' : all(found)
  }
  switch (node.name) {
    case 'm:t':
    case 'w:t':
      return textIn(node)
    case 'm:sSup':
      return part('m:e') + toRaised(part('m:sup'))
    case 'm:sSub':
      return part('m:e') + toLowered(part('m:sub'), part('m:e'), '')
    case 'm:sSubSup':
      return part('m:e') + toLowered(part('m:sub'), part('m:e'), '') + toRaised(part('m:sup'))
    case 'm:f':
      return `${grouped(part('m:num'))}/${grouped(part('m:den'))}`
    case 'm:rad':
      return `${toRaised(part('m:deg'))}√(${part('m:e')})`
    case 'm:nary': {
      const sign = at(node, 'm:naryPr', 'm:chr')?.attributes['m:val'] ?? '∫'
      return `${sign}${toLowered(part('m:sub'), '', '')}${toRaised(part('m:sup'))} ${part('m:e')}`
    }
    case 'm:d': {
      const properties = at(node, 'm:dPr')
      const sign = (name: string, usual: string): string => at(properties, name)?.attributes['m:val'] ?? usual
      const inner = elements(node, 'm:e').map(all).join(sign('m:sepChr', '|'))
      return sign('m:begChr', '(') + inner + sign('m:endChr', ')')
    }
    case 'm:mr':
      return `${elements(node, 'm:e').map(all).join(' ')}; `
    case 'm:func':
      return `${part('m:fName')}(${part('m:e')})`
    case 'm:acc':
    case 'm:bar':
      return part('m:e')
    default:
      return /Pr$/.test(node.name) ? '' : all(node)
  }
}

function all(node: Xml): string {
  return elements(node).map(toFormulaLine).join('')
}

function grouped(part: string): string {
  return [...part].length === 1 || /^[\d.,]+$/.test(part) ? part : `(${part})`
}
