import t from 'tap'
import { gridTable, simpleTable, tableLines } from '../../../index/formats/drawn-tables.ts'

t.test('what spans rows or columns of a grid is said in each row, and above each column', async (t) => {
  t.strictSame(
    gridTable([
      '+------+-------------+',
      '| Zone | Sales       |',
      '|      +------+------+',
      '|      | 2025 | 2026 |',
      '+======+======+======+',
      '| A    | 1    | 2    |',
      '|      +------+------+',
      '|      | none so far |',
      '+------+-------------+',
    ]),
    [
      ['Zone', 'Sales 2025', 'Sales 2026'],
      ['A', '1', '2'],
      ['A', 'none so far', ''],
    ],
  )
})

t.test('a row of a simple table is a line, or the lines up to a blank one', async (t) => {
  const ruler = '---  ----'
  t.strictSame(simpleTable(['a    b', '     c', ruler, 'd    e'], ruler), [
    ['a', 'b c'],
    ['d', 'e'],
  ])
  t.strictSame(simpleTable(['a    b', 'c    d', '', 'e    f'], ruler, true), [
    ['a c', 'b d'],
    ['e', 'f'],
  ])
})

t.test('rows are a Markdown table', async (t) => {
  t.strictSame(
    tableLines([['a|b'], ['c']], (cell) => cell.toUpperCase()),
    ['| A\\|B |', '| --- |', '| C |'],
  )
})
