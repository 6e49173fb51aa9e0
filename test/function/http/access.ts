import t from 'tap'
import { createAuthorize, toCorsHeaders } from '../../../function/http/access.ts'
import type { Caller } from '../../../function/http/runtime.ts'

const caller = (headers: Caller['headers'], path = '/query', query = ''): Caller => ({
  method: 'GET',
  path,
  query,
  headers,
  body: (async function* () {})(),
  isLate: false,
  hasOneHost: true,
  signal: new AbortController().signal,
})

t.test('without a token everybody comes in', async (t) => {
  t.doesNotThrow(() => createAuthorize(null)(caller({})))
})

t.test('with one, only who brings it', async (t) => {
  const authorize = createAuthorize('s3cret')
  for (const authorization of ['Bearer s3cret', 'bearer  s3cret ']) {
    t.doesNotThrow(() => authorize(caller({ authorization })), authorization)
  }
  for (const authorization of [
    '',
    'Bearer',
    'Bearer s3cre',
    'Bearer s3crets',
    'Basic s3cret',
    's3cret',
    'Bearer a s3cret',
  ]) {
    t.throws(() => authorize(caller({ authorization })), { name: 'CallerError', kind: 'unauthorized' }, authorization)
  }
  t.throws(() => authorize(caller({}, '/metrics')), { name: 'CallerError', kind: 'unauthorized' })
})

t.test('the page itself is open, what it shows is not', async (t) => {
  const authorize = createAuthorize('s3cret')
  t.doesNotThrow(() => authorize(caller({ accept: 'text/html' }, '/')))
  t.throws(() => authorize(caller({ accept: 'application/json' }, '/')), { name: 'CallerError', kind: 'unauthorized' })
  t.throws(() => authorize(caller({ accept: 'text/html' }, '/', 'q=x')), { name: 'CallerError', kind: 'unauthorized' })
  t.throws(() => authorize(caller({ accept: 'text/html' })), { name: 'CallerError', kind: 'unauthorized' })
  t.throws(() => authorize({ ...caller({ accept: 'text/html' }, '/'), method: 'POST' }), {
    name: 'CallerError',
    kind: 'unauthorized',
  })
})

t.test('pages of other origins may read the reply where they are allowed to', async (t) => {
  const origin = 'https://a.example'
  const allow = (headers: Record<string, string>): string | undefined => headers['access-control-allow-origin']
  t.equal(allow(toCorsHeaders(caller({ origin }), '*')), '*')
  t.equal(allow(toCorsHeaders(caller({ origin }), [origin])), origin)
  t.strictSame(toCorsHeaders(caller({ origin: 'https://b.example' }), [origin]), { vary: 'Accept, Origin' })
  t.strictSame(toCorsHeaders(caller({ origin: 'null' }), []), { vary: 'Accept, Origin' })
  t.equal(allow(toCorsHeaders(caller({}), [origin])), undefined)
})
