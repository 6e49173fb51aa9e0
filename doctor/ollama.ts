// What doctor says of Ollama: whether it is there, which models it has and what they can do, how many it answers at once, and whether a pod could reach it.
import { networkInterfaces } from 'node:os'
import type { Config } from '../function/config.ts'
import { OllamaError } from '../function/errors.ts'
import { createOllama, isPulled, listModels, lookAtOllama, toFullName } from '../function/ollama/client.ts'
import type { OllamaAddress } from '../function/ollama/connection.ts'
import { showModel } from '../function/ollama/models.ts'
import type { Finding } from './checks.ts'

const lookTimeoutMs = 2_000
const twoAnswersMs = 30_000

/** Where Ollama is from the host, from a container of Docker Desktop, from Minikube, and in the cluster with deploy/ollama/. */
const usualHosts = [
  'http://127.0.0.1:11434',
  'http://host.docker.internal:11434',
  'http://host.minikube.internal:11434',
  'http://ollama:11434',
]

/** Ollama at OLLAMA_HOST or, where it is not, at one of the usual addresses; then the models, its turns, and the way from a pod. */
export async function checkOllama(config: Config, hosts: readonly string[] = usualHosts): Promise<Finding[]> {
  const { ollamaHost, ollamaModel, embeddingModel, generator } = config
  if (generator === 'extractive')
    return [{ what: 'Ollama', state: 'good', found: 'not asked: GENERATOR is extractive' }]
  // Without a model the function still answers, in quoted sentences, unless it was told not to.
  const lacking = generator === 'ollama' ? 'failed' : 'missing'
  const listing = await listModels(config, lookTimeoutMs)
  if ('error' in listing)
    return [{ what: 'Ollama', state: lacking, ...(await toAbsent(listing.error, ollamaHost, hosts)) }]
  const { version } = await createOllama(config, AbortSignal.timeout(lookTimeoutMs))
    .version()
    .catch(() => ({ version: 'unknown' }))
  const model = await checkModel(config, ollamaModel, listing.models, lacking)
  return [
    { what: 'Ollama', state: 'good', found: `${ollamaHost}, version ${version}` },
    model,
    ...(embeddingModel === null || embeddingModel === 'built-in'
      ? []
      : [await checkEmbeddings(config, embeddingModel, listing.models)]),
    ...(model.state === 'good' ? [await checkTurns(config)] : []),
    await checkFromPod(config),
  ]
}

async function toAbsent(
  error: OllamaError,
  ollamaHost: string,
  hosts: readonly string[],
): Promise<Pick<Finding, 'found' | 'mend'>> {
  // Something answered, and its own sentence says what to do.
  if (error.kind !== 'unreachable' || !/^Ollama does not answer/.test(error.message))
    return { found: `${ollamaHost}: ${error.message}` }
  const others = await Promise.all(
    hosts
      .filter((host) => host !== ollamaHost)
      .map(async (host) => ('error' in (await listModels(withoutKey(host), lookTimeoutMs)) ? [] : [host])),
  )
  const [elsewhere] = others.flat()
  return elsewhere === undefined
    ? {
        found: `does not answer at ${ollamaHost}`,
        mend: 'ollama serve (from a pod or a container: OLLAMA_HOST=0.0.0.0 ollama serve)',
      }
    : {
        found: `does not answer at ${ollamaHost}, but does at ${elsewhere}`,
        mend: `export OLLAMA_HOST=${elsewhere}`,
      }
}

async function checkModel(
  config: Config,
  name: string,
  models: readonly string[],
  lacking: Finding['state'],
): Promise<Finding> {
  const what = 'Model'
  if (!isPulled(name, models))
    return { what, state: lacking, found: `${name} is not pulled`, mend: `ollama pull ${name}` }
  const details = await showModel(config, name, AbortSignal.timeout(lookTimeoutMs)).catch(toReason)
  if (typeof details === 'string') return { what, state: 'good', found: `${name} (${details})` }
  const { capabilities, contextTokens } = details
  if (capabilities.length > 0 && !capabilities.includes('completion'))
    return {
      what,
      state: lacking,
      found: `${name} does not write: it can do ${capabilities.join(', ')}`,
      mend: 'ollama pull gemma3:1b, then export OLLAMA_MODEL=gemma3:1b',
    }
  if (contextTokens !== undefined && contextTokens < config.numCtx)
    return {
      what,
      state: 'missing',
      found: `${name} was trained for ${contextTokens} tokens, and NUM_CTX is ${config.numCtx}`,
      mend: `export NUM_CTX=${contextTokens}`,
    }
  const context =
    contextTokens === undefined ? '' : `, trained for ${contextTokens} tokens; NUM_CTX is ${config.numCtx}`
  return { what, state: 'good', found: `${name}${context}` }
}

async function checkEmbeddings(config: Config, name: string, models: readonly string[]): Promise<Finding> {
  const what = 'Embeddings'
  if (!isPulled(name, models))
    return { what, state: 'missing', found: `${name} is not pulled`, mend: `ollama pull ${name}` }
  const details = await showModel(config, name, AbortSignal.timeout(lookTimeoutMs)).catch(toReason)
  if (typeof details === 'string') return { what, state: 'good', found: `${name} (${details})` }
  const { capabilities, contextTokens } = details
  if (capabilities.length > 0 && !capabilities.includes('embedding'))
    return {
      what,
      state: 'missing',
      found: `${name} does not embed: it can do ${capabilities.join(', ')}`,
      mend: 'ollama pull all-minilm, then export EMBEDDING_MODEL=all-minilm',
    }
  return {
    what,
    state: 'good',
    found: `${name}${contextTokens === undefined ? '' : `, trained for ${contextTokens} tokens`}`,
  }
}

/** Two short answers at once show whether Ollama writes them side by side; a model that is not in memory is not loaded for this. */
async function checkTurns(config: Config): Promise<Finding> {
  const what = 'At once'
  const { ollamaModel: model, numCtx, maxConcurrentAnswers } = config
  const signal = AbortSignal.timeout(twoAnswersMs)
  try {
    const running = (await lookAtOllama(config, signal)) ?? []
    const loaded = running.find(({ name }) => toFullName(name) === toFullName(model))
    if (loaded === undefined)
      return { what, state: 'good', found: `not known: ${model} is not in memory; ask it something, then look again` }
    const answer = async (): Promise<readonly [first: number, last: number]> => {
      let first = Number.POSITIVE_INFINITY
      const parts = await createOllama(config, signal).chat({
        model,
        messages: [{ role: 'user', content: 'Count from one to ten.' }],
        stream: true,
        options: { num_ctx: loaded.context ?? numCtx, num_predict: 16 },
      })
      for await (const _ of parts) first = Math.min(first, performance.now())
      return [first, performance.now()]
    }
    const [one, other] = (await Promise.all([answer(), answer()])).toSorted(([a], [b]) => a - b)
    const several = one !== undefined && other !== undefined && other[0] < one[1]
    if (!several && maxConcurrentAnswers > 1)
      return {
        what,
        state: 'missing',
        found: `Ollama writes one answer at a time, and MAX_CONCURRENT_ANSWERS is ${maxConcurrentAnswers}`,
        mend: `export MAX_CONCURRENT_ANSWERS=1, or OLLAMA_NUM_PARALLEL=${maxConcurrentAnswers} ollama serve`,
      }
    if (several && maxConcurrentAnswers === 1)
      return {
        what,
        state: 'good',
        found: 'Ollama writes several answers at a time; MAX_CONCURRENT_ANSWERS may be its OLLAMA_NUM_PARALLEL',
      }
    return { what, state: 'good', found: `Ollama writes ${several ? 'several answers' : 'one answer'} at a time` }
  } catch (error) {
    return { what, state: 'good', found: `not known: ${toReason(error)}` }
  }
}

/** A pod reaches this machine at its other addresses, where Ollama listens at them; its own default is 127.0.0.1 alone. */
async function checkFromPod(config: Config): Promise<Finding> {
  const what = 'From a pod'
  const url = new URL(config.ollamaHost)
  if (!/^(localhost|127\.|\[::1\])/.test(url.hostname))
    return { what, state: 'good', found: `${config.ollamaHost}, where the cluster's network leads there` }
  const addresses = Object.values(networkInterfaces())
    .flat()
    .flatMap((one) => (one !== undefined && !one.internal && one.family === 'IPv4' ? [one.address] : []))
  const open = await Promise.all(
    addresses.map(async (address) => {
      const there = new URL(url)
      there.hostname = address
      const listing = await listModels({ ...config, ollamaHost: there.href.replace(/\/$/, '') }, lookTimeoutMs)
      return 'error' in listing ? [] : [address]
    }),
  )
  const from = config.ollamaHost.replace(url.hostname, 'host.minikube.internal')
  const [reached] = open.flat()
  return reached === undefined
    ? {
        what,
        state: 'missing',
        found: `Ollama listens to this machine only: a pod could not reach it`,
        mend: `OLLAMA_HOST=0.0.0.0 ollama serve; from Minikube it is then ${from}`,
      }
    : { what, state: 'good', found: `Ollama listens at ${reached} too; from Minikube it is ${from}` }
}

function withoutKey(ollamaHost: string): OllamaAddress {
  return { ollamaHost, ollamaAuthorization: null }
}

function toReason(error: unknown): string {
  return error instanceof OllamaError ? error.message : 'it does not say'
}
