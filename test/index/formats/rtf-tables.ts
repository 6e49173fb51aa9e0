import t from 'tap'
import { decodeBytes, readFonts, readStyles, toColumns } from '../../../index/formats/rtf-tables.ts'
import { toText } from '../../../index/text.ts'

t.test('fonts say how their bytes are read, styles which of them are headings', async (t) => {
  const fonts = readFonts('{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f2\\fnil\\fcharset204 Times;}}', '1252')
  t.strictSame(
    [...fonts],
    [
      [0, { name: 'Arial', codePage: '1252' }],
      [2, { name: 'Times', codePage: '1251' }],
    ],
  )
  const styles = readStyles('{\\stylesheet{\\s1\\b Heading 1;}{\\s2\\outlinelevel1 Rule;}{\\s3 Body;}}')
  t.strictSame(
    [...styles],
    [
      [1, 0],
      [2, 1],
    ],
  )
  t.equal(decodeBytes([0xef], '1251'), 'п')
  t.equal(decodeBytes([0xe9], 'unheard'), 'é')
})

t.test('a cell stands in the columns that it ends over', async (t) => {
  const rows = [
    { texts: ['a', 'b', 'c'], edges: [100, 200, 300], goesOn: [false, false, false] },
    { texts: ['all', 'd'], edges: [210, 300], goesOn: [false, false] },
    { texts: ['', 'e'], edges: [210, 300], goesOn: [true, false] },
  ]
  t.strictSame(
    toColumns(rows).map((cells) => cells.map(toText).join('|')),
    ['a|b|c', 'all||d', 'all||e'],
  )
})
