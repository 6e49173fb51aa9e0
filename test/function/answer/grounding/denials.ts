import t from 'tap'
import { opposes } from '../../../../function/answer/grounding/denials.ts'

t.test('what is denied, or the opposite, is seen', async (t) => {
  const cases: Array<[string, string, boolean]> = [
    ['Pods are never deleted.', 'Pods are deleted with kubectl.', true],
    ['Pods are deleted with kubectl.', 'Pods are never deleted with kubectl.', true],
    ['Pods are not deleted.', 'Pods are not deleted.', false],
    ['Pods are deleted.', 'Pods are deleted, and nodes are not.', false],
    ['The maximum is 5.', 'The minimum is 5.', true],
    ['The minimum and the maximum.', 'The maximum.', false],
    ['No, pods are deleted.', 'Pods are deleted.', false],
    ['It doesn’t work without a token.', 'It works only with a token.', true],
    [
      'You may ask a lawyer before, but you cannot have a lawyer in court.',
      'You may ask a lawyer before, but you cannot have a lawyer in court.',
      false,
    ],
    [
      'It holds requests and passes them on when the first pod is not ready.',
      'It holds requests for a service with no pods and passes them on when the first pod is ready.',
      true,
    ],
    [
      'Actually, it was never shot in Rome.',
      'Although they looked for stories in Rome, it was never shot in Rome.',
      false,
    ],
    ['`pullPolicy` is not `Never`.', 'It means that `pullPolicy` is `Never` and that the node lacks it.', true],
    ['The ref is not immutable.', 'The field ref of the profile.', true],
    ['Die Miete wird nicht gezahlt.', 'Die Miete wird gezahlt.', true],
    ['He is not only a singer but also a painter.', 'He is a singer and painter.', false],
    ['Er ist nicht nur Sänger, sondern auch Maler.', 'Er ist Sänger und Maler.', false],
    ['He is not a singer.', 'He is a singer and painter.', true],
  ]
  for (const [statement, text, expected] of cases) t.equal(opposes(statement, text), expected, `${statement} | ${text}`)
})
