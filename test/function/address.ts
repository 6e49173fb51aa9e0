import t from 'tap'
import { parseAddress, unquote, withoutCredentials } from '../../function/address.ts'

t.test('an address is read as people write it', async (t) => {
  const cases = [
    ['localhost', 'http://localhost:11434'],
    ['host.minikube.internal:11434', 'http://host.minikube.internal:11434'],
    ['"http://localhost:11434"', 'http://localhost:11434'],
    ["'localhost:1'", 'http://localhost:1'],
    ['HTTP://LocalHost:11434', 'http://localhost:11434'],
    ['http://localhost:11434//', 'http://localhost:11434'],
    ['//localhost:1', 'http://localhost:1'],
    ['http://host', 'http://host'],
    ['https://host', 'https://host'],
    ['host:80', 'http://host'],
    ['host:', 'http://host:11434'],
    ['11434', 'http://127.0.0.1:11434'],
    [':11434', 'http://127.0.0.1:11434'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['0.0.0.0:80', 'http://127.0.0.1'],
    ['::1', 'http://[::1]:11434'],
    ['[::1]', 'http://[::1]:11434'],
    ['[::1]:8080', 'http://[::1]:8080'],
    ['::', 'http://[::1]:11434'],
    ['2001:db8::7', 'http://[2001:db8::7]:11434'],
    ['http://localhost:11434/api', 'http://localhost:11434'],
    ['http://localhost:11434/api/', 'http://localhost:11434'],
    ['http://localhost:11434/v1', 'http://localhost:11434'],
    ['http://localhost:11434/v1/chat/completions', 'http://localhost:11434'],
    ['localhost:11434/api/tags', 'http://localhost:11434'],
    ['https://host/ollama/', 'https://host/ollama'],
    ['https://host/ollama/api', 'https://host/ollama'],
    ['https://host/api/ollama', 'https://host/api/ollama'],
  ] as const
  for (const [given, url] of cases) t.strictSame(parseAddress(given), { url, authorization: null }, given)
})

t.test('a user and a password become an Authorization, and leave the address', async (t) => {
  const cases = [
    ['http://ann:secret@host:1', 'http://host:1', 'ann:secret'],
    ['ann:secret@host', 'http://host:11434', 'ann:secret'],
    ['https://ann@host', 'https://host', 'ann:'],
    ['https://ann:p%40s%3As%23@host/ollama', 'https://host/ollama', 'ann:p@s:s#'],
  ] as const
  for (const [given, url, credentials] of cases)
    t.strictSame(parseAddress(given), { url, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` })
})

t.test('what is no address says why', async (t) => {
  const cases = [
    ['', /empty/],
    ['""', /empty/],
    ['tcp://host:11434', /tcp:\/\/ is no scheme of Ollama's/],
    ['unix:///run/ollama.sock', /unix:\/\//],
    ['http//localhost:11434', /scheme is not whole/],
    ['http:/localhost:11434', /scheme is not whole/],
    ['http:localhost', /scheme is not whole/],
    ['https', /scheme is not whole/],
    ['http:\\\\localhost', /scheme is not whole/],
    ['http://http://localhost:11434', /no host in it/],
    ['$OLLAMA_HOST', /no host in it/],
    ['"localhost', /no host in it/],
    ['a,b', /no host in it/],
    ['http://', /cannot be read/],
    ['local host', /cannot be read/],
    ['localhost:99999', /cannot be read/],
    ['1234567', /cannot be read/],
    ['localhost:0', /port 0/],
    ['http://a:1,http://b:1', /cannot be read/],
    ['http://localhost:11434?x=1', /nothing may follow a \?/],
    ['http://localhost:11434#x', /nothing may follow/],
    ['http://ann:p#ss@host', /In a password, write # .* as %23/],
    ['http://ann:p%ss@host', /In a password/],
  ] as const
  for (const [given, why] of cases) t.match(parseAddress(given), { why }, given)
})

t.test('what is shown of one has no password in it', async (t) => {
  const cases = [
    ['http://ann:secret@host', 'http://…@host'],
    ['ann:sec/ret@host', '…@host'],
    ['"http://ann:se@ret@host', '"http://…@host'],
    ['http//ann:secret@host', 'http//…@host'],
    ['http://host?token=secret', 'http://host?…'],
    ['http://host', 'http://host'],
  ] as const
  for (const [given, shown] of cases) t.equal(withoutCredentials(given), shown)
})

t.test('quotes around a value are taken off, one that stands alone is not', async (t) => {
  for (const [given, expected] of [
    ['"a"', 'a'],
    ["' a '", 'a'],
    ['"a', '"a'],
    ['"a\'', '"a\''],
    [' a ', 'a'],
  ] as const)
    t.equal(unquote(given), expected)
})
