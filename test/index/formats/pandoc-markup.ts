import t from 'tap'
import { fromPandoc } from '../../../index/formats/pandoc-markup.ts'

const read = (...lines: string[]): string =>
  fromPandoc(lines)
    .join('\n')
    .replace(/\n{2,}/g, '\n')
    .trim()

t.test('drawn tables are tables', async (t) => {
  t.equal(
    read(
      '+------+-------------+',
      '| Zone | Sales       |',
      '|      +------+------+',
      '|      | 2025 | 2026 |',
      '+======+======+======+',
      '| A    | - 1  | 2    |',
      '|      | - 3  |      |',
      '+------+------+------+',
    ),
    '| Zone | Sales 2025 | Sales 2026 |\n| --- | --- | --- |\n| A | 1; 3 | 2 |',
  )
  t.equal(
    read('  Right  Left', '-------  ----', '     12  a b', '      1  c', '', 'Text.'),
    '| Right | Left |\n| --- | --- |\n| 12 | a b |\n| 1 | c |\nText.',
  )
  t.equal(
    read(
      '-----------------',
      ' Name    Note',
      ' (all)',
      '-------  --------',
      'Bolt     of',
      '         steel',
      '',
      'Nut      of brass',
      '-----------------',
    ),
    '| Name (all) | Note |\n| --- | --- |\n| Bolt | of steel |\n| Nut | of brass |',
  )
  t.equal(read('-----  --', 'a      1', 'b      2', '-----  --', ''), '| a | 1 |\n| --- | --- |\n| b | 2 |')
})

t.test('terms are items with what they mean', async (t) => {
  t.equal(
    read('Timeout', ': In seconds.', ': 30 by default.', 'Retries', '', ':   Three.', '', '    No more.', '', 'Text.'),
    '- Timeout:\n  In seconds.\n  30 by default.\n- Retries:\n  Three.\n  No more.\nText.',
  )
})

t.test('what only looks like it, and code, stay', async (t) => {
  for (const lines of [
    ['Heading', '-------', 'Text.'],
    ['| a | b |', '', ': A caption'],
    ['```', 'a', ': b', '```'],
    ['- a', ': b'],
    ['+ one', '+ two'],
    ['Text.', '-- --', 'Text.'],
  ])
    t.strictSame(fromPandoc(lines), lines)
})
