import t from 'tap'
import { toPlot } from '../../eval/plot.ts'

const share = (value: number): { value: number; low: number; high: number } => ({ value, low: value, high: value })

t.test('every mode and measure is drawn with its figure', async (t) => {
  const row = {
    questions: 2,
    'page@1': share(0.5),
    'page@5': share(1),
    'page@10': share(1),
    'MRR@10': share(0.75),
    'key@5': undefined,
    refused: share(0),
    p50: 3,
    p95: 9,
  }
  const svg = toPlot({ 'full-text': { overall: row }, hybrid: { overall: row } })
  t.match(svg, /^<svg xmlns=/)
  for (const text of ['full-text', 'hybrid', 'page@1', 'MRR@10', '0.75', '0.50']) t.match(svg, `>${text}<`)
  t.equal(svg.match(/<rect x="90"/g)?.length, 2 * 5 + 1)
})
