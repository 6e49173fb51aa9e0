import t from 'tap'
import { headingDepths, toBlocks } from '../../../../index/formats/pdf/blocks.ts'
import type { Line } from '../../../../index/formats/pdf/lines.ts'
import { toText } from '../../../../index/text.ts'

const line = (y: number, ...cells: ReadonlyArray<readonly [number, string]>): Line => ({
  segments: cells.map(([left, text]) => ({ text, left, right: left + text.length * 5 })),
  y,
  size: 10,
})
const read = (...flows: Line[][]): string[] =>
  toBlocks(
    flows.map((flow, index) => ({ page: index + 1, flow })),
    { depths: new Map(), boldHeads: false, words: new Set() },
  ).map(toText)

t.test('a sentence goes on over lines, columns and pages', async (t) => {
  t.strictSame(
    read(
      [
        line(10, [0, 'A tenant who wants to keep a dog must first ask']),
        line(22, [0, 'the house management in writing and pay a']),
      ],
      [line(10, [0, 'deposit of 150 euros before the animal moves in.']), line(22, [0, 'Cats need none.'])],
    ),
    [
      'A tenant who wants to keep a dog must first ask the house management in writing and pay a deposit of 150 euros before the animal moves in. Cats need none.',
    ],
  )
})

t.test('items and rows keep their lines, and an empty cell its place', async (t) => {
  t.strictSame(
    read([
      line(10, [0, 'You need these papers, each of them in the original:']),
      line(22, [0, '• a passport that is valid for six months and more today']),
      line(34, [0, '• a photo']),
    ]),
    [
      'You need these papers, each of them in the original:\n• a passport that is valid for six months and more today\n• a photo',
    ],
  )
  t.strictSame(
    read([
      line(10, [0, 'Plan'], [100, 'Storage'], [200, 'Users']),
      line(22, [0, 'Team'], [200, '25']),
      line(34, [0, 'Business'], [100, '2 TB and'], [200, '250']),
      line(44, [100, 'backup']),
      line(56, [0, 'Free'], [100, '5 GB'], [200, '1']),
    ]),
    ['Plan  Storage  Users\nTeam  –  25\nBusiness  2 TB and backup  250\nFree  5 GB  1'],
  )
})

t.test('a table of contents is no text, and larger type is a heading', async (t) => {
  const entry = (y: number, text: string): Line => line(y, [0, `${text} . . . . . . . . . ${y}`])
  t.strictSame(
    read([line(0, [0, 'Contents']), entry(10, 'One'), entry(22, 'Two'), entry(34, 'Three'), line(60, [0, 'Text.'])]),
    ['Text.'],
  )
  t.strictSame(
    [
      ...headingDepths(
        [
          { ...line(0), size: 24 },
          { ...line(0), size: 10 },
          { ...line(0), size: 14 },
        ],
        10,
      ),
    ],
    [
      [24, 1],
      [14, 2],
    ],
  )
})

t.test('a short bold line is a heading where most of the text is not bold; a large formula is none', async (t) => {
  const flow = [
    { ...line(0, [0, 'Pets']), bold: true },
    line(14, [0, 'Dogs need consent.']),
    { ...line(40, [0, 'E=mc²']), size: 14 },
  ]
  const kinds = (boldHeads: boolean): string[] =>
    toBlocks([{ page: 1, flow }], { depths: new Map([[14, 1]]), boldHeads, words: new Set() }).map((node) =>
      node.type === 'heading' ? `# ${node.depth} ${toText(node)}` : toText(node),
    )
  t.strictSame(kinds(true), ['# 2 Pets', 'Dogs need consent.', 'E=mc²'])
  t.strictSame(kinds(false), ['Pets\nDogs need consent.', 'E=mc²'])
})

t.test('an item in large type is none either, and a bold head belongs to its rows', async (t) => {
  const flow = [
    { ...line(0, [0, '• Wear gloves']), size: 14 },
    { ...line(40, [0, 'Day'], [100, 'Debit'], [200, 'Credit']), bold: true },
    line(54, [0, 'Monday'], [170, '1.25']),
    line(68, [0, 'Tuesday'], [210, '3.50']),
  ]
  const blocks = toBlocks([{ page: 1, flow }], { depths: new Map([[14, 1]]), boldHeads: true, words: new Set() })
  t.strictSame(blocks.map(toText), ['• Wear gloves', 'Day  Debit  Credit\nMonday  1.25  –\nTuesday  –  3.50'])
  t.notOk(blocks.some(({ type }) => type === 'heading'))
})

const kindsOf = (...flows: Line[][]): string[] =>
  toBlocks(
    flows.map((flow, index) => ({ page: index + 1, flow })),
    { depths: new Map([[14, 1]]), boldHeads: true, words: new Set() },
  ).map((node) => `${node.type === 'heading' ? '# ' : ''}${toText(node)}`)
const bold = (own: Line): Line => ({ ...own, bold: true })

t.test(
  'a remark in bold within or below a paragraph is no heading, the numbered name of a section is one',
  async (t) => {
    t.strictSame(
      kindsOf([
        bold(line(0, [0, '§ 40-120. Removal of members. [Amended 5-2-2022]'])),
        line(22, [0, 'A. A member may be removed by a vote of the board which']),
        line(34, [0, 'appointed the member, after a hearing. [Amended in 2019 and']),
        bold(line(46, [0, 'again in 2022]'])),
        line(58, [0, 'The vote is public.']),
        bold(line(70, [0, '(Amended June 3, 2022)'])),
        bold(line(100, [0, '§ 40-125. Meetings.'])),
        line(122, [0, 'The board meets in May.']),
      ]),
      [
        '# § 40-120. Removal of members.',
        '[Amended 5-2-2022]',
        'A. A member may be removed by a vote of the board which appointed the member, after a hearing. [Amended in 2019 and again in 2022]\nThe vote is public.',
        '(Amended June 3, 2022)',
        '# § 40-125. Meetings.',
        'The board meets in May.',
      ],
    )
    t.strictSame(
      kindsOf([{ ...line(0, [0, 'CHAPTER II'], [120, 'Town Meetings']), size: 14 }, line(30, [0, 'Text.'])]),
      ['# CHAPTER II  Town Meetings', 'Text.'],
    )
  },
)

t.test(
  'a paragraph goes on over a page with a word in capitals that had no room, and with a section that it cites',
  async (t) => {
    t.strictSame(
      kindsOf(
        [line(10, [0, 'The plan is sent to the five registered voters of the'])],
        [line(10, [0, 'Town who are appointed, as the rules of the meeting in']), line(22, [0, '§ 40-405 say.'])],
      ),
      [
        'The plan is sent to the five registered voters of the Town who are appointed, as the rules of the meeting in § 40-405 say.',
      ],
    )
    t.strictSame(
      kindsOf(
        [line(10, [0, 'The plan is sent to the five registered voters of the'])],
        [bold(line(10, [0, 'Town of Belmont, amended in May, and then in the year 2022.']))],
      ).length,
      2,
      'not with what is set otherwise',
    )
  },
)

t.test('items under capitals keep their lines, and initials of a name do not part it', async (t) => {
  t.strictSame(
    kindsOf([
      line(10, [0, 'A. Dogs are kept on a leash wherever people are about.']),
      line(22, [0, 'B. Cats are not.']),
      line(46, [0, 'The rule was written by the clerk of the town, who was']),
      line(58, [0, 'J. Smith, in the year 1983.']),
    ]),
    [
      'A. Dogs are kept on a leash wherever people are about.\nB. Cats are not.',
      'The rule was written by the clerk of the town, who was J. Smith, in the year 1983.',
    ],
  )
})

t.test('a table of contents may say "Page" before its numbers', async (t) => {
  const entries = ['One', 'Two', 'Three'].map((text, index) =>
    line(10 * index, [0, `${text} ........... Page ${index}`]),
  )
  t.strictSame(kindsOf([...entries, line(60, [0, 'Text.'])]), ['Text.'])
})

t.test('a numbered heading below a title as large is its own, and a heading of two lines is one', async (t) => {
  const large = (y: number, text: string): Line => ({ ...line(y, [0, text]), size: 18 })
  const blocks = toBlocks(
    [
      {
        page: 1,
        flow: [
          large(20, 'Service Manual 2026'),
          large(48, '1. Safety'),
          line(68, [0, 'Switch off.']),
          large(100, 'Rules as of'),
          large(122, '3. May 2026'),
        ],
      },
    ],
    { depths: new Map([[18, 1]]), boldHeads: false, words: new Set() },
  )
  t.strictSame(blocks.map(toText), ['Service Manual 2026', '1. Safety', 'Switch off.', 'Rules as of 3. May 2026'])
})
