import t from 'tap'
import type { Outcome } from '../../eval/evaluate.ts'
import { toName, toReport, toSummary } from '../../eval/report.ts'
import { makeOutcome } from '../fixtures/outcome.ts'

const outcome = (relevant: string[], frame?: string): Outcome =>
  makeOutcome(relevant, {
    frame,
    pageRank: relevant.length === 0 ? undefined : 1,
    keyFound: false,
    refused: relevant.length === 0,
    evidence: { one: relevant.length, all: relevant.length, similarity: null },
  })
const run = (corpus: string): Parameters<typeof toReport>[0] => ({
  corpus,
  mode: 'full-text',
  plain: [outcome(['a.md']), outcome([])],
  framed: [outcome(['a.md'], 'work')],
})

t.test('a run is reported by kind and by frame, named where there are several', async (t) => {
  t.equal(toName(run('fastify'), true), 'fastify, full-text')
  t.match(
    toReport(run('fastify'), false),
    /^full-text +questions[\s\S]*howto[\s\S]*unanswerable[\s\S]*full-text, framed[\s\S]*work/,
  )
})

t.test('all corpora stand beside each other; the curve and what is left out where they are asked for', async (t) => {
  const runs = [run('documents'), run('fastify')]
  const summary = toSummary(runs, false)
  t.match(summary, /^full-text[\s\S]*documents[\s\S]*documents, framed[\s\S]*fastify/)
  t.notMatch(summary, 'left out')
  t.match(
    toSummary(runs, true),
    /full-text, documents\nrightly[\s\S]*one +1\.000[\s\S]*full-text, all\n[\s\S]*rightly refused at wrongly[\s\S]*left out[\s\S]*fastify +minOne/,
  )
  t.notMatch(toSummary([run('documents')], true), 'left out')
})
