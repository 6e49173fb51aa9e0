import t from 'tap'
import { createAdmission } from '../../../function/admission.ts'
import { readConfig } from '../../../function/config.ts'
import { CallerGoneError } from '../../../function/errors.ts'
import { createGenerate, loadModel } from '../../../function/ollama/generate.ts'
import {
  type Behaviour,
  failing,
  failure,
  type OllamaServer,
  saying,
  silent,
  startOllama,
  toLine,
} from '../../ollama.ts'
import { nowhere } from '../../running.ts'

const never = new AbortController().signal
const prompt = { messages: [{ role: 'user', content: 'What is a pod?' }], maxAnswerTokens: 100 }

const collect = async (
  ollama: Pick<OllamaServer, 'host'>,
  environment: Record<string, string> = {},
  signal = never,
): Promise<string> => {
  let text = ''
  const generate = createGenerate(readConfig({ OLLAMA_HOST: ollama.host, ...environment }))
  for await (const token of generate(prompt, signal, createAdmission(4, 0).admit().turn)) text += token
  return text
}
const withChat = (chat: Behaviour['chat']): Behaviour => (chat === undefined ? {} : { chat })

t.test('tokens come as the model writes them, and the request says all that matters', async (t) => {
  const ollama = await startOllama(t, withChat(saying('A pod is a group [1].')))
  t.equal(await collect(ollama, { NUM_CTX: '2048', KEEP_ALIVE: '-1' }), 'A pod is a group [1].')
  t.match(ollama.bodies('/api/chat'), [
    {
      model: 'gemma3:1b',
      stream: true,
      keep_alive: -1,
      messages: prompt.messages,
      options: { num_ctx: 2048, num_predict: 100 },
    },
  ])
})

t.test('keep_alive is a duration as Ollama reads it', async (t) => {
  const ollama = await startOllama(t)
  await collect(ollama)
  t.match(ollama.bodies('/api/chat'), [{ keep_alive: '5m' }])
})

t.test('failures are classed by what they are', async (t) => {
  const half = toLine({ message: { content: 'Half' }, done: false })
  const cases: Array<[Behaviour['chat'], string]> = [
    [failing(404, 'model "gemma3:1b" not found, try pulling it first'), 'model-missing'],
    [failing(503, 'server busy, please try again.  maximum pending requests exceeded'), 'busy'],
    [failing(500, 'llama runner process has terminated'), 'nonsense'],
    [
      (_, response) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'),
      'nonsense',
    ],
    [(_, response) => void response.end(half), 'nonsense'],
    [
      (_, response) => void response.end(half + toLine({ error: 'an error was encountered while running the model' })),
      'nonsense',
    ],
    [(_, response) => void response.end(toLine({ message: { content: 7 } })), 'nonsense'],
    [saying(' '), 'nonsense'],
    [(_, response) => void response.end('not json\n'), 'nonsense'],
    [(_, response) => void response.write(half, () => response.destroy()), 'nonsense'],
  ]
  for (const [chat, kind] of cases)
    t.match(await failure(collect(await startOllama(t, withChat(chat)))), { kind }, kind)
  t.match(await failure(collect({ host: nowhere })), { kind: 'unreachable' })
})

t.test('the first token has a budget of its own', async (t) => {
  const mute = await startOllama(t, withChat(silent))
  t.match(await failure(collect(mute, { FIRST_TOKEN_TIMEOUT_MS: '60' })), {
    kind: 'timeout',
    message: /did not begin to answer within 0\.06 s/,
  })
})

t.test('an answer that does not end where it was told to is broken off', async (t) => {
  const endless = await startOllama(
    t,
    withChat((_, response) => {
      const more = (): boolean => response.write(toLine({ message: { content: 'and '.repeat(500) }, done: false }))
      response.on('drain', more)
      while (more());
    }),
  )
  t.match(await failure(collect(endless)), { kind: 'nonsense', cause: { message: 'the answer has no end' } })
})

t.test('the model stops when the caller leaves, and when nobody reads on', async (t) => {
  const leaving = await startOllama(t, withChat(silent))
  const gone = new AbortController()
  const waiting = t.rejects(collect(leaving, {}, gone.signal), CallerGoneError)
  while (leaving.bodies('/api/chat').length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  gone.abort(new CallerGoneError('gone'))
  await waiting

  const chatty = await startOllama(
    t,
    withChat((_, response) => void response.write(toLine({ message: { content: 'First ' }, done: false }))),
  )
  const admission = createAdmission(1, 0)
  const generate = createGenerate(readConfig({ OLLAMA_HOST: chatty.host }))
  for await (const token of generate(prompt, never, admission.admit().turn)) {
    t.equal(token, 'First ')
    break
  }
  for (const ollama of [leaving, chatty]) {
    while (!ollama.seen.some(({ path, aborted }) => path === '/api/chat' && aborted))
      await new Promise((resolve) => setTimeout(resolve, 5))
  }
  t.pass('both requests to Ollama were broken off')
})

t.test('a model is loaded ahead as it will be used, or the reason said', async (t) => {
  const ollama = await startOllama(t)
  await loadModel(readConfig({ OLLAMA_HOST: ollama.host, NUM_CTX: '2048', KEEP_ALIVE: '-1' }))
  t.match(ollama.bodies('/api/generate'), [
    { model: 'gemma3:1b', prompt: '', keep_alive: -1, options: { num_ctx: 2048 } },
  ])
  const none = await startOllama(t, { models: [] })
  t.match(await failure(loadModel(readConfig({ OLLAMA_HOST: none.host }))), { kind: 'model-missing' })
  t.match(await failure(loadModel(readConfig({ OLLAMA_HOST: nowhere }))), { kind: 'unreachable' })
})
