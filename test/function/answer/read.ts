import t from 'tap'
import { readTexts, toPassage } from '../../reading.ts'

t.test('passages are cut into parts that know their terms and their passage', async (t) => {
  const { parts, titles, headings, asked, weigh } = readTexts(
    'What is a pod, a pod?',
    'A pod holds containers. Pods end.',
    toPassage('Nodes run pods.', { title: 'Nodes', heading: 'Work' }),
  )
  t.match(parts, [
    { number: 1, order: 0, text: 'A pod holds containers.', terms: ['pod', 'hold', 'contain'] },
    { number: 1, order: 1, text: 'Pods end.' },
    { number: 2, order: 0, text: 'Nodes run pods.' },
  ])
  t.strictSame(asked, ['pod'])
  t.strictSame(
    [titles, headings],
    [
      [['pod'], ['node']],
      [[], ['work']],
    ],
  )
  t.ok(weigh('contain') > weigh('pod'), 'what few parts have tells more')
  t.ok(weigh('zebra') > weigh('contain'))
})

t.test('the heading that a passage begins under is not the one that was found in it', async (t) => {
  const found = toPassage('The hall is large.\n\nDogs\n\nNo dogs.', {
    heading: 'Dogs',
    sections: [
      { start: 0, heading: '', url: null },
      { start: 20, heading: 'Dogs', url: null },
    ],
  })
  t.strictSame(readTexts('Dogs?', found).headings, [[]])
})

t.test('hours tell of the day that is asked for, named or not', async (t) => {
  const { parts } = readTexts(
    'Is it open on Mondays?',
    'Tue–Sat 10–18. Mon closed. On Sunday there is cake. Sun and rain.',
  )
  t.strictSame(
    parts.map(({ days }) => days),
    [['mondai'], ['mondai'], [], []],
  )
})

t.test('a word that no passage has is read as what it was searched by', async (t) => {
  const { asked } = readTexts('How many vaccation days?', 'Thirty days of vacation.')
  t.strictSame(asked, ['mani', 'vacat', 'dai'])
})

t.test('without passages there is nothing to read', async (t) => {
  t.match(readTexts('What?'), { parts: [], passages: [], titles: [], headings: [] })
})
