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

t.test('what stands beside a rule, and signs that look like one, are text of a grid', async (t) => {
  t.strictSame(
    gridTable([
      '+-------+------------+-----------+',
      '| Part  | Fits       | Tolerance |',
      '+=======+============+===========+',
      '| bolt  | all of the | +-5 % -   |',
      '+-------+ 2026       | and more  |',
      '| nut   | models     | -         |',
      '+-------+------------+-----------+',
      '| -     | -          | +=2       |',
      '+-------+------------+-----------+',
    ]),
    [
      ['Part', 'Fits', 'Tolerance'],
      ['bolt', 'all of the 2026 models', '+-5 % - and more -'],
      ['nut', 'all of the 2026 models', '+-5 % - and more -'],
      ['-', '-', '+=2'],
    ],
  )
})

t.test('signs that fill two columns keep the cells apart', async (t) => {
  t.strictSame(
    gridTable([
      '+------+----------+------+',
      '| 名称 | 状態     | 料金 |',
      '+======+==========+======+',
      '| 電球 | ✅ あり  | 1200 |',
      '+------+----------+------+',
      '| ｱB   | なし、😀 | 30   |',
      '+------+----------+------+',
    ]),
    [
      ['名称', '状態', '料金'],
      ['電球', '✅ あり', '1200'],
      ['ｱB', 'なし、😀', '30'],
    ],
  )
  const ruler = '====== ===='
  t.strictSame(simpleTable(['単価   送料', ruler, 'ボルト 1200'], ruler), [
    ['単価', '送料'],
    ['ボルト', '1200'],
  ])
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
