import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { readConfig } from '../../function/config.ts'
import { ConfigError } from '../../function/errors.ts'

t.test('an empty environment gives the documented defaults', async (t) => {
  const config = readConfig({})
  t.equal(config.tableUri, resolve('table'))
  t.equal(config.ollamaHost, 'http://127.0.0.1:11434')
  t.equal(config.ollamaModel, 'gemma3:1b')
  t.equal(config.embeddingModel, 'built-in')
  t.equal(config.generator, 'auto')
  t.equal(config.topK, 5)
  t.equal(config.numCtx, 4096)
  t.equal(config.port, 8080)
})

t.test('a variable that is set to nothing counts as unset', async (t) => {
  t.equal(readConfig({ TOP_K: ' ', OLLAMA_MODEL: '' }).topK, 5)
})

t.test('EMBEDDING_MODEL=none asks for no embeddings', async (t) => {
  t.equal(readConfig({ EMBEDDING_MODEL: 'none' }).embeddingModel, null)
})

t.test('the port is FUNC_PORT, else PORT, else 8080', async (t) => {
  t.equal(readConfig({ FUNC_PORT: '9001', PORT: '9002' }).port, 9001)
  t.equal(readConfig({ PORT: '9002' }).port, 9002)
})

t.test('an address of another store is kept, a folder becomes absolute', async (t) => {
  t.equal(readConfig({ TABLE_URI: 's3://bucket/table' }).tableUri, 's3://bucket/table')
  t.equal(readConfig({ TABLE_URI: 'db' }).tableUri, resolve('db'))
  t.equal(readConfig({ TABLE_URI: pathToFileURL('/a table').href }).tableUri, resolve('/a table'))
})

t.test('OLLAMA_HOST is read as people write it', async (t) => {
  const cases = [
    ['localhost', 'http://localhost:11434'],
    ['host.minikube.internal:11434', 'http://host.minikube.internal:11434'],
    ['http://ollama', 'http://ollama'],
    ['https://ollama.example.com/', 'https://ollama.example.com'],
    ['0.0.0.0:11434', 'http://127.0.0.1:11434'],
    [':11500', 'http://127.0.0.1:11500'],
    ['[::1]', 'http://[::1]:11434'],
  ] as const
  for (const [given, expected] of cases) t.equal(readConfig({ OLLAMA_HOST: given }).ollamaHost, expected, given)
})

t.test('an address that is none says why, and shows no password', async (t) => {
  t.throws(() => readConfig({ OLLAMA_HOST: 'tcp://host' }), {
    name: 'ConfigError',
    message: /^OLLAMA_HOST is "tcp:\/\/host": tcp:\/\/ is no scheme of Ollama's.* It must be host, host:port/,
  })
  t.throws(() => readConfig({ OLLAMA_HOST: 'http://ann:s3#cret@host' }), {
    message: /^OLLAMA_HOST is "http:\/\/…@host": .*In a password/,
  })
})

t.test('one request to Ollama carries a key, or a user and a password, or nothing', async (t) => {
  const cases = [
    [{}, null],
    [{ OLLAMA_API_KEY: 'sk-1' }, 'Bearer sk-1'],
    [{ OLLAMA_API_KEY: '"Bearer sk-1"' }, 'Bearer sk-1'],
    [{ OLLAMA_HOST: 'http://ann:b@host' }, `Basic ${Buffer.from('ann:b').toString('base64')}`],
  ] as const
  for (const [environment, expected] of cases) t.equal(readConfig(environment).ollamaAuthorization, expected)
  t.equal(readConfig({ OLLAMA_HOST: 'http://ann:b@host:1' }).ollamaHost, 'http://host:1')
  t.throws(() => readConfig({ OLLAMA_HOST: 'http://ann:b@host', OLLAMA_API_KEY: 'sk-1' }), /unset one of the two/)
  t.throws(() => readConfig({ OLLAMA_API_KEY: 's3cret s3cret' }), {
    message: 'OLLAMA_API_KEY is not usable: it must be a key without spaces, or none.',
  })
})

t.test('OLLAMA_MODEL is a name in one word, in quotes or not', async (t) => {
  t.equal(readConfig({ OLLAMA_MODEL: '"llama3.2:3b"' }).ollamaModel, 'llama3.2:3b')
  t.throws(() => readConfig({ OLLAMA_MODEL: 'llama 3' }), /OLLAMA_MODEL is "llama 3"/)
})

t.test('API_TOKEN and CORS_ORIGINS are read as people write them', async (t) => {
  t.equal(readConfig({}).apiToken, null)
  t.equal(readConfig({ API_TOKEN: 's3cret' }).apiToken, 's3cret')
  t.strictSame(readConfig({}).corsOrigins, [])
  t.strictSame(readConfig({ CORS_ORIGINS: 'none' }).corsOrigins, [])
  t.strictSame(readConfig({ CORS_ORIGINS: 'https://a.example, http://localhost:3000/' }).corsOrigins, [
    'https://a.example',
    'http://localhost:3000',
  ])
})

t.test('a bad secret is not shown', async (t) => {
  t.throws(() => readConfig({ API_TOKEN: 'two words' }), /^API_TOKEN is not usable: it must be a token without spaces/)
  t.throws(() => readConfig({ API_TOKEN: 'two words' }), { message: /^(?!.*two)/ })
})

t.test('a bad value names the variable, the value and what is allowed', async (t) => {
  const cases = [
    ['TOP_K', '0', 'a whole number from 1 to 20'],
    ['TOP_K', 'five', 'a whole number from 1 to 20'],
    ['GENERATOR', 'magic', 'one of auto, ollama, extractive'],
    ['KEEP_ALIVE', '5 minutes', 'a duration such as 30s, 5m or 24h'],
    ['PORT', '99999', 'a whole number from 1 to 65535'],
    ['CONNECT_TIMEOUT_MS', '-1', 'milliseconds'],
    ['LOG_LEVEL', 'loud', 'one of trace'],
    ['CORS_ORIGINS', 'a.example', '*, none, or origins'],
    ['CORS_ORIGINS', 'https://a.example/page', '*, none, or origins'],
    ['MAX_CONCURRENT_ANSWERS', '0', 'a whole number from 1 to 1000'],
  ] as const
  for (const [name, value, allowed] of cases) {
    try {
      readConfig({ [name]: value })
      t.fail(`${name}=${value} was accepted`)
    } catch (error) {
      t.ok(error instanceof ConfigError)
      t.match(String(error), `${name} is "${value}": it must be ${allowed}`)
    }
  }
})

t.test(
  'what reaches a table elsewhere is taken from the usual variables, where LanceDB does not do so itself',
  async (t) => {
    const cases = [
      [{}, {}],
      [{ AWS_REGION: 'eu-west-1' }, {}],
      [
        { AWS_ENDPOINT_URL: 'http://minio:9000' },
        { storageOptions: { endpoint: 'http://minio:9000', region: 'us-east-1', allow_http: 'true' } },
      ],
      [
        { AWS_ENDPOINT_URL_S3: 'https://s3.example', AWS_ENDPOINT_URL: 'http://other', AWS_DEFAULT_REGION: 'eu' },
        { storageOptions: { endpoint: 'https://s3.example', region: 'eu' } },
      ],
      [
        { LANCEDB_API_KEY: 'key', LANCEDB_REGION: 'us-west-2' },
        { apiKey: 'key', region: 'us-west-2' },
      ],
    ] as const
    for (const [environment, expected] of cases) t.strictSame(readConfig(environment).store, expected)
  },
)

t.test('a token of spaces is refused, and does not leave the function open', async (t) => {
  t.throws(() => readConfig({ API_TOKEN: ' ' }), { message: /^API_TOKEN is not usable/ })
  t.equal(readConfig({ API_TOKEN: '' }).apiToken, null)
  t.equal(readConfig({ API_TOKEN: 'secret\n' }).apiToken, 'secret')
})
