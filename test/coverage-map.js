/** What only a request can reach is covered by the test that sends requests; every other module by the test of its own name. */
const overHttp = [
  'index',
  'service',
  'http/runtime',
  'http/request',
  'http/response',
  'operations/describe',
  'answer/answer',
].map((name) => `function/${name}.ts`)

/**
 * A test file -> the modules whose coverage it counts for.
 * @param {string} test
 * @returns {string | string[] | null}
 */
export default (test) => {
  const source = test.replace(/^test\//, '')
  if (['function/index.ts', 'serving.ts', 'fuzz.ts'].includes(source)) return overHttp
  return /^(function|index|build|doctor|eval|bench)\//.test(source) ? source : null
}
