import t from 'tap'
import { type Piece, toFlows } from '../../../../index/formats/pdf/lines.ts'
import { lineText } from '../../../../index/formats/pdf/running.ts'

const piece = (text: string, x: number, y: number, size = 10, width = text.length * size * 0.5): Piece => ({
  text,
  x,
  y,
  size,
  width,
})
const read = (...pieces: Piece[]): string[][] => toFlows(pieces, 10).map((flow) => flow.map(lineText))

t.test('pieces are lines, with spaces where there is room for them', async (t) => {
  t.strictSame(read(piece('Hel', 0, 10), piece('lo', 15, 10), piece('there', 28, 10.5)), [['Hello there']])
  t.strictSame(read(piece('Coffee', 0, 10), piece('3.20', 200, 10)), [['Coffee  3.20']])
  t.strictSame(read(piece('W A R R A N T Y', 0, 10)), [['WARRANTY']])
  t.strictSame(read(piece('•', 0, 10), piece('a photo', 20, 10)), [['• a photo']])
  t.strictSame(read(piece('2.1', 0, 10), piece('Liability', 30, 10)), [['2.1 Liability']])
  t.strictSame(read(piece('A.', 0, 10), piece('The clerk keeps the seal.', 24, 10)), [['A. The clerk keeps the seal.']])
  t.strictSame(read(piece('(IV)', 0, 10), piece('The clerk votes.', 34, 10)), [['(IV) The clerk votes.']])
  t.strictSame(read(piece('2', 0, 10, 14), piece('Risk', 30, 10, 14)), [['2 Risk']])
  t.strictSame(read(piece('1.', 0, 10), piece('Tea', 30, 10), piece('3.20', 200, 10)), [['1.  Tea  3.20']])
})

t.test('what is raised or lowered is told from the numbers of its line', async (t) => {
  t.strictSame(read(piece('is 10', 0, 10), piece('6', 25, 6, 7), piece('cells', 32, 10)), [['is 10⁶ cells']])
  t.strictSame(read(piece('CO', 0, 10), piece('2', 10, 12, 7), piece(' is', 14, 10)), [['CO2 is']])
})

t.test(
  'what is hardly smaller is raised where it stands far off the line; a larger number raises no text',
  async (t) => {
    const formula = [piece('E = mc', 0, 30, 12), piece('2', 36, 24.6, 10.7), piece(', H', 42, 30, 12)]
    t.strictSame(read(...formula, piece('2', 60, 35.3, 10.7), piece('O', 66, 30, 12)), [['E = mc², H2O']])
    t.strictSame(read(piece('2', 0, 12, 12), piece('Check at 10', 18, 10), piece('6', 73, 5, 8), piece('h', 80, 10)), [
      ['2  Check at 10⁶ h'],
    ])
    const [flow = []] = toFlows([piece('2', 0, 12, 12), piece('Check it', 18, 10)], 10)
    t.equal(flow[0]?.size, 10)
  },
)

t.test('a narrow gap parts what stands where other lines have their parts', async (t) => {
  const rows = [1, 2, 3].flatMap((row) => [
    piece(`Bolt ${row}`, 0, 20 + row * 14),
    piece(`M${row}`, 50, 20 + row * 14),
    piece('2.5', 97, 20 + row * 14),
  ])
  const head = [piece('Part', 0, 20), piece('Thread', 50, 20, 10, 40), piece('Torque', 97, 20)]
  t.strictSame(read(...head, ...rows)[0]?.slice(0, 2), ['Part  Thread  Torque', 'Bolt 1  M1  2.5'])
  t.strictSame(read(piece('Part', 0, 20), piece('Thread', 27, 20)), [['Part Thread']])
  const column = ['Employees have leave', 'which they request in time', 'and which is approved', 'by the manager soon']
  const other = ['Trips are approved by', 'the manager, rail is paid', 'hotels as they come', 'and taxis hardly ever']
  const lines = column.flatMap((text, row) => [piece(text, 0, 14 * row), piece(other[row] ?? '', 136, 14 * row)])
  t.strictSame(read(...lines), [column, other])
})

t.test('a letter over several lines begins its word, and what is printed twice is there once', async (t) => {
  t.strictSame(read(piece('T', 0, 40, 36, 22), piece('he house', 24, 24), piece('is open', 24, 38)), [
    ['The house', 'is open'],
  ])
  t.strictSame(read(piece('five days', 0, 10), piece('five days', 0.4, 10)), [['five days']])
  t.strictSame(read(piece('T', 0, 40, 36, 22)), [['T']])
})

t.test('columns are read one after the other, whatever the order they were written in; a table is not', async (t) => {
  const left = [
    'The left column says that',
    'one thing follows another',
    'as the lines go on and on',
    'down to the end of it all',
  ]
  const right = [
    'while the right one has a',
    'story of its own to tell,',
    'which is about something',
    'else that is not as long',
  ]
  const rows = left.flatMap((text, index) => [
    piece(text, 0, 40 + index * 12),
    piece(right[index] ?? '', 160, 40 + index * 12),
  ])
  t.strictSame(read(piece('A heading over both of the columns of this page', 0, 10), ...rows), [
    ['A heading over both of the columns of this page'],
    left,
    right,
  ])
  const cells = ['Espresso', 'Flat white', 'Tea', 'Juice'].flatMap((text, index) => [
    piece(text, 0, index * 12),
    piece('3.20', 200, index * 12),
  ])
  t.equal(read(...cells).length, 1)
})

t.test('a line from right to left is read so', async (t) => {
  const rtl = (text: string, x: number): Piece => ({ ...piece(text, x, 10), rightToLeft: true })
  t.strictSame(read(rtl('שני', 0), rtl('אחד', 17)), [['אחד שני']])
})

t.test('the wide spaces of a justified line part no cells', async (t) => {
  const words = ['second', 'paragraph', 'tells', 'of', 'the']
  const set = (gap: (index: number) => number): Piece[] => {
    let x = 0
    return words.map((word, index) => {
      const own = piece(word, x, 10)
      x += own.width + gap(index)
      return own
    })
  }
  t.strictSame(read(...set(() => 15)), [['second paragraph tells of the']])
  t.strictSame(read(...set((index) => 15 + 4 * index)), [['second  paragraph  tells  of  the']])
})

t.test('columns are told by the lines that stand beside each other, whatever stands above and below', async (t) => {
  const line = (text: string, x: number, index: number, shift = 0): Piece =>
    piece(`${text} ${index} of a column that is wide`, x, 100 + index * 12 + shift)
  const left = Array.from({ length: 5 }, (_, index) => line('Left', 0, index))
  const right = Array.from({ length: 4 }, (_, index) => line('Right', 200, index, 3))
  const above = ['One.', 'Two.', 'Three.', 'Four.', 'Five.', 'Six.'].map((text, index) => piece(text, 0, index * 12))
  const below = ['So.', 'It.', 'Ends.', 'Here.'].map((text, index) => piece(text, 0, 200 + index * 12))
  const flows = read(...above, ...left, ...right, ...below)
  t.strictSame(
    flows.flat(),
    [...above, ...left, ...right, ...below].map(({ text }) => text),
  )
})
