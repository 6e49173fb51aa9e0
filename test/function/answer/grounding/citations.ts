import t from 'tap'
import {
  mayFollow,
  mayOpenCitation,
  mayRefer,
  takeCitations,
  takeFollowing,
} from '../../../../function/answer/grounding/citations.ts'

const none = (): boolean => false

t.test('a citation is found however it is written, and taken out', async (t) => {
  const cases: Array<[string, number[]]> = [
    ['[1]', [1]],
    ['【1】', [1]],
    ['［1］', [1]],
    ['[１]', [1]],
    ['〔2〕', [2]],
    ['【1†L3-L5】', [1]],
    ['【4:6†source】', []],
    ['【99】', []],
    ['[ 1 ]', [1]],
    ['[1, 2 and 3]', [1, 2, 3]],
    ['[1 & 2]', [1, 2]],
    ['[1、2]', [1, 2]],
    ['[1，2]', [1, 2]],
    ['[1/2]', [1, 2]],
    ['[1-3]', [1, 2, 3]],
    ['[1—3]', [1, 2, 3]],
    ['[1 to 3]', [1, 2, 3]],
    ['[1, p. 3]', [1]],
    ['[2: overview.md]', [2]],
    ['[1][2]', [1, 2]],
    ['[1] [2]', [1, 2]],
    ['[1][9]', [1]],
    ['[1, 3, 8]', [1, 3]],
    ['[7]', []],
    ['[^2]', [2]],
    ['[Passage 2]', [2]],
    ['[Source 1, Source 3]', [1, 3]],
    ['[sources 1–3]', [1, 2, 3]],
    ['[Quelle 2]', [2]],
    ['(passage 2)', [2]],
    ['(see passage 2)', [2]],
    ['(Source: 1)', [1]],
    ['([1], [2])', [1, 2]],
    ['(cf. [1], [2])', [1, 2]],
    ['(see [1] and [2])', [1, 2]],
    ['([1] and [2])', [1, 2]],
    ['(e.g. [1])', [1]],
    ['[src1]', [1]],
    ['[doc_1]', [1]],
    ['[p1, p2]', [1, 2]],
    ['【turn0search1】', []],
    ['[Passage 1; "a pod is one"]', [1]],
    ['{1}', [1]],
    ['¹', [1]],
    ['¹,²', [1, 2]],
    ['〖1〗', [1]],
    ['[1 2 3]', [1, 2, 3]],
    ['[1‑3]', [1, 2, 3]],
    ['<cite>1</cite>', [1]],
    ['<sup>1</sup>', [1]],
    ['(siehe auch Quelle [1] und [2])', [1, 2]],
    ['（参见[1]）', [1]],
    ['**[1]**', [1]],
    ['<sup>[1]</sup>', [1]],
    ['\\[1\\]', [1]],
    ['[[1]](https://a.example/b)', [1]],
    ['[1](#passage-1)', [1]],
    ['[see [1]', [1]],
    ['[see 1]', [1]],
    ['[cf. passage 2]', [2]],
    ['[1 — overview]', [1]],
    ['^[1]', [1]],
    ['[see [1]]', [1]],
    ['(see [1], section 2)', [1]],
    ['[1]–[3]', [1, 3]],
    ['[cite: 1, 2]', [1, 2]],
    ['[№ 2]', [2]],
    ['(source: passage 1)', [1]],
    ['（[1]を参照）', [1]],
    ['⟨1⟩', [1]],
    ['《2》', [2]],
    ['[1,]', [1]],
    ['[1.]', [1]],
    ['[^1^]', [1]],
    ['[1|2]', [1, 2]],
    ['[No. 1]', [1]],
    ['[passage number="1"]', [1]],
    ['<passage number="1">', [1]],
    ['[passage number 1]', [1]],
    ['(passage number 1)', [1]],
    ['[source: passage 1, "overview"]', [1]],
    ['(Source: Passage 1 - Kubernetes)', [1]],
    ['(as mentioned in Passage 1)', [1]],
    ['[출처 1]', [1]],
    ['[パッセージ1]', [1]],
    ['[文1]', [1]],
    ['[المصدر 1]', [1]],
    ['[Fonte: 1]', [1]],
    ['[źródło 1, 2]', [1, 2]],
    [':contentReference[oaicite:0]{index=0}', []],
    ['<citation>1</citation>', [1]],
    ['<source>1</source>', [1]],
    ['<ref name="1"/>', [1]],
    ['<cite id="1"/>', [1]],
    ['\\cite{1}', [1]],
    ['$^{1}$', [1]],
    ['$^{[1,2]}$', [1, 2]],
    ['[1]\u200b', [1]],
    ['[1](overview.md "The overview")', [1]],
    ['[1](<an overview.md>)', [1]],
    ['[1](https://a.example/A_(b))', [1]],
    ['[[1](https://a.example/b)]', [1]],
    [', as stated in [1]', [1]],
    [', according to passages 1 and 2', [1, 2]],
    ['as described in passage 1', [1]],
    [', laut Passage 1', [1]],
    ['— Passage 1', [1]],
  ]
  for (const [marker, named] of cases) {
    t.strictSame(takeCitations(`Kubernetes runs ${marker}.`, 5, none), { text: 'Kubernetes runs.', named }, marker)
  }
})

t.test('where it stands makes no difference', async (t) => {
  const cases: Array<[string, string, number[]]> = [
    ['Pods [1] are grouped by Services [2].', 'Pods are grouped by Services.', [1, 2]],
    ['Kubernetes runs containers[1].', 'Kubernetes runs containers.', [1]],
    ['According to passage 2, pods end.', 'Pods end.', [2]],
    ['- According to [2], pods end.', '- Pods end.', [2]],
    ['Passage 3 says that pods end.', 'Pods end.', [3]],
    ['See [the overview [1]](https://a.example).', 'See the overview.', [1]],
    ['It costs $5 [1] or $6 [2].', 'It costs $5 or $6.', [1, 2]],
    ['It is "quoted [1]" here.', 'It is "quoted" here.', [1]],
    ['[1]: Pods\n[2]: Nodes', 'Pods\nNodes', [1, 2]],
    ['As per [2] and [3], pods end.', 'Pods end.', [2, 3]],
    ['As [2] explains, pods end.', 'Pods end.', [2]],
    ['Passage 2: pods end.', 'Pods end.', [2]],
    ['- **Passage 2:** pods end.', '- Pods end.', [2]],
    ['Pods end [1] .', 'Pods end.', [1]],
    ['Pods end [1]\nNodes stay [2]', 'Pods end\nNodes stay', [1, 2]],
  ]
  for (const [given, text, named] of cases) t.strictSame(takeCitations(given, 5, none), { text, named }, given)
})

t.test('a number in brackets that is no citation stays as it was written', async (t) => {
  const cases: Array<[string, number[]]> = [
    ['NodePorts are in the range [30000-32767]', []],
    ['A score lies in [0, 1], as the passages say', []],
    ['A score lies in [1, 2]', []],
    ['topK is in [1-20]', []],
    ['The default is [80, 443]', []],
    ['Take args[0] and args[1] from it', []],
    ['Matrix A[1][2] is it', []],
    ['Match [0-9]+', []],
    ['It was released in [2014]', []],
    ['Use `list[1]`', []],
    ['```\nx[1]\n```', []],
    ['~~~\nx [1]\n~~~', []],
    ['Use ``a`b [1]``', []],
    ['It is x = [1] or "[2]" here', []],
    ['It is $[1]$, \\( [1] \\) and $$ [1] $$', []],
    ['Pods run (1) or not (2)', []],
    ['- [x] done', []],
    ['It is the point (a [5])', [5]],
    ...[
      'It is 10¹²',
      'It is 3 m²',
      'E = mc²',
      'R² is high',
      'sin²(x)',
      '(a + b)² = c²',
      '100 平方米²',
      '10<sup>2</sup>',
    ].map((text): [string, number[]] => [text, []]),
    ...[
      'Use `{1}`',
      'Use {1} for it',
      'Say "Hi {1}, you"',
      'a{1}',
      'the set {1}',
      '$x_{1}$',
      'Use {0} and {1}',
      'x[p1]',
      'Use A[1] and B[2]',
      'See [Figure 1]',
      'See ![Image 4](images/4.png)',
      'It is from source 1 to source 2, in all',
      'R$^2$ is high',
      'a placeholder such as <1>',
      'Use form (No. 5) for it',
      'According to No. 3, it is so',
      'Nach Nr. 2, Satz 1 ist es so',
      'No. 5 says that it is so',
      'It is v = ⟨1, 2⟩',
      'The vector ⟨1, 2⟩ is short',
      '《24》是一部电视剧',
      'The area is 5 meters$^2$ in all',
      '```\nforce$^2$\n```',
    ].map((text): [string, number[]] => [text, []]),
    ['See [the docs](https://a.example)', []],
    ['The array [1, 2, 3] is sorted', []],
    ['It says [5] of', [5]],
  ]
  for (const [text, named] of cases) {
    const taken = takeCitations(`${text} [4].`, 5, none)
    t.strictSame(taken.named, [...named, 4], text)
    if (named.length === 0) t.equal(taken.text, `${text}.`)
  }
  t.strictSame(
    takeCitations('It holds for [1, 5].', 5, (text) => text === '[1, 5]'),
    { text: 'It holds for [1, 5].', named: [] },
    'nor does what the passages have as it stands',
  )
  for (const text of ['It is listed [No. 5].', 'It has parts — Document 1.', 'Write <doc id="1"> there.'])
    t.strictSame(
      takeCitations(text, 5, (part) => text.includes(part)),
      { text, named: [] },
      text,
    )
  t.strictSame(takeCitations('See [1-999999999].', 5, none).named, [], 'a range without end costs nothing')
})

t.test('what may still become a citation is known', async (t) => {
  for (const open of ['Pods run [1', 'Pods run [', 'Pods run 【1†', 'Pods run (pass', 'Pods run <su', 'Pods run **[1'])
    t.equal(mayOpenCitation(open), 'Pods run'.length, open)
  for (const open of ['Pods run [1], [2]', 'Pods run [1] and', 'Pods run [1], [2] or [3'])
    t.equal(mayOpenCitation(open), 8, open)
  for (const open of ['Use `a [1] b', 'Use $x [1] y']) t.equal(mayOpenCitation(open), 7, 'what is open may be code')
  for (const closed of ['Pods run [1] and end', 'Pods run', 'Use `a [1]` it'])
    t.equal(mayOpenCitation(closed), closed.length, closed)
  for (const open of ['According to', 'Based on passage 2 and', 'In', '- From passage 1']) t.ok(mayRefer(open), open)
  for (const closed of ['Pods', 'In the cluster, pods']) t.notOk(mayRefer(closed), closed)
  for (const open of [' [1', ' (see']) t.ok(mayFollow(open), open)
  t.notOk(mayFollow(' Next'))
})

t.test('what is cited behind the full stop belongs to the statement before it', async (t) => {
  t.strictSame(takeFollowing(' [1][2] Next one', 3, none), { named: [1, 2], rest: ' Next one' })
  t.strictSame(takeFollowing('[1], [2] Next', 3, none), { named: [1, 2], rest: ' Next' })
  t.strictSame(takeFollowing('\n[1]\n\nNext', 3, none), { named: [1], rest: '\n\nNext' })
  t.equal(takeFollowing('\n[1] Next', 3, none), undefined, 'on its own line it belongs to what follows')
  for (const one of ['¹,', '¹', '[1](a)'])
    t.equal(takeFollowing(`${one.repeat(40)}x`, 3, none), undefined, 'in no time')
  t.equal(takeFollowing(' (which is long) more', 3, none), undefined)
  t.equal(takeFollowing(' Next', 3, none), undefined)
})
