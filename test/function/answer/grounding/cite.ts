import fc from 'fast-check'
import t from 'tap'
import { type Cited, createCite } from '../../../../function/answer/grounding/cite.ts'
import { createCheck, type Verdict } from '../../../../function/answer/grounding/support.ts'
import { readTexts } from '../../../reading.ts'

const texts = [
  'Kubernetes is a system that runs containers on nodes. It restarts failed containers within 30 seconds.\n\n| option | default |\n| --- | --- |\n| minScale | 0 |',
  'A pod is a group of containers. Pods are deleted with `kubectl delete pod`.\n\n```bash\nkubectl delete pod web\n```',
  'NodePorts are in the range [30000-32767].',
]

const cite = (given: string, sizes: readonly number[] = [1000], whole = false): Cited => {
  const reading = readTexts('What does it do?', ...texts)
  const holds = (text: string): boolean => texts.some((passage) => passage.includes(text))
  const cite = createCite(createCheck(reading, new Set([1, 2, 3])), { count: 3, holds, whole })
  let out = ''
  for (let at = 0, turn = 0; at < given.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1)
    out += cite.push(given.slice(at, at + size))
    at += size
  }
  out += cite.end()
  const cited = cite.cited()
  t.equal(out, cited.text, 'what was given back, joined, is the answer')
  return cited
}

/** But for white space around what was taken out. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()

const cases: Array<[string, string, number[], string[]]> = [
  ['Kubernetes runs containers【1】.', 'Kubernetes runs containers [1].', [1], []],
  [
    'Kubernetes runs containers. [1] A pod is a group of containers [3].',
    'Kubernetes runs containers [1]. A pod is a group of containers [2].',
    [1, 2],
    [],
  ],
  ['Kubernetes runs containers', 'Kubernetes runs containers [1]', [1], []],
  ...['.“', '.»', '.›', '.」', '.~~', '؟', '।', '။', '។', '։', '።', '⁇', '‽', '⸮', '᙮', '꘏', '?!', '.)'].map(
    (end): [string, string, number[], string[]] => [
      `Kubernetes runs containers${end} A pod is a group of containers.`,
      `Kubernetes runs containers [1]${end} A pod is a group of containers [2].`,
      [1, 2],
      [],
    ],
  ),
  [
    'It restarts failed containers within 40 seconds.',
    'It restarts failed containers within 40 seconds.',
    [],
    ['It restarts failed containers within 40 seconds'],
  ],
  [
    '## What it is\n\nKubernetes runs containers:\n\n- A pod is a group of containers\n- Pods are never deleted.\n\n```bash\nkubectl delete pod web\n```\nThe default of `minScale` is 0.',
    '## What it is\n\nKubernetes runs containers [1]:\n\n- A pod is a group of containers [2]\n- Pods are never deleted.\n\n```bash\nkubectl delete pod web\n```\n[2]\nThe default of `minScale` is 0 [1].',
    [1, 2, 2, 1],
    ['Pods are never deleted'],
  ],
  [
    '| option | default |\n| --- | --- |\n| minScale | 0 |\n| minScale | 7 |',
    '| option | default |\n| --- | --- |\n| minScale | 0 [1] |\n| minScale | 7 |',
    [1],
    ['| minScale | 7'],
  ],
  ...['~~~\nkubectl delete pod web [1]\n~~~', '    kubectl delete pod web [1]'].map(
    (code): [string, string, number[], string[]] => [
      `A pod is a group of containers:\n\n${code}\n\nIt runs containers on nodes [1].`,
      `A pod is a group of containers [2]:\n\n${code}\n\nIt runs containers on nodes [1].`,
      [2, 1],
      [code.trim()],
    ],
  ),
  [
    '1. A pod is a group of containers:\n\n    Pods are deleted with `kubectl delete pod` [2].\n\n    ```\n    kubectl delete pod web\n    ```\n2. It runs containers on nodes.',
    '1. A pod is a group of containers [2]:\n\n    Pods are deleted with `kubectl delete pod` [2].\n\n    ```\n    kubectl delete pod web\n    ```\n[2]\n2. It runs containers on nodes [1].',
    [2, 2, 2, 1],
    [],
  ],
  [
    '| command | what it does |\n| - | - |\n| `kubectl delete pod` | Pods are deleted with it [2] |\n| x | It runs containers [1] |',
    '| command | what it does |\n| - | - |\n| `kubectl delete pod` | Pods are deleted with it [2] |\n| x | It runs containers [1] |',
    [2, 1],
    [],
  ],
  ['NodePorts are in the range [30000-32767] [3].', 'NodePorts are in the range [30000-32767] [3].', [3], []],
  [
    'According to passage 2, pods are deleted with `kubectl delete pod`. I hope this helps!',
    'Pods are deleted with `kubectl delete pod` [2]. I hope this helps!',
    [2],
    [],
  ],
  ['Containers [1, 2 and 3].', 'Containers [1][2].', [1, 2], []],
  ['Kubernetes is a system.\n[1]', 'Kubernetes is a system [1].', [1], []],
  ['A pod is a group of containers, then [2', 'A pod is a group of containers, then [2]', [2], []],
  ['**A pod is a group of containers.**', '**A pod is a group of containers [2].**', [2], []],
  ['A pod is a group of containers.\n\nSources:\n- [2] pods.md', 'A pod is a group of containers [2].', [2], []],
  ['The documents do not say.', 'The documents do not say.', [], []],
  ['<think>hm</think>', '', [], []],
  ['   ', '', [], []],
]

t.test('each statement has the marker of what it stands on, in whatever pieces it comes', async (t) => {
  for (const [given, expected, numbers, unsupported] of cases) {
    for (const sizes of [[1], [2], [3], [7], [1000], [1, 9, 2]]) {
      const cited = cite(given, sizes)
      const what = `${JSON.stringify(given)} by ${sizes}`
      t.equal(cited.text, expected, what)
      t.strictSame(
        cited.citations.map(({ number }) => number),
        numbers,
        what,
      )
      t.strictSame(
        cited.unsupported.map(({ start, end }) => cited.text.slice(start, end)),
        unsupported,
        what,
      )
    }
    t.equal(cite(given, [4], true).text, expected, 'as a whole')
  }
})

t.test('a citation says where its statement and its marker stand', async (t) => {
  const { text, citations } = cite(
    'Kubernetes runs containers. A pod is a group of containers.\n\n- Pods are deleted with `kubectl delete pod`.',
  )
  t.strictSame(
    citations.map(({ start, end, marker }) => [text.slice(start, end), text.slice(marker.start, marker.end)]),
    [
      ['Kubernetes runs containers', ' [1]'],
      ['A pod is a group of containers', ' [2]'],
      ['Pods are deleted with `kubectl delete pod`', ' [2]'],
    ],
  )
  const row = cite('| option | default |\n| --- | --- |\n| minScale | 0 |')
  const [first] = row.citations
  t.equal(row.text.slice(first?.start, first?.end), '| minScale | 0', 'without the line below the head of a table')
})

const charactersOf = (pattern: RegExp): string[] =>
  Array.from({ length: 0x20000 }, (_, code) =>
    code >= 0xd800 && code < 0xe000 ? '' : String.fromCodePoint(code),
  ).filter((character) => pattern.test(character))

t.test(
  'whatever marks and closers a text has, each marker stands right behind its statement, in a stream too',
  async (t) => {
    const mark = fc.constantFrom(
      ...charactersOf(/[\p{Terminal_Punctuation}…]/u),
      ...charactersOf(/[\p{Pe}\p{Pi}\p{Pf}"']/u),
    )
    const words =
      'Pods run|nodes|35|Phone: 4|Foo Bar|Then|知识库|会|そして|है|ပုံ|🚀|März|https://a.example/x?y=z|a | b'.split('|')
    const signs = [
      ' ',
      ' ',
      ' ',
      '. ',
      '\n',
      '\n\n',
      '- ',
      '1. ',
      '# ',
      '**',
      '| a | 0 |\n',
      '`',
      '```',
      '~~~\n',
      '$',
      '    ',
    ]
    const cited = [' [1]', '[2]', '(see [1])', '¹', '[see [1]', '$[1]$', '`[1]`', '[', 'According to passage 1, ']
    const piece = fc.oneof(mark, fc.constantFrom(...words), fc.constantFrom(...signs), fc.constantFrom(...cited))
    const check = (statement: string): Verdict => {
      const grounds = [1, 2]
        .slice(statement.length % 3)
        .map((number) => ({ number, quote: '', heading: '', support: 1 }))
      return { kind: grounds.length > 0 ? 'supported' : 'unsupported', grounds }
    }
    const write = (given: string, size: number, whole: boolean): Cited => {
      const cite = createCite(check, { count: 3, holds: () => false, whole })
      for (let at = 0; at < given.length; at += size) cite.push(given.slice(at, at + size))
      cite.end()
      return cite.cited()
    }
    const squeeze = (text: string): string => text.replace(/\s+/g, '')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
        const given = pieces.join('')
        const answer = write(given, given.length, true)
        const { text, citations, unsupported } = answer
        t.strictSame(write(given, size, false), answer)
        let [end, left] = [0, '']
        for (const [index, { number, marker, start, end: stop }] of citations.entries()) {
          const before = citations[index - 1]
          if (text.slice(marker.start, marker.end).trim() !== `[${number}]`)
            throw new Error('a marker is not where it says')
          if (!(start < stop) || /^\s/.test(text.slice(start, stop)))
            throw new Error('a statement is empty, or begins with space')
          if (before?.start === start ? marker.start !== before.marker.end : marker.start !== stop || start < end)
            throw new Error('a marker does not follow its statement')
          left += text.slice(end, marker.start)
          end = marker.end
        }
        for (const { start, end } of unsupported)
          if (!(start < end) || citations.some(({ marker }) => start < marker.end && marker.start < end))
            throw new Error('an unsupported statement has a marker in it')
        if (!/[[¹{<〔【〖⟦［]|passage/.test(given) && squeeze(left + text.slice(end)) !== squeeze(given))
          throw new Error('the words are not those of the model')
      }),
      { numRuns: 600 },
    )
  },
)

t.test('what was refused and what was borne out is counted', async (t) => {
  t.match(cite('The documents do not say.'), { refusals: 1, supported: 0 })
  t.match(cite('Kubernetes runs containers.'), { refusals: 0, supported: 1 })
})

t.test('whether the model wrote anything is known where no statement is left', async (t) => {
  t.match(cite('<think>hm</think>'), { text: '', wroteNothing: true })
  t.match(cite('[1]'), { text: '', wroteNothing: false })
  t.match(cite('【1】[2]', [1]), { text: '', wroteNothing: false })
})

t.test('a statement is given back while it is written, its marker as it ends', async (t) => {
  const reading = readTexts('What?', ...texts)
  const cite = createCite(createCheck(reading, new Set([1])), { count: 3, holds: () => false, whole: false })
  t.equal(cite.push('Kubernetes runs containers'), 'Kubernetes runs', 'a word waits for its end')
  t.equal(cite.push('. '), ' containers', 'a full stop for the marker before it')
  t.equal(cite.push('It restarts '), ' [1]. It restarts')
})

t.test('a long statement is read again only when it has grown, and so are the citations in it', async (t) => {
  for (const [unit, left] of [
    ['pods [1] and [2] ', 'pods '],
    ['pods¹ ', 'pods '],
    ['pods ', 'pods '],
  ] as const) {
    const cite = createCite(() => ({ kind: 'unsupported', grounds: [] }), {
      count: 3,
      holds: () => false,
      whole: false,
    })
    let given = 0
    for (const word of unit.repeat(1000).split(/(?<= )/)) given += cite.push(word) === '' ? 0 : 1
    cite.end()
    t.ok(given < 200, `${given} pieces`)
    t.equal(cite.cited().text, left.repeat(1000).trim())
  }
})

t.test(
  'whatever a model writes, in whatever pieces, nothing is taken back and each marker is where it says',
  async (_t) => {
    const piece = fc.constantFrom(
      'Kubernetes runs containers',
      '. ',
      ' [1]',
      '[2]',
      '\n\n',
      '- ',
      '```',
      '\n',
      '| a | 0 |',
      '`',
      '**',
      '<think>',
      '</think>',
      '【3】',
      '知识库。',
      ': ',
      'Passage 2 says ',
      '🚀 ',
      '(',
      '[',
      ']',
      '1. ',
      '# ',
      'It is 7',
      '\nSources: ',
      'pods.md',
      ' (cf. [1], [2])',
      ' ([1] and [2]',
      ' (see ',
      ', ',
      '失败[1]。',
      'Kubernetes 会',
      '。3 ',
      '.',
      '[src1]',
      ' [Passage 1; "pods"]',
      '〖1〗',
      ' [1 2 3]',
      '[1‑3]',
      '<cite>1</cite>',
      '¹',
      ' {1}',
      '\n[1]: https://a.example/x',
      ' [docs](https://a.example/x?y=z)',
      ' https://a.example/x?y=z!A.1',
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 14 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        (pieces, sizes) => {
          const given = pieces.join('')
          const [whole, cut, json] = [cite(given), cite(given, sizes), cite(given, sizes, true)]
          for (const { text, citations, unsupported } of [whole, cut, json]) {
            for (const { number, marker, start, end } of citations) {
              if (text.slice(marker.start, marker.end).trim() !== `[${number}]` || start > end)
                throw new Error(JSON.stringify({ given, text, marker }))
            }
            for (const { start, end } of unsupported) if (start > end || end > text.length) throw new Error(given)
          }
          if (!given.includes('</think>') && plain(whole.text) !== plain(cut.text))
            throw new Error(JSON.stringify([given, sizes, whole.text, cut.text]))
          if (!/<\/?think>/.test(given) && json.text !== cut.text)
            throw new Error(JSON.stringify([given, sizes, json.text, cut.text]))
        },
      ),
      { numRuns: 400 },
    )
  },
)

t.test('an answer in pieces is the answer as a whole, wherever its citations stand', async (t) => {
  const write = (given: string, size: number, whole: boolean): string => {
    const check = (): Verdict => ({ kind: 'supported', grounds: [{ number: 1, quote: '', heading: '', support: 1 }] })
    const cite = createCite(check, { count: 5, holds: () => false, whole })
    let out = ''
    for (let at = 0; at < given.length; at += size) out += cite.push(given.slice(at, at + size))
    return out + cite.end()
  }
  const cases: Array<[string, string]> = [
    ['Pods run here [1]\nand more text [2]\nto the end.', 'Pods run here\nand more text\nto the end [1].'],
    ['Phone: 4417\nFax number: 4418 and so\nMail: x', 'Phone: 4417 [1]\nFax number: 4418 and so [1]\nMail: x [1]'],
    [
      '- Tools (kubectl, etc.) [1]\n- (It runs.)\n- Nodes.',
      '- Tools (kubectl, etc.) [1]\n- (It runs.) [1]\n- Nodes [1].',
    ],
    ['Pods run\n\n[1]\n\nNodes too\n---\nEnd [1].', 'Pods run [1]\n\nNodes too\n---\nEnd [1].'],
    ['Take plan B. Then go on.', 'Take plan B [1]. Then go on [1].'],
    ['Use `a! B [2]` or `!important` here. Next.', 'Use `a! B [2]` or `!important` here [1]. Next [1].'],
    [
      'Use ``a`b [1]`` and $x [1] y$ and \\(a [1]\\). It costs $5 [1] or $6 [2].',
      'Use ``a`b [1]`` and $x [1] y$ and \\(a [1]\\) [1]. It costs $5 or $6 [1].',
    ],
    ['- Do:\n\n  ```\n  x [1]\n  ```\n- Then [1].', '- Do [1]:\n\n  ```\n  x [1]\n  ```\n[1]\n- Then [1].'],
    ['````yaml\n```bash\nx [1]\n```\n````\nDone [1].', '````yaml\n```bash\nx [1]\n```\n````\n[1]\nDone [1].'],
    ['Pods run [see [1] here. Next (see [1], section 2). End [1]–[3].', 'Pods run here [1]. Next [1]. End [1].'],
    ['The <think> tag opens thoughts. More [1].', 'The <think> tag opens thoughts [1]. More [1].'],
    ['- S here it is [1]\n- Foo [2]\n- bar', '- S here it is [1]\n- Foo [1]\n- bar [1]'],
    ['# Head [1]\n\nS is so.', '# Head\n\nS is so [1].'],
    ['References:\n- [1] Kubernetes', 'References [1]:\n- Kubernetes [1]'],
    ['Passage 1 says that pods are run.', 'Pods are run [1].'],
    ['Source 2 states: it runs.', 'It runs [1].'],
    ['S runs。[1] 中文。', 'S runs [1]。 中文 [1]。'],
    ['a [1](https://a.example/x) b [2] c [3].', 'a b c [1].'],
    ['The cost is $a_{[1]}$ here [2]. More.', 'The cost is $a_{[1]}$ here [1]. More [1].'],
    ['Pods run. 🚀 [1] Nodes too.', 'Pods run [1]. 🚀 Nodes too [1].'],
    ['Pods run! 🚀🚀 [1]\n\nNodes too [2] ✅\nMore.', 'Pods run [1]! 🚀🚀\n\nNodes too ✅\nMore [1].'],
    ['Pods run [1]🚀 and go. ✅ [2] End', 'Pods run 🚀 and go [1]. ✅ End [1]'],
    ['| a | b |\n| - | - |\n| c [1] | d [2] |\n\nEnd [1].', '| a | b |\n| - | - |\n| c | d [1] |\n\nEnd [1].'],
    [
      'The pump P-200 weighs 35 kg (cf. [1], [2]). Oil must be changed every 500 hours [1].',
      'The pump P-200 weighs 35 kg [1]. Oil must be changed every 500 hours [1].',
    ],
    ['Oil is changed. (See [1], [2]) Then it runs.', 'Oil is changed [1]. Then it runs [1].'],
    ['Pods run (see also [1](https://a.example/x); [2]) here. More.', 'Pods run here [1]. More [1].'],
    ['Pods run (e.g. [1]) here. Next (which is [1] long) one.', 'Pods run here [1]. Next (which is long) one [1].'],
    ['Pods run (e.g., nodes [1]). More.', 'Pods run (e.g., nodes) [1]. More [1].'],
    ['Pods run.[1 2 3] Next one.', 'Pods run [1]. Next one [1].'],
    ['Pods run.〖1〗 Next one.', 'Pods run [1]. Next one [1].'],
    ['Pods run.¹ Next one², here.', 'Pods run [1]. Next one, here [1].'],
    ['Pods run【1】 and end <cite>1</cite>. Next {1}.', 'Pods run and end [1]. Next [1].'],
    ['Pods run. [Passage 1; "a pod is one, or several of them"] Next.', 'Pods run [1]. Next [1].'],
    ['Pods run [1].\n\n[1]: https://a.example/x\n[2]: b.md', 'Pods run [1].'],
    ['Pods run [1], [2] and [3] on nodes. Next [1] and [2].', 'Pods run on nodes [1]. Next [1].'],
    ['Pods run. [1], [2] Next one.', 'Pods run [1]. Next one [1].'],
    ['[1].', ''],
    [
      'Pods run, as stated in [1]. Next, according to passages 1 and 2. Such as nodes.',
      'Pods run [1]. Next [1]. Such as nodes [1].',
    ],
    [
      'Pods run [1](a.md "The title"). Next [1](<a b.md>). It ends [1](https://a.example/A_(b)).',
      'Pods run [1]. Next [1]. It ends [1].',
    ],
    ['Pods run <citation>1</citation>. Next [출처 1]. End <passage number="1">.', 'Pods run [1]. Next [1]. End [1].'],
    ['Pods run [Passages 1, 2, and 3]. Next<sup>1</sup><sup>2</sup>. End[^1][^2].', 'Pods run [1]. Next [1]. End [1].'],
    ['Pods run – [1]. Next — see [2]. It ends: [1].', 'Pods run [1]. Next [1]. It ends [1].'],
    [
      '[1] and [2] explain that pods run.\n\nPassage 1 and Passage 2 say that nodes run.\n\nAccording to Passage 1 (Pods), it ends.',
      'Pods run [1].\n\nNodes run [1].\n\nIt ends [1].',
    ],
    ['<passage number="1" about="a > b">\nPods run.\n</passage>', '\nPods run [1].\n'],
    ['根据[1]，Pod 会运行。根据段落2，节点也会。段落3によると、終わる。', 'Pod 会运行 [1]。节点也会 [1]。終わる [1]。'],
    ['**Passage 1:** pods run. Next — Source 2.', 'Pods run [1]. Next [1].'],
    ['Pods run [No. 1]. Next $^{1, 2}$. As [2] explains, it ends.', 'Pods run [1]. Next [1]. It ends [1].'],
    [
      'Read [docs](https://x.example/a?b=c!D) [2] first. Next.',
      'Read [docs](https://x.example/a?b=c!D) first [1]. Next [1].',
    ],
    ['It is in [docs](a?b=c). Next one.', 'It is in [docs](a?b=c) [1]. Next one [1].'],
    ['It is at https://x.example/a?b=c.1!D [1]. Next.', 'It is at https://x.example/a?b=c.1!D [1]. Next [1].'],
    ['Is it at https://x.example/a? Yes [1](https://x.example/a?b=c).', 'Is it at https://x.example/a [1]? Yes [1].'],
    ['Pods run (cf. [1]) and [2], or **[1]** there. More.', 'Pods run there [1]. More [1].'],
    ['[2] states that pods run.', 'Pods run [1].'],
    ['Pods run!nodes too [2]. The end.', 'Pods run [1]!nodes too [1]. The end [1].'],
    ['Pods run [1]. 35 nodes, too.', 'Pods run. 35 nodes, too [1].'],
    ['Pods run。 Nodes too [1].', 'Pods run [1]。 Nodes too [1].'],
    ['失败[1]。Kubernetes 会重启容器[1]。', '失败 [1]。Kubernetes 会重启容器 [1]。'],
    ['检查失败。[1]3 次之后 Pod 会重启[1]。Pod 是。', '检查失败 [1]。3 次之后 Pod 会重启 [1]。Pod 是 [1]。'],
    [
      'これは Pod です[1]。OK ですか？はい！3 つある[2]。',
      'これは Pod です [1]。OK ですか [1]？はい [1]！3 つある [1]。',
    ],
  ]
  for (const [given, wanted] of cases) {
    t.equal(write(given, given.length, true), wanted)
    for (const size of [1, 3, 7, given.length]) t.equal(write(given, size, false), wanted, `in pieces of ${size}`)
  }
})

t.test('of thinking nothing is shown, and source lines and what is struck through lose no letter', async (_t) => {
  const sentences = [
    'Kubernetes runs containers. ',
    'A pod is a group of containers [2].',
    'The price is <s>5</s> 7 euro. ',
    'It is <s class="old">30</s>, says `</s>`.',
    'The <think> tag opens thoughts. ',
    'They begin with "<think>" and end with "</think>", too. ',
    'Sure! ',
    ' ',
    '\n',
    '\n\n',
    '- ',
  ]
  const lines = [
    '\n[1] overview.md (see also)\n',
    '\n[2] kubernetes/pods.md "Pods and more"\n',
    '\n[1]: https://a.example/x "Title"\n',
    '\n[2] pods.md holds (see there) more\n',
    '\n[^1]: The overview of it\n',
    '\n  [1] a.md\n',
    '\nSources:\n- [1] pods.md\n',
  ]
  const names = ['think', 'thinking', 'seed:think', 'think budget="low"']
  const thinking = fc
    .tuple(
      fc.constantFrom('', '\n', '! ', '. '),
      fc.constantFrom(...names),
      fc.constantFrom('', '\n'),
      fc.array(fc.constantFrom('SECRET', ' SECRET', '. ', '\n', ' [1]', '</s>', ', the user'), { maxLength: 4 }),
      fc.constantFrom('', '\n', '\n\n', ' Kubernetes runs'),
    )
    .map(([before, name, line, inside, after]) => {
      const close = name.replace(/ .*/, '')
      return `${before || '. '}<${name}>${line}${inside.join('')}SECRET</${close}>${after}`
    })
  const cutOff = fc.constantFrom('', '\n<think>\nSECRET [1], the user', '\n\n<thinking>\nSECRET')
  const piece = fc.oneof(fc.constantFrom(...sentences), fc.constantFrom(...lines), thinking)
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 8 }),
      cutOff,
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 }),
      (pieces, last, sizes) => {
        const given = pieces.join('') + last
        const [stream, json] = [cite(given, sizes), cite(given, sizes, true)]
        if (stream.text !== json.text) throw new Error(JSON.stringify([given, sizes, stream.text, json.text]))
        if (json.text.includes('SECRET')) throw new Error(JSON.stringify([given, json.text]))
        if ((json.text.match(/5<\/s> 7 euro/g)?.length ?? 0) !== (given.match(/5<\/s> 7 euro/g)?.length ?? 0))
          throw new Error(JSON.stringify([given, json.text]))
      },
    ),
    { numRuns: 400 },
  )
})

t.test('a long text without spaces takes little time, character by character', async (t) => {
  for (const character of ['ก', '库', '。', '…']) {
    const { push, end } = createCite(() => ({ kind: 'unsupported', grounds: [] }), {
      count: 3,
      holds: () => false,
      whole: false,
    })
    const before = process.cpuUsage()
    for (let at = 0; at < 20_000; at += 1) push(character)
    end()
    t.ok(process.cpuUsage(before).user < 5_000_000, character)
  }
})
