/** What only a request can reach is covered by the test that sends requests; every other module by the test of its own name. */
const overHttp = [
  'index',
  'service',
  ...['question', 'request', 'response', 'runtime'].map((name) => `http/${name}`),
  'operations/describe',
  'answer/answer',
].map((name) => `function/${name}.ts`)

const overHttpTests = [
  'function/index.ts',
  'function/http/request.ts',
  'function/http/runtime.ts',
  'serving.ts',
  'fuzz.ts',
]

/** One conversation with the official client goes through all of them. */
const openAi = ['annotations', 'chat-completions', 'conversation', 'endpoints', 'errors', 'responses']
  .map((name) => `function/protocols/openai/${name}.ts`)
  .concat('function/protocols/source-url.ts')

/**
 * A test file -> the modules whose coverage it counts for.
 * @param {string} test
 * @returns {string | string[] | null}
 */
export default (test) => {
  const source = test.replace(/^test\//, '')
  if (overHttpTests.includes(source)) return overHttp
  if (source === 'function/protocols/openai/endpoints.ts') return openAi
  return /^(function|index|build|compare|doctor|eval|bench)\//.test(source) ? source : null
}
