import t from 'tap'
import { toLowered, toRaised } from '../../../index/formats/raised.ts'

t.test('what is raised never joins the number before it', async (t) => {
  const cases = [
    ['6', '⁶'],
    ['-3', '⁻³'],
    ['−1', '⁻¹'],
    ['[1]', '¹'],
    ['1, 2', '¹˒²'],
    ['n', 'ⁿ'],
    ['x', '^x'],
    ['x+1', '^(x+1)'],
    ['th', 'th'],
    ['er', 'er'],
    ['TM', 'TM'],
    ['*', '*'],
    [' ', ''],
  ] as const
  for (const [given, expected] of cases) t.equal(toRaised(given), expected, given)
})

t.test('what is lowered stays as one types it in a formula of chemistry, and apart elsewhere', async (t) => {
  const cases = [
    [['2', 'CO', ''], '2'],
    [['12', 'C6H', 'O'], '12'],
    [['2', 'log', '8'], '₂'],
    [['2', '101', ''], '₂'],
    [['i', 'x', ''], '_i'],
    [['max', 'v', ''], '_(max)'],
    [['', 'x', ''], ''],
  ] as const
  for (const [[text, before, after], expected] of cases) t.equal(toLowered(text, before, after), expected, text)
})
