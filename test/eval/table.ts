import t from 'tap'
import { toCell, toFrameTable, toTable } from '../../eval/table.ts'

const share = (value: number): { value: number; low: number; high: number } => ({
  value,
  low: value / 2,
  high: (1 + value) / 2,
})

t.test('figures are lined up with their intervals, a missing one is a dash', async (t) => {
  const row = {
    questions: 2,
    'page@1': share(0.5),
    'page@5': share(1),
    'page@10': share(1),
    'MRR@10': share(0.75),
    'key@5': undefined,
    refused: share(0),
    p50: 3.2,
    p95: 9.9,
  }
  t.equal(
    toTable('hybrid', { overall: row }),
    'hybrid   questions          page@1           page@5          page@10          MRR@10  key@5         refused  p50 ms  p95 ms\noverall          2  0.50 (.25 .75)  1.00 (.50 1.00)  1.00 (.50 1.00)  0.75 (.38 .88)      -  0.00 (.00 .50)       3      10\n',
  )
  t.equal(toCell({ value: -0.05, low: -0.1, high: 0 }), '-0.05 (-.10 .00)')
})

t.test('what frames do stands a line a kind', async (t) => {
  const row = { questions: 2, wronglyRefused: share(0.5), 'page@5': share(0), rightlyRefused: undefined }
  t.match(toFrameTable('hybrid', { work: row }), /^hybrid, framed {2}questions[\s\S]*work +2 +0\.50/)
})
