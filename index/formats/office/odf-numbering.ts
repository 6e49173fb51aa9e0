/** The numbers of lists and headings, which a document of LibreOffice holds as rules. */
import { toCounter } from '../counter.ts'
import { elements, every, type Xml } from './xml.ts'

interface Level {
  /** `1`, `a`, `A`, `i`, `I`; empty for a level that is not numbered. */
  readonly format: string
  readonly prefix: string
  readonly suffix: string
  readonly start: number
  /** How many of the levels above are said, with its own. */
  readonly shown: number
}

type Levels = ReadonlyMap<number, Level>

/** A list while its items are numbered: what it counts by, and where each of its levels stands. */
export interface Counting {
  readonly levels: Levels
  readonly counts: number[]
}

export interface Numbering {
  /** The counting of a list that stands in no other. */
  readonly begin: (list: Xml) => Counting
  /** What a heading is numbered with, or nothing. */
  readonly ofHeading: (heading: Xml, depth: number) => string
}

export function createNumbering(...parts: ReadonlyArray<Xml | undefined>): Numbering {
  const styles = new Map(
    parts
      .flatMap((part) => every(part, 'text:list-style'))
      .map((style) => [style.attributes['style:name'] ?? '', readLevels(style)]),
  )
  const outline: Counting = {
    levels: readLevels(parts.flatMap((part) => every(part, 'text:outline-style'))[0]),
    counts: [],
  }
  const begun = new Map<string, Counting>()
  return {
    begin({ attributes }) {
      const style = attributes['text:style-name'] ?? ''
      const before =
        attributes['text:continue-list'] ?? (attributes['text:continue-numbering'] === 'true' ? `style ${style}` : '')
      const counting = begun.get(before) ?? { levels: styles.get(style) ?? new Map(), counts: [] }
      begun.set(`style ${style}`, counting)
      if (attributes['xml:id'] !== undefined) begun.set(attributes['xml:id'], counting)
      return counting
    },
    ofHeading({ attributes }, depth) {
      if (attributes['text:is-list-header'] === 'true') return ''
      return nextLabel(outline, depth, attributes['text:start-value'])
    },
  }
}

/** Counts an item of a level, from 1 -> its label; nothing where the level has none. */
export function nextLabel({ levels, counts }: Counting, level: number, start?: string): string {
  const rule = levels.get(level)
  const before = counts[level - 1]
  counts[level - 1] = start !== undefined ? Number(start) : before === undefined ? (rule?.start ?? 1) : before + 1
  counts.length = level
  if (rule === undefined || rule.format === '') return ''
  const first = Math.max(1, level - rule.shown + 1)
  const numbers = Array.from({ length: level - first + 1 }, (_, index) => {
    const { format = '1', start: usual = 1 } = levels.get(first + index) ?? {}
    const value = counts[first + index - 1] ?? usual
    counts[first + index - 1] = value
    return toCounter(value, format)
  })
  return rule.prefix + numbers.join('.') + rule.suffix
}

function readLevels(style: Xml | undefined): Levels {
  return new Map(
    elements(style).flatMap(({ attributes }): Array<[number, Level]> => {
      const level = Number(attributes['text:level'])
      if (!(level > 0)) return []
      const {
        'style:num-format': format = '',
        'style:num-prefix': prefix = '',
        'style:num-suffix': suffix = '',
      } = attributes
      const [start, shown] = [attributes['text:start-value'] ?? 1, attributes['text:display-levels'] ?? 1]
      return [[level, { format, prefix, suffix, start: Number(start), shown: Number(shown) }]]
    }),
  )
}
