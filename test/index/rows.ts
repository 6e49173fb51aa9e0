import t from 'tap'
import { createWords } from '../../function/retrieval/lexicon/words.ts'
import type { Chunk } from '../../index/chunk.ts'
import type { ChunkRow } from '../../index/new-table.ts'
import { type RowTally, toRows } from '../../index/rows.ts'

const chunk = (parts: Partial<Chunk>): Chunk => ({
  source: 'v1.2/pods.md',
  title: 'Pods',
  heading: '',
  text: 'A pod ends.',
  hash: '0',
  head: '',
  page: null,
  anchor: '',
  ...parts,
})

async function rowsOf(chunks: readonly Chunk[], tally: RowTally): Promise<ChunkRow[]> {
  const words = await createWords('English')
  async function* embedded(): AsyncGenerator<readonly [Chunk, undefined]> {
    for (const each of chunks) yield [each, undefined]
  }
  const rows: ChunkRow[] = []
  for await (const row of toRows(embedded(), words, tally)) rows.push(row)
  return rows
}

const emptyTally = (urls: ReadonlyMap<string, string> = new Map()): RowTally => ({
  urls,
  terms: new Map(),
  chunks: 0,
  unreadable: 0,
})

t.test('chunks are counted through each document, and terms by the chunks that hold them', async (t) => {
  const tally = emptyTally()
  const chunks = [chunk({}), chunk({ text: 'Pods and pods.' }), chunk({ source: 'other.md', title: 'Other' })]
  const rows = await rowsOf(chunks, tally)
  t.strictSame(
    rows.map(({ id }) => id),
    ['v1.2/pods.md#0', 'v1.2/pods.md#1', 'other.md#0'],
  )
  t.equal(rows[1]?.words, 'pod pod')
  t.equal(tally.chunks, 3)
  t.equal(tally.terms.get('pod'), 3)
  t.equal(tally.terms.get('other'), 1)
})

t.test('a chunk is found by its headings, the first by the title, too, and by the versions in its path', async (t) => {
  const rows = await rowsOf([chunk({ heading: 'To be' }), chunk({ heading: 'Life' }), chunk({})], emptyTally())
  t.strictSame(
    rows.map(({ headings }) => headings),
    ['pod 1.2 1 to be', 'life 1.2 1', 'pod 1.2 1'],
  )
})

t.test('an address leads to the page of a format that has pages, else to the heading', async (t) => {
  const urls = new Map([
    ['a.pdf', 'https://example.org/a.pdf'],
    ['b.md', 'https://example.org/b'],
    ['c.md', 'https://example.org/c#own'],
  ])
  const chunks = [
    chunk({ source: 'a.pdf', page: 3 }),
    chunk({ source: 'b.md', anchor: 'größe' }),
    chunk({ source: 'b.md' }),
    chunk({ source: 'c.md', anchor: 'x' }),
    chunk({ source: 'd.md' }),
  ]
  t.strictSame(
    (await rowsOf(chunks, emptyTally(urls))).map(({ url }) => url),
    [
      'https://example.org/a.pdf#page=3',
      'https://example.org/b#gr%C3%B6%C3%9Fe',
      'https://example.org/b',
      'https://example.org/c#own',
      null,
    ],
  )
})
