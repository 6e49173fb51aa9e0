import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** The flags the image starts node with, equal to the Dockerfile's CMD: V8 refuses a cache that was made under others. */
export const startFlags = ['--min-semi-space-size=16', '--max-semi-space-size=16', '--max-old-space-size=128'] as const

const startTimeoutMs = 30_000

/** Starts what `bundle` made, asks it a question and ends it, upon which node writes what it compiled to the cache. Throws where it does not start, does not answer or does not end well. */
export async function warm(folder: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, [...startFlags, join(folder, 'index.cjs')], {
    // No model is asked: what is warmed is the way to the model, which is the same for all. No token either: this asks without.
    env: { ...environment, FUNC_PORT: String(port), GENERATOR: 'extractive', API_TOKEN: 'none' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = once(child, 'exit')
  try {
    await ready(`${url}/health/readiness`, ended)
    for (const path of ['/query?q=What%20is%20Kubernetes%3F', '/search?q=scale%20to%20zero']) {
      const response = await fetch(url + path)
      if (!response.ok) throw new Error(`the bundle answered ${path} with ${response.status}: ${await response.text()}`)
      await response.text()
    }
  } finally {
    child.kill('SIGTERM')
  }
  const [code] = await ended
  if (code !== 0) throw new Error(`the bundle ended with ${code} on SIGTERM`)
}

async function ready(url: string, ended: Promise<unknown>): Promise<void> {
  const over = AbortSignal.timeout(startTimeoutMs)
  let gone = false
  void ended.then(() => (gone = true))
  for (;;) {
    const response = await fetch(url, { signal: over }).catch(() => undefined)
    if (response?.ok) return
    if (gone || over.aborted) throw new Error('the bundle does not start')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** A port on which nothing listened a moment ago, on any address: the runtime listens on all. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
