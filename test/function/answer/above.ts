import t from 'tap'
import { isReply, lineOver, linesAbove, questionOver, shortHeadingOver } from '../../../function/answer/above.ts'
import { readTexts, toPassage } from '../../reading.ts'

const linesOver = (words: string, text: string, about: Parameters<typeof toPassage>[1] = {}): string[] => {
  const passage = toPassage(text, { title: 'Boats', ...about })
  const { parts } = readTexts('?', passage)
  const part = parts.find((each) => each.text.includes(words))
  return part === undefined ? ['no such part'] : linesAbove(part, parts, passage)
}

t.test('a sentence stands alone; what is none has above it what it stands under', async (t) => {
  const deep = 'A long chapter on everything > Not covered by the insurance'
  const cases: Array<[string, string[], ...Parameters<typeof linesOver>]> = [
    ['a sentence', [], 'Oars float.', 'Oars\n\nOars float.'],
    ['an item, the heading', ['Lost'], 'Oars', 'Lost\n\n- Oars'],
    ['without one the title', ['Boats'], 'Oars', '- Oars'],
    ['the last of a long path', ['Not covered by the insurance'], 'Oars', '- Oars', { heading: deep }],
    [
      'a line that stands as a heading below the path',
      ['Insurance', 'Lost'],
      'Oars',
      'Lost\n\n- Oars',
      { heading: 'Insurance' },
    ],
    [
      'an announcement that says it all',
      ['We do not insure these things:'],
      'Oars',
      'Lost\n\nWe do not insure these things:\n\n- Oars',
    ],
    ['an item that is a sentence, a short one alone', ['Never:'], 'Lend', 'Never:\n\n- Lend the oars.'],
    ['and a long one not', [], 'Lend', 'All of the following is part of what we ask of you:\n\n- Lend the oars.'],
    ['an announcement of hundreds of words not', ['Boats'], 'Oars', `${'So many words '.repeat(30)}follow:\n\n- Oars`],
    ['what is between two lists not', ['Boats'], 'Oars', '- Sails\n\nThey are white.\n\n- Oars'],
    [
      'over a sentence a heading that says no',
      ['What you must not do'],
      'Park',
      'What you must not do\n\nPark on the lawn.',
    ],
    ['over an item too', ['Nicht erlaubt'], 'Oars', 'Nicht erlaubt\n\n- Oars float.'],
    ['and none that does not', [], 'Oars', 'Allowed\n\n- Oars float.'],
    [
      'one that says which version or when, whatever the length of the path',
      ['3.2.0 (2026-05-12) > What is new in it'],
      'Oars',
      'Oars float.',
      { heading: 'All of our release notes > 3.2.0 (2026-05-12) > What is new in it' },
    ],
    ['and none with the number of its chapter', [], 'Oars', '- Oars float.', { heading: '3 Boats > 3.2 Oars' }],
    ['a reply that nothing stands above', [], 'Fine.', 'It rains.\n\nFine. We stay.'],
  ]
  for (const [what, expected, ...given] of cases) t.strictSame(linesOver(...given), expected, what)
})

t.test('a reply is a word or two before a sentence, or a few after a question', async (t) => {
  const cases = [
    ['No. Dogs stay outside.', true],
    ['Leider nicht. Nur Karten.', true],
    ['No.', false],
    ['Dogs stay outside. No.', false],
    ['The dogs stay outside. They do.', false],
    ['May I?\n\nNot in the hall. Outside you may.', true],
    ['May I?\n\nNo.\n\nDogs stay outside.', true],
  ] as const
  for (const [text, expected] of cases) {
    const passage = toPassage(text)
    const { parts } = readTexts('?', passage)
    const first = parts.find((part) => !part.text.endsWith('?'))
    t.equal(isReply(first, parts), expected, text)
  }
})

t.test('a sentence has above it the next heading, or the question that begins a paragraph', async (t) => {
  const cases = [
    ['May I row?\n\nOnly by day.', 'May I row?', 'May I row?'],
    ['**May I row?** Only by day.', '**May I row?**', '**May I row?**'],
    ['May I row?\n\nRowing\n\nOnly by day.', 'Rowing', undefined],
    ['May I row?\n\nIt depends.\n\nOnly by day.', 'May I row?', undefined],
    ['You row. May you? Only by day.', undefined, 'May I sail?'],
    ['May I row?\n\n- Only by day.', 'May I row?', undefined],
  ] as const
  for (const [text, line, question] of cases) {
    const passage = toPassage(text, { heading: 'Boats > May I sail?' })
    const { parts } = readTexts('?', passage)
    const part = parts.find((each) => each.text.startsWith('Only'))
    t.equal(part && lineOver(part, parts)?.text, line, text)
    t.equal(part && questionOver(part, parts), question, text)
  }
})

t.test('a heading of a few words stands over a short sentence', async (t) => {
  const cases = [
    ['Deprecated\n\nOars float.', 'Deprecated'],
    ['Oars float.', 'Since 2020'],
    ['What we say of everything\n\nOars float.', undefined],
    ['Do they?\n\nOars float.', undefined],
    ['Deprecated\n\nOars float on each of the waters that we row on, too.', 'Deprecated'],
    [`Deprecated\n\nOars float ${'on each of the waters '.repeat(4)}that we row on.`, undefined],
    ['Deprecated\n\n- Oars float.', undefined],
  ] as const
  for (const [text, expected] of cases) {
    const passage = toPassage(text, { heading: 'Boats > Since 2020' })
    const { parts } = readTexts('?', passage)
    const part = parts.find((each) => each.text.startsWith('Oars'))
    t.equal(part && shortHeadingOver(part, parts), expected, text)
  }
})
