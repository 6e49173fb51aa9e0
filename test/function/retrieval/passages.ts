import { join } from 'node:path'
import t from 'tap'
import { createJoin, type Passage } from '../../../function/retrieval/passages.ts'
import { openTable } from '../../../function/table/open.ts'
import { makeTable } from '../../running.ts'

const sentence = (index: number): string =>
  `Sentence ${index} of the section tells about subject${index} and little else.`
const documents = {
  "it's.md": `# One\n\n## Long\n\n${Array.from({ length: 60 }, (_, index) => sentence(index)).join(' ')}\n\n### Below\n\nA part of the long section.\n\n## Other\n\nAnother section.`,
  'copy.md': '# Two\n\n## Other\n\nAnother section.',
}

const table = join(t.testdir({ docs: documents }), 'table')
let chunks: Awaited<ReturnType<typeof openTable>>['chunks']
let all: Passage[]

t.before(async () => {
  await makeTable(join(t.testdirName, 'docs'), table, undefined, { maxTokens: 96 })
  chunks = (await openTable(table)).chunks
  const rows: Passage[] = await chunks.query().toArray()
  all = rows.map(({ id, source, title, heading, position, text }) => ({
    id,
    source,
    title,
    heading,
    position,
    text,
    score: 1,
    bm25: 1,
    page: null,
    similarity: null,
  }))
})

const find = (text: string): Passage => {
  const chunk = all.find((row) => row.text.includes(text))
  if (chunk === undefined) throw new Error(`no chunk with ${text}`)
  return chunk
}

t.test('a passage is the chunk with its neighbours of the same section, in order, within 300 words', async (t) => {
  const [passage] = await createJoin(chunks)([find('Sentence 20')], 5)
  t.ok((passage?.text.length ?? 0) > find('Sentence 20').text.length)
  t.match(passage?.text, 'Sentence 20')
  t.ok((passage?.text.split(/\s+/).length ?? 0) <= 300)
  t.notMatch(passage?.text, 'Another section')
  const numbers = [...(passage?.text.matchAll(/Sentence (\d+)/g) ?? [])].map(([, number]) => Number(number))
  t.strictSame(
    numbers,
    numbers.toSorted((a, b) => a - b),
  )
})

t.test('a section takes in what stands below it', async (t) => {
  const [passage] = await createJoin(chunks)([find('A part of the long')], 5)
  t.match(passage?.text, /Sentence 59[\s\S]*A part of the long section\./)
  t.match(passage, { heading: 'Long > Below', text: /^Long\n\n/ }, 'and says where it begins, where that is elsewhere')
})

t.test('a chunk that stands in a better passage is not repeated, nor is a copy', async (t) => {
  const join = createJoin(chunks)
  t.equal((await join([find('Sentence 20'), find('Sentence 20')], 5)).length, 1)
  const copies = all.filter(({ text }) => text === 'Another section.')
  t.equal(copies.length, 2)
  t.equal((await join(copies, 5)).length, 1)
})

t.test('no more than topK, and nothing from nothing', async (t) => {
  t.equal((await createJoin(chunks)(all, 2)).length, 2)
  t.strictSame(await createJoin(chunks)([], 5), [])
})
