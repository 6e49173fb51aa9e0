import { join } from 'node:path'
import t from 'tap'
import { nowhere, run, startFunction } from './running.ts'

t.test(
  'documents/ is ingested and answers the questions a newcomer asks, by words and by meaning, without Ollama',
  async (t) => {
    const environment = { TABLE_URI: join(t.testdir(), 'table'), OLLAMA_HOST: nowhere }
    const ingest = run(t, ['index/cli.ts'], environment)
    t.equal(await ingest.exited, 0, ingest.output())
    const { url } = await startFunction(t, environment)
    const cases = [
      ['What is Kubernetes?', 'kubernetes/overview.md', /Kubernetes is an open-source system that runs containers/],
      ['Why did my pod come back after I deleted it?', 'kubernetes/deployments.md', /Deployment owns it/],
      ['What does scale to zero cost me?', 'knative/scale-to-zero.md', /Scale to zero costs time on the first request/],
      ['connection refused from a pod to Ollama', 'ollama/troubleshooting.md', /127\.0\.0\.1 only/],
      ['how do I reach a service in minikube from my browser', 'minikube/images-and-networking.md', /minikube service/],
    ] as const
    for (const [question, source, answer] of cases) {
      const response = await fetch(`${url}/query?q=${encodeURIComponent(question)}`, { method: 'POST' })
      const body = (await response.json()) as {
        answered: boolean
        answer: string
        sources: Array<{ source: string; cited: boolean }>
      }
      t.equal(body.answered, true)
      t.match(body.answer, answer, question)
      t.ok(
        body.sources.some((found) => found.source === source && found.cited),
        `${question}: ${source} is cited`,
      )
    }
  },
)
