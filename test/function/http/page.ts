import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { buildPage } from '../../../build/page.ts'
import { toPageResponse } from '../../../function/http/page.ts'

for (const [name, bytes] of [
  ['page', 60_000],
  ['docs', 16_000],
] as const)
  t.test(
    `${name} is one file under ${bytes} bytes, with a policy that lets only its own script and style run`,
    async (t) => {
      const { status, headers, body } = await toPageResponse(name, undefined)
      t.equal(status, 200)
      t.match(headers, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        vary: 'accept, accept-encoding',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      })
      const html = String(body)
      t.equal(html, await buildPage(name), 'it is made from page/ as it is')
      t.ok(Buffer.byteLength(html) < bytes, `${Buffer.byteLength(html)} bytes`)
      const policy = headers['content-security-policy'] ?? ''
      t.match(policy, "default-src 'none'")
      t.match(policy, "frame-ancestors 'none'")
      t.match(policy, "trusted-types 'none'")
      t.notMatch(policy, /unsafe/)
      for (const element of ['script', 'style']) {
        const [, content = ''] = new RegExp(`<${element}[^>]*>([\\s\\S]*?)</${element}>`).exec(html) ?? []
        const hash = createHash('sha256').update(content).digest('base64')
        t.match(policy, `${element}-src 'sha256-${hash}'`)
        t.equal(html.split(`<${element}`).length, 2, `one ${element}`)
      }
      t.notMatch(html, /innerHTML|insertAdjacent|document\.write|\son[a-z]+="|style="|(src|href)="(https?:)?\/\//)
    },
  )

t.test('the page is compressed for whoever takes that', async (t) => {
  const cases = [
    ['gzip, deflate, br', true],
    ['br;q=1.0, GZIP;q=0.5', true],
    ['gzip;q=0', false],
    ['gzip; q=0.000, br', false],
    ['br', false],
    ['', false],
    [undefined, false],
  ] as const
  const whole = String((await toPageResponse('page', undefined)).body)
  for (const [acceptEncoding, wanted] of cases) {
    const { headers, body } = await toPageResponse('page', acceptEncoding)
    t.equal(headers['content-encoding'], wanted ? 'gzip' : undefined, `${acceptEncoding}`)
    t.equal(wanted ? gunzipSync(body as Buffer).toString() : body, whole)
    if (wanted) t.ok((body as Buffer).length < 24_000, `${(body as Buffer).length} bytes`)
  }
})
