/** Word's numbering, which the file holds as rules and nowhere as numbers. */
import { toCounter } from '../counter.ts'
import { at, elements, type Xml } from '../office/xml.ts'
import { ofFont } from './symbols.ts'

interface Level {
  readonly start: number
  readonly format: string
  readonly text: string
  readonly font: string | undefined
  readonly inFigures: boolean
}

/** The number or bullet of the next paragraph that a list and a level number. */
export type NextLabel = (list: string, level: number) => string

export function createNumbering(numbering: Xml): NextLabel {
  const root = at(numbering, 'w:numbering')
  const abstract = new Map(
    elements(root, 'w:abstractNum').map((node) => [node.attributes['w:abstractNumId'] ?? '', readLevels(node)]),
  )
  const lists = new Map(
    elements(root, 'w:num').map((node) => {
      const kind = at(node, 'w:abstractNumId')?.attributes['w:val'] ?? ''
      const levels = new Map(abstract.get(kind) ?? [])
      const starts = new Map<number, number>()
      for (const override of elements(node, 'w:lvlOverride')) {
        const level = Number(override.attributes['w:ilvl'] ?? 0)
        for (const [key, value] of readLevels(override)) levels.set(key, value)
        const start = at(override, 'w:startOverride')?.attributes['w:val']
        if (start !== undefined) starts.set(level, Number(start))
      }
      return [node.attributes['w:numId'] ?? '', { kind, levels, starts }]
    }),
  )
  const counters = new Map<string, Array<number | undefined>>()
  return (id, level) => {
    const list = lists.get(id)
    const rule = list?.levels.get(level)
    if (list === undefined || rule === undefined) return '•'
    const counts = counters.get(list.kind) ?? []
    counters.set(list.kind, counts)
    const restart = list.starts.get(level)
    list.starts.delete(level)
    const before = restart === undefined ? counts[level] : undefined
    counts[level] = before === undefined ? (restart ?? rule.start) : before + 1
    counts.length = level + 1
    if (rule.format === 'bullet') return ofFont(rule.text, rule.font)
    if (rule.format === 'none') return ''
    return rule.text.replace(/%(\d)/g, (_, digit: string) => {
      const above = Number(digit) - 1
      const value = counts[above] ?? list.levels.get(above)?.start ?? 1
      counts[above] = value
      return format(value, rule.inFigures ? 'decimal' : (list.levels.get(above)?.format ?? 'decimal'))
    })
  }
}

function readLevels(node: Xml): Map<number, Level> {
  return new Map(
    elements(node, 'w:lvl').map((level) => {
      const value = (name: string): string | undefined => at(level, name)?.attributes['w:val']
      return [
        Number(level.attributes['w:ilvl'] ?? 0),
        {
          start: Number(value('w:start') ?? 1),
          format: value('w:numFmt') ?? 'decimal',
          text: value('w:lvlText') ?? '',
          font: at(level, 'w:rPr', 'w:rFonts')?.attributes['w:ascii'],
          inFigures: at(level, 'w:isLgl') !== undefined,
        },
      ]
    }),
  )
}

function format(value: number, kind: string): string {
  switch (kind) {
    case 'lowerLetter':
    case 'upperLetter': {
      // After z, Word counts aa, bb, cc.
      const letter = String.fromCharCode(97 + ((value - 1) % 26)).repeat(Math.min(Math.ceil(value / 26), 9))
      return kind === 'upperLetter' ? letter.toUpperCase() : letter
    }
    case 'lowerRoman':
      return toCounter(value, 'i')
    case 'upperRoman':
      return toCounter(value, 'I')
    case 'decimalZero':
      return String(value).padStart(2, '0')
    default:
      return String(value)
  }
}
