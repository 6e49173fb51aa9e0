import t from 'tap'
import { inOneLine, toCell, toCells, toTable } from '../../../../index/formats/office/tables.ts'
import { toText } from '../../../../index/text.ts'

t.test('cells hold a line each, and every row has as many', async (t) => {
  const list = {
    type: 'list',
    children: ['a', 'b'].map((value) => ({
      type: 'listItem',
      children: [{ type: 'paragraph', children: [{ type: 'text', value }] }],
    })),
  } as const
  const text = inOneLine([
    { type: 'paragraph', children: [{ type: 'text', value: 'Late' }] },
    list as never,
    toTable([[toCell('x'), toCell('1')], [toCell('y')]]),
  ])
  t.equal(text, 'Late a; b x 1; y')
  t.equal(toText(toTable([toCells([], 2, true), [toCell('1')]])), '| 1 |  |\n| --- | --- |')
  t.equal(
    toCells([{ type: 'paragraph', children: [{ type: 'text', value: 'Rate' }] }], 2, true)
      .map(toText)
      .join(),
    'Rate,Rate',
  )
})

t.test('a head whose cells span columns is one with the row that names them, and with no other', async (t) => {
  const head = (text: string, columns: number) =>
    toCells([{ type: 'paragraph', children: [{ type: 'text', value: text }] }], columns, true)
  const show = (...rows: Parameters<typeof toTable>[0][number][]): string => toText(toTable(rows)).split('\n')[0] ?? ''
  const data = [toCell('North'), toCell('1'), toCell('2')]
  t.equal(
    show([...head('Zone', 1), ...head('Sales', 2)], [toCell('Zone'), toCell('2025'), toCell('2026')], data),
    '| Zone | Sales 2025 | Sales 2026 |',
  )
  t.equal(
    show([...head('', 1), ...head('Sales', 2)], [toCell('Zone'), toCell('2025'), toCell('2026')], data),
    '| Zone | Sales 2025 | Sales 2026 |',
  )
  t.equal(show([...head('Zone', 1), ...head('Rate', 2)], data, data), '| Zone | Rate | Rate |')
  t.equal(show(head('Hours', 2), [toCell('Monday'), toCell('9')], data), '| Hours | Hours |  |')
})
