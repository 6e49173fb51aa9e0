import t from 'tap'
import { read } from '../../../function/answer/read.ts'
import { createVocabulary, toVocabularyText } from '../../../function/retrieval/lexicon/vocabulary.ts'
import { createWords } from '../../../function/retrieval/lexicon/words.ts'
import { readTexts, toPassage } from '../../reading.ts'

t.test('passages are cut into parts that know their terms and their passage', async (t) => {
  const { parts, titles, asked, weigh } = readTexts(
    'What is a pod, a pod?',
    'A pod holds containers. Pods end.',
    toPassage('Nodes run pods.', { title: 'Nodes', heading: 'Work' }),
  )
  t.match(parts, [
    { number: 1, order: 0, text: 'A pod holds containers.', terms: ['pod', 'hold', 'contain'] },
    { number: 1, order: 1, text: 'Pods end.' },
    { number: 2, order: 0, text: 'Nodes run pods.', heading: 'Work', path: ['work'] },
  ])
  t.strictSame(asked, ['pod'])
  t.strictSame(titles, [['pod'], ['node']])
  t.ok(weigh('contain') > weigh('pod'), 'what few parts have tells more')
  t.ok(weigh('zebra') > weigh('contain'))
})

t.test('a part stands under the headings of its section, not of what was found', async (t) => {
  const found = toPassage('The hall is large.\n\nDogs\n\nNo dogs.', {
    heading: 'Dogs',
    sections: [
      { start: 0, heading: '', url: null },
      { start: 20, heading: 'Dogs', url: null },
    ],
  })
  t.strictSame(
    readTexts('Dogs?', found).parts.map(({ path }) => path),
    [[], ['dog'], ['dog']],
  )
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
  t.match(readTexts('What?'), { parts: [], passages: [], titles: [] })
})

t.test('a term that was only said before counts less than one of the question', async (t) => {
  const { asked, weigh, weighAsked } = readTexts(
    { last: 'And for students?', before: 'What do adults pay?' },
    'Adults: 5.',
  )
  t.strictSame(asked, ['adult', 'pai', 'student'])
  t.equal(weighAsked('student'), weigh('student'))
  t.equal(weighAsked('adult'), weigh('adult') * 0.4)
})

t.test('a version is asked for where a heading has it', async (t) => {
  const passage = toPassage('It is dark.', { heading: 'Version 3.1.2 (2026-03-02)' })
  const cases: Array<[string, string[]]> = [
    ['What is new in 3.1?', ['3.1']],
    ['What is new in v3.1.2?', ['3.1.2']],
    ['What is new in 3.1.20 or 3?', []],
    ['What was new in 2026?', ['2026']],
    ['When was 3.0.2?', []],
  ]
  for (const [question, expected] of cases) t.strictSame(readTexts(question, passage).sectionsAsked, expected, question)
})

t.test(
  'the language of a question is known where it is the table’s, and what of its words the table has',
  async (t) => {
    const language = await createWords('German')
    const passage = 'Die Abteilung wird von Frau Müller geleitet.'
    const counts = new Map(language.toTerms(passage).map((term) => [term, 1]))
    const lexicon = { languageName: 'German', language, vocabulary: createVocabulary(toVocabularyText(counts), 1) }
    const readIn = (question: string): ReturnType<typeof read> => read(question, [toPassage(passage)], lexicon)
    t.equal(readIn('Wer leitet die Abteilung?').language, 'German')
    t.equal(readIn('Who leads it?').language, undefined)
    t.equal(readTexts('What is a pod?', 'A pod.').language, undefined, 'English needs no name')
    const { isKnown } = readIn('Wer leitet die Abteilung?')
    for (const word of ['Müller', 'Frauenabteilung']) t.ok(isKnown(word), word)
    for (const word of ['Schmidt', 'Zanzibar']) t.notOk(isKnown(word), word)
  },
)
