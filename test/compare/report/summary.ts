import t from 'tap'
import { count, shorten, toQuestionsLine, toRemarks, toSummary, toVerdict } from '../../../compare/report/summary.ts'
import { comparison, outcome, reply } from '../../fixtures/comparison.ts'

t.test('what nobody meant comes first, then what is for the worse; what begins as before comes last', (t) => {
  const named = (question: string, given: Parameters<typeof outcome>[0] = {}): ReturnType<typeof outcome> =>
    outcome({ question, ...given })
  const summary = toSummary(
    comparison({
      outcomes: [
        named('lost with its page', { kind: 'lost', status: { before: 'gone', after: 'same' } }),
        named('lost with a change', { kind: 'lost', status: { before: 'changed', after: 'same' } }),
        named('lost by the way', { kind: 'lost', sideEffect: true }),
        named('better', { moved: true, verdict: 'better' }),
        named('worse', { moved: true, requoted: true, verdict: 'worse' }),
        named('begins', { requoted: true, sameOpening: true, verdict: 'worse' }),
        named('other', { requoted: true }),
        named('other by the way', { requoted: true, sideEffect: true }),
        named('gained', { kind: 'gained' }),
        named('neither', { kind: 'unanswered' }),
        named('right', { relevant: ['pods.md'], rank: { before: 1, after: 2 } }),
        named('about what is gone', { relevant: ['gone.md'], rank: { before: 1, after: undefined } }),
      ],
    }),
  )
  const names = (given: ReadonlyArray<{ question: string }>): string[] => given.map(({ question }) => question)
  t.strictSame(names(summary.lost), ['lost by the way', 'lost with a change', 'lost with its page'])
  t.strictSame(names(summary.moved), ['worse', 'better'])
  t.strictSame(names(summary.requoted), ['other by the way', 'other', 'begins'])
  t.match(summary, {
    worse: 1,
    beginAsBefore: 1,
    asBefore: 2,
    unanswered: 1,
    answered: { before: 10, after: 8 },
    rightFirst: { of: 1, before: 1, after: 0 },
  })
  t.end()
})

t.test('what it comes to, in a sentence', (t) => {
  const verdictOf = (given: Parameters<typeof comparison>[0]): string => {
    const compared = comparison(given)
    return toVerdict(toSummary(compared), compared)
  }
  const same = { gone: [], added: [], moved: [], changed: [] }
  const cases: Array<[string, string]> = [
    [verdictOf({ identical: true }), 'Nothing changed: both have the same documents, by the same settings.'],
    [verdictOf({ outcomes: [] }), 'No question was asked, so what becomes of the answers is not known.'],
    [verdictOf({ outcomes: [outcome({ kind: 'lost' })] }), '1 question that was answered now is not; 1 page is gone.'],
    [
      verdictOf({ outcomes: [outcome({ kind: 'lost' }), outcome({ kind: 'lost' })] }),
      '2 questions that were answered now are not; 1 page is gone.',
    ],
    [verdictOf({ outcomes: [outcome({ moved: true })], pages: same }), '1 answer changes.'],
    [verdictOf({ outcomes: [outcome({ moved: true })] }), '1 answer changes; 1 page is gone.'],
    [
      verdictOf({ outcomes: [outcome({ moved: true, verdict: 'worse' }), outcome({ requoted: true })] }),
      '2 answers change, 1 of them for the worse; 1 page is gone.',
    ],
    [
      verdictOf({ outcomes: [outcome({ moved: true, verdict: 'worse' })] }),
      '1 answer changes, for the worse; 1 page is gone.',
    ],
    [verdictOf({ outcomes: [outcome({})] }), 'Every answer is as it was, though 4 pages are not; 1 page is gone.'],
    [verdictOf({ outcomes: [outcome({})], pages: same }), 'Every answer is as it was.'],
  ]
  for (const [verdict, expected] of cases) t.equal(verdict, expected)
  t.end()
})

t.test('remarks say what somebody would ask', (t) => {
  const cases: Array<[Parameters<typeof outcome>[0], string[]]> = [
    [{}, []],
    [{ kind: 'lost', relevantGone: true }, ['its page is gone']],
    [{ moved: true, verdict: 'worse' }, ['for the worse']],
    [{ moved: true, verdict: 'worse', relevantGone: true }, ['its page is gone', 'for the worse']],
    [
      { moved: true, verdict: 'better', relevant: ['pods.md'], status: { before: 'gone', after: 'same' } },
      ['the page that answered it is gone', 'for the better'],
    ],
    [{ moved: true, verdict: 'better' }, ['for the better']],
    [{ moved: true, sideEffect: true }, ['side effect: its pages were not touched']],
    [{ requoted: true, sameOpening: true }, ['begins as before']],
    [{ kind: 'gained', status: { before: 'gone', after: 'added' } }, []],
  ]
  for (const [given, remarks] of cases) t.strictSame(toRemarks(outcome(given)), remarks)
  t.end()
})

t.test('numbers, versions and where the questions are from', (t) => {
  t.equal(count(1, 'page', 'pages'), '1 page')
  t.equal(count(1200, 'page', 'pages'), '1,200 pages')
  t.equal(shorten(`sha256:${'0123456789ab'.repeat(5)}`), 'sha256:0123456789ab')
  const outcomes = [outcome({ before: reply('a.md') })]
  t.equal(
    toQuestionsLine(comparison({ outcomes, questions: { from: 'mine.txt', possible: 1 } })),
    '1 question from mine.txt',
  )
  t.equal(
    toQuestionsLine(comparison({ outcomes, questions: { from: 'titles and headings of both', possible: 1_000 } })),
    '1 of the 1,000 questions that titles and headings of both make',
  )
  t.end()
})
