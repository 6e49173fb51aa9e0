import { join } from 'node:path'
import t from 'tap'
import { comparePages, type Page, type PageChange, readPages } from '../../compare/pages.ts'
import { openTable } from '../../function/table/open.ts'
import { makeTable } from '../running.ts'

const long =
  'A pod is a group of containers that share a network and a disk. It is the smallest thing that is scheduled.'

/** The pages of a folder of documents, as its table has them. */
const pagesOf = async (t: { testdirName: string }, name: string): Promise<Map<string, Page>> => {
  const table = join(t.testdirName, `${name}-table`)
  await makeTable(join(t.testdirName, name), table)
  return await readPages((await openTable(table)).chunks)
}

const brief = ({ from, to, words, chunks, headings, hunks }: PageChange): unknown => ({
  from: from.source,
  to: to.source,
  words: [words.added, words.removed],
  chunks: [chunks.added, chunks.removed],
  headings: [headings.added, headings.removed],
  hunks: hunks.length,
})

t.test('a page is gone, added, moved, changed or as it was', async (t) => {
  t.testdir({
    old: {
      'gone.md': '# Gone\n\nNothing like it is left anywhere in the documents.',
      'kept.md': '# Kept\n\nThis stays.\n\nAs it is.',
      'spaced.md': '# Spaced\n\nThis is wrapped\nat one place.',
      'moved.md': `# Pods\n\n${long}`,
      'edited.md': `# Nodes\n\n${long.replace('pod', 'node')}\n\nA node may fail.`,
      'changed.md':
        '# Scale\n\nIt scales to zero.\n\n## Limits\n\nAt most 10 pods.\n\n## Stop\n\nIt stops after 60 seconds.',
      'titled.md': '# One title\n\nThe text.',
    },
    new: {
      'added.md': '# Added\n\nA ledger keeps events for seven years.',
      'kept.md': '# Kept\n\nThis stays.\n\nAs it is.',
      'spaced.md': '# Spaced\n\nThis is\nwrapped at   one place.',
      elsewhere: {
        'pods.md': `# Pods\n\n${long}`,
        'nodes.md': `# Nodes\n\n${long.replace('pod', 'node')}\n\nA node may fail at night.`,
      },
      'changed.md':
        '# Scale\n\nIt scales to zero.\n\n## Bounds\n\nAt most 10 pods.\n\n## Stop\n\nIt stops after 45 seconds.',
      'titled.md': '# Another title\n\nThe text.',
    },
  })
  const [before, after] = [await pagesOf(t, 'old'), await pagesOf(t, 'new')]
  const pages = comparePages(before, after)
  const sources = (given: readonly Page[]): string[] => given.map(({ source }) => source)
  t.strictSame([sources(pages.gone), sources(pages.added), pages.same], [['gone.md'], ['added.md'], 2])
  t.strictSame(pages.moved.map(brief), [
    {
      from: 'edited.md',
      to: 'elsewhere/nodes.md',
      words: [3, 1],
      chunks: [1, 1],
      headings: [[], []],
      hunks: 1,
    },
    {
      from: 'moved.md',
      to: 'elsewhere/pods.md',
      words: [0, 0],
      chunks: [0, 0],
      headings: [[], []],
      hunks: 0,
    },
  ])
  t.match(pages.changed.map(brief), [
    { to: 'changed.md', words: [2, 2], chunks: [1, 1], headings: [['Bounds'], ['Limits']], hunks: 2 },
    { to: 'titled.md', words: [0, 0], chunks: [0, 0], headings: [[], []], hunks: 0 },
  ])
  const statuses = (of: (source: string) => string, names: string[]): string[] => names.map(of)
  t.strictSame(statuses(pages.statusOfOld, ['gone.md', 'kept.md', 'moved.md', 'changed.md']), [
    'gone',
    'same',
    'moved',
    'changed',
  ])
  t.strictSame(statuses(pages.statusOfNew, ['added.md', 'kept.md', 'elsewhere/pods.md', 'titled.md']), [
    'added',
    'same',
    'moved',
    'changed',
  ])
  t.equal(pages.toNew('moved.md'), 'elsewhere/pods.md')
  t.equal(pages.toNew('kept.md'), 'kept.md')
  t.ok(pages.sayTheSame('moved.md', 'elsewhere/pods.md'))
  t.notOk(pages.sayTheSame('edited.md', 'elsewhere/nodes.md'))
})

const page = (source: string, text: string): [string, Page] => [
  source,
  { source, title: source, chunks: [{ heading: '', text }], headings: [], words: text },
]

t.test('of pages that say the same, those of one name belong together', (t) => {
  const before = new Map([page('a/one.md', long), page('a/two.md', long)])
  const after = new Map([page('b/two.md', long), page('b/one.md', long)])
  const { moved } = comparePages(before, after)
  t.strictSame(
    moved.map(({ from, to }) => [from.source, to.source]),
    [
      ['a/one.md', 'b/one.md'],
      ['a/two.md', 'b/two.md'],
    ],
  )
  t.end()
})

t.test('a page with less than half of the text is another page', (t) => {
  const { moved, gone, added } = comparePages(
    new Map([page('a.md', `${long} ${'Much else is said here. '.repeat(3)}`)]),
    new Map([page('b.md', `${long.slice(0, 40)} and then it goes on about quite other matters, one after the other`)]),
  )
  t.strictSame([moved.length, gone.length, added.length], [0, 1, 1])
  t.end()
})
