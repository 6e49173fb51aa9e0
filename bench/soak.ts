import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { freePort } from '../build/warm.ts'
import { embedding, failing, type OllamaServer, type Reply, saying, startOllama, toLine } from '../test/ollama.ts'
import { makeTable, type RunningFunction, root, startFunction } from '../test/running.ts'
import { toCount } from './count.ts'

const help = `Usage: npm run soak [-- OPTIONS]

Two checks that take minutes, against the real function and a server that answers as Ollama does, one at a time:
  load      questions at 64 at once, of which 49 are let in; the others are refused, and ask again. Every
            hundredth fails at Ollama. Nothing may crash, stay unanswered, be refused late, or grow in memory
            from the second quarter to the last
  restarts  two instances behind what a Service of Kubernetes is, each restarted in turn while answers
            and streams are written, on kept connections and through nginx where it is installed: none
            may break off

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
  /** Whether the reply said that its connection is closed after it. */
  readonly closes: boolean
  /** What there was in place of an answer. */
  readonly failure: string
  /** How long it took, in milliseconds. */
  readonly ms: number
}

/** A caller who was refused asks again sooner than `Retry-After` says, so that there are refusals all the time. */
const askAgainMs = 100
/** A refusal that comes later than that is none at the door. */
const refusedWithinMs = 5_000
/** As long as a restart takes to begin, so that answers are under way. */
const twelveWords = 'Kubernetes keeps the containers that you ask for running, on many machines [1].'

async function ask(url: string, number: number, agent: Agent): Promise<Outcome> {
  const begun = performance.now()
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
    const closes = response.headers.connection === 'close'
    const failure = `${response.statusCode} ${body.slice(0, 300)}`
    const told = { status: response.statusCode, closes, failure, ms: performance.now() - begun }
    if (response.headers['content-type']?.startsWith('text/event-stream')) {
      const last = /event: (answer|error)\n(?:id: .*\n)?data: .*\n\n$/.exec(body)?.[1]
      return { ...told, whole: last !== undefined, answered: last === 'answer' }
    }
    return { ...told, whole: true, answered: typeof JSON.parse(body).answer === 'string' }
  } catch (error) {
    return {
      status: undefined,
      whole: false,
      answered: false,
      closes: false,
      failure: String(error),
      ms: performance.now() - begun,
    }
  }
}

/** How a model fails, one way after the other: before its first word, after it, and without a word. */
function toFailures(ollama: () => OllamaServer): readonly Reply[] {
  return [
    failing(500, 'llama runner process has terminated'),
    failing(503, 'server busy, please try again.  maximum pending requests exceeded'),
    (_, response) =>
      void response.write(toLine({ message: { content: 'Half' }, done: false }), () => response.destroy()),
    (_, response) =>
      void response.write(toLine({ message: { content: 'Half' }, done: false }), () => ollama().kill('gemma3:1b')),
    (_, response) => void response.end('not json'),
    (_, response) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>502</h1>'),
    saying(''),
    saying('', { thinking: 'Let me think about this.' }),
  ]
}

async function soakLoad(tableUri: string, questions: number): Promise<boolean> {
  const concurrency = 64
  let asked = 0
  let failed = 0
  const failures = toFailures(() => ollama)
  const write = saying('Kubernetes runs the containers that you ask for [1].', { everyMs: 1 })
  const ollama: OllamaServer = await startOllama(owner, {
    loadMs: 200,
    embed: embedding(),
    chat: (body, response) => {
      asked += 1
      if (asked % 100 !== 0) return write(body, response)
      failed += 1
      return failures[failed % failures.length]?.(body, response)
    },
  })
  const running = await startFunction(
    owner,
    {
      ...{ TABLE_URI: tableUri, OLLAMA_HOST: ollama.host, GENERATOR: 'ollama', LOG_LEVEL: 'silent' },
      MAX_WAITING_ANSWERS: '48',
    },
    command,
  )
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  const counts = { answered: 0, failed: 0, unanswered: 0, refused: 0 }
  let latestRefusalMs = 0
  const memory: number[] = []
  const started = performance.now()
  let next = 0
  const ask64 = Array.from({ length: concurrency }, async () => {
    while (next < questions && running.child.exitCode === null) {
      const number = next
      next += 1
      let outcome = await ask(running.url, number, agent)
      while (outcome.status === 429) {
        counts.refused += 1
        latestRefusalMs = Math.max(latestRefusalMs, outcome.ms)
        await sleep(askAgainMs)
        outcome = await ask(running.url, number, agent)
      }
      counts[!outcome.whole ? 'unanswered' : outcome.answered ? 'answered' : 'failed'] += 1
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
    `load: ${questions} questions at ${concurrency} at once, each embedded and answered by an Ollama with one slot, in ${seconds.toFixed(0)} s (${(questions / seconds).toFixed(0)} a second): ` +
      `${counts.answered} answered, ${counts.failed} failed at Ollama and were told so, ${counts.unanswered} unanswered; ` +
      `${counts.refused} refusals at the door, the latest after ${latestRefusalMs.toFixed(0)} ms; ${ollama.loads.length} loads; ` +
      `${crashed ? 'CRASHED' : 'no crash'}; memory ${toMebibytes(second)} in the second quarter, ${toMebibytes(last)} in the last ` +
      `(${(growth * 100).toFixed(1)} %); exit ${exitCode}`,
  )
  const inTime = counts.refused > 0 && latestRefusalMs < refusedWithinMs
  return !crashed && counts.unanswered === 0 && inTime && growth <= 0.1 && exitCode === 0 && counts.failed <= failed
}

/** An instance behind the Service; new connections do not go to it while it is out. */
interface Instance {
  running: RunningFunction
  ready: boolean
}

async function soakRestarts(tableUri: string, restarts: number): Promise<boolean> {
  const ollama = await startOllama(owner, { embed: embedding(), slots: 16, chat: saying(twelveWords, { everyMs: 30 }) })
  const settings = {
    ...{ TABLE_URI: tableUri, OLLAMA_HOST: ollama.host, GENERATOR: 'ollama', LOG_LEVEL: 'silent' },
    // What is looked for are broken connections of its own, not how busy this machine is.
    CONNECT_TIMEOUT_MS: '60000',
    // An end waits for every answer: they are not to queue for one.
    MAX_CONCURRENT_ANSWERS: '8',
  }
  const start = async (): Promise<RunningFunction> => await startFunction(owner, settings, command)
  const instances: Instance[] = []
  for (let count = 0; count < 2; count += 1) instances.push({ running: await start(), ready: true })
  const service = await startService(instances)
  const proxy = await startNginx(service)
  const ways = [
    { name: 'on kept connections', url: service, agent: new Agent({ keepAlive: true }), whole: 0, broken: 0, told: 0 },
    ...(proxy === undefined
      ? []
      : [{ name: 'through nginx', url: proxy, agent: new Agent({ keepAlive: true }), whole: 0, broken: 0, told: 0 }]),
  ]
  if (proxy === undefined) console.log('restarts: nginx is not installed, so that no proxy stands in front')
  const failures = new Map<string, number>()
  let restarting = true
  const callers = ways.flatMap((way) =>
    Array.from({ length: 16 / ways.length }, async (_, caller) => {
      for (let number = caller; restarting; number += 16) {
        const { status, answered, closes, failure } = await ask(way.url, number, way.agent)
        way[status === 200 && answered ? 'whole' : 'broken'] += 1
        if (closes) way.told += 1
        if (!answered) failures.set(failure, (failures.get(failure) ?? 0) + 1)
      }
    }),
  )
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
    const figures = ways.map(({ name, whole, broken }) => `${name} ${whole} answers whole, ${broken} broken`)
    console.log(`restarts: ${number + 1} of ${restarts}, ${figures.join('; ')}`)
  }
  restarting = false
  await Promise.all(callers)
  for (const { agent } of ways) agent.destroy()
  const clean = exitCodes.every((code) => code === 0)
  const figures = ways.map(
    ({ name, whole, broken, told }) => `${name} ${whole} answers whole, ${broken} broken, ${told} told to close`,
  )
  console.log(
    `restarts: ${restarts} of two instances under 16 callers: ${figures.join('; ')}; ${clean ? 'every exit 0' : `exits ${exitCodes}`}`,
  )
  for (const [failure, count] of failures) console.log(`restarts: ${count} × ${failure}`)
  return ways.every(({ broken }) => broken === 0) && clean
}

/**
 * As a Service of Kubernetes: a new connection goes to an instance that is ready, and stays with it; nobody looks at what is
 * said on it. Returns its address.
 */
async function startService(instances: readonly Instance[]): Promise<string> {
  let turn = 0
  const server = createTcpServer({ allowHalfOpen: true }, (from) => {
    turn += 1
    const ready = instances.filter((instance) => instance.ready)
    const instance = ready[turn % ready.length]
    if (instance === undefined) return void from.destroy()
    const to = connect({ port: Number(new URL(instance.running.url).port), host: '127.0.0.1', allowHalfOpen: true })
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const)
      one.on('error', () => other.destroy()).pipe(other)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const probe = setInterval(() => {
    for (const instance of instances) {
      const { url } = instance.running
      void fetch(`${url}/health/readiness`, { headers: { connection: 'close' } }).then(
        ({ ok }) => {
          if (instance.running.url === url) instance.ready = ok
        },
        () => undefined,
      )
    }
  }, 100)
  owner.teardown(() => {
    clearInterval(probe)
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** nginx before the Service, keeping connections to it and retrying nothing; undefined where it is not installed. */
async function startNginx(service: string): Promise<string | undefined> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'ragfunction-nginx-'))
  const configuration = `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; worker_processes 1;
events { worker_connections 256; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder};`).join(' ')}
  upstream function { server ${service.replace('http://', '')}; keepalive 8; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://function;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_next_upstream off;
      proxy_buffering off;
    }
  }
}
`
  await writeFile(join(folder, 'nginx.conf'), configuration)
  const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {
    stdio: 'ignore',
  })
  const gone = once(child, 'exit').then(
    () => undefined,
    () => undefined,
  )
  owner.teardown(async () => {
    child.kill('SIGTERM')
    await gone
    await rm(folder, { recursive: true, force: true })
  })
  for (let tries = 0; tries < 100; tries += 1) {
    if (child.exitCode !== null || child.pid === undefined) return undefined
    if (
      await fetch(`http://127.0.0.1:${port}/health/liveness`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return `http://127.0.0.1:${port}`
    await sleep(100)
  }
  throw new Error(`nginx does not answer on port ${port}`)
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
