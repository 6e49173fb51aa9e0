import t from 'tap'
import { contradicts, settingsOf } from '../../../../function/answer/grounding/values.ts'

t.test('what a statement sets is read where it is written beside it', async (t) => {
  const cases: Array<[string, Array<[string, string]>]> = [
    ['timeoutSeconds is 5', [['timeoutseconds', '5']]],
    [
      'Set min-scale: "0" and --max-scale=3.',
      [
        ['min-scale', '0'],
        ['max-scale', '3'],
      ],
    ],
    ['`enableServiceLinks` is set to false', [['enableservicelinks', 'false']]],
    ['`replicas: 3`', [['replicas', '3']]],
    ['The port is 8080, and pods are 5.', []],
  ]
  for (const [statement, expected] of cases)
    t.strictSame(
      settingsOf(statement).map(({ key, value }) => [key, value]),
      expected,
      statement,
    )
})

t.test('only a text that gives the identifier another value contradicts', async (t) => {
  const contradicted = (text: string, key: string, value: string): boolean => contradicts([text], { key, value })
  t.ok(contradicted('periodSeconds: 5\ntimeoutSeconds: 2', 'timeoutseconds', '5'))
  t.ok(contradicted('periodSeconds: 5, timeoutSeconds: 2', 'periodseconds', '2'))
  t.ok(contradicted('autoscaling.knative.dev/min-scale: "1"', 'min-scale', '0'))
  t.notOk(contradicted('min-scale: "1"\nmin-scale: "0"', 'min-scale', '0'))
  t.notOk(contradicted('| minScale | 1 | 0 |', 'minscale', '0'))
  t.notOk(contradicted('The minScale of a service.', 'minscale', '0'))
  t.notOk(contradicted('spec.port: 1', 'specxport', '2'), 'a point is a point')
})
