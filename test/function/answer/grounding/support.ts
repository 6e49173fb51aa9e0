import t from 'tap'
import { createCheck, type Verdict } from '../../../../function/answer/grounding/support.ts'
import { readTexts, toPassage } from '../../../reading.ts'

const kubernetes =
  'Kubernetes is a system that runs containers on nodes. It restarts failed containers within 30 seconds.\n\n| option | default |\n| --- | --- |\n| minScale | 0 |'
const pods = 'A pod is a group of containers. Pods are deleted with `kubectl delete pod`. Google gave the project away.'

const check = (statement: string, named: number[] = [], read = [1, 2]): Verdict => {
  const reading = readTexts('What does the option NODE_NAME do?', toPassage(kubernetes, { title: 'Kubernetes' }), pods)
  return createCheck(reading, new Set(read))(statement, named)
}
const cited = (...given: Parameters<typeof check>): number[] => check(...given).grounds.map(({ number }) => number)

t.test('a statement stands on the passage, and the words there, that bear it out', async (t) => {
  t.strictSame(check('Kubernetes runs containers on nodes.'), {
    kind: 'supported',
    grounds: [{ number: 1, quote: 'Kubernetes is a system that runs containers on nodes.', heading: '', support: 1 }],
  })
  t.strictSame(cited('Pods are deleted with `kubectl delete pod`.'), [2])
  t.strictSame(cited('Failed containers are restarted in 30 seconds.'), [1])
  t.strictSame(cited('| minScale | 0 |'), [1])
})

t.test('what no passage says is unsupported, however near it comes', async (t) => {
  const cases = [
    'Kubernetes guarantees an availability of the highest sort.',
    'It restarts failed containers within 40 seconds.',
    'Pods are never deleted with `kubectl delete pod`.',
    'Pods are deleted with `kubectl remove pod`.',
    'Pods are deleted with `kubectl delete pod` and --force.',
    'The project was given away by Amazon.',
    '| minScale | 5 |',
  ]
  for (const statement of cases) t.equal(check(statement).kind, 'unsupported', statement)
})

t.test('who says it is no part of what is said', async (t) => {
  const speakers = [
    'The passage states that',
    'The documents also mention that',
    'It says that',
    'According to the text,',
    'Der Text sagt, dass',
    'Laut den Dokumenten',
    'Le passage indique que',
    'Selon les documents,',
    'El documento también menciona que',
  ]
  for (const speaker of speakers) {
    t.strictSame(cited(`${speaker} failed containers are restarted within 30 seconds.`), [1], speaker)
    t.equal(check(`${speaker} failed containers are restarted within 40 seconds.`).kind, 'unsupported', speaker)
  }
  for (const speaker of ['The passage discusses', 'The documents also list', 'The passage provides examples of']) {
    t.strictSame(cited(`${speaker} failed containers, which are restarted within 30 seconds.`), [1], speaker)
    t.equal(check(`${speaker} failed containers, which are restarted within 40 seconds.`).kind, 'unsupported', speaker)
  }
  t.equal(check('The passage does not state that containers are restarted.').kind, 'refusal')
})

t.test('a statement may stand on several places of one passage', async (t) => {
  const [first, last] = ['A season ticket costs 40 euros.', 'Children below six years swim free of charge.']
  const between = 'The water has 27 degrees. Lockers take a coin. Dogs stay outside. Music is not played.'
  const reading = readTexts('What is to be known of the pool?', `${first} ${between} ${last} Bring a towel.`)
  const [whole, wrong] = ['A season ticket costs 40 euros', 'A season ticket costs 50 euros'].map((beginning) =>
    createCheck(reading, new Set([1]))(`${beginning}, children below six swim free of charge.`, []),
  )
  t.strictSame(
    whole?.grounds.map(({ number, quote }) => ({ number, quote })),
    [{ number: 1, quote: `${first} ${between} ${last}` }],
    'from the first to the last of them is quoted, once',
  )
  t.equal(wrong?.kind, 'unsupported')
})

t.test('a clause that stands elsewhere in the passage is no addition', async (t) => {
  const offers = [
    'Central account management for all teams',
    'One bill for every subscription',
    'Reports of what is used',
  ]
  const text = `# Enterprises\n\n${offers.map((offer) => `- ${offer}: ${'it is set up by the owner of the account. '.repeat(4)}`).join('\n')}`
  const check = createCheck(readTexts('What are enterprises?', text), new Set([1]))
  const told = 'Enterprises offer central account management for all teams, one bill for every subscription'
  t.equal(check(`${told}, and reports of what is used.`, []).kind, 'supported')
  t.equal(check(`${told}, and free phones of all colours.`, []).kind, 'unsupported')
})

t.test('a list in one sentence is borne out by a list as long as it', async (t) => {
  const advice = [
    'Listen for news reports to learn whether the water supply of the community is safe to drink.',
    'Avoid floodwaters, which may be contaminated by oil, gasoline or raw sewage.',
    'Be aware of areas where floodwaters have receded, since roads may have weakened.',
    'Stay away from downed power lines and report them to the power company.',
    'Return home only when the authorities indicate that it is safe.',
  ]
  const check = createCheck(readTexts('What do we do after a flood?', `# Floods\n\n${advice.join('\n')}`), new Set([1]))
  const told = advice.map((line) => line.replace(/\.$/, '').toLowerCase())
  t.equal(check(`After a flood, ${told.join('; ')}.`, []).kind, 'supported')
  const invented = 'insure the boats of all neighbours against theft abroad'
  t.equal(check(`After a flood, ${told.join('; ')}; ${invented}.`, []).kind, 'unsupported')
})

t.test('a name is the same with a space beside its hyphen, and with an apostrophe alone', async (t) => {
  const text = "He founded the Laugh - O - Gram Studio in the town , near the Falcons ' stadium ."
  const check = createCheck(readTexts('What did he do?', text), new Set([1]))
  t.equal(check('He founded the Laugh-O-Gram Studio in the town.', []).kind, 'supported')
  t.equal(check("It is near the Falcons' stadium in the town.", []).kind, 'supported')
  t.equal(check("It is near the Eagles' stadium in the town.", []).kind, 'unsupported')
})

t.test('a table of many short rows bears out a statement that has them all', async (t) => {
  const hours = ['Sunday', 'Monday', 'Tuesday', 'Friday', 'Saturday'].map(
    (day, at) => `${day}\n${at + 4} a.m. to 8 p.m.`,
  )
  const text = `You can apply during the times listed below:\n\n${hours.join('\n\n')}`
  const reading = readTexts('When can I apply?', text)
  const statement = `You can apply during the times listed below: ${hours.join(', ').replaceAll('\n', ' ')}.`
  t.equal(createCheck(reading, new Set([1]))(statement, []).kind, 'supported')
})

t.test('the question said again, with a yes or a no, must stand in one place', async (t) => {
  const question = 'Does this mean that my computer is completely safe from internet attacks?'
  const denial = 'No, it does not mean that your computer is completely safe from internet attacks.'
  const scattered = ['A computer that is completely safe has no name.', 'Attacks from the internet are not named.']
  t.equal(createCheck(readTexts(question, ...scattered), new Set([1, 2]))(denial, []).kind, 'unsupported')
  t.equal(createCheck(readTexts(question, denial), new Set([1]))(denial, []).kind, 'supported')
})

t.test('a yes to what was asked answers where one place says it', async (t) => {
  const question = 'Daniel Johnston is a visual artist as well?'
  const yes = 'Yes, Daniel Johnston is a visual artist as well.'
  const texts = ['Daniel Johnston was an American singer and a visual artist.', 'Daniel Johnston was a singer.']
  t.strictSame(
    texts.map(
      (text) => createCheck(readTexts(question, text, 'Visual aids are sold here.'), new Set([1, 2]))(yes, []).kind,
    ),
    ['supported', 'silent'],
  )
})

t.test('a number has its unit, and an identifier its value', async (t) => {
  const text =
    'The probe of the container:\n\n```yaml\nperiodSeconds: 5\ntimeoutSeconds: 2\nautoscaling.knative.dev/min-scale: "1"\n```\n\nThe load of the container is 60 seconds at most.'
  const reading = readTexts('What of the container?', text)
  const kinds = (statement: string): string => createCheck(reading, new Set([1]))(statement, [1]).kind
  for (const right of [
    'The load of the container is 60 s at most.',
    'The periodSeconds of the container is 5.',
    'The probe of the container has `min-scale: "1"`.',
  ])
    t.equal(kinds(right), 'supported', right)
  for (const wrong of [
    'The load of the container is 60 minutes at most.',
    'The timeoutSeconds of the container: `timeoutSeconds: 5`.',
    'For the container timeoutSeconds is 5.',
    'Set for the container `min-scale: "0"` and `timeoutSeconds: 2`.',
  ])
    t.equal(kinds(wrong), 'unsupported', wrong)
})

t.test('what is not a word cites nothing', async (t) => {
  for (const text of ['Yes', 'No.', '1', '| 30 |'])
    t.strictSame(check(text, [1]), { kind: 'silent', grounds: [] }, text)
})

t.test('what the model cites is checked like anything else', async (t) => {
  t.strictSame(cited('A pod is a group of containers.', [1]), [2], 'the wrong passage is corrected')
  t.strictSame(cited('The moon is made of cheese.', [1]), [], 'of nothing true it is dropped')
  t.strictSame(cited('Kubernetes is a system that runs containers.', [1, 2]), [1], 'one too many goes')
})

t.test('only a passage that the model was given can be cited', async (t) => {
  t.equal(check('A pod is a group of containers.', [2], [1]).kind, 'unsupported')
})

t.test('a statement may stand on two passages', async (t) => {
  t.strictSame(
    cited('Kubernetes is a system that runs containers on nodes, and pods are deleted with `kubectl delete pod`.'),
    [1, 2],
  )
})

t.test('where there is nothing to bear out, nothing is marked', async (t) => {
  t.equal(check('Which system is right for your business?').kind, 'silent', 'a question claims nothing')
  t.equal(check('I hope this helps!').kind, 'silent')
  t.equal(check('Follow this simple manual guide now:').kind, 'silent')
  t.equal(check('The documents do not say.').kind, 'refusal')
  const probate = readTexts('Probate?', 'Probate takes a year.')
  t.equal(createCheck(probate, new Set([1]))('Yes, Probate.', []).kind, 'silent', 'nor in the question said again')
  t.strictSame(cited('Runs', [1, 2]), [1], 'a word too few to judge keeps its citations of what has it')
  t.strictSame(cited('很好！', [1, 2]), [])
  t.equal(check('The option NODE_NAME runs containers on nodes.').kind, 'supported', 'the asker brought the name along')
})

t.test('a question in a passage states nothing, and tells what its answer is about', async (t) => {
  const kinds = (statement: string, ...texts: Array<Parameters<typeof readTexts>[1]>): string =>
    createCheck(readTexts('Should I have somebody beside me in court?', ...texts), new Set([1]))(statement, []).kind
  const lawyer = 'Yes, you need a lawyer in a small claims court.'
  const question = 'Do you need a lawyer in a small claims court?'
  t.equal(kinds(lawyer, question), 'unsupported')
  t.equal(kinds(lawyer, `${question} Many people ask this.`), 'unsupported')
  t.equal(kinds(lawyer, `The court is open. ${question} Many people ask this.`), 'unsupported')
  t.equal(kinds(lawyer, toPassage('Many people ask this.', { heading: question })), 'unsupported')
  t.equal(kinds(lawyer, 'You need a lawyer in a small claims court.'), 'supported')
  t.equal(kinds(lawyer, `${question} Yes, always.`), 'supported')
  const fee = 'The fee for a copy of your deed is 15 dollars.'
  t.equal(kinds(fee, 'What is the fee for a copy of your deed? Each is 15 dollars.'), 'supported')
  t.equal(
    kinds(fee, toPassage('Each is 15 dollars.', { heading: 'What is the fee for a copy of your deed?' })),
    'supported',
  )
})

t.test('the question said again stands only where the numbers stand that were asked about', async (t) => {
  const reading = readTexts('Will an 8b model fit on a machine with 4 GB?', 'An 8b model fits on a machine with 6 GB.')
  const kinds = (statement: string): string => createCheck(reading, new Set([1]))(statement, []).kind
  t.equal(kinds('Yes, an 8b model will fit on a machine with 4 GB.'), 'unsupported')
  t.equal(kinds('Yes, an 8b model will fit on a machine with 6 GB.'), 'supported')
})
