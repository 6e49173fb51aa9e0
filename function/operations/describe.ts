import type { Config } from '../config.ts'
import type { Description } from '../contract.ts'
import { isPulled, listModels } from '../ollama/client.ts'
import { type Manifest, toIndexInfo } from '../table/manifest.ts'

export type Describe = () => Promise<Description>

/** What Ollama said when it was last looked at; `models` as it names them, none where it did not answer. */
interface Look {
  readonly reachable: boolean
  readonly models: readonly string[]
  readonly seenAt: string | null
}

const lookTimeoutMs = 1_000
const lookAgainMs = 10_000

/** Kept equal to package.json's by a test: a bundle has no package.json to read. */
export const version = '0.1.0'

const endpoints = {
  '/query': 'GET or POST ?q=…, or POST {"question": "…"}: an answer with its sources',
  '/search': 'the same inputs: the passages alone',
  '/health/liveness': 'whether the process runs',
  '/health/readiness': 'whether it takes questions',
  '/metrics': 'for Prometheus',
}

/** Looks at Ollama at most every 10 s and for at most 1 s, so that asking for the description costs nobody anything. */
export function createDescribe(config: Config, manifest: Manifest): Describe {
  let seen: Look = { reachable: false, models: [], seenAt: null }
  let lookedAt = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() - lookedAt > lookAgainMs) {
      seen = await lookAtOllama(config.ollamaHost, seen.seenAt)
      lookedAt = performance.now()
    }
    return {
      name: 'ragfunction',
      version,
      index: toIndexInfo(manifest),
      examples: manifest.examples,
      generator: config.generator,
      model: config.ollamaModel,
      endpoints,
      ollama: {
        reachable: seen.reachable,
        modelPulled: isPulled(config.ollamaModel, seen.models),
        seenAt: seen.seenAt,
      },
      degraded: toDegraded(config, manifest, seen),
    }
  }
}

async function lookAtOllama(ollamaHost: string, seenAt: string | null): Promise<Look> {
  const models = await listModels(ollamaHost, lookTimeoutMs)
  if (models === undefined) return { reachable: false, models: [], seenAt }
  return { reachable: true, models, seenAt: new Date().toISOString() }
}

function toDegraded({ generator, ollamaModel }: Config, { embedding }: Manifest, ollama: Look): string[] {
  const lost = generator === 'ollama' ? 'questions get 503' : 'answers are extractive'
  const degraded: string[] = []
  if (generator !== 'extractive' && !ollama.reachable) degraded.push(`Ollama does not answer: ${lost}.`)
  else if (generator !== 'extractive' && !isPulled(ollamaModel, ollama.models))
    degraded.push(`Ollama has no model ${ollamaModel}: ${lost}. Pull it: ollama pull ${ollamaModel}`)
  if (embedding === null) degraded.push('The table has no embeddings: retrieval is by words alone.')
  else if (!ollama.reachable) degraded.push('Questions cannot be embedded: retrieval is by words alone.')
  else if (!isPulled(embedding.model, ollama.models))
    degraded.push(
      `Ollama has no model ${embedding.model}: retrieval is by words alone. Pull it: ollama pull ${embedding.model}`,
    )
  return degraded
}
