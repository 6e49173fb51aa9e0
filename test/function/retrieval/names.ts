import t from 'tap'
import { identifierParts, namesIn } from '../../../function/retrieval/names.ts'

t.test('the parts of identifiers', async (t) => {
  const cases = [
    ['set minScale and containerConcurrency', 'min Scale container Concurrency'],
    ['autoscaling.knative.dev/minScale', 'min Scale'],
    ['no identifiers here, HTTP or not', ''],
    ['minScale minScale', 'min Scale'],
  ] as const
  for (const [given, expected] of cases) t.equal(identifierParts(given), expected, given)
})

t.test('what a question names', async (t) => {
  const cases: Array<[string, string[]]> = [
    ['What is Kubernetes?', ['Kubernetes']],
    ['Which Windows Server images can run Knative containers?', ['Windows Server', 'Knative']],
    ['How do I turn on HTTP/3 in Kourier?', ['HTTP/3', 'Kourier']],
    ['is there a vCPU limit', ['vCPU']],
    ['what does --min-scale do', ['--min-scale']],
    ['set autoscaling.knative.dev/minScale', ['autoscaling.knative.dev/minScale']],
    ['why did my pod come back?', []],
    ["Why can't I see what I'm doing?", []],
    ['How do I serve it at shop.mycompany.com at 2am', []],
    ['HOW DO I STOP A POD', []],
    ['Istio, Linkerd or Contour?', ['Linkerd', 'Contour']],
    ['什么是豆荚', []],
    ['', []],
  ]
  for (const [given, expected] of cases) t.strictSame(namesIn(given), expected, given)
})
