import t from 'tap'
import { documentLimits } from '../../../index/ingest.ts'
import type { Parsed } from '../../../index/parsing/parse.ts'
import { type Parsing, parseAll } from '../../../index/parsing/parsers.ts'

const limits = documentLimits
/** Takes a parser minutes, and memory by the hundred megabytes. */
const endless = '- a\n'.repeat(1_500_000)

async function read(
  sources: readonly string[],
  parsing: Omit<Parsing, 'maxTokens' | 'onSlow'>,
  signal = new AbortController().signal,
): Promise<Parsed[]> {
  const all: Parsed[] = []
  for await (const parsed of parseAll(sources, { maxTokens: 256, onSlow: () => undefined, ...parsing }, signal))
    all.push(parsed)
  return all
}

t.test('documents come in their order, whichever is parsed first', async (t) => {
  const names = Array.from({ length: 20 }, (_, index) => `${String(index).padStart(2, '0')}.md`)
  const text = (index: number): string => (index === 0 ? 'A long one.\n\n'.repeat(2000) : `Text ${index}.`)
  const folder = t.testdir(Object.fromEntries(names.map((name, index) => [name, text(index)])))
  const parsed = await read(names, { folder, limits })
  t.strictSame(
    parsed.map(({ source }) => source),
    names,
  )
  t.equal(parsed[7]?.chunks[0]?.text, 'Text 7.')
  t.strictSame(await read([], { folder, limits }), [])
})

t.test('a document that takes too long or too much is skipped alone', async (t) => {
  const folder = t.testdir({ 'a.md': 'A.', 'b.md': endless, 'c.md': 'C.' })
  const sources = ['a.md', 'b.md', 'c.md']
  const slow = await read(sources, { folder, limits: { ...limits, seconds: 3 } })
  t.match(slow, [
    { chunks: [{ text: 'A.' }] },
    { why: /^takes longer than 3 s; --document-seconds/, hash: /^\w{64}$/ },
    { chunks: [{ text: 'C.' }] },
  ])
  const large = await read(sources, { folder, limits: { ...limits, megabytes: 64 } })
  t.match(large, [
    { chunks: [{ text: 'A.' }] },
    { why: /^takes more than 64 MB of memory/ },
    { chunks: [{ text: 'C.' }] },
  ])
})

t.test('an interrupt ends it at once, whatever is parsed', async (t) => {
  const folder = t.testdir({ 'b.md': endless })
  const interrupt = new AbortController()
  const reading = read(['b.md'], { folder, limits }, interrupt.signal)
  setTimeout(() => interrupt.abort(new Error('interrupted')), 200)
  await t.rejects(reading, { message: 'interrupted' })
  await t.rejects(read(['b.md'], { folder, limits }, interrupt.signal), { message: 'interrupted' })
})

t.test('what is known of a document that did not change is not read again', async (t) => {
  const folder = t.testdir({ 'a.md': 'A.' })
  const [first] = await read(['a.md'], { folder, limits })
  const known = (_: string, hash: string): Parsed | undefined =>
    hash === first?.hash ? { ...first, title: 'from before' } : undefined
  t.match(await read(['a.md'], { folder, limits, known }), [{ title: 'from before' }])
})
