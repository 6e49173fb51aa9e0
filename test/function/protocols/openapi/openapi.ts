import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import t from 'tap'
import { paths } from '../../../../function/http/request.ts'
import { toOpenApi } from '../../../../function/protocols/openapi/openapi.ts'
import { makeTable, nowhere, startFunction } from '../../../running.ts'

t.test('it is valid OpenAPI 3.1, with a token and without', async (t) => {
  for (const hasToken of [true, false]) {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(structuredClone(toOpenApi(hasToken)))
    t.ok(valid, JSON.stringify(errors))
    t.equal(validator.version, '3.1')
  }
})

t.test('every path that is served is in it, and no other', async (t) => {
  const documented = toOpenApi(false).paths as Record<string, Record<string, object>>
  t.strictSame(Object.keys(documented).sort(), Object.keys(paths).sort())
  for (const [path, methods] of Object.entries(documented))
    for (const method of Object.keys(methods)) t.ok(paths[path]?.includes(method.toUpperCase()), `${method} ${path}`)
})

t.test('it is served, behind the token where there is one', async (t) => {
  const tableUri = join(t.testdir({ docs: { 'a.md': 'A pod.' } }), 'table')
  await makeTable(join(t.testdirName, 'docs'), tableUri)
  const environment = { TABLE_URI: tableUri, OLLAMA_HOST: nowhere, LOG_LEVEL: 'fatal', API_TOKEN: 's3cret' }
  const { url } = await startFunction(t, environment)
  t.equal((await fetch(`${url}/openapi.json`)).status, 401)
  const reply = await fetch(`${url}/openapi.json`, { headers: { authorization: 'Bearer s3cret' } })
  t.match(await reply.json(), { openapi: '3.1.0', components: { securitySchemes: { token: { scheme: 'bearer' } } } })
})
