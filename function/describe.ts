import { z } from 'zod'
import { type IndexInfo, toIndexInfo } from './answer.ts'
import type { Config } from './config.ts'
import type { Manifest } from './table.ts'

/** What the service says of itself at `GET /`: what it is, what it knows, where to ask, and what is degraded. */
interface Description {
  readonly name: string
  readonly version: string
  readonly index: IndexInfo
  readonly examples: readonly string[]
  readonly generator: Config['generator']
  readonly model: string
  readonly endpoints: Readonly<Record<string, string>>
  readonly ollama: { readonly reachable: boolean; readonly modelPulled: boolean; readonly seenAt: string | null }
  readonly degraded: readonly string[]
}

export type Describe = () => Promise<Description>

const lookTimeoutMs = 1_000
const lookAgainMs = 10_000
const tagsSchema = z.object({ models: z.array(z.object({ name: z.string() })) })

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
  let seen: Description['ollama'] = { reachable: false, modelPulled: false, seenAt: null }
  let lookedAt = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() - lookedAt > lookAgainMs) {
      seen = await lookAtOllama(config, seen.seenAt)
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
      ollama: seen,
      degraded: toDegraded(config, manifest, seen),
    }
  }
}

async function lookAtOllama(
  { ollamaHost, ollamaModel }: Config,
  seenAt: string | null,
): Promise<Description['ollama']> {
  try {
    const response = await fetch(`${ollamaHost}/api/tags`, { signal: AbortSignal.timeout(lookTimeoutMs) })
    const { models } = tagsSchema.parse(await response.json())
    const name = ollamaModel.includes(':') ? ollamaModel : `${ollamaModel}:latest`
    return {
      reachable: true,
      modelPulled: models.some((model) => model.name === name),
      seenAt: new Date().toISOString(),
    }
  } catch {
    return { reachable: false, modelPulled: false, seenAt }
  }
}

function toDegraded(
  { generator, ollamaModel }: Config,
  { embedding }: Manifest,
  ollama: Description['ollama'],
): string[] {
  const lost = generator === 'ollama' ? 'questions get 503' : 'answers are extractive'
  const degraded: string[] = []
  if (generator !== 'extractive' && !ollama.reachable) degraded.push(`Ollama does not answer: ${lost}.`)
  else if (generator !== 'extractive' && !ollama.modelPulled)
    degraded.push(`Ollama has no model ${ollamaModel}: ${lost}. Pull it: ollama pull ${ollamaModel}`)
  if (embedding === null) degraded.push('The table has no embeddings: retrieval is by words alone.')
  else if (!ollama.reachable) degraded.push('Questions cannot be embedded: retrieval is by words alone.')
  return degraded
}
