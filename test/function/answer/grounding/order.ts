import t from 'tap'
import { createSwaps } from '../../../../function/answer/grounding/order.ts'

t.test('the same words with two names, numbers or identifiers the other way round say something else', async (t) => {
  const cases: Array<[swapped: boolean, statement: string, passage: string]> = [
    [true, 'Ben reports to Anna.', 'Anna reports to Ben.'],
    [true, 'In Berlin, Ben reports to Anna.', 'Anna reports to Ben. They work in Berlin.'],
    [
      true,
      'The `max-timeout` value bounds the `min-timeout` of a revision.',
      'The `min-timeout` value bounds the `max-timeout` of a revision.',
    ],
    [true, 'Tokens grow from 300 up to 100 a chunk.', 'Tokens grow from 100 up to 300 a chunk.'],
    [false, 'Anna reports to Ben.', 'Anna reports to Ben.'],
    [false, 'Anna is reported to by Ben.', 'Ben reports to Anna.'],
    [false, 'It runs Docker, Podman and Kubernetes.', 'It runs Kubernetes, Docker and Podman.'],
    [false, 'Ben reports to Anna.', 'Anna reports to Ben. Ben reports to Anna.'],
    [false, 'Pods run.', ''],
  ]
  for (const [swapped, statement, passage] of cases)
    t.equal(createSwaps(passage.split(/(?<=\.) /))(statement), swapped, statement)
})
