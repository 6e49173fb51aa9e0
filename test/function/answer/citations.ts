import t from 'tap'
import { createCitationFilter } from '../../../function/answer/citations.ts'

const filter = (text: string, count: number, size = text.length): { text: string; cited: number[] } => {
  const citations = createCitationFilter(count)
  let out = ''
  for (let at = 0; at < text.length; at += size) out += citations.push(text.slice(at, at + size))
  return { text: out + citations.end(), cited: [...citations.cited] }
}

t.test('citations that point to a passage stay, others go', async (t) => {
  const cases = [
    ['Pods run [1].', 'Pods run [1].', [1]],
    ['Pods run [7].', 'Pods run.', []],
    ['Pods run [1][9].', 'Pods run [1].', [1]],
    ['Pods run [1, 3, 8].', 'Pods run [1][3].', [1, 3]],
    ['Pods run [1-3].', 'Pods run [1][2][3].', [1, 2, 3]],
    ['Pods run [0].', 'Pods run.', []],
    ['Use `list[9]` [2].', 'Use `list[9]` [2].', [2]],
    ['```\nx[9]\n```\nSee [9] and [3].', '```\nx[9]\n```\nSee and [3].', [3]],
    ['``a`[9]`` [2].', '``a`[9]`` [2].', [2]],
    ['It`s a pod.\nIt runs [1][9].', 'It`s a pod.\nIt runs [1].', [1]],
    ['An [open', 'An [open', []],
    ['Cut off [1], then [2', 'Cut off [1], then', [1]],
    ['Cut off [', 'Cut off', []],
    ['`list[2', '`list[2', []],
  ] as const
  for (const [given, expected, cited] of cases) {
    for (const size of [1, 2, 3, given.length]) {
      t.strictSame(filter(given, 3, size), { text: expected, cited }, `${JSON.stringify(given)} in pieces of ${size}`)
    }
  }
})

t.test('a range without end costs nothing', async (t) => {
  t.strictSame(filter('[1-999999999]', 3), { text: '[1][2][3]', cited: [1, 2, 3] })
})

t.test('a marker that may still be open is held back', async (t) => {
  const citations = createCitationFilter(3)
  t.equal(citations.push('Pods run [1'), 'Pods run')
  t.equal(citations.push('] well'), ' [1] well')
})
