import t from 'tap'
import { echoes, factsOf, refuses, saysNothing, withoutSpeaker } from '../../../../function/answer/grounding/claims.ts'

const facts = (statement: string): string[] => factsOf(statement).map(({ text }) => text)

t.test('numbers, identifiers and names are what must stand in a passage as it is', async (t) => {
  const cases: Array<[string, string[]]> = [
    ['The default is 1,000 ms.', ['1000 ms']],
    ['It takes two minutes and 0,5 seconds.', ['0.5 seconds', '2 minutes']],
    ['It keeps 5s or 64Mi.', ['5 s', '64 mi']],
    ['Set `minScale` with --max-scale in config-domain.yaml.', ['minscale', '--max-scale', 'config-domain.yaml']],
    ['It calls HTTP/3 at kubernetes.io/x.', ['http/3', 'kubernetes.io/x']],
    ['It was made by Google in Paris.', ['google', 'paris']],
    ['The sentence begins with a capital.', []],
    ['1. First of all, one does it.', []],
    ['Der Vertrag ist mit dem Mieter zu schließen.', []],
  ]
  for (const [statement, expected] of cases) t.strictSame(facts(statement), expected, statement)
})

t.test('a fact is found however it is written', async (t) => {
  const cases: Array<[string, string, boolean]> = [
    ['It is 1,000.', 'up to 1000 of them', true],
    ['It is two.', 'at most 2', true],
    ['It is 2.', 'at most two', true],
    ['It is 60s.', 'for 60 seconds', true],
    ['It is 60 minutes.', 'for 60 seconds', false],
    ['It is 60 ms.', 'for 60 seconds', false],
    ['It is two hours.', 'within 2 minutes', false],
    ['It is 60 minutes.', 'timeout (minutes): 60', true],
    ['It is 90 %.', 'about 80 %', false],
    ['It is 1.1.2.', 'version 1.10.2', false],
    ['Use `kubectl get  pods`.', 'kubectl get pods -o wide', true],
    ['Use --watch.', 'kubectl get pods', false],
    ['By all in Google.', "Google's own", true],
    ['By all in Amazon.', "Google's own", false],
  ]
  for (const [statement, text, stands] of cases)
    t.equal(
      factsOf(statement).every((fact) => fact.in(text)),
      stands,
      `${statement} in ${text}`,
    )
})

t.test('a number with a unit is the same as one that can mean it', async (t) => {
  const cases: Array<[string, string, boolean]> = [
    ['It is 60.', 'It is 60.', true],
    ['It is 60.', 'It is 60 s.', true],
    ['It is 60 s.', 'It is 60 seconds.', true],
    ['It is 60 s.', 'It is 60 minutes.', false],
    ['It is 60 s.', 'It is 60.', false],
    ['It is 60 s.', 'It is 61 s.', false],
  ]
  for (const [statement, question, same] of cases) {
    const [[fact], [other]] = [factsOf(statement), factsOf(question)]
    t.equal(fact !== undefined && other !== undefined && fact.is(other), same, `${statement} ${question}`)
  }
})

t.test('a refusal is told from an answer', async (t) => {
  const refusals = [
    'The documents do not say.',
    'The passages provided do not mention a price.',
    "The provided context doesn't specify how long it takes.",
    'This is not mentioned in the passages.',
    'There is no information about this in the documents.',
    'I do not have information on that.',
    'I don’t have that information.',
    "I'm sorry, but I can not confirm that.",
    'I neither have the amount nor the year.',
    'The passages say nothing of this.',
    'None of the passages mentions a price.',
    'The context provides no details about prices.',
    'It is not clear from the passages whether pods end.',
    'Die Dokumente sagen dazu nichts.',
    'Les documents ne le disent pas.',
    'Los documentos no lo dicen.',
    '文档中没有说明。',
  ]
  for (const refusal of refusals) t.ok(refuses(refusal), refusal)
  const answers = [
    'Pods are not deleted.',
    'A document does not need a title.',
    'You cannot set it to 0.',
    'No probe is sent.',
    'Unfortunately, not all plastics can be recycled.',
    'Sorry, but a domain name is not personal information.',
    'The context is cancelled and gives no error.',
    'No documents are deleted.',
  ]
  for (const answer of answers) t.notOk(refuses(answer), answer)
})

t.test('who says it is no part of a statement', async (t) => {
  const claim = 'pods end after 5 minutes'
  for (const statement of [
    `The passage also states that ${claim}`,
    `According to the passages, ${claim}`,
    `Based on the provided passages, ${claim}`,
    `As mentioned in the given documents, ${claim}`,
    `From the information provided, ${claim}`,
    `${claim}, as stated in the documents`,
    `${claim} according to the provided context`,
    `${claim}, laut den Dokumenten`,
  ])
    t.equal(withoutSpeaker(statement), claim, statement)
  t.equal(withoutSpeaker(`${claim}, based on the documents.`), `${claim}.`)
  for (const statement of [
    'Based on the documents it is',
    'Put it in the documents',
    'It is as stated in the contract',
  ])
    t.equal(withoutSpeaker(statement), statement)
})

t.test('a courtesy claims nothing', async (t) => {
  for (const text of [
    'I hope this helps!',
    'Let me know if you need more.',
    'Here are the steps:',
    'Yes.',
    'Yes',
    '1',
    '[ 2 ]',
  ])
    t.ok(saysNothing(text), text)
  for (const text of ['Here it runs.', 'Yes, pods end.']) t.notOk(saysNothing(text), text)
})

t.test('the question said again is told from an answer', async (t) => {
  t.ok(echoes('0/1 nodes are available', 'What is "0/1 nodes are available: 1 Insufficient memory"?'))
  t.ok(echoes('My service gets the same message again.', 'My service gets the same message again'))
  t.notOk(echoes('Kubernetes is open source.', 'Is Kubernetes open source?'))
  t.notOk(echoes('The port range is 1 to 5.', 'port range'))
})

t.test('where nouns have a capital, a name is one that no document has', async (t) => {
  const isKnown = (word: string): boolean => ['Frau', 'Abteilung', 'Müller'].includes(word)
  const names = (statement: string): string[] => factsOf(statement, isKnown).map(({ text }) => text)
  t.strictSame(names('Die Abteilung wird von Frau Schmidt geleitet.'), ['schmidt'])
  t.strictSame(names('Die Abteilung wird von Frau Müller geleitet.'), [])
  t.strictSame(names('The department is led by Ms Schmidt.'), ['ms', 'schmidt'])
})
