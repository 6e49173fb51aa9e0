import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { readConfig } from '../function/config.ts'
import { createEngine } from '../function/embedding/engine.ts'
import { createRetrieve } from '../function/retrieval/retrieve.ts'
import { openTable } from '../function/table/open.ts'
import { saying, startOllama } from '../test/ollama.ts'
import { type Bench, fetchText, launch, type Running, readUse, ready, times } from './bench.ts'
import { type Figure, median, quantile } from './figures.ts'

const topK = 5
/** How many callers at once, and how many searches a second there must then be by words alone. */
const loads = [
  [1, 300],
  [8, 550],
  [32, 500],
  [64, 500],
] as const
const secondsEach = 0.7
/** Requests of each kind that do not count: V8 has compiled both ends of them by then. */
const warmUps = 1_000

/** What HTTP adds to a search once V8 has compiled both ends of it: the time to its reply, without what the reply says that the retrieval took; beside it a reply of an empty function. And the same retrieval in this process: not question by question in turn with the other, since each would find its processor's caches full of the other's. */
export async function benchOverhead(bench: Bench, questions: readonly string[]): Promise<Figure[]> {
  const [running, stock] = [await launch(bench, bench.ours), await launch(bench, bench.stock)]
  await ready(running, bench.ours.readyPath)
  await ready(stock, bench.stock.readyPath)
  const table = await openTable(bench.tableUri)
  const { embedding } = table.manifest
  const engine = embedding && createEngine(embedding, readConfig({}))
  const retrieve = createRetrieve(table, engine?.embed ?? null)
  const agent = new Agent({ keepAlive: true })
  const inProcess = createTimes((question) => retrieve(question, topK, new AbortController().signal))
  const empty = createTimes(() => fetchText(stock.url, agent))
  const overHttp = createTimes((question) => fetchText(toSearch(running.url, question), agent))
  const rounds = times(bench, 40)
  for (let round = -Math.ceil(times(bench, warmUps) / questions.length); round < rounds; round += 1) {
    if (round >= 0) bench.say(`overhead: round ${round + 1} of ${rounds}`)
    for (const { ask } of [inProcess, empty, overHttp])
      for (const question of questions) await ask(question, round >= 0)
  }
  const own = overHttp.replies.map(
    ({ body }, index) => (overHttp.taken[index] ?? 0) - JSON.parse(body).timings.retrieveMs,
  )
  agent.destroy()
  table.chunks.close()
  await running.stop()
  await stock.stop()
  const figure = (what: string, share: number): Figure => ({
    ...{ part: 'overhead', what, unit: 'ms', value: quantile(overHttp.taken, share), target: null },
    beside: { what: 'the same retrieval in-process', value: quantile(inProcess.taken, share) },
  })
  return [
    {
      ...{ part: 'overhead', what: "/search, HTTP's own share, p50", unit: 'ms', value: median(own) },
      beside: { what: bench.stock.name, value: median(empty.taken) },
      target: bench.words ? { kind: 'value', atMost: 1 } : null,
    },
    figure('/search over HTTP, p50', 0.5),
    figure('/search over HTTP, p99', 0.99),
  ]
}

/** Asks, and keeps what came and how many ms it took, where it is to count. */
function createTimes<Came>(run: (question: string) => Promise<Came>): {
  readonly taken: number[]
  readonly replies: Came[]
  readonly ask: (question: string, counts: boolean) => Promise<void>
} {
  const [taken, replies]: [number[], Came[]] = [[], []]
  return {
    ...{ taken, replies },
    async ask(question, counts) {
      const took = await time(async () => {
        const came = await run(question)
        if (counts) replies.push(came)
      })
      if (counts) taken.push(took)
    },
  }
}

/** What is added between Ollama's first token and the caller's; beside it, what it takes to reach a caller of Ollama's own. */
export async function benchFirstToken(bench: Bench, questions: readonly string[]): Promise<Figure[]> {
  let sentAt = 0
  const answer = saying('Kubernetes runs containers [1]. It keeps them running.')
  const ollama = await startOllama(bench, {
    chat: (body, response) => {
      sentAt = performance.now()
      return answer(body, response)
    },
  })
  const { environment } = bench.ours
  const server = { ...bench.ours, environment: { ...environment, OLLAMA_HOST: ollama.host, GENERATOR: 'ollama' } }
  const running = await launch(bench, server)
  await ready(running, server.readyPath)
  const agent = new Agent({ keepAlive: true })
  const throughUs = async (question: string): Promise<number> => {
    const headers = { accept: 'text/event-stream' }
    const at = await seen(`${running.url}/query?q=${encodeURIComponent(question)}`, { agent, headers }, 'event: token')
    return at - sentAt
  }
  const straight = async (): Promise<number> => {
    const messages = [{ role: 'user', content: 'What is Kubernetes?' }]
    // With the context that the model is in memory with.
    const body = JSON.stringify({ model: 'gemma3:1b', messages, options: { num_ctx: 4096 } })
    const begun = fetch(`${ollama.host}/api/chat`, { method: 'POST', body })
    const reader = (await begun).body?.getReader()
    await reader?.read()
    const at = performance.now()
    while (!(await reader?.read())?.done);
    return at - sentAt
  }
  const [added, straightMs]: [number[], number[]] = [[], []]
  const rounds = times(bench, 6)
  for (let round = -1; round < rounds; round += 1) {
    if (round >= 0) bench.say(`first token: round ${round + 1} of ${rounds}`)
    for (const question of questions) {
      const [ours, theirs] = [await throughUs(question), await straight()]
      if (round < 0) continue
      added.push(ours)
      straightMs.push(theirs)
    }
  }
  agent.destroy()
  await running.stop()
  const figure = (what: string, share: number, target: Figure['target']): Figure => ({
    ...{ part: 'first token', what, unit: 'ms', value: quantile(added, share), target },
    beside: { what: 'straight from Ollama', value: quantile(straightMs, share) },
  })
  return [
    figure("from Ollama's to the caller's, p50", 0.5, { kind: 'value', atMost: 5 }),
    figure("from Ollama's to the caller's, p99", 0.99, null),
  ]
}

/** When a text is first seen in a reply, which is then read to its end. */
async function seen(
  url: string,
  options: { readonly agent: Agent; readonly headers: Record<string, string> },
  text: string,
): Promise<number> {
  const [response]: IncomingMessage[] = await once(get(url, options), 'response')
  if (response?.statusCode !== 200) throw new Error(`${url} answered ${response?.statusCode}`)
  let at: number | undefined
  let body = ''
  for await (const piece of response.setEncoding('utf8')) {
    body += piece
    if (at === undefined && body.includes(text)) at = performance.now()
  }
  if (at === undefined) throw new Error(`no ${text} in: ${body}`)
  return at
}

interface Load {
  readonly asked: number
  readonly perSecond: number
  readonly p50: number
}

/** How many searches a second, beside what the runtime alone does with an empty function; and what they cost. */
export async function benchThroughput(bench: Bench, questions: readonly string[]): Promise<Figure[]> {
  const [ours, stock] = [await launch(bench, bench.ours), await launch(bench, bench.stock)]
  const agent = new Agent({ keepAlive: true, maxSockets: Math.max(...loads.map(([concurrency]) => concurrency)) })
  try {
    await Promise.all([ready(ours, bench.ours.readyPath), ready(stock, bench.stock.readyPath)])
    const idle = [readUse(ours.child.pid), readUse(stock.child.pid)] as const
    const askOurs = (number: number): Promise<unknown> =>
      fetchText(toSearch(ours.url, questions[number % questions.length] ?? ''), agent)
    const askStock = (): Promise<unknown> => fetchText(stock.url, agent)
    for (const ask of [askOurs, askStock])
      for (let number = 0; number < times(bench, warmUps); number += 1) await ask(number)
    const figures: Figure[] = []
    const cost = { ours: { cpu: 0, asked: 0 }, stock: { cpu: 0, asked: 0 } }
    const measured = async (
      running: Running,
      ask: (number: number) => Promise<unknown>,
      concurrency: number,
      sum: { cpu: number; asked: number },
    ): Promise<Load> => {
      const before = readUse(running.child.pid).cpu
      const measured = await load(ask, concurrency, secondsEach)
      sum.cpu += readUse(running.child.pid).cpu - before
      sum.asked += measured.asked
      return measured
    }
    for (const [concurrency, atLeast] of loads) {
      const [us, them]: [Load[], Load[]] = [[], []]
      for (let round = 0; round < times(bench, 3); round += 1) {
        bench.say(`throughput: ${concurrency} at once, round ${round + 1}`)
        us.push(await measured(ours, askOurs, concurrency, cost.ours))
        them.push(await measured(stock, askStock, concurrency, cost.stock))
      }
      const middle = (loads: readonly Load[], key: keyof Load): number => median(loads.map((each) => each[key]))
      figures.push(
        {
          ...{ part: 'throughput', what: `/search, ${concurrency} at once`, unit: '/s' },
          target: bench.words ? { kind: 'rate', atLeast } : null,
          value: middle(us, 'perSecond'),
          beside: { what: bench.stock.name, value: middle(them, 'perSecond') },
        },
        {
          ...{ part: 'throughput', what: `its p50, ${concurrency} at once`, unit: 'ms', target: null },
          value: middle(us, 'p50'),
          beside: { what: bench.stock.name, value: middle(them, 'p50') },
        },
      )
    }
    const after = [readUse(ours.child.pid), readUse(stock.child.pid)] as const
    const toCpu = ({ cpu, asked }: { cpu: number; asked: number }): number => (cpu / asked) * 1000
    const beside = (value: number): Figure['beside'] => ({ what: bench.stock.name, value })
    return [
      ...figures,
      ...(['memory', 'anonymous'] as const).flatMap((key) =>
        [idle, after].map(
          ([us, them], index): Figure => ({
            ...{ part: 'cost', unit: 'MB', target: null, value: us[key], beside: beside(them[key]) },
            what: `${key === 'memory' ? 'memory (RSS)' : 'of it, not of files'}, ${index === 0 ? 'when ready' : 'after the load'}`,
          }),
        ),
      ),
      {
        ...{
          part: 'cost',
          what: 'CPU for 1,000 searches',
          unit: 'ms',
          target: bench.words ? { kind: 'value', atMost: 3000 } : null,
        },
        ...{ value: toCpu(cost.ours), beside: beside(toCpu(cost.stock)) },
      },
    ]
  } finally {
    agent.destroy()
    await Promise.all([ours.stop(), stock.stop()])
  }
}

/** Asks for so many seconds, with as many questions under way as `concurrency` says. */
async function load(ask: (number: number) => Promise<unknown>, concurrency: number, seconds: number): Promise<Load> {
  const begun = performance.now()
  const latencies: number[] = []
  let number = 0
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (performance.now() - begun < seconds * 1000) {
        number += 1
        const asked = number
        latencies.push(await time(() => ask(asked)))
      }
    }),
  )
  const asked = latencies.length
  return { asked, perSecond: asked / ((performance.now() - begun) / 1000), p50: median(latencies) }
}

async function time(run: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await run()
  return performance.now() - begun
}

function toSearch(url: string, question: string): string {
  return `${url}/search?q=${encodeURIComponent(question)}`
}
