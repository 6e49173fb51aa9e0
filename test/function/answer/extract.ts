import t from 'tap'
import { extract } from '../../../function/answer/extract.ts'
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
  t.equal(quote('What are the torque values?', `## Torque values\n\n${table}`), `${table}\n[1]`)
  t.equal(
    quote('What torque has the crank?', `## Torque values\n\n${table}`),
    `${table.replace(/\| Stem.*\n/, '')}\n[1]`,
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
