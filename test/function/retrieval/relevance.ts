import t from 'tap'
import { refusalFor } from '../../../function/retrieval/relevance.ts'

const thresholds = { minSimilarity: 0.6, unrelatedSimilarity: 0.25, minCoverage: 0.25 }
const texts = ['Pods run `containers` on Windows   Server nodes.', 'Scale Services to zero.']

t.test('either signal accepts alone; a refusal needs both to fail', async (t) => {
  const cases: Array<[question: string, similarity: number | null, coverage: number, refused: boolean]> = [
    ['What are Pods?', null, 1, false],
    ['What is Velero?', null, 1, true],
    ['What is Velero?', 0.5, 1, true],
    ['What is Velero?', 0.7, 0, false],
    ['Does it run on Windows Server?', null, 0.5, false],
    ['What does one Service do?', null, 0.5, false],
    ['how to bake bread', null, 0.1, true],
    ['how to bake bread', 0.1, 0.1, true],
    ['how to bake bread', 0.3, 0.1, false],
    ['how to bake bread', 0.1, 0.5, false],
  ]
  for (const [question, similarity, coverage, refused] of cases) {
    const refusal = refusalFor({ question, similarity, texts }, coverage, thresholds)
    t.equal(refusal !== undefined, refused, `${question} at ${similarity}, ${coverage}`)
  }
})

t.test('the reason says what is missing', async (t) => {
  t.match(
    refusalFor({ question: 'Does it need Velero or Istio Ambient?', similarity: null, texts }, 1, thresholds),
    'say nothing of Velero, Istio Ambient.',
  )
  t.match(refusalFor({ question: 'x', similarity: null, texts: [] }, 0, thresholds), 'No passage')
})
