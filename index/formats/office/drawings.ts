/** What charts and diagrams of Office hold as text: a table of their values, a list of their words. */
import type { RootContent } from 'mdast'
import { toParagraph } from '../../text.ts'
import { toCell, toTable } from './tables.ts'
import { at, elements, every, textIn, type Xml } from './xml.ts'

export function readChart(part: Xml): RootContent[] {
  const title = every(every(part, 'c:title')[0], 'a:t').map(textIn).join('').trim()
  const series = every(part, 'c:ser').map((node) => ({
    name: every(at(node, 'c:tx'), 'c:v').map(textIn).join(' '),
    categories: points(at(node, 'c:cat') ?? at(node, 'c:xVal')),
    values: points(at(node, 'c:val') ?? at(node, 'c:yVal')),
  }))
  const [first] = series
  if (first === undefined) return []
  const head = ['', ...series.map(({ name }) => name)].map(toCell)
  const rows = first.values.map((_, index) =>
    [first.categories[index] ?? '', ...series.map(({ values }) => values[index] ?? '')].map(toCell),
  )
  const table = toTable([head, ...rows])
  return title === '' ? [table] : [toParagraph(title), table]
}

function points(node: Xml | undefined): string[] {
  return every(node, 'c:pt').map((point) => textIn(at(point, 'c:v')))
}

export function readDiagram(part: Xml): RootContent[] {
  const texts = every(part, 'dgm:pt')
    .map((point) =>
      elements(at(point, 'dgm:t'), 'a:p')
        .map((line) => every(line, 'a:t').map(textIn).join(''))
        .join(' ')
        .trim(),
    )
    .filter((text) => text !== '')
  if (texts.length === 0) return []
  return [
    {
      type: 'list',
      ordered: false,
      children: texts.map((value) => ({
        type: 'listItem',
        children: [toParagraph(value)],
      })),
    },
  ]
}
