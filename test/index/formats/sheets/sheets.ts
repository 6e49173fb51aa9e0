import t from 'tap'
import { type SheetRow, toSheetBlocks, withSign } from '../../../../index/formats/sheets/sheets.ts'
import { toText } from '../../../../index/text.ts'

/** Lines of cells, parted by bars, an empty line for an empty row. */
function rowsOf(text: string): SheetRow[] {
  return text.split('\n').flatMap((line, index) => {
    const cells = line.split('|').flatMap((cell, at) => (cell.trim() === '' ? [] : [[at + 1, cell.trim()] as const]))
    return cells.length === 0 ? [] : [{ number: index + 1, cells: new Map(cells) }]
  })
}

const show = (text: string, merges: Parameters<typeof toSheetBlocks>[1] = []): string[] =>
  toSheetBlocks(rowsOf(text), merges).map(({ range, nodes }) => `${range}: ${nodes.map(toText).join(' / ')}`)

t.test('what names a table stands above it, and its head is the first whole row', async (t) => {
  const merges = [{ left: 1, top: 1, right: 2, bottom: 2 }]
  t.strictSame(show('Price list\nPrice list\nvalid in 2026\nItem | Price\nBolt | 1.50\n\nNote', merges), [
    'A1:B5: Price list\nvalid in 2026 / | Item | Price |\n| --- | --- |\n| Bolt | 1.50 |',
    'A7:A7: Note',
  ])
})

t.test('tables beside each other are two', async (t) => {
  t.strictSame(show('Item | Price | | Depot | Stock\nBolt | 1 | | Kiel | 12\nNut | 2'), [
    'A1:B3: | Item | Price |\n| --- | --- |\n| Bolt | 1 |\n| Nut | 2 |',
    'D1:E2: | Depot | Stock |\n| --- | --- |\n| Kiel | 12 |',
  ])
  t.strictSame(
    show('Item | Note | | 2025 | 2026\nBolt | x | | 1 | 2'),
    ['A1:E2: | Item | Note | 2025 | 2026 |\n| --- | --- | --- | --- |\n| Bolt | x | 1 | 2 |'],
    'columns of numbers belong to the names before them',
  )
})

t.test('a head of two rows is one', async (t) => {
  const spans = [
    { left: 1, top: 1, right: 1, bottom: 2 },
    { left: 2, top: 1, right: 3, bottom: 1 },
  ]
  t.strictSame(show('Zone | Sales\nZone | 2025 | 2026\nNorth | 10 | 20', spans), [
    'A1:C3: | Zone | Sales 2025 | Sales 2026 |\n| --- | --- | --- |\n| North | 10 | 20 |',
  ])
})

t.test('a number keeps the sign that only its colour shows', async (t) => {
  t.strictSame(
    [
      withSign('2.50', -2.5),
      withSign('(2.50)', -2.5),
      withSign('-2.50', -2.5),
      withSign('0.00', -0.001),
      withSign('2', 2),
    ],
    ['-2.50', '(2.50)', '-2.50', '0.00', '2'],
  )
})
