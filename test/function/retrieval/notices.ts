import t from 'tap'
import { createWords } from '../../../function/retrieval/lexicon/words.ts'
import { findUnmentioned, mendedNotice, unmentionedNotice } from '../../../function/retrieval/notices.ts'
import type { Passage } from '../../../function/retrieval/passages.ts'
import type { Row } from '../../../function/retrieval/rows.ts'

const language = await createWords('English')
const row: Row = {
  ...{ id: 'a.md#0', source: 'a.md', title: 'Vacation', heading: '', position: 0, page: null, url: null, length: 5 },
  text: 'Employees have thirty days; ask in Personio.',
  words: language.toTerms('Employees have thirty days; ask in Personio.').join(' '),
  headings: 'vacat',
}
const passage: Passage = {
  ...row,
  sections: [],
  found: { start: 0, end: row.text.length },
  text: `${row.text} Or ask Berta.`,
  score: 1,
  bm25: 1,
  similarity: null,
}

t.test('names that no passage has are said', async (t) => {
  const find = (text: string, name = 'English'): string[] =>
    findUnmentioned({ asked: [language.read(text)] }, [row], [passage], name)
  t.strictSame(find('Do I ask Workday or Personio?'), ['Workday'])
  t.strictSame(find('Do I ask Berta?'), [], 'she stands beside what was matched')
  t.strictSame(
    find('please ask Workday, then again ask Workday or Alpha, write Beta, call Gamma'),
    ['Workday', 'Alpha', 'Beta'],
    'each once, and few',
  )
  const asOne = (text: string): ReturnType<typeof language.read>[number] => {
    const surface = text.replace(' ', '')
    return { surface, term: surface.toLowerCase(), parts: language.read(text).map(({ term }) => term) }
  }
  t.strictSame(
    findUnmentioned(
      { asked: [['ask x', 'Thirty days', 'Employees personio'].map(asOne)] },
      [row],
      [passage],
      'English',
    ),
    ['Employeespersonio'],
    'a name written as one word is there where its parts stand side by side',
  )
  t.strictSame(find('Do I ask Workday?', 'German'), [], 'where all nouns have capitals, they name nothing')
  t.equal(unmentionedNotice(['Workday', 'Alpha']), 'The passages do not mention Workday, Alpha.')
  t.equal(unmentionedNotice([]), undefined)
})

t.test('a word that was taken for another is said as the passages write it', async (t) => {
  const mended = [
    { surface: 'vaccation', term: 'vacat' },
    { surface: 'emploees', term: 'employe' },
    { surface: 'kubrenetes', term: 'kubernet' },
  ]
  t.equal(
    mendedNotice(mended, [row], language),
    '“vaccation” is not in the documents: searched for “vacation”. “emploees” is not in the documents: searched for “employees”. “kubrenetes” is not in the documents: searched for “kubernet”.',
  )
  t.equal(mendedNotice([], [row], language), undefined)
})
