import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { embedding, failing, sendJson, startOllama, toLine } from '../test/ollama.ts'
import { makeTable, type RunningFunction, root, startFunction } from '../test/running.ts'
import { toCount } from './count.ts'

const help = `Usage: npm run soak [-- OPTIONS]

Two checks that take minutes, against the real function and a server that speaks Ollama's protocol:
  load      questions at 64 at once, every hundredth of which fails at Ollama: nothing may crash,
            stay unanswered, or grow in memory from the second quarter to the last
  restarts  two instances behind a proxy that takes one out when its readiness goes, each restarted
            in turn while answers are written: none may break off

Options:
  --full            200 restarts in place of 20
  --questions N     how many questions (10000)
  --restarts N      how many restarts (20)
  --help            this
Exits 1 where a check fails.`

/** As `npm start` starts it. */
const command = ['--max-semi-space-size=16', '--max-old-space-size=128', 'function/index.ts']

/** Ends what it began, the last first. */
const endings: Array<() => unknown> = []
const owner = { teardown: (end: () => unknown): unknown => endings.push(end) }
const texts = [
  ...['What is Kubernetes?', 'Why did my pod come back after I deleted it?', 'What does scale to zero cost me?'],
  ...['What is a chunk?', 'How do I pull a model?', 'What is reciprocal rank fusion?', 'How do I roll back?'],
]

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      full: { type: 'boolean', default: false },
      questions: { type: 'string', default: '10000' },
      restarts: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(help)
    return true
  }
  const questions = toCount('--questions', values.questions)
  const restarts = toCount('--restarts', values.restarts ?? (values.full ? '200' : '20'))
  const folder = await mkdtemp(join(tmpdir(), 'ragfunction-soak-'))
  endings.push(() => rm(folder, { recursive: true, force: true }))
  const tableUri = join(folder, 'table')
  const { host } = await startOllama(owner, { embed: embedding() })
  await makeTable(join(root, 'documents'), tableUri, { OLLAMA_HOST: host })
  const survived = await soakLoad(tableUri, questions)
  return (await soakRestarts(tableUri, restarts)) && survived
}

/** One question and what became of it; a reply is whole when it is the JSON of an answer or a problem, or a stream with its last event. */
interface Outcome {
  readonly status: number | undefined
  readonly whole: boolean
  readonly answered: boolean
}

async function ask(url: string, number: number, agent: Agent): Promise<Outcome> {
  const stream = number % 3 === 0
  const question = `${texts[number % texts.length]} (${number})`
  const asking = request(`${url}/query?q=${encodeURIComponent(question)}`, {
    agent,
    headers: stream ? { accept: 'text/event-stream' } : {},
  }).end()
  try {
    const [response] = (await once(asking, 'response')) as [IncomingMessage]
    let body = ''
    for await (const piece of response.setEncoding('utf8')) body += piece
    if (response.headers['content-type']?.startsWith('text/event-stream')) {
      const last = /event: (answer|error)\ndata: .*\n\n$/.exec(body)?.[1]
      return { status: response.statusCode, whole: last !== undefined, answered: last === 'answer' }
    }
    const reply = JSON.parse(body)
    return { status: response.statusCode, whole: true, answered: typeof reply.answer === 'string' }
  } catch {
    return { status: undefined, whole: false, answered: false }
  }
}

async function soakLoad(tableUri: string, questions: number): Promise<boolean> {
  const concurrency = 64
  let asked = 0
  let failed = 0
  const ollama = await startOllama(owner, {
    embed: embedding(),
    chat: (body, response) => {
      asked += 1
      if (asked % 100 !== 0) return write(response, 8, 1)
      failed += 1
      const ways = [
        () => failing(500, 'llama runner process has terminated')(body, response),
        () => void response.write(toLine({ message: { content: 'Half' }, done: false }), () => response.destroy()),
        () => void response.end('not json'),
        () => sendJson(response, 503, { error: 'server busy, please try again.' }),
      ]
      return ways[failed % ways.length]?.()
    },
  })
  const running = await startFunction(
    owner,
    {
      ...{ TABLE_URI: tableUri, OLLAMA_HOST: ollama.host, GENERATOR: 'ollama', LOG_LEVEL: 'silent' },
      // All 64 are let in: what is refused at the door costs nothing and shows nothing.
      MAX_WAITING_ANSWERS: String(concurrency),
    },
    command,
  )
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  const counts = { answered: 0, failed: 0, unanswered: 0 }
  const memory: number[] = []
  const started = performance.now()
  let next = 0
  const ask64 = Array.from({ length: concurrency }, async () => {
    while (next < questions && running.child.exitCode === null) {
      const number = next
      next += 1
      const { whole, answered } = await ask(running.url, number, agent)
      counts[!whole ? 'unanswered' : answered ? 'answered' : 'failed'] += 1
      if (number % Math.ceil(questions / 200) === 0) memory.push(await readMemory(running))
      if ((number + 1) % Math.ceil(questions / 10) === 0)
        console.log(`load: ${number + 1} of ${questions} asked, ${toMebibytes(memory.at(-1) ?? 0)}`)
    }
  })
  await Promise.all(ask64)
  const seconds = (performance.now() - started) / 1000
  const crashed = running.child.exitCode !== null
  const [second, last] = [toQuarter(memory, 1), toQuarter(memory, 3)]
  const growth = last / second - 1
  agent.destroy()
  running.child.kill('SIGTERM')
  const exitCode = await running.exited
  console.log(
    `load: ${questions} questions at ${concurrency} at once in ${seconds.toFixed(0)} s (${(questions / seconds).toFixed(0)} a second): ` +
      `${counts.answered} answered, ${counts.failed} failed at Ollama and were told so, ${counts.unanswered} unanswered, ` +
      `${crashed ? 'CRASHED' : 'no crash'}; memory ${toMebibytes(second)} in the second quarter, ${toMebibytes(last)} in the last ` +
      `(${(growth * 100).toFixed(1)} %); exit ${exitCode}`,
  )
  return !crashed && counts.unanswered === 0 && growth <= 0.1 && exitCode === 0 && counts.failed <= failed
}

/** An instance behind the proxy; not asked while it is out. */
interface Instance {
  running: RunningFunction
  ready: boolean
}

async function soakRestarts(tableUri: string, restarts: number): Promise<boolean> {
  const ollama = await startOllama(owner, { embed: embedding(), chat: (_, response) => write(response, 12, 50) })
  const settings = { TABLE_URI: tableUri, OLLAMA_HOST: ollama.host, GENERATOR: 'ollama', LOG_LEVEL: 'silent' }
  const start = async (): Promise<RunningFunction> => await startFunction(owner, settings, command)
  const instances: Instance[] = []
  for (let count = 0; count < 2; count += 1) instances.push({ running: await start(), ready: true })
  const proxy = await startProxy(instances)
  const agent = new Agent({ keepAlive: true })
  const counts = { whole: 0, broken: 0 }
  let restarting = true
  const callers = Array.from({ length: 16 }, async (_, caller) => {
    for (let number = caller; restarting; number += 16) {
      const { status, answered } = await ask(proxy.url, number, agent)
      counts[status === 200 && answered ? 'whole' : 'broken'] += 1
    }
  })
  const exitCodes: Array<number | null> = []
  for (let number = 0; number < restarts; number += 1) {
    const instance = instances[number % 2]
    if (instance === undefined) break
    instance.running.child.kill('SIGTERM')
    exitCodes.push(await instance.running.exited)
    instance.ready = false
    instance.running = await start()
    instance.ready = true
    await sleep(300)
    console.log(`restarts: ${number + 1} of ${restarts}, ${counts.whole} answers whole, ${counts.broken} broken`)
  }
  restarting = false
  await Promise.all(callers)
  agent.destroy()
  const clean = exitCodes.every((code) => code === 0)
  console.log(
    `restarts: ${restarts} of two instances under 16 callers: ${counts.whole} answers whole, ${counts.broken} broken; ` +
      `${proxy.retried()} requests that an ending instance refused went to the other; ${clean ? 'every exit 0' : `exits ${exitCodes}`}`,
  )
  return counts.broken === 0 && clean
}

/** Sends each request to a ready instance; one that is refused (503, or no connection) goes to the other, an answer begun does not. */
async function startProxy(instances: readonly Instance[]): Promise<{ url: string; retried: () => number }> {
  let turn = 0
  let retried = 0
  const agent = new Agent({ keepAlive: true })
  const pass = async (from: IncomingMessage, to: ServerResponse, attempts: number): Promise<void> => {
    turn += 1
    const ready = instances.filter((instance) => instance.ready)
    const instance = ready[turn % ready.length]
    if (instance === undefined || attempts === 0) return void to.writeHead(502).end()
    const asking = request(instance.running.url + from.url, { agent, headers: from.headers }).end()
    const response: IncomingMessage | undefined = await once(asking, 'response').then(
      ([given]) => given,
      () => undefined,
    )
    if (response === undefined || response.statusCode === 503) {
      response?.resume()
      retried += 1
      return await pass(from, to, attempts - 1)
    }
    to.writeHead(response.statusCode ?? 502, response.headers)
    response.on('error', () => to.destroy()).pipe(to)
  }
  const server = createServer((from, to) => void pass(from, to, 5)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const probe = setInterval(() => {
    for (const instance of instances) {
      const { url } = instance.running
      void fetch(`${url}/health/readiness`).then(
        ({ ok }) => {
          if (instance.running.url === url) instance.ready = ok
        },
        () => undefined,
      )
    }
  }, 100)
  owner.teardown(() => {
    clearInterval(probe)
    agent.destroy()
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, retried: () => retried }
}

/** An answer of so many words, one every so many milliseconds. */
async function write(response: ServerResponse, words: number, everyMs: number): Promise<void> {
  for (let word = 0; word < words; word += 1) {
    await sleep(everyMs)
    response.write(toLine({ message: { content: `word${word} ` }, done: false }))
  }
  response.end(toLine({ message: { content: '[1].' }, done: true }))
}

async function readMemory({ url }: RunningFunction): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^process_resident_memory_bytes (\d+)/m.exec(metrics)?.[1])
}

function toQuarter(samples: readonly number[], index: number): number {
  const quarter = samples.slice((samples.length / 4) * index, (samples.length / 4) * (index + 1))
  return quarter.reduce((sum, sample) => sum + sample, 0) / quarter.length
}

function toMebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MiB`
}

try {
  const passed = await main()
  if (!passed) console.error('The soak failed: see above.')
  process.exitCode = passed ? 0 : 1
} catch (error) {
  console.error(error instanceof TypeError ? `${error.message}\nSee npm run soak -- --help.` : error)
  process.exitCode = 1
} finally {
  for (const end of endings.reverse()) await end()
}
