import t from 'tap'
import { type Hit, type Passage, placeOf, toPassages } from '../../../function/retrieval/passages.ts'
import type { Row } from '../../../function/retrieval/rows.ts'

const sentence = (index: number): string =>
  `Sentence ${index} of the section tells about subject${index} and little else.`
const toRow = (source: string, position: number, heading: string, text: string): Row => ({
  ...{ id: `${source}#${position}`, source, title: 'One', heading, position, text, page: null, url: null },
  ...{ words: text.toLowerCase(), headings: '', length: text.split(' ').length },
})
const rows = [
  ...Array.from({ length: 20 }, (_, index) =>
    toRow('one.md', index, 'Long', [0, 1, 2].map((part) => sentence(3 * index + part)).join(' ')),
  ),
  toRow('one.md', 20, 'Long > Below', 'A part of the long section.'),
  toRow('one.md', 21, 'Other', 'Another section.'),
  toRow('two.md', 0, 'Other', 'Another section.'),
  toRow('two.md', 1, 'Further', 'Something else again.'),
]
const nearby = new Map(rows.map((row) => [row.id, row]))
const hit = (text: string, source = ''): Hit => {
  const row = rows.find((row) => row.text.includes(text) && row.source.startsWith(source))
  if (row === undefined) throw new Error(`no chunk with ${text}`)
  return { row, score: 1, bm25: 1, similarity: null }
}
const first = (...hits: Hit[]): Passage | undefined => toPassages(hits, nearby, 5)[0]

t.test('a passage is the chunk with its neighbours of the same section, in order, within 300 words', async (t) => {
  const passage = first(hit('Sentence 30 '))
  t.match(passage, { id: 'one.md#10', score: 1, bm25: 1, similarity: null, text: 'Sentence 30 ' })
  t.ok((passage?.text.length ?? 0) > hit('Sentence 30 ').row.text.length)
  t.ok((passage?.text.split(/\s+/).length ?? 0) <= 300)
  t.notMatch(passage?.text, 'Another section')
  const numbers = [...(passage?.text.matchAll(/Sentence (\d+)/g) ?? [])].map(([, number]) => Number(number))
  t.strictSame(
    numbers,
    numbers.toSorted((a, b) => a - b),
  )
})

t.test('a section takes in what stands below it', async (t) => {
  const passage = first(hit('A part of the long'))
  t.match(passage?.text, /Sentence 59[\s\S]*A part of the long section\./)
  t.match(passage, { heading: 'Long > Below', text: /^Long\n\n/ }, 'and says where it begins, where that is elsewhere')
})

t.test('a short section takes in its neighbours, and says where each begins', async (t) => {
  t.equal(first(hit('Something else'))?.text, 'Other\n\nAnother section.\n\nFurther\n\nSomething else again.')
})

t.test('where a passage passes into a section under another heading, that one is said too', async (t) => {
  const rows = [
    toRow('log.md', 0, '2.1.0 > Added', 'Lists.'),
    toRow('log.md', 1, '2.0.0 > Changed', 'Log in with a code.'),
    toRow('log.md', 2, '2.0.0 > Removed', 'The card.'),
    toRow('log.md', 3, '1.0.0', 'Found.'),
  ]
  const row = rows[2]
  const hit = row === undefined ? [] : [{ row, score: 1, bm25: 1, similarity: null }]
  const [passage] = toPassages(hit, new Map(rows.map((row) => [row.id, row])), 5)
  if (passage === undefined) throw new Error('no passage')
  t.equal(
    passage.text,
    '2.1.0\n\nAdded\n\nLists.\n\n2.0.0\n\nChanged\n\nLog in with a code.\n\nRemoved\n\nThe card.\n\n1.0.0\n\nFound.',
  )
  t.equal(passage.text.slice(passage.found.start, passage.found.end), 'The card.')
  for (const { heading, text } of rows) t.equal(placeOf(passage, passage.text.indexOf(text)).heading, heading)
  t.equal(placeOf(passage, passage.text.indexOf('2.0.0')).heading, '2.0.0 > Changed')
})

t.test('a passage of several sections says which of them something stands in', async (t) => {
  const rows = [
    { ...toRow('a.md', 0, '', 'Pods run.'), url: 'https://a.example/a' },
    { ...toRow('a.md', 1, '', 'They end.'), url: 'https://a.example/a' },
    { ...toRow('a.md', 2, 'Limits', 'Ten at most.'), url: 'https://a.example/a#limits' },
  ]
  const hit = rows[1] === undefined ? [] : [{ row: rows[1], score: 1, bm25: 1, similarity: null }]
  const [passage] = toPassages(hit, new Map(rows.map((row) => [row.id, row])), 5)
  if (passage === undefined) throw new Error('no passage')
  t.equal(passage.text, 'Pods run.\n\nThey end.\n\nLimits\n\nTen at most.')
  t.equal(passage.text.slice(passage.found.start, passage.found.end), 'They end.')
  const where = (text: string): object => placeOf(passage, passage.text.indexOf(text))
  t.strictSame(where('They'), { heading: '', url: 'https://a.example/a' })
  t.strictSame(where('Limits'), { heading: 'Limits', url: 'https://a.example/a#limits' })
  t.strictSame(where('Ten'), { heading: 'Limits', url: 'https://a.example/a#limits' })
  t.strictSame(placeOf({ ...passage, sections: [], url: null }, 3), { heading: '' })
})

t.test('a chunk that stands in a better passage is not repeated, nor is one with the same words', async (t) => {
  t.equal(toPassages([hit('Sentence 30 '), hit('Sentence 33 ')], nearby, 5).length, 1)
  t.equal(toPassages([hit('Another', 'one'), hit('Another', 'two')], nearby, 5).length, 1)
})

t.test('two chunks that differ in one number are both there', async (t) => {
  const versions = ['v1', 'v2'].map((version, index) =>
    toRow(`${version}.md`, 0, 'Limits', `A client may send ${500 * (index + 1)} requests an hour.`),
  )
  const hits = versions.map((row) => ({ row, score: 1, bm25: 1, similarity: null }))
  t.equal(toPassages(hits, new Map(versions.map((row) => [row.id, row])), 5).length, 2)
})

t.test('no more than topK, and nothing from nothing', async (t) => {
  t.equal(toPassages([hit('Sentence 0 '), hit('Sentence 57 '), hit('Another', 'two')], nearby, 2).length, 2)
  t.strictSame(toPassages([], nearby, 5), [])
})
