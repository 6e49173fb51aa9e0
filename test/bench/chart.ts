import t from 'tap'
import { toChart } from '../../bench/chart.ts'

t.test('every bar is drawn in proportion to the longest of its group', async (t) => {
  const bar = (
    label: string,
    value: number,
    ours: boolean,
  ): { label: string; value: number; text: string; ours: boolean } => ({
    ...{ label, value, ours },
    text: `${value} ms`,
  })
  const svg = toChart(
    [
      { title: 'Ready', bars: [bar('empty <function>', 200, false), bar('ragfunction', 100, true)] },
      { title: 'Half a CPU', bars: [bar('ragfunction', 900, true)] },
    ],
    'From spawn, 2 cores & "quiet"',
  )
  t.match(svg, /^<svg xmlns=/)
  t.strictSame(
    [...svg.matchAll(/width="([\d.]+)" height="14" rx="2" fill="(#\w+)"/g)].map(([, width, fill]) => [width, fill]),
    [
      ['360.0', '#9aa4b2'],
      ['180.0', '#1f6feb'],
      ['360.0', '#1f6feb'],
    ],
  )
  for (const text of [
    'Ready',
    'Half a CPU',
    '200 ms',
    'empty &lt;function>',
    'From spawn, 2 cores &amp; &quot;quiet&quot;',
  ])
    t.match(svg, `>${text}<`)
})
