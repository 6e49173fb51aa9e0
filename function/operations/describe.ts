import type { Config } from '../config.ts'
import type { Description } from '../contract/replies.ts'
import { findModel, modelPath } from '../embedding/model-file.ts'
import { ModelFileError } from '../errors.ts'
import { isPulled, listModels } from '../ollama/client.ts'
import { type Manifest, toIndexInfo } from '../table/manifest.ts'

export type Describe = () => Promise<Description>

/** What Ollama said when it was last looked at; `models` as it names them, or why it named none. */
interface Look {
  readonly models: readonly string[] | undefined
  readonly why: string
  readonly seenAt: string | null
}

const lookTimeoutMs = 1_000
const lookAgainMs = 10_000

/** Kept equal to package.json's by a test: a bundle has no package.json to read. */
export const version = '0.1.0'

const endpoints = {
  '/query': 'GET or POST ?q=…, or POST {"question": "…"}: an answer with its sources',
  '/search': 'the same inputs: the passages alone',
  '/v1/chat/completions': 'the same for OpenAI’s clients; also /v1/responses and /v1/models',
  '/mcp': 'the same for agents: the Model Context Protocol',
  '/openapi.json': 'all of this as OpenAPI 3.1',
  '/docs': 'the same to read and to try',
  '/health/liveness': 'whether the process runs',
  '/health/readiness': 'whether it takes questions',
  '/metrics': 'for Prometheus',
}

/** Looks at Ollama at most every 10 s and for at most 1 s, and at the built-in model's file, so that asking for the description costs nobody anything. */
export function createDescribe(config: Config, manifest: Manifest, builtInPath = modelPath): Describe {
  let seen: Look = { models: undefined, why: '', seenAt: null }
  let lookedAt = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() - lookedAt > lookAgainMs) {
      seen = await look(config, seen.seenAt)
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
        reachable: seen.models !== undefined,
        modelPulled: isPulled(config.ollamaModel, seen.models ?? []),
        seenAt: seen.seenAt,
      },
      degraded: toDegraded(config, manifest, seen, builtInPath),
    }
  }
}

async function look(config: Config, seenAt: string | null): Promise<Look> {
  const listing = await listModels(config, lookTimeoutMs)
  if ('error' in listing) return { models: undefined, why: listing.error.message, seenAt }
  return { models: listing.models, why: '', seenAt: new Date().toISOString() }
}

const notEmbedded = 'Questions cannot be embedded: retrieval is by words alone.'

function whyNoModel(path: string): string | undefined {
  try {
    findModel(path)
    return undefined
  } catch (error) {
    if (error instanceof ModelFileError) return error.message
    throw error
  }
}

function toDegraded(
  { generator, ollamaModel }: Config,
  { embedding }: Manifest,
  { models, why }: Look,
  builtInPath: string,
): string[] {
  const lost = generator === 'ollama' ? 'Questions get an error' : 'Answers are extractive'
  const degraded: string[] = []
  if (generator !== 'extractive' && models === undefined) degraded.push(`${lost}: ${why}`)
  else if (generator !== 'extractive' && !isPulled(ollamaModel, models ?? []))
    degraded.push(`${lost}: Ollama has no model ${ollamaModel}. Pull it: ollama pull ${ollamaModel}`)
  if (embedding === null) degraded.push('The table has no embeddings: retrieval is by words alone.')
  else if (embedding.engine === 'built-in') {
    const lacking = whyNoModel(builtInPath)
    if (lacking !== undefined) degraded.push(`${notEmbedded} ${lacking}`)
  } else if (models === undefined) degraded.push(notEmbedded)
  else if (!isPulled(embedding.model, models))
    degraded.push(
      `Ollama has no model ${embedding.model}: retrieval is by words alone. Pull it: ollama pull ${embedding.model}`,
    )
  return degraded
}
