import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { type Behaviour, type OllamaServer, saying, startOllama } from './ollama.ts'

/** One request to a real Ollama 0.32.14 and what came back; what differs from run to run is left out, or 1, or `then`. */
interface Transcript {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly body?: unknown
  /** In place of a body that is JSON. */
  readonly text?: string
  readonly status: number
  readonly type: string
  readonly allow?: string
  readonly chunked?: true
  readonly plain?: string
  readonly reply?: Record<string, unknown>
  /** The names that the reply has at any depth, where it was too long to keep. */
  readonly keys?: readonly string[]
  readonly prompt_eval_count?: number
  /** The tokens of a stream, and its last line. */
  readonly says?: readonly string[]
  readonly last?: Record<string, unknown>
}

const file = join(import.meta.dirname, 'fixtures', 'ollama', 'transcripts.json')
const transcripts: readonly Transcript[] = JSON.parse(readFileSync(file, 'utf8'))
const named = (name: string): Transcript => {
  const found = transcripts.find((transcript) => transcript.name === name)
  if (found === undefined) throw new Error(`no transcript ${name}`)
  return found
}
const models = ['smollm2:135m', 'gemma3:1b', 'all-minilm:latest']
const start = async (t: Test, behaviour: Behaviour = {}): Promise<OllamaServer> =>
  await startOllama(t, { models, ...behaviour })

interface Told {
  readonly status: number
  readonly type: string | null
  readonly allow: string | null
  readonly chunked: boolean
  readonly text: string
  /** When its first line and its last byte came. */
  readonly firstAt: number
  readonly endedAt: number
}

async function replay({ host }: OllamaServer, { method, path, body, text }: Transcript): Promise<Told> {
  const sent = body === undefined ? text : JSON.stringify(toWhole(body))
  const response = await fetch(host + path, { method, ...(sent === undefined ? {} : { body: sent }) })
  const firstAt = performance.now()
  const { headers, status } = response
  return {
    ...{ status, type: headers.get('content-type'), allow: headers.get('allow') },
    chunked: headers.get('content-length') === null,
    ...{ text: await response.text(), firstAt, endedAt: performance.now() },
  }
}

/** What the model is to say so that the reply can be the same: as many tokens as it counted. */
function toSaying({ says, last, reply }: Transcript): Behaviour {
  const {
    message,
    eval_count,
    done_reason = 'stop',
  } = (reply ?? last ?? {}) as {
    readonly message?: { readonly content: string }
    readonly eval_count?: number
    readonly done_reason?: 'stop' | 'length'
  }
  if (says !== undefined) return { chat: saying(says, { reason: done_reason }) }
  if (message === undefined || eval_count === undefined) return {}
  const count = eval_count - (done_reason === 'stop' ? 1 : 0)
  const tokens = [...message.content.slice(0, count - 1), message.content.slice(count - 1)]
  return { chat: saying(tokens, { reason: done_reason }) }
}

function check(t: Test, told: Told, transcript: Transcript): void {
  const { name, status, type, allow = null, chunked = false, plain, reply, keys, says, last } = transcript
  t.strictSame(
    [told.status, told.type, told.allow, told.chunked],
    [status, type, allow, chunked],
    `${name}: ${status} ${type}`,
  )
  if (plain !== undefined) return void t.equal(told.text.trim(), plain)
  if (last !== undefined) {
    const lines = told.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    t.strictSame(
      lines.slice(0, -1).map(({ message, ...rest }) => [message, { ...rest, created_at: 'then' }]),
      (says ?? []).map((content) => [
        { role: 'assistant', content },
        { model: 'smollm2:135m', created_at: 'then', done: false },
      ]),
    )
    return void t.strictSame(toComparable(lines.at(-1)), last)
  }
  const found = JSON.parse(told.text)
  if (reply !== undefined) return void t.strictSame(toComparable(found), reply)
  t.strictSame(
    (keys ?? []).filter((key) => !told.text.includes(`"${key}":`)),
    [],
    `${name}: every name is there`,
  )
  t.equal(found.prompt_eval_count, transcript.prompt_eval_count)
}

function toComparable(reply: Record<string, unknown>): Record<string, unknown> {
  const same = (key: string, value: unknown): unknown =>
    key === 'created_at' ? 'then' : key.endsWith('_duration') ? 1 : value
  return Object.fromEntries(Object.entries(reply).map(([key, value]) => [key, same(key, value)]))
}

/** `{ repeat, times, then }` -> the long text that it stands for. */
function toWhole(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toWhole)
  if (typeof value !== 'object' || value === null) return value
  if ('repeat' in value && 'times' in value && 'then' in value)
    return String(value.repeat).repeat(Number(value.times)) + value.then
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toWhole(inner)]))
}

t.test('asked what a real Ollama was asked, it says the same', async (t) => {
  const alone = transcripts.filter(({ name }) => !/^4[0-3]-/.test(name))
  t.equal(alone.length, 41)
  for (const transcript of alone) {
    const ollama = await start(t, toSaying(transcript))
    // Its models were in memory when it was asked which are.
    if (transcript.path === '/api/ps') await replay(ollama, named('18-generate-load'))
    check(t, await replay(ollama, transcript), transcript)
  }
})

t.test(
  'six at once to a model that is not loaded, where one may wait: two are served and four are refused',
  async (t) => {
    const six = transcripts.filter(({ name }) => name.startsWith('40-'))
    const ollama = await start(t, {
      maxQueue: 1,
      loadMs: 50,
      chat: saying(named('40-max-queue-0').says ?? [], { reason: 'length' }),
    })
    const told = await Promise.all(six.map(async (transcript) => await replay(ollama, transcript)))
    const byStatus = (status: number): number => told.filter((one) => one.status === status).length
    t.strictSame([byStatus(200), byStatus(503)], [2, 4])
    for (const one of told) check(t, one, one.status === 200 ? named('40-max-queue-0') : named('40-max-queue-1'))
    t.strictSame(ollama.loads, [{ model: 'smollm2:135m', state: 'loaded' }])
  },
)

t.test(
  'four at once to a loaded model are served one after another, each with its headers when its turn comes',
  async (t) => {
    const four = transcripts.filter(({ name }) => name.startsWith('41-'))
    const chat = saying(named('41-two-at-once-loaded-0').says ?? [], { readMs: 20, everyMs: 1, reason: 'length' })
    const ollama = await start(t, { chat })
    const told = await Promise.all(four.map(async (transcript) => await replay(ollama, transcript)))
    for (const [index, one] of told.entries()) check(t, one, four[index] as Transcript)
    const inOrder = told.toSorted((a, b) => a.firstAt - b.firstAt)
    for (const [index, { firstAt }] of inOrder.entries())
      if (index > 0)
        t.ok(firstAt >= (inOrder[index - 1]?.endedAt ?? 0) - 5, 'none begins before the one before has ended')
  },
)

t.test(
  'a runner that is killed ends the stream with an error and a normal end; the next question loads it again',
  async (t) => {
    const midway = named('42-runner-killed-midway')
    const ollama = await start(t, {
      chat: (body, response) => saying(['There', ' was', ' a'], { everyMs: 60_000 })(body, response),
    })
    const killed = replay(ollama, midway)
    while (ollama.bodies('/api/chat').length === 0) await sleep(5)
    await sleep(30)
    ollama.kill('smollm2:135m')
    check(t, await killed, midway)

    const after = named('43-after-the-runner-died')
    const again = await start(t, { chat: saying(after.says ?? [], { reason: 'length' }) })
    check(t, await replay(again, after), after)
    again.kill('smollm2:135m')
    check(t, await replay(again, after), after)
    t.equal(again.loads.length, 2)
  },
)

t.test('a load ends with the caller that it is for, and the next begins it anew', async (t) => {
  const ollama = await start(t, { loadMs: 100 })
  const body = JSON.stringify({ model: 'gemma3:1b', messages: [{ role: 'user', content: 'Hello' }], stream: false })
  const leave = new AbortController()
  const first = fetch(`${ollama.host}/api/chat`, { method: 'POST', body, signal: leave.signal })
  const second = fetch(`${ollama.host}/api/chat`, { method: 'POST', body })
  while (ollama.loads.length === 0) await sleep(5)
  leave.abort()
  await t.rejects(first)
  t.equal((await second).status, 200)
  t.strictSame(
    ollama.loads.map(({ state }) => state),
    ['aborted', 'loaded'],
  )
})

t.test('one embeds at a time, and a model in memory goes with keep_alive, or with another context', async (t) => {
  const ollama = await start(t)
  const post = async (path: string, body: object): Promise<number> =>
    (await fetch(ollama.host + path, { method: 'POST', body: JSON.stringify(body) })).status
  const running = async (): Promise<unknown> => {
    const { models } = (await (await fetch(`${ollama.host}/api/ps`)).json()) as {
      models: Array<{ name: string; context_length: number }>
    }
    return models.map(({ name, context_length }) => [name, context_length])
  }
  await post('/api/embed', { model: 'All-MiniLM', input: [], options: { num_ctx: 9999 } })
  await post('/api/generate', { model: 'library/gemma3:1b', prompt: '' })
  t.strictSame(await running(), [
    ['all-minilm:latest', 512],
    ['gemma3:1b', 4096],
  ])
  await post('/api/generate', {
    model: 'registry.ollama.ai/library/gemma3:1B',
    prompt: '',
    options: { num_ctx: 8192 },
    keep_alive: '20ms',
  })
  t.equal(ollama.loads.length, 3)
  await sleep(30)
  t.strictSame(await running(), [['all-minilm:latest', 512]])
})
