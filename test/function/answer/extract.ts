import t from 'tap'
import { extract } from '../../../function/answer/extract.ts'
import type { Passage } from '../../../function/retrieval/passages.ts'
import { readTexts, toPassage } from '../../reading.ts'

const quote = (question: string, ...texts: string[]): string => extract(readTexts(question, ...texts)).pieces.join('')

t.test('the sentence that answers is quoted word for word, with its citation', async (t) => {
  t.equal(
    quote(
      'What is a pod?',
      'Clusters are large. A pod is a group of containers.\n\nOther things exist.',
      'Nodes are machines.',
    ),
    'A pod is a group of containers. [1]',
  )
})

t.test('a sentence is quoted whole, whatever marks stand in an address in it', async (t) => {
  const sentence = 'A pod is described in [the docs](https://a.example/pod?page=2#!top) and at https://a.example/x?y=Z.'
  t.equal(quote('Where is a pod described?', `${sentence} Other things exist.`), `${sentence} [1]`)
})

t.test('sentences from several passages come in the order of the passages', async (t) => {
  t.equal(
    quote('How do I scale a pod?', 'Scale a pod with kubectl scale.', 'To scale a pod, edit replicas.'),
    'Scale a pod with kubectl scale. [1]\nTo scale a pod, edit replicas. [2]',
  )
})

t.test('the part that answers best comes first, behind the sentences that it goes on from', async (t) => {
  t.equal(
    quote('When is the pool cleaned?', 'The pool is heated in winter.\n\nThe pool is cleaned on Monday.'),
    'The pool is cleaned on Monday. [1]\nThe pool is heated in winter. [1]',
  )
  t.equal(
    quote('When is the pool cleaned?', 'The pool is heated in winter. The pool is cleaned on Monday.'),
    'The pool is heated in winter. [1]\nThe pool is cleaned on Monday. [1]',
    'a sentence may stand on the one before it',
  )
  t.equal(
    quote('How do I clean the pool floor?', '- Empty the pool to the floor.\n- Wait.\n- Clean the pool and its floor.'),
    'Empty the pool to the floor. [1]\nClean the pool and its floor. [1]',
    'so may an item',
  )
})

t.test('under a heading that says no, a paragraph is quoted from its beginning', async (t) => {
  const text =
    'When you do not need a pump\n\nA small garden does not need one: a can is enough. The pump is worth its price in a large garden.'
  t.equal(quote('What is the pump worth?', text), `${text.replace('\n\n', '\n')}\n[1]`)
})

t.test('what another passage says of something else is not quoted beside the answer', async (t) => {
  const prices = '| Item | Price |\n| --- | --- |\n| Paddle | 89 € |\n| Spray deck | 49 € |'
  const row = '| Item | Price |\n| --- | --- |\n| Spray deck | 49 € |\n[1]'
  t.equal(quote('How much does the spray deck cost?', prices, 'Parking costs 5 €.'), row)
  t.equal(
    quote(
      'Who cleans the paddle, and where does the kayak stand?',
      'Anna cleans the paddle.',
      'The kayak stands in hall two.',
    ),
    'Anna cleans the paddle. [1]\nThe kayak stands in hall two. [2]',
    'the other half of what was asked is',
  )
})

t.test('of rows without a table the one that was asked for is quoted, under their head', async (t) => {
  t.equal(quote('How many users does Team have?', 'Plan  Users\nFree  1\nTeam  25'), 'Plan  Users\nTeam  25\n[1]')
})

t.test(
  'steps are quoted together, in order and with their numbers; a clause that was asked for stands alone',
  async (t) => {
    const steps = '1. Take the wheel off.\n2. Lever the tyre off the rim.\n3. Pull the tube out.'
    t.equal(quote('How do I change a flat tyre?', `## Changing a flat tyre\n\n${steps}`), `${steps}\n[1]`)
    const clauses = '1. Rent is due on Monday.\n2. The deposit is 300 euros.\n3. Dogs are welcome.'
    t.equal(quote('How much is the deposit?', clauses), '2. The deposit is 300 euros. [1]')
  },
)

t.test('of a table that was asked for all rows are quoted, where none says more than another', async (t) => {
  const table = '| Part | Torque |\n| --- | --- |\n| Stem | 5 Nm |\n| Crank | 40 Nm |'
  t.equal(quote('What are the torque values?', `## Torque values\n\n${table}`), `Torque values\n${table}\n[1]`)
  t.equal(
    quote('What torque has the crank?', `## Torque values\n\n${table}`),
    `Torque values\n${table.replace(/\| Stem.*\n/, '')}\n[1]`,
  )
})

t.test('a word of the head singles no row out', async (t) => {
  const table = '| Room | Projector |\n| --- | --- |\n| Main hall | yes |\n| Studio | no |\n| Committee room | yes |'
  t.equal(quote('Which rooms have a projector?', table), `${table}\n[1]`)
  t.equal(
    quote('Does the studio have a projector?', table),
    '| Room | Projector |\n| --- | --- |\n| Studio | no |\n[1]',
  )
})

t.test('what belongs to a sentence comes with it', async (t) => {
  const cases: Array<[string, string, string, string]> = [
    [
      'the list that it announces',
      'Which ports must be open between the nodes?',
      'The following ports must be open between the nodes:\n\n- 6443 for the server\n- 2379 for the store\n\nAnother thing.',
      'The following ports must be open between the nodes:\n- 6443 for the server\n- 2379 for the store\n[1]',
    ],
    [
      'the steps, with their numbers',
      'What are the steps to reset a phone?',
      'To reset a phone:\n\n1. Hold the side key.\n2. Choose Erase.',
      'To reset a phone:\n1. Hold the side key.\n2. Choose Erase.\n[1]',
    ],
    [
      'the command that it announces',
      'How do I restart a deployment?',
      'To restart a deployment, run:\n\n```bash\nkubectl rollout restart\n```\n\nIt takes a while.',
      'To restart a deployment, run:\n```bash\nkubectl rollout restart\n```\n[1]',
    ],
    [
      'the announcement, with a command that was found',
      'kubectl rollout restart deployment',
      'Run this:\n\n```bash\nkubectl rollout restart deployment\n```',
      'Run this:\n```bash\nkubectl rollout restart deployment\n```\n[1]',
    ],
    [
      'a short line that leads to the command, as a heading would',
      'How do I describe the gateway?',
      'If there is no address, use\n\n```bash\nkubectl describe svc gateway\n```\n\nto see the reason.',
      'If there is no address, use\n```bash\nkubectl describe svc gateway\n```\n[1]',
    ],
    [
      'the item that the command belongs to',
      'How do I describe the gateway?',
      '- Find out why it has none:\n  ```bash\n  kubectl describe svc gateway\n  ```\n- Wait.',
      'Find out why it has none:\n```bash\n  kubectl describe svc gateway\n  ```\n[1]',
    ],
    [
      'the answer to the question of an FAQ',
      'How long is the guarantee?',
      '**How long is the guarantee?**\n\nFive years from the day of the purchase.\n\n**Who pays?**\n\nWe do.',
      'Five years from the day of the purchase. [1]',
    ],
    [
      'the head of the table over the row',
      'What is the default of cache.idle?',
      '| setting | default |\n| --- | --- |\n| cache.size | 5 |\n| cache.idle | 30 |\n| other | 1 |',
      '| setting | default |\n| --- | --- |\n| cache.idle | 30 |\n[1]',
    ],
    [
      'what a heading says',
      'What about bicycles?',
      'Bicycles\n\nThey stand in the cellar.\n\nCars\n\nThey stand outside.',
      'They stand in the cellar. [1]',
    ],
    [
      'all of an item',
      'When does it close?',
      '- It closes at six. On Sunday at four.\n- Other.',
      'It closes at six. On Sunday at four. [1]',
    ],
  ]
  for (const [what, question, text, expected] of cases) t.equal(quote(question, text), expected, what)
})

t.test('what an item, a row or a reply stands under comes with it', async (t) => {
  const cases: Array<[string, string, Parameters<typeof toPassage>[0], string]> = [
    [
      'the heading of a list, once',
      'Are tyres and rented bikes covered?',
      'The frame lasts two years.\n\nNot covered\n\n- Tyres\n- Bikes that were rented',
      'Not covered\n- Tyres\n- Bikes that were rented\n[1]',
    ],
    [
      'what announces it',
      'May I bring a dog?',
      'Der Park ist groß.\n\nNicht erlaubt sind im Park:\n\n- Ein dog\n- Ein Rad',
      'Nicht erlaubt sind im Park:\n- Ein dog\n[1]',
    ],
    [
      'the heading over a few words that announce it',
      'Should I pay the driver?',
      'Taxis at night\n\nDo not:\n\n- Pay the driver.\n- Smoke.',
      'Taxis at night\nDo not:\n- Pay the driver.\n[1]',
    ],
    [
      'the item that it is nested in',
      'Are helmets included?',
      'The price is 30 €.\n\n- Included:\n  - Oars\n- Not included:\n  - Helmets',
      'Pods\n- Not included:\n  - Helmets\n[1]',
    ],
    [
      'the question of a reply, and the reply',
      'Can I bring my dog?',
      'The hall is large.\n\nCan I bring my dog?\n\nNo. Dogs stay outside.\n\nIs there parking?\n\nYes. In the yard.',
      'Can I bring my dog?\nNo. Dogs stay outside.\n[1]',
    ],
    [
      'the heading of a table',
      'What does the lamp cost?',
      'Sold out\n\n| Item | Price |\n| --- | --- |\n| Lamp | 9 € |\n| Bed | 90 € |',
      'Sold out\n| Item | Price |\n| --- | --- |\n| Lamp | 9 € |\n[1]',
    ],
    [
      'an item of one word, as well as the announcement of others',
      'Does the bread contain nuts?',
      'Our bread contains:\n\n- wheat\n- rye\n\nIt is always free from:\n\n- nuts\n- milk',
      'Our bread contains:\n- wheat\n- rye\n[1]\nIt is always free from:\n- nuts\n[1]',
    ],
    [
      'nothing over an item that is a sentence',
      'When does the lamp go out?',
      'House rules\n\n- The lamp goes out at ten.\n- Beds are made at nine.',
      'The lamp goes out at ten. [1]',
    ],
  ]
  for (const [what, question, text, expected] of cases) t.equal(quote(question, text), expected, what)
})

t.test(
  'what answers another question than was asked says so, and is not quoted beside the one that was asked',
  async (t) => {
    const shed = "Yes, up to 2.4 m, with the committee's consent. No concrete bases."
    const text = `Can I build a shed?\n\n${shed}\n\nCan I sell what I grow?\n\nNo. Surplus may be swapped.`
    const near = { heading: 'Questions', similarity: 0.6 }
    const ask = (question: string): string => extract(readTexts(question, toPassage(text, near))).pieces.join('')
    t.equal(ask('Can I sell vegetables?'), 'Can I sell what I grow?\nNo. Surplus may be swapped.\n[1]')
    t.equal(ask('Can I build a greenhouse?'), `Can I build a shed?\n${shed}\n[1]`)
    const [consent] = ask('Can I build a shed?').split(' [1]')
    t.equal(consent, "Yes, up to 2.4 m, with the committee's consent.", 'the question that was asked is not said again')
    const headed = toPassage(shed, { heading: 'Sheds > Can I build a shed?' })
    t.equal(
      extract(readTexts('Can I build a greenhouse with consent?', headed)).pieces.join(''),
      "Can I build a shed?\nYes, up to 2.4 m, with the committee's consent.\n[1]",
    )
  },
)

t.test('a short sentence comes with its short heading, where that says more than the question', async (t) => {
  const fees = 'Before 2020\n\nThe fee was £180 a year.\n\nFees now\n\nThe fee is £240 a year.'
  t.equal(
    quote('How high is the fee a year?', fees),
    'Before 2020\nThe fee was £180 a year.\n[1]\nThe fee is £240 a year. [1]',
  )
  const rule = 'The old shed at the river takes canoes of members and their guests.'
  t.equal(quote('Does the shed take canoes?', `Removed in May\n\n${rule}`), `Removed in May\n${rule}\n[1]`)
  const long =
    'The old shed at the river takes canoes of members, of their families, and, where there is room, of guests.'
  t.equal(quote('Does the shed take canoes?', `Removed in May\n\n${long}`), `${long} [1]`)
})

t.test('of lines that begin with a name the one that was asked for comes first, whole', async (t) => {
  t.equal(
    quote(
      'How much is the fee for the Autumn Race?',
      'Spring Race: in May, for all boats. The fee is £12.\nAutumn Race: in June, for all boats. The fee is £15.',
    ),
    'Autumn Race: in June, for all boats. The fee is £15. [1]\nSpring Race: in May, for all boats. The fee is £12. [1]',
  )
})

t.test('of a passage the section comes first that answers best', async (t) => {
  t.equal(
    quote(
      'Are juniors allowed in the gym?',
      'House\n\nChildren are allowed in its gym.\n\nGym\n\nJuniors are allowed in the gym.',
    ),
    'Juniors are allowed in the gym. [1]\nHouse\nChildren are allowed in its gym.\n[1]',
  )
})

t.test(
  'the heading above an item is that of its section, and its citation has the words that stand in the passage',
  async (t) => {
    const text = '- Iceland\n- Malta'
    const passage = toPassage(text, {
      heading: 'Delivery > Exceptions',
      sections: [{ start: 0, heading: 'Delivery > Exceptions', url: 'https://a.example/#exceptions' }],
    })
    const { pieces, citations } = extract(readTexts('Do you deliver to Malta?', passage))
    const answer = pieces.join('')
    t.equal(answer, 'Delivery > Exceptions\n- Malta\n[1]')
    const [citation] = citations
    t.match(citation, {
      quote: 'Malta',
      start: 0,
      heading: 'Delivery > Exceptions',
      url: 'https://a.example/#exceptions',
    })
    t.equal(answer.slice(citation?.start, citation?.end), 'Delivery > Exceptions\n- Malta')
    t.equal(answer.slice(citation?.marker.start, citation?.marker.end), '\n[1]')
  },
)

/** A passage of several sections, as retrieval joins them. */
const ofSections = (...sections: Array<[heading: string, said: string, text: string]>): Passage => {
  let text = ''
  const starts = sections.map(([heading, said, own]) => {
    const start = text.length
    text += `${said}${own}\n\n`
    return { start, heading, url: null }
  })
  return toPassage(text.trimEnd(), { title: 'News', heading: sections[0]?.[0] ?? '', sections: starts })
}

t.test('a version is quoted whole and with its heading, and nothing of another', async (t) => {
  const flat = ofSections(
    [
      '3.2.0 (2026-05-12)',
      '',
      '- New: dark mode.\n- New: waiting list.\n- Fixed: reminders.\n- Removed: booking by SMS.',
    ],
    ['3.1.0 (2026-01-20)', '3.1.0 (2026-01-20)\n\n', '- New: pay by card.\n- Improved: the list of shops.'],
    ['3.0.0 (2025-11-05)', '3.0.0 (2025-11-05)\n\n', '- New design.\n- Removed: support for Android 8.'],
  )
  const nested = ofSections(
    ['2.1.0 > Added', '2.1.0\n\nAdded\n\n', '- Share a list.'],
    ['2.0.0 > Changed', '2.0.0\n\nChanged\n\n', '- Log in with a code.'],
    ['2.0.0 > Removed', 'Removed\n\n', '- The loyalty card.'],
    ['1.9.0 > Deprecated', '1.9.0\n\nDeprecated\n\n', '- The loyalty card.'],
  )
  const prose = ofSections(
    ['[5.1.0] - 2026-04-02', '', 'You can now schedule a message. Open the clock.\n\nIt is faster.'],
    ['[5.0.0] - 2025-12-01', '[5.0.0] - 2025-12-01\n\n', 'Threads are folded.'],
  )
  const first =
    '3.2.0 (2026-05-12)\n- New: dark mode.\n- New: waiting list.\n- Fixed: reminders.\n- Removed: booking by SMS.\n[1]'
  const second = '3.1.0 (2026-01-20)\n- New: pay by card.\n- Improved: the list of shops.\n[1]'
  const cases: Array<[string, Passage, string]> = [
    ["What's new in 3.2.0?", flat, first],
    ['When was version 3.1.0 released?', flat, second],
    ['Which version added dark mode?', flat, '3.2.0 (2026-05-12)\n- New: dark mode.\n[1]'],
    ['What changed in 2.0.0?', nested, '2.0.0\nChanged\n- Log in with a code.\nRemoved\n- The loyalty card.\n[1]'],
    [
      'Where was the loyalty card removed or deprecated?',
      nested,
      '2.0.0 > Removed\n- The loyalty card.\n[1]\n1.9.0 > Deprecated\n- The loyalty card.\n[1]',
    ],
    ['Since when are threads folded?', prose, '[5.0.0] - 2025-12-01\nThreads are folded.\n[1]'],
    [
      'When was 5.1.0 released?',
      prose,
      '[5.1.0] - 2026-04-02\nYou can now schedule a message. Open the clock.\nIt is faster.\n[1]',
    ],
  ]
  for (const [question, passage, expected] of cases) {
    const { pieces, citations } = extract(readTexts(question, passage))
    t.equal(pieces.join(''), expected, question)
    for (const { quote } of citations) t.ok(passage.text.includes(quote), quote)
  }
})

t.test('a version that is too long to be quoted whole is quoted in part', async (t) => {
  const items = Array.from({ length: 20 }, (_, index) => `- Change ${index} of this version is a long one.`)
  const long = ofSections(['Old', '', '- Nothing.'], ['3.0.0', '3.0.0\n\n', items.join('\n')])
  const answer = extract(readTexts('What is in 3.0.0?', long)).pieces.join('')
  t.match(answer, /^3\.0\.0\n- Change 0 of/)
  t.ok(answer.length < 430)
})

t.test('a further question has its own row, not that of the question before', async (t) => {
  const table = '| Membership | Price |\n| --- | --- |\n| Adult | 45 € |\n| Students | 25 € |'
  const question = { before: 'How much is adult membership?', last: 'And for students?' }
  t.equal(
    extract(readTexts(question, table)).pieces.join(''),
    '| Membership | Price |\n| --- | --- |\n| Students | 25 € |\n[1]',
  )
})

t.test("a document's own number in square brackets is no marker", async (t) => {
  const cases = [
    [
      'When are caches evicted?',
      'Caches are evicted after 90 s [2], as measured [3].',
      'after 90 s [2\\], as measured [3\\].',
    ],
    [
      'How are caches evicted?',
      'Caches[1] are evicted by age [1][2], [3, 4] or [5-7].',
      '[1\\] are evicted by age [1\\][2\\], [3, 4\\] or [5-7\\].',
    ],
    [
      'Where is the file?',
      'The file is `args[1]`, or args[0], in [brackets] of [2027].',
      '`args[1]`, or args[0], in [brackets] of [2027].',
    ],
    ['Where is the file?', '```js\nconst file = args[1]\n```', 'const file = args[1]\n```'],
    ['Where is the file?', '| file | note |\n| --- | --- |\n| a.txt | see [2] |', '| a.txt | see [2\\] |'],
    ['Which file?', 'Files of [2]:\n\n- file a', 'Files of [2\\]:\n- file a'],
  ] as const
  for (const [question, text, expected] of cases) {
    const { pieces, citations } = extract(readTexts(question, text))
    const answer = pieces.join('')
    t.match(answer, expected, text)
    const markers = citations.map(({ marker }) => answer.slice(marker.start, marker.end).trim())
    t.strictSame([...new Set(markers)], ['[1]'], text)
    const prose = answer.replace(/```[\s\S]*?```|`[^`]*`/g, '')
    t.strictSame(prose.match(/\[[1-9]\d?\]/g), markers, text)
    for (const { quote } of citations) t.ok(text.includes(quote), 'a citation has the words as they stand')
  }
})

t.test('beside a row that was asked for nothing of the same passage is quoted on something else', async (t) => {
  const prices = '| Item | Price |\n| --- | --- |\n| Paddle | 89 € |\n| Spray deck | 49 € |\n\nParking costs 5 €.'
  t.equal(
    quote('How much does the spray deck cost?', prices),
    '| Item | Price |\n| --- | --- |\n| Spray deck | 49 € |\n[1]',
  )
})

t.test('a list without end is cut', async (t) => {
  const items = Array.from({ length: 200 }, (_, index) => `- the port number ${index}`).join('\n')
  const quoted = quote('Which ports are open?', `These ports are open:\n\n${items}`)
  t.ok(quoted.length < 1000, String(quoted.length))
})

t.test('a heading alone speaks where nothing else is there, and of nothing nothing is quoted', async (t) => {
  t.equal(quote('What is a pod?', 'The pod'), 'The pod [1]')
  t.equal(quote('Unrelated?', 'First sentence.\n\nSecond.'), 'First sentence. [1]')
  t.strictSame(extract(readTexts('Anything?')), { pieces: [], citations: [] })
})

t.test('a wrapped sentence is quoted on one line, and its citation has the words as they stand', async (t) => {
  const passage = toPassage('The largest file\nthat can be uploaded is 2 GB. Sure.')
  const { pieces, citations } = extract(readTexts('What is the largest file?', passage))
  const answer = pieces.join('')
  t.equal(answer, 'The largest file that can be uploaded is 2 GB. [1]')
  t.match(citations, [{ number: 1, start: 0, support: 1 }])
  const [citation] = citations
  t.equal(answer.slice(citation?.marker.start, citation?.marker.end), ' [1]')
  t.equal(answer.slice(citation?.start, citation?.end), 'The largest file that can be uploaded is 2 GB.')
  t.ok(passage.text.includes(citation?.quote ?? '?'))
})
