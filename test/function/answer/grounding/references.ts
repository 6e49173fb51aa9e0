import t from 'tap'
import { createReferences } from '../../../../function/answer/grounding/references.ts'

const without = (text: string, size: number): string => {
  const references = createReferences()
  let out = ''
  for (let at = 0; at < text.length; at += size) out += references.push(text.slice(at, at + size))
  return out + references.end()
}

t.test('a list of sources at the end goes, in whatever pieces it comes', async (t) => {
  const cases: Array<[string, string]> = [
    ['Pods run.\n\nSources: [1] pods.md', 'Pods run.\n\n'],
    ['Pods run.\n\n**Sources:**\n1. [1] Pods\n2. [2] Nodes\n', 'Pods run.\n\n'],
    ['Pods run.\n\n## References\n\n- Passage 1: Pods\n- Passage 2\n', 'Pods run.\n\n'],
    ['Pods run. Source: kubernetes/pods.md', 'Pods run. '],
    ['Pods run [1].\n[1]: https://a.example/pods "Pods"\n[^2]: pods.md', 'Pods run [1].\n'],
    ['[1]: It is so.\n```\n[1]: https://a.example\n```', '[1]: It is so.\n```\n[1]: https://a.example\n```'],
    ['Pods run [^1].\n\n[^1]: What pods are, in the overview.\n', 'Pods run [^1].\n\n'],
    ['Pods run [1].\n\n[1] pods.md\n[2] https://a.example', 'Pods run [1].\n\n'],
    ['Pods run।\nSources: pods.md', 'Pods run।\n'],
    ['Pods run。”Sources: pods.md', 'Pods run。”Sources: pods.md'],
    ['Pods run।” Sources: pods.md', 'Pods run।” '],
    ['Pods run.\n\nCited passages: [1]', 'Pods run.\n\n'],
    ['Pods run.\n\n**Passages used:** 1, 2', 'Pods run.\n\n'],
    ['Pods laufen.\nQuellen: 1, 3', 'Pods laufen.\n'],
    ['Pods run.\nReferences:\nhttps://a.example/pods', 'Pods run.\n'],
    ['Pods 运行。来源：[1]', 'Pods 运行。'],
    ['Pods run.\nSources:', 'Pods run.\n'],
    ['Pods run.\n\n[1] overview.md (see also)\nMore text.', 'Pods run.\n\nMore text.'],
    ['Pods run.\n  [2] a/pods.md "Pods" \nMore text.', 'Pods run.\nMore text.'],
  ]
  for (const [given, expected] of cases)
    for (const size of [1, 2, 5, 1000]) t.equal(without(given, size), expected, `${JSON.stringify(given)} by ${size}`)
})

t.test('what is an answer stays', async (t) => {
  const cases = [
    'There are two.\n\nSources:\n- PingSource\n- ApiServerSource\n',
    'Sources: [1] pods.md',
    'Set it. Sources of events are many.',
    'Run it:\n\n```yaml\nkind: x\nsources:\n- [1]\n```\n',
    '~~~\nsources:\n- [1]\n[1]: https://a.example\n~~~\n',
    'Pods run.\nSources: [1] pods.md\n\nAnd they end.',
    'Pods run.\nSo',
    'Pods run.\n[1] Nodes.md are not it.',
    'Pods run. S',
    'Pods run.\n[1] pods.md (see also) holds what runs.',
    '[1] pods.md holds (see also) what runs.\n[2] It is [so.',
    '',
  ]
  for (const text of cases)
    for (const size of [1, 3, 1000]) t.equal(without(text, size), text, `${JSON.stringify(text)} by ${size}`)
})

t.test('only what may begin such a list waits', async (t) => {
  const references = createReferences()
  t.equal(references.push('Pods run.\nThey'), 'Pods run.\nThey')
  t.equal(references.push(' end.\nSo'), ' end.\n')
  t.equal(references.push('me stay'), 'Some stay')
})
