import t from 'tap'
import { rank, rankByWords } from '../../../function/answer/rank.ts'
import { readTexts, toPassage } from '../../reading.ts'

const best = (question: string, ...texts: Parameters<typeof readTexts>[1][]): string | undefined =>
  rank(readTexts(question, ...texts))[0]?.part.text

t.test('the part that holds most of the question comes first', async (t) => {
  const cases = [
    ['What is a pod?', 'A pod is a group of containers.', ['Clusters are large. A pod is a group of containers.']],
    [
      'How long is the guarantee?',
      'Five years.',
      ['**How long is the guarantee?**\n\nFive years.\n\n**Who pays?**\n\nYou do.'],
    ],
    [
      'What are the visiting hours?',
      'They are from ten to noon.',
      ['Visiting hours ........ 3\n\nParking ........ 4', 'Visiting hours\n\nThey are from ten to noon.'],
    ],
    [
      'What are the visiting hours?',
      'They are from ten to noon.',
      ['Visiting hours … 3', 'Visiting hours\n\nThey are from ten to noon.'],
    ],
    [
      'What does clause 2.2 say?',
      'The supplier is liable up to the fee.',
      [toPassage('The supplier is liable up to the fee. Clause 2.1 stays as it is.', { heading: '2.2 Liability' })],
    ],
    [
      'How many users does the Team plan have?',
      'Team  25',
      ['The plans differ in users.\n\nPlan  Users\nFree  1\nTeam  25'],
    ],
    [
      'What about dogs?',
      'They stay outside.',
      [
        toPassage('Bring a band to the hall.\n\nDogs\n\nThey stay outside.', {
          heading: 'Dogs',
          sections: [{ start: 0, heading: '', url: null }],
        }),
      ],
    ],
    [
      'Where do I park?',
      'Behind the house.',
      ['| Item | Price |\n| --- | --- |\n| Bed | 90 |\n| Cot | 9 |\n\nParking\n\nBehind the house.'],
    ],
    [
      'Are you open on Saturday?',
      'On Saturdays it is closed.',
      ['On working days the hall is open from ten to six.\n\nOn Saturdays it is closed.'],
    ],
    ['Can I come on Monday?', 'Monday: closed', ['You can come by bus to the hall.\n\nMonday: closed']],
    ['Is the shop open on Mondays?', 'Tue–Sat 10–18.', ['The shop is in Kiel. Tue–Sat 10–18.']],
  ] as const
  for (const [question, expected, texts] of cases) t.equal(best(question, ...texts), expected, question)
})

t.test('the name that a paragraph begins with is what each of its sentences is about', async (t) => {
  const races =
    'Spring Race: in May, at ten. It is short. The fee is £12.\n\nAutumn Race: in June. It is long. The fee is £15.'
  const ranked = rank(readTexts('How much is the fee for the Autumn Race?', races))
  const [first] = ranked.filter(({ part }) => part.text.startsWith('The fee'))
  t.equal(first?.part.text, 'The fee is £15.')
})

t.test('a row counts for what it says, not for what stands beside its table', async (t) => {
  const table = '| Item | Price |\n| --- | --- |\n| Cot | 9 |\n\nParking is free.'
  const ranked = rank(readTexts('Where is the parking?', table))
  t.equal(ranked.find(({ part }) => part.kind === 'row')?.points, 0)
})

t.test('where no part shares a word with the question, the passages keep their order', async (t) => {
  const ranked = rank(readTexts('Unrelated?', 'First. Second.', 'Third.'))
  t.strictSame(
    ranked.map(({ part, points }) => [part.text, points]),
    [
      ['First.', 0],
      ['Second.', 0],
      ['Third.', 0],
    ],
  )
  t.strictSame(rank(readTexts('?', 'First.')).length, 1, 'a question without words')
})

t.test('where words say little, the chunk that was found by meaning decides', async (t) => {
  const near = toPassage('Limits are many. A container that takes too much is killed.', { similarity: 0.6 })
  const far = toPassage('A present came in a box. It was wrapped in paper.', { similarity: 0.1 })
  const question = 'Why does my box keep dying?'
  const found = { start: near.text.indexOf('A container'), end: near.text.length }
  t.equal(
    rank(readTexts(question, { ...near, found }, far))[0]?.part.text,
    'A container that takes too much is killed.',
  )
  t.equal(rank(readTexts('What is the box?', near, far))[0]?.part.text, 'A present came in a box.')
  t.equal(rankByWords(readTexts(question, near, far))[0]?.part.text, 'A present came in a box.')
})
