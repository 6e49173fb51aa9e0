import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createAdmission } from '../../../function/admission.ts'
import { readConfig } from '../../../function/config.ts'
import type { Wait } from '../../../function/contract/replies.ts'
import { CallerGoneError } from '../../../function/errors.ts'
import { createWriter, type Ending, type Writer } from '../../../function/ollama/generate.ts'
import {
  type Behaviour,
  failing,
  failure,
  type OllamaServer,
  type Reply,
  saying,
  saysInstead,
  silent,
  startOllama,
  toLine,
} from '../../ollama.ts'
import { nowhere } from '../../running.ts'

const never = new AbortController().signal
const prompt = { messages: [{ role: 'user', content: 'What is a pod?' }], maxAnswerTokens: 100 }
const toWriter = ({ host }: Pick<OllamaServer, 'host'>, environment: Record<string, string> = {}): Writer =>
  createWriter(readConfig({ OLLAMA_HOST: host, ...environment }))

interface Written {
  readonly text: string
  readonly waits: readonly Wait[]
  readonly ending: Ending | undefined
}

async function write({ generate }: Writer, signal = never, admission = createAdmission(4, 0)): Promise<Written> {
  let text = ''
  const waits: Wait[] = []
  let ending: Ending | undefined
  const told = {
    waits: (wait: Wait): void => void waits.push(wait),
    ended: (how: Ending): void => {
      ending = how
    },
  }
  for await (const token of generate(prompt, signal, admission.admit().turn, told)) text += token
  return { text, waits, ending }
}
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await sleep(5)
}

t.test('tokens come as the model writes them, and the request says all that matters', async (t) => {
  const ollama = await startOllama(t, { chat: saying('A pod is a group [1].') })
  const { text, ending } = await write(toWriter(ollama, { NUM_CTX: '2048', KEEP_ALIVE: '-1' }))
  t.equal(text, 'A pod is a group [1].')
  t.match(ollama.bodies('/api/chat'), [
    {
      model: 'gemma3:1b',
      stream: true,
      think: false,
      truncate: false,
      shift: false,
      keep_alive: -1,
      messages: prompt.messages,
      options: { num_ctx: 2048, num_predict: 100 },
    },
  ])
  t.strictSame(ending, { cut: false, promptTokens: 14, answerTokens: 7 })
})

t.test('keep_alive is a duration as Ollama reads it', async (t) => {
  const ollama = await startOllama(t)
  await write(toWriter(ollama))
  t.match(ollama.bodies('/api/chat'), [{ keep_alive: '5m' }])
})

t.test('an answer that is cut at its longest says so', async (t) => {
  const ollama = await startOllama(t, { chat: saying('word '.repeat(200)) })
  const { text, ending } = await write(toWriter(ollama))
  t.equal(text, 'word '.repeat(100))
  t.equal(ending?.cut, true)
})

t.test('what was done comes as a kind, and a sentence that says what mends it', async (t) => {
  const half = toLine({ message: { content: 'Half' }, done: false })
  const exceeded = JSON.stringify({ error: { n_prompt_tokens: 1810, n_ctx: 1024 } })
  const cases: Array<[Reply, string, RegExp]> = [
    [failing(404, "model 'gemma3:1b' not found"), 'model-missing', /ollama pull gemma3:1b/],
    [failing(503, 'server busy, please try again.  maximum pending requests exceeded'), 'busy', /queue is full/],
    [failing(500, 'llama runner process has terminated'), 'failed', /^Ollama failed while it answered\. Its own log/],
    [
      failing(500, 'model requires more system memory (5.5 GiB) than is available'),
      'failed',
      /too little memory for gemma3/,
    ],
    [failing(400, exceeded), 'input-too-long', /1810 tokens, and the context of gemma3:1b 1024\. Raise NUM_CTX/],
    [failing(400, '"gemma3:1b" does not support chat'), 'model-unfit', /does not support chat\. Set OLLAMA_MODEL/],
    [(_, response) => void response.end(half), 'failed', /ended before the answer did/],
    [
      (_, response) =>
        void response.end(half + toLine({ error: 'an error was encountered while running the model: unexpected EOF' })),
      'failed',
      /died while it wrote/,
    ],
    [(_, response) => void response.write(half, () => response.destroy()), 'failed', /ended before the answer did/],
    [(_, response) => void response.end(toLine({ message: { content: 7 } })), 'nonsense', /cannot be read/],
    [(_, response) => void response.end('not json\n'), 'nonsense', /cannot be read/],
    [(_, response) => void response.end('null\n'), 'nonsense', /cannot be read/],
    [(_, response) => void response.destroy(), 'unreachable', /hung up before it answered/],
    [saying(''), 'nothing-written', /^The model gemma3:1b wrote nothing\. Ask again/],
    [saying(' '), 'nothing-written', /wrote nothing/],
    [
      saying('', { thinking: 'Let me think about it. '.repeat(50) }),
      'nothing-written',
      /thought for all of its 100 tokens\. Raise NUM_CTX/,
    ],
    [saying('', { thinking: 'Let me think.' }), 'nothing-written', /thought, and then wrote nothing/],
    [
      (_, response) =>
        void response.end(
          toLine({ message: { content: '', tool_calls: [{ function: { name: 'search' } }] }, done: true }),
        ),
      'nothing-written',
      /asked for a tool/,
    ],
  ]
  for (const [chat, kind, message] of cases)
    t.match(await failure(write(toWriter(await startOllama(t, { chat })))), { kind, message }, String(message))
  t.match(await failure(write(toWriter({ host: nowhere }))), { kind: 'unreachable' })
})

t.test('a part without content, or with thinking, is a part without words', async (t) => {
  const chat: Reply = (_, response) =>
    void response.end(
      toLine({ message: { role: 'assistant', thinking: 'Hm' }, done: false }) +
        toLine({ message: { role: 'assistant' }, done: false }) +
        toLine({ message: { content: null, thinking: null, tool_calls: null }, done: false }) +
        toLine({ message: { content: 'It runs [1].' }, done: false }) +
        toLine({ message: null, done_reason: null, prompt_eval_count: null, eval_count: null, done: false }) +
        toLine({ done: true, done_reason: 'stop' }),
    )
  const { text, waits } = await write(toWriter(await startOllama(t, { chat })))
  t.equal(text, 'It runs [1].')
  t.strictSame(waits.at(-1), { state: 'thinking' })
})

t.test('nothing of what was refused, or could not be read, is printed', async (t) => {
  const printed: unknown[] = []
  for (const method of ['log', 'warn', 'error'] as const) {
    const before = console[method]
    console[method] = (...words: unknown[]) => void printed.push(words)
    t.teardown(() => {
      console[method] = before
    })
  }
  for (const chat of [
    saysInsteadOf(403, '<html>403</html>'),
    saysInsteadOf(500, 'plain'),
    (_: unknown, response: { end: (text: string) => void }) => response.end('not json\n'),
    (_: unknown, response: { end: (text: string) => void }) => response.end('{"message":{"content":"a"}}\nnot json'),
  ])
    await failure(write(toWriter(await startOllama(t, { chat: chat as Reply }))))
  t.strictSame(printed, [])
})

t.test('the first token has a budget of its own', async (t) => {
  const mute = await startOllama(t, { chat: silent })
  t.match(await failure(write(toWriter(mute, { FIRST_TOKEN_TIMEOUT_MS: '60' }))), {
    kind: 'timeout',
    message: /did not begin to answer within 0\.06 s/,
  })
})

t.test('who waits behind another question has time from when that one is done', async (t) => {
  const ollama = await startOllama(t, { chat: saying('one two three four five', { everyMs: 700 }) })
  const writer = toWriter(ollama, { FIRST_TOKEN_TIMEOUT_MS: '2500' })
  const admission = createAdmission(4, 0)
  const both = await Promise.all([write(writer, never, admission), write(writer, never, admission)])
  t.strictSame(
    both.map(({ text }) => text),
    ['one two three four five', 'one two three four five'],
  )
  t.match(await failure(write(toWriter(await startOllama(t, { chat: silent }), { FIRST_TOKEN_TIMEOUT_MS: '200' }))), {
    kind: 'timeout',
  })
})

t.test('who waits is told for what: its place, the load, the reading', async (t) => {
  const ollama = await startOllama(t, { loadMs: 50, chat: saying('It runs [1].', { readMs: 20 }) })
  const writer = toWriter(ollama)
  const admission = createAdmission(1, 5)
  const told = await Promise.all([1, 2, 3].map(async () => await write(writer, never, admission)))
  t.strictSame(
    told.map(({ waits }) => waits),
    [
      [{ state: 'loading' }, { state: 'reading' }],
      [{ state: 'queued', place: 1 }, { state: 'reading' }],
      [{ state: 'queued', place: 2 }, { state: 'queued', place: 1 }, { state: 'reading' }],
    ],
  )
  t.equal(ollama.loads.length, 1)
})

t.test('a load is nobody’s to abort: one that is slower than a caller waits is there for the next', async (t) => {
  const ollama = await startOllama(t, { loadMs: 300 })
  const writer = toWriter(ollama, { FIRST_TOKEN_TIMEOUT_MS: '60' })
  t.match(await failure(write(writer)), { kind: 'timeout' })
  const gone = new AbortController()
  const leaving = t.rejects(write(writer, gone.signal), CallerGoneError)
  gone.abort(new CallerGoneError('gone'))
  await leaving
  await until(() => ollama.loads[0]?.state !== 'loading')
  t.equal((await write(toWriter(ollama))).text, 'Kubernetes runs containers [1].')
  t.strictSame(ollama.loads, [{ model: 'gemma3:1b', state: 'loaded' }])
})

t.test(
  'a model that is in memory with another context is loaded anew before it is asked; one that takes less is asked as it is',
  async (t) => {
    const ollama = await startOllama(t)
    const writer = toWriter(ollama, { NUM_CTX: '65536' })
    t.strictSame((await write(writer)).waits, [{ state: 'loading' }, { state: 'reading' }])
    t.strictSame((await write(writer)).waits, [{ state: 'reading' }], 'it was trained for 32768, and has as many')
    await write(toWriter(ollama, { NUM_CTX: '2048' }))
    t.strictSame((await write(writer)).waits, [{ state: 'loading' }, { state: 'reading' }])
    t.equal(ollama.bodies('/api/generate').length, 3)
  },
)

t.test('where it cannot be seen what is in memory, the question itself loads the model', async (t) => {
  const ollama = await startOllama(t, {
    proxy: (request, response) => request.url === '/api/ps' && saysInstead(404, 'nothing here')(request, response),
  })
  t.equal((await write(toWriter(ollama))).text, 'Kubernetes runs containers [1].')
  t.equal(ollama.bodies('/api/generate').length, 0)
})

t.test('a slow look at what is in memory, once Ollama was there, is not the end of a question', async (t) => {
  let looks = 0
  const ollama = await startOllama(t, {
    proxy: (request) => {
      if (request.url === '/api/ps') looks += 1
      return request.url === '/api/ps' && looks === 2
    },
  })
  t.equal((await write(toWriter(ollama, { CONNECT_TIMEOUT_MS: '500' }))).text, 'Kubernetes runs containers [1].')
  t.equal(looks, 2)
})

t.test('an answer that does not end where it was told to is broken off', async (t) => {
  const endless = await startOllama(t, {
    chat: (_, response) => {
      const more = (): boolean => response.write(toLine({ message: { content: 'and '.repeat(500) }, done: false }))
      response.on('drain', more)
      while (more());
    },
  })
  t.match(await failure(write(toWriter(endless))), { kind: 'nonsense', cause: { message: 'the answer has no end' } })
})

t.test('the model stops when the caller leaves, and when nobody reads on', async (t) => {
  const leaving = await startOllama(t, { chat: silent })
  const gone = new AbortController()
  const waiting = t.rejects(write(toWriter(leaving), gone.signal), CallerGoneError)
  await until(() => leaving.bodies('/api/chat').length > 0)
  gone.abort(new CallerGoneError('gone'))
  await waiting

  const chatty = await startOllama(t, {
    chat: (_, response) => void response.write(toLine({ message: { content: 'First ' }, done: false })),
  })
  for await (const token of toWriter(chatty).generate(prompt, never, createAdmission(1, 0).admit().turn)) {
    t.equal(token, 'First ')
    break
  }
  for (const ollama of [leaving, chatty])
    await until(() => ollama.seen.some(({ path, aborted }) => path === '/api/chat' && aborted))
  t.pass('both requests to Ollama were broken off')
})

t.test('a model is loaded ahead as it will be used, or the reason said', async (t) => {
  const ollama = await startOllama(t)
  const { load } = toWriter(ollama, { NUM_CTX: '2048', KEEP_ALIVE: '-1' })
  await Promise.all([load(), load()])
  t.match(ollama.bodies('/api/generate'), [
    { model: 'gemma3:1b', prompt: '', keep_alive: -1, options: { num_ctx: 2048 } },
  ])
  t.equal(ollama.bodies('/api/generate').length, 1)
  const cases: Array<[Behaviour, Record<string, string>, object]> = [
    [{ models: [] }, {}, { kind: 'model-missing' }],
    [{}, { OLLAMA_MODEL: 'all-minilm' }, { kind: 'model-unfit', message: /all-minilm does not support chat/ }],
    [
      { loadError: 'model requires more system memory (9.9 GiB) than is available' },
      {},
      { message: /too little memory/ },
    ],
  ]
  for (const [behaviour, environment, expected] of cases)
    t.match(await failure(toWriter(await startOllama(t, behaviour), environment).load()), expected)
  t.match(await failure(toWriter({ host: nowhere }).load()), { kind: 'unreachable' })
  const mute = await startOllama(t, { proxy: () => true })
  t.match(await failure(toWriter(mute, { CONNECT_TIMEOUT_MS: '50' }).load()), { kind: 'unreachable' })
})

function saysInsteadOf(status: number, text: string): Reply {
  return (_, response) => void response.writeHead(status, { 'content-type': 'text/html' }).end(text)
}
