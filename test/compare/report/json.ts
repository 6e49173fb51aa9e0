import t from 'tap'
import { toJson } from '../../../compare/report/json.ts'
import { comparison, outcome, refusal } from '../../fixtures/comparison.ts'

t.test('counts first, then every page that differs and every question', (t) => {
  const { after } = comparison()
  const json = toJson(
    comparison({
      after: { ...after, skipped: new Map([['gone.md', 'it is encrypted']]) },
      outcomes: [outcome({ kind: 'lost', after: refusal, verdict: 'worse', rank: { before: 1, after: undefined } })],
    }),
  )
  t.match(JSON.parse(JSON.stringify(json)), {
    old: { name: 'old-table', kind: 'table', version: 'sha256:abc', pages: 4, embeddingModel: null },
    new: { unreadable: [{ source: 'gone.md', why: 'it is encrypted' }] },
    identical: false,
    counts: {
      pages: { gone: 1, moved: 1, changed: 1, added: 1, same: 1 },
      questions: { asked: 1, lost: 1, gained: 0, moved: 0, requoted: 0, answered: { old: 1, new: 0 } },
    },
    pages: {
      gone: [{ source: 'gone.md', unreadable: 'it is encrypted', chunks: 1 }],
      moved: [{ from: 'old/ledger.md', source: 'new/ledger.md', hunks: [] }],
      changed: [
        {
          source: 'pods.md',
          title: { old: 'Pods', new: 'Pods & nodes' },
          words: { added: 1, removed: 1 },
          hunks: [
            {
              heading: 'Limits',
              runs: [{ kind: 'same' }, { kind: 'old', text: '110 ' }, { kind: 'new', text: '250 ' }, {}],
            },
          ],
        },
      ],
      added: [{ source: 'added.md', title: 'Added' }],
    },
    questions: [
      {
        question: 'How many pods run on a node?',
        outcome: 'lost',
        firstPageMoved: false,
        verdict: 'worse',
        old: { answered: true, rank: 1, quotes: [{ source: 'pods.md', text: 'At most 110 pods run on a node.' }] },
        new: { answered: false, reason: 'The passages are about something else.', rank: null, firstPage: 'same' },
      },
    ],
  })
  t.end()
})
