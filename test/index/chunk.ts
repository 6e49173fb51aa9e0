import t from 'tap'
import { openTokenizer } from '../../function/embedding/word-pieces.ts'
import { type Chunk, chunkDocument, halve, toEmbeddedText } from '../../index/chunk.ts'
import { loadMarkdown } from '../../index/formats/markdown.ts'

const { count, encode } = openTokenizer()
const chunk = (markdown: string, maxTokens = 256): Chunk[] => {
  const { root } = loadMarkdown(markdown)
  return chunkDocument(
    { source: 'a.md', title: 'Pods', root, hash: '', lost: [], frontMatter: {} },
    { maxTokens, count },
  )
}
const words = (count: number): string => Array.from({ length: count }, (_, index) => `w${index}`).join(' ')

t.test('chunks follow the headings and carry their path; the title is not repeated in it', async (t) => {
  const chunks = chunk('# Pods\n\nIntro.\n\n## Life\n\nBorn.\n\n### End\n\nDies.\n\n## Use\n\nRun.')
  t.strictSame(
    chunks.map(({ heading, text }) => [heading, text]),
    [
      ['', 'Intro.'],
      ['Life', 'Born.'],
      ['Life > End', 'Dies.'],
      ['Use', 'Run.'],
    ],
  )
  t.equal(toEmbeddedText(chunks[2] as Chunk), 'Pods > Life > End\nDies.')
  t.equal(toEmbeddedText(chunks[0] as Chunk), 'Pods\nIntro.')
})

t.test('a heading level that is left out leaves no gap in the path', async (t) => {
  t.strictSame(
    chunk('#### Deep\n\nText.\n\n## Up\n\nMore.').map(({ heading }) => heading),
    ['Deep', 'Up'],
  )
})

t.test('headings without text say what they say, together with their like; a title alone says nothing', async (t) => {
  const read = (text: string): Array<[string, string]> => chunk(text).map(({ heading, text }) => [heading, text])
  t.strictSame(read('# Pods\n'), [])
  t.strictSame(read('# Pods\n\n## Life\n\n### End\n'), [['Life', 'End']])
  t.strictSame(read('# Pods\n\n## Monday: 8 to 5\n\n## Closed on Sundays\n\n## Holidays\n\nAs announced.\n'), [
    ['', 'Monday: 8 to 5\n\nClosed on Sundays'],
    ['Holidays', 'As announced.'],
  ])
})

t.test('no chunk is larger than the limit, title and headings counted, and no word is lost', async (t) => {
  const sentence = (index: number): string => `Sentence number ${index} says something about pods and nodes.`
  const prose = Array.from({ length: 60 }, (_, index) => sentence(index)).join(' ')
  const list = Array.from({ length: 60 }, (_, index) => `- item${index} of a list`).join('\n')
  const code = `\`\`\`yaml\n${Array.from({ length: 80 }, (_, index) => `key${index}: value`).join('\n')}\n\`\`\``
  const table = `| name | meaning |\n|---|---|\n${Array.from({ length: 60 }, (_, index) => `| row${index} | text |`).join('\n')}`
  const quote = `> ${words(400)}`
  const long = 'x'.repeat(5000)
  for (const markdown of [prose, list, code, table, quote, long, `- ${prose}`, `${prose}\n\n${code}\n\n${list}`]) {
    for (const maxTokens of [64, 128, 256]) {
      const chunks = chunk(`## A heading\n\n${markdown}`, maxTokens)
      for (const piece of chunks)
        t.ok(encode(toEmbeddedText(piece)).length <= maxTokens, `${markdown.slice(0, 20)} at ${maxTokens}`)
      const all = chunks.map(({ text }) => text).join(' ')
      const lost = markdown.match(/\b(item|key|row|number |w)\d+/g)?.filter((word) => !all.includes(word))
      t.strictSame(lost ?? [], [])
    }
  }
})

t.test(
  'a code block or a table that fits stays whole; one that does not keeps its fence or its head in every part',
  async (t) => {
    const code = '```bash\nkubectl get pods\nkubectl get nodes\n```'
    t.strictSame(
      chunk(`${words(65)}\n\n${code}`, 150)
        .map(({ text }) => text)
        .at(-1),
      code,
    )
    const parts = chunk(
      `\`\`\`bash\n${Array.from({ length: 100 }, (_, index) => `echo ${index}`).join('\n')}\n\`\`\``,
      96,
    )
    t.ok(parts.length > 1)
    for (const { text } of parts) t.match(text, /^```bash\n[\s\S]*\n```$/)
    const rows = chunk(
      `| a | b |\n|---|---|\n${Array.from({ length: 60 }, (_, index) => `| ${index} | x |`).join('\n')}`,
      96,
    )
    t.ok(rows.length > 1)
    for (const { text } of rows) t.match(text, /^\| a \| b \|\n\| --- \| --- \|\n/)
  },
)

t.test('sentences are not cut when they fit', async (t) => {
  const chunks = chunk(Array.from({ length: 40 }, (_, index) => `This is sentence ${index}.`).join(' '), 64)
  t.ok(chunks.length > 2)
  for (const { text } of chunks) t.match(text, /^This is .*\.$/)
})

t.test('halving cuts near the middle, at a line or a space, and loses nothing', async (t) => {
  const [whole] = chunk('One two three.\nFour five six.')
  const halves = halve(whole as Chunk)
  t.strictSame(
    halves.map(({ text }) => text),
    ['One two three.', 'Four five six.'],
  )
  const [solid] = chunk('x'.repeat(100))
  t.strictSame(
    halve(solid as Chunk).map(({ text }) => text.length),
    [50, 50],
  )
})

t.test('the hash is of title, heading and text', async (t) => {
  const [a, b, c] = chunk('## One\n\nText.\n\n## Two\n\nText.\n\n## One\n\nText.')
  t.equal(a?.hash, c?.hash)
  t.not(a?.hash, b?.hash)
})

t.test('a heading longer than half of the room is shortened for the model alone; the text is whole', async (t) => {
  const heading = `About ${words(300)}`
  const chunks = chunk(`## ${heading}\n\nPods run containers.`)
  t.strictSame(
    chunks.map(({ heading, text }) => [heading, text]),
    [[heading, 'Pods run containers.']],
  )
  t.ok(chunks.every((piece) => encode(toEmbeddedText(piece)).length <= 256))
  t.match(chunks[0]?.head, /^Pods > About w0 .* w\d+$/)
})

t.test('words that the model takes apart, or does not know, are cut to fit', async (t) => {
  for (const word of ['한'.repeat(300), 'ก'.repeat(900), '𠀀'.repeat(300), 'ab-'.repeat(300)]) {
    const chunks = chunk(word, 64)
    t.equal(chunks.map(({ text }) => text).join(''), word)
    t.ok(chunks.every((piece) => encode(toEmbeddedText(piece)).length <= 64))
  }
})

t.test('a row too wide for one chunk is cut by its columns, each part with their names and whose it is', async (t) => {
  const columns = Array.from({ length: 60 }, (_, index) => `measured value ${index}`)
  const row = (name: string): string => `| ${[name, ...columns.map((_, index) => `${name}${index}`)].join(' | ')} |`
  const table = [`| Boat | ${columns.join(' | ')} |`, `|${' --- |'.repeat(61)}`, row('Heron'), row('Swift')].join('\n')
  const chunks = chunk(table)
  for (const { text } of chunks) {
    const [names = '', , ...rows] = text.split('\n')
    t.equal(rows.length, 1)
    const cells = (line: string): string[] => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''))
    const [boat = '', ...values] = cells(rows[0] ?? '')
    t.strictSame(
      cells(names),
      ['Boat', ...values.map((value) => `measured value ${value.slice(boat.length)}`)],
      'each cell stands below its name',
    )
  }
  for (const name of ['Heron', 'Swift'])
    for (const index of columns.keys()) t.ok(chunks.some(({ text }) => text.includes(` ${name}${index} |`)))
})

t.test('a long cell is cut below the name of its own column, and rows beside it stay together', async (t) => {
  const table = `| Boat | Place | Story |\n| --- | --- | --- |\n| Heron | North | short |\n| Swift | South | ${words(300)} |\n| Tern | East | short |`
  const texts = chunk(table).map(({ text }) => text)
  const [first = ''] = texts
  t.match(first, '| Boat | Place | Story |\n| --- | --- | --- |\n| Heron | North | short |\n\n| Boat | Place |')
  const said = texts.join('\n').matchAll(/^\| Boat \| Story \|\n\| --- \| --- \|\n\| Swift \| (w.*) \|$/gm)
  t.equal([...said].map(([, part]) => part).join(' '), words(300))
  t.match(texts.at(-1), '| Boat | Place | Story |\n| --- | --- | --- |\n| Tern | East | short |')
})
