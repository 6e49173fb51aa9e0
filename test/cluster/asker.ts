// Runs in a pod of the function's own image, given as text: asks the function as its clients do, and prints what became of it.
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'

interface Order {
  readonly url: string
  readonly host?: string
  readonly path: '/search' | '/query'
  readonly question: string
  readonly callers: number
  /** Either so many questions in all, or so many seconds. */
  readonly questions?: number
  readonly seconds?: number
  /** Every so-manieth question is asked as a stream; 0 for none. */
  readonly streamEvery: number
  readonly kept: boolean
  readonly pauseMs: number
  /** For each question, without a byte. */
  readonly timeoutMs: number
  /** Addresses whose `process_resident_memory_bytes` is read every second. */
  readonly memoryOf?: readonly string[]
}

const order: Order = JSON.parse(process.env.ORDER ?? '{}')
const agent = new Agent({ keepAlive: order.kept, maxSockets: Number.POSITIVE_INFINITY })
const seen = {
  asked: 0,
  whole: 0,
  broken: 0,
  /** Told to ask again in a moment (429), and asked again. */
  waited: 0,
  /** Replies that said `Connection: close`. */
  closes: 0,
  models: {} as Record<string, number>,
  versions: {} as Record<string, number>,
  failures: {} as Record<string, number>,
  ms: [] as number[],
  memoryBytes: 0,
}
const count = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1
}

async function ask(number: number): Promise<void> {
  const stream = order.streamEvery > 0 && number % order.streamEvery === 0
  const began = performance.now()
  const asking = request(`${order.url}${order.path}?q=${encodeURIComponent(order.question)}`, {
    agent,
    timeout: order.timeoutMs,
    headers: { ...(order.host ? { host: order.host } : {}), ...(stream ? { accept: 'text/event-stream' } : {}) },
  }).end()
  asking.once('timeout', () => asking.destroy(new Error(`nothing came for ${order.timeoutMs / 1000} s`)))
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  let body = ''
  for await (const piece of response.setEncoding('utf8')) body += piece
  if (response.headers.connection === 'close') seen.closes += 1
  if (response.statusCode === 429) {
    seen.waited += 1
    await new Promise((resolve) => setTimeout(resolve, Number(response.headers['retry-after'] ?? 1) * 1000))
    return await ask(number)
  }
  if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${body.slice(0, 120)}`)
  const event = /event: answer\n(?:id: .*\n)?data: (.*)\n\n$/.exec(body)?.[1]
  if (stream && event === undefined) throw new Error(`a stream without its end: ${body.slice(-120)}`)
  const answer = JSON.parse(stream ? (event ?? '') : body)
  if (!Array.isArray(answer.sources)) throw new Error(`not an answer: ${body.slice(0, 120)}`)
  seen.ms.push(performance.now() - began)
  count(seen.models, String(answer.model))
  count(seen.versions, String(answer.index?.version))
}

const end = order.seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + order.seconds * 1000
const callers = Array.from({ length: order.callers }, async () => {
  while (seen.asked < (order.questions ?? Number.POSITIVE_INFINITY) && performance.now() < end) {
    seen.asked += 1
    await ask(seen.asked).then(
      () => {
        seen.whole += 1
      },
      (error: Error) => {
        seen.broken += 1
        count(seen.failures, error.message)
      },
    )
    if (order.pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, order.pauseMs))
  }
})

const watching = setInterval(() => {
  // A word now and then, for whoever watches its log.
  console.log(`${seen.whole} whole, ${seen.broken} broken`)
  for (const url of order.memoryOf ?? [])
    void fetch(`${url}/metrics`)
      .then((response) => response.text())
      .then((metrics) => {
        const bytes = Number(/^process_resident_memory_bytes (\d+)/m.exec(metrics)?.[1] ?? 0)
        seen.memoryBytes = Math.max(seen.memoryBytes, bytes)
      })
      .catch(() => undefined)
}, 1_000)
await Promise.all(callers)
clearInterval(watching)
agent.destroy()
const sorted = seen.ms.sort((a, b) => a - b)
const at = (share: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
console.log(`RESULT ${JSON.stringify({ ...seen, ms: undefined, p50: at(0.5), p95: at(0.95), max: at(1) })}`)
