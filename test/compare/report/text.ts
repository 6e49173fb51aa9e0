import pc from 'picocolors'
import t from 'tap'
import { toReport } from '../../../compare/report/text.ts'
import { comparison, outcome, refusal, reply } from '../../fixtures/comparison.ts'

const plain = pc.createColors(false)

t.test('pages, then questions, then what it comes to', (t) => {
  const report = toReport(
    comparison({
      notices: ['Two languages: English in OLD, German in NEW.'],
      outcomes: [
        outcome({ kind: 'lost', after: refusal, sideEffect: true }),
        outcome({ question: 'What is said of ledgers?', moved: true, after: reply('new/ledger.md', 'Nothing.') }),
        outcome({ requoted: true, relevant: ['pods.md'], rank: { before: 1, after: 1 } }),
        outcome({ kind: 'gained', before: refusal }),
      ],
    }),
    plain,
  )
  t.equal(
    report,
    `OLD  old-table  table: 4 pages, 40 chunks, English, by words alone, sha256:abc
NEW  new-table  table: 4 pages, 40 chunks, English, by words alone, sha256:abc
Two languages: English in OLD, German in NEW.

Pages gone (1)
  - gone.md  Gone <b>

Pages moved (1)
  ~ old/ledger.md -> new/ledger.md  its text as it was

Pages changed (1)
  ~ pods.md  words +1 -1, chunks +1 -1
      title "Pods" -> "Pods & nodes"

Pages added (1)
  + added.md  Added

Answered before, and now not (1)
  How many pods run on a node? [side effect: its pages were not touched]
    OLD  pods.md: At most 110 pods run on a node.
    NEW  The passages are about something else.

Another page comes first (1)
  What is said of ledgers?
    OLD  pods.md: At most 110 pods run on a node.
    NEW  new/ledger.md: Nothing.

The same page comes first, and other words are quoted (1)
  How many pods run on a node?
    OLD  pods.md: At most 110 pods run on a node.
    NEW  pods.md: At most 250 pods run on a node.

Answered now, and not before (1)
  How many pods run on a node?
    OLD  The passages are about something else.
    NEW  pods.md: At most 250 pods run on a node.

                  OLD  NEW
pages               4    4   1 gone, 1 moved, 1 changed, 1 added, 1 as they were
chunks             40   40
answered            3    3   of 4: 1 lost, 1 gained, 1 from another page, 1 in other words, 0 as before
right page first    1    1   of 1 about pages that both have

Asked: 4 questions from mine.txt.
1 question that was answered now is not; 2 answers change; 1 page is gone.
`,
  )
  t.end()
})

t.test('of long answers the place is shown where they part, of long lists the beginning', (t) => {
  const start = 'These words are in both answers and are many more than need be shown to see where they part: '
  const long = toReport(
    comparison({
      outcomes: Array.from({ length: 17 }, () =>
        outcome({
          requoted: true,
          sameOpening: true,
          before: reply('pods.md', `${start}one. ${'And so it goes on. '.repeat(10)}`),
          after: reply('pods.md', `${start}two.`),
        }),
      ),
    }),
    plain,
  )
  t.match(long, /OLD {2}pods\.md: … shown to see where they part: one\. And so .* …\n/)
  t.match(long, /NEW {2}pods\.md: … .*where they part: two\.\n/)
  t.match(long, '  and 2 more, in --json and --html')
  t.match(long, '17 in other words (17 begin as before)')
  t.end()
})

t.test('beside words stands the page that they are of', (t) => {
  const start = 'These words are in both answers and are many more than need be shown to see where they part. '
  const quoting = (...quotes: Array<[string, string]>): ReturnType<typeof reply> => ({
    ...reply('first.md'),
    quotes: quotes.map(([source, text]) => ({ source, text })),
  })
  const report = toReport(
    comparison({
      outcomes: [
        outcome({
          requoted: true,
          before: quoting(['first.md', start], ['second.md', 'One more thing.']),
          after: quoting(['first.md', start], ['third.md', 'Another thing.']),
        }),
      ],
    }),
    plain,
  )
  t.match(report, 'OLD  second.md: … One more thing.')
  t.match(report, 'NEW  third.md: … Another thing.')
  t.end()
})

t.test('a page that is there and cannot be read is not only gone', (t) => {
  const { after } = comparison()
  const report = toReport(
    comparison({ after: { ...after, skipped: new Map([['gone.md', 'it is encrypted']]) } }),
    plain,
  )
  t.match(report, 'gone.md  Gone <b>  is there, and cannot be read: it is encrypted')
  t.match(report, 'No question was asked')
  t.notMatch(report, 'answered  ')
  t.end()
})

t.test('nothing changed is one sentence', (t) => {
  const report = toReport(comparison({ identical: true }), plain)
  t.match(report, /\n\nNothing changed: both have the same documents, by the same settings\.\n$/)
  t.notMatch(report, 'Pages')
  t.end()
})
