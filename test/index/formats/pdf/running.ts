import t from 'tap'
import type { Line } from '../../../../index/formats/pdf/lines.ts'
import { lineText, withoutRunning } from '../../../../index/formats/pdf/running.ts'

const line = (text: string, y: number, size = 10): Line => ({
  segments: [{ text, left: 50, right: 50 + text.length * 5 }],
  y,
  size,
})
const read = (pages: Line[][]): { text: string[][]; running: string[] } => {
  const { pages: kept, running } = withoutRunning(
    pages.map((lines) => ({ flows: [lines], height: 800 })),
    10,
  )
  return { text: kept.map(({ flows }) => flows.flat().map(lineText)), running }
}

t.test('what runs along the pages is said once, and numbers of pages not at all', async (t) => {
  const pages = [1, 2, 3].map((number) => [
    line('QM-7731 valid until 2027', 30),
    line(`Text ${number}.`, 200),
    line(`Text again ${number}.`, 212),
    line(`Acme – Page ${number} of 3`, 770),
  ])
  t.strictSame(read(pages), {
    text: [1, 2, 3].map((number) => [`Text ${number}.`, `Text again ${number}.`]),
    running: ['QM-7731 valid until 2027', 'Acme'],
  })
  t.strictSame(
    read([
      [line('One.', 100), line('1', 780)],
      [line('Two.', 100), line('2', 780)],
    ]).text,
    [['One.'], ['Two.']],
  )
})

t.test('content at the edge of a page is content', async (t) => {
  const pages = [980, 1250, 1410].map((balance, index) => [
    line(`Step ${index + 1}`, 60, 18),
    line('Do this.', 90),
    line(`Closing balance: ${balance} EUR`, 780),
  ])
  t.strictSame(
    read(pages).text,
    pages.map((page) => page.map(lineText)),
  )
  t.strictSame(read([[line('7', 780)]]).text, [['7']], 'a page that says nothing else')
})

t.test('what names the sections of a page along its edge is none of its text', async (t) => {
  const parts = (y: number, ...texts: string[]): Line => ({
    segments: texts.map((text, index) => ({ text, left: 50 + index * 200, right: 100 + index * 200 })),
    y,
    size: 10,
  })
  const pages = [
    [parts(55, '§ 1-100', 'BYLAWS', '§ 1-105'), line('§ 1-100. Name.', 120), line('§ 1-105. Seal.', 180)],
    [parts(55, '§ 1-105', 'THE CLERK', '§ 1-110'), line('THE CLERK', 120), line('§ 1-110. Hours.', 180)],
    [parts(55, '§ 1-110', 'BYLAWS', '§ 1-110'), line('Closed on Sundays.', 120), line('Open on Mondays.', 180)],
    [parts(55, '§ 1-110', 'BYLAWS', 'Fee: $25'), line('By appointment.', 120), line('Ring twice.', 180)],
    [parts(55, '§ 1-115', 'BYLAWS', '§ 1-115'), line('§ 1-115. Fees.', 120), line('None.', 180)],
  ]
  t.strictSame(read(pages), {
    text: [
      ['§ 1-100. Name.', '§ 1-105. Seal.'],
      ['THE CLERK', '§ 1-110. Hours.'],
      ['Closed on Sundays.', 'Open on Mondays.'],
      ['§ 1-110  BYLAWS  Fee: $25', 'By appointment.', 'Ring twice.'],
      ['§ 1-115. Fees.', 'None.'],
    ],
    running: [],
  })
})

t.test('the first row of a table that goes over pages stays, though its cells stand elsewhere too', async (t) => {
  const row = (y: number, ...texts: string[]): Line => ({
    segments: texts.map((text, index) => ({ text, left: 50 + index * 200, right: 100 + index * 200 })),
    y,
    size: 10,
  })
  const pages = ['Anna', 'Berta', 'Clara'].map((name) => [
    row(55, name, 'Open'),
    row(80, 'Anna', 'Late'),
    row(105, 'Berta', 'Late'),
    row(130, 'Clara', 'Open'),
    row(155, 'Clara', 'Open'),
  ])
  t.match(read(pages).text, [['Anna  Open'], ['Berta  Open'], ['Clara  Open']])
})

t.test('a running line larger than the text is one where the pages have it word for word', async (t) => {
  const pages = ['One', 'Two', 'Three', 'Four'].map((text, index) => [
    line('Handbook of the harbour', 40, 12),
    line(`Part ${index + 1}`, 70, 12),
    line(`${text}.`, 200),
    line(`${text} again.`, 212),
  ])
  t.strictSame(read(pages), {
    text: ['One', 'Two', 'Three', 'Four'].map((text, index) => [`Part ${index + 1}`, `${text}.`, `${text} again.`]),
    running: ['Handbook of the harbour'],
  })
  const slides = ['One', 'Two', 'Three'].map((text) => [line('Results', 60, 18), line(`${text}.`, 200)])
  t.strictSame(read(slides).text, [
    ['Results', 'One.'],
    ['Results', 'Two.'],
    ['Results', 'Three.'],
  ])
})
