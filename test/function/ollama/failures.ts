import t from 'tap'
import { CallerGoneError, OllamaError } from '../../../function/errors.ts'
import { NoReply, Refusal } from '../../../function/ollama/connection.ts'
import { nothingWritten, toOllamaError } from '../../../function/ollama/failures.ts'

const asked = { model: 'x', to: 'chat' } as const
const json = (error: string): string => JSON.stringify({ error })
const refusal = (status: number, text: string, details: Partial<Refusal> = {}): Refusal =>
  new Refusal(status, text, { page: text.startsWith('<'), location: undefined, authorized: false, ...details })

t.test('what Ollama refuses, and what a proxy before it does, are told apart', async (t) => {
  const cases: Array<[Refusal, string, RegExp]> = [
    [refusal(404, json('model "x" not found, try pulling it first')), 'model-missing', /Pull it: ollama pull x$/],
    [refusal(404, json("model 'x' not found")), 'model-missing', /ollama pull x$/],
    [refusal(404, '404 page not found'), 'not-ollama', /has no \/api\/chat \(404\).*without \/api or \/v1/],
    [refusal(404, json('path not found')), 'model-unfit', /\(404\): path not found/],
    [refusal(405, '405 method not allowed'), 'not-ollama', /has no \/api\/chat \(405\)/],
    [
      refusal(400, json('the input length exceeds the context length')),
      'input-too-long',
      /longer than the context of x/,
    ],
    [refusal(400, json('"x" does not support chat')), 'model-unfit', /does not support chat\. Set OLLAMA_MODEL/],
    [refusal(400, json('time: invalid duration "soon"')), 'model-unfit', /refuses it for x \(400\): time: invalid/],
    [refusal(410, json('model retired')), 'model-unfit', /\(410\): model retired/],
    [
      refusal(401, '<h1>401 Authorization Required</h1>'),
      'unauthorized',
      /asks for credentials \(401\)\. Set OLLAMA_API_KEY/,
    ],
    [
      refusal(401, json('unauthorized'), { authorized: true }),
      'unauthorized',
      /refuses the credentials.*Correct OLLAMA_API_KEY/,
    ],
    [refusal(403, '<h1>403</h1>'), 'unauthorized', /\(403\)/],
    [
      refusal(403, json('this model requires a subscription, upgrade for access')),
      'model-unfit',
      /refuses it for x \(403\): this model requires a subscription/,
    ],
    [refusal(407, ''), 'unauthorized', /HTTP_PROXY/],
    [
      refusal(308, '', { location: 'https://secret.example/' }),
      'not-ollama',
      /sends elsewhere \(308\).*with https:\/\/\.$/,
    ],
    [refusal(302, '', { location: '/login' }), 'not-ollama', /sends elsewhere \(302\).*where that leads\.$/],
    [refusal(400, 'Client sent an HTTP request to an HTTPS server.'), 'not-ollama', /speaks HTTPS/],
    [refusal(200, '<html>Sign in</html>'), 'not-ollama', /not Ollama but a web page/],
    [refusal(418, 'a teapot'), 'not-ollama', /not Ollama \(418\)/],
    [refusal(413, '<h1>413</h1>'), 'failed', /no request of this size/],
    [refusal(429, json('you have reached your usage limit')), 'busy', /no more requests for now \(429\)/],
    [refusal(500, json('llama runner process has terminated: signal: killed')), 'failed', /Its own log says why/],
    [
      refusal(500, json('model requires more system memory (5.5 GiB) than is available (3.2 GiB)')),
      'failed',
      /too little memory for x/,
    ],
    [refusal(500, '<h1>500</h1>'), 'failed', /A proxy before Ollama failed \(500\)/],
    [refusal(501, json('This server does not support embeddings')), 'model-unfit', /x does not support chat/],
    [refusal(502, '<h1>502 Bad Gateway</h1>'), 'unreachable', /A proxy before Ollama could not reach it \(502\)/],
    [refusal(503, '<h1>503</h1>'), 'unreachable', /could not reach it \(503\)/],
    [
      refusal(503, json('server busy, please try again.  maximum pending requests exceeded')),
      'busy',
      /its queue is full/,
    ],
    ...[521, 522, 523, 530].map((status): [Refusal, string, RegExp] => [
      refusal(status, '<h1>Origin unreachable</h1>'),
      'unreachable',
      /A proxy before Ollama could not reach it/,
    ]),
    [refusal(504, '<h1>504</h1>'), 'unreachable', /gave up waiting for it \(504\)/],
  ]
  for (const [given, kind, message] of cases) {
    const error = toOllamaError(given, asked)
    t.match(error, { kind, cause: given }, given.message)
    t.match(error.message, message)
    t.notMatch(error.message, /secret|signal|GiB/, 'nothing internal is passed on')
  }
})

t.test('a model that cannot embed is told so in terms of embedding', async (t) => {
  for (const given of [
    refusal(501, json('This server does not support embeddings. Start it with `--embeddings`')),
    refusal(400, json('"x" does not support embeddings')),
  ])
    t.match(toOllamaError(given, { model: 'x', to: 'embed' }), {
      kind: 'model-unfit',
      message: /^The model x cannot embed\. Set EMBEDDING_MODEL/,
    })
})

t.test('a prompt that is too long says by how much', async (t) => {
  const inner = { code: 400, message: 'request (1810 tokens) exceeds', n_prompt_tokens: 1810, n_ctx: 1024 }
  t.match(toOllamaError(refusal(400, json(JSON.stringify({ error: inner }))), asked), {
    kind: 'input-too-long',
    tokens: { prompt: 1810, context: 1024 },
    message: /1810 tokens, and the context of x 1024/,
  })
})

t.test('where there was no reply, the sentence is of why', async (t) => {
  const cases = [
    ['ECONNREFUSED', 'unreachable', /^Ollama does not answer\. Start it/],
    ['ENOTFOUND', 'unreachable', /no address is known for the host/],
    ['EAI_AGAIN', 'unreachable', /no address is known/],
    ['ECONNRESET', 'unreachable', /hung up before it answered/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unreachable', /not trusted here\. Set NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unreachable', /NODE_EXTRA_CA_CERTS/],
    ['CERT_HAS_EXPIRED', 'unreachable', /has expired/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'unreachable', /for another name/],
    ['EPROTO', 'not-ollama', /does not speak HTTPS/],
    ['HPE_INVALID_CONSTANT', 'not-ollama', /does not speak HTTP\./],
    ['ERR_PROXY_TUNNEL', 'unreachable', /NO_PROXY/],
  ] as const
  for (const [code, kind, message] of cases) {
    const cause = Object.assign(new Error('connect to 10.0.0.1:11434'), { code })
    const error = toOllamaError(new NoReply('nothing answers at http://h', { cause }), asked)
    t.match(error, { kind, message }, code)
    t.notMatch(error.message, /10\.0\.0\.1/)
  }
})

t.test('what breaks off midway, and what cannot be read', async (t) => {
  const cases = [
    ['Did not receive done or success response in stream.', 'failed', /ended before the answer did/],
    ['aborted', 'failed', /ended before the answer did/],
    ['an error was encountered while running the model: unexpected EOF', 'failed', /died while it wrote/],
    ['model requires more system memory (5.6 GiB) than is available', 'failed', /too little memory for x/],
    ['Unexpected endpoint or method. (POST /api/chat)', 'not-ollama', /has no \/api\/chat/],
    ['anything else', 'nonsense', /cannot be read/],
  ] as const
  for (const [said, kind, message] of cases) t.match(toOllamaError(new Error(said), asked), { kind, message }, said)
  t.match(toOllamaError('odd', asked), { kind: 'nonsense' })
})

t.test('an error that is known already stays as it is', async (t) => {
  for (const known of [new OllamaError('busy', 'busy'), new CallerGoneError('gone')])
    t.equal(toOllamaError(known, asked), known)
})

t.test('an answer that never began says what the model did instead', async (t) => {
  const none = { what: 'nothing', cut: false, tokens: 1024 } as const
  const cases = [
    [none, /wrote nothing\. Ask again/],
    [{ ...none, what: 'thoughts' }, /thought, and then wrote nothing/],
    [{ ...none, what: 'thoughts', cut: true }, /thought for all of its 1024 tokens\. Raise NUM_CTX/],
    [{ ...none, what: 'tool' }, /asked for a tool/],
    [{ ...none, what: 'citations' }, /wrote numbers of passages and nothing that they say/],
  ] as const
  for (const [how, message] of cases) t.match(nothingWritten('x', how), { kind: 'nothing-written', message })
})
