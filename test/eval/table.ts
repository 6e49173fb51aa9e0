import t from 'tap'
import { toTable } from '../../eval/table.ts'

t.test('figures are lined up, a missing one is a dash', async (t) => {
  const row = {
    questions: 2,
    'page@1': 0.5,
    'page@5': 1,
    'page@10': 1,
    'MRR@10': 0.75,
    'key@5': undefined,
    refused: 0,
    p50: 3.2,
    p95: 9.9,
  }
  t.equal(
    toTable('hybrid', { overall: row }),
    'hybrid   questions  page@1  page@5  page@10  MRR@10  key@5  refused  p50 ms  p95 ms\noverall          2    0.50    1.00     1.00    0.75      -     0.00       3      10\n',
  )
})
