import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type Bounds, createOutbox, type Fate, type Outbox } from '../../../function/operations/outbox.ts'
import { nowhere, root } from '../../running.ts'
import { startSink } from '../../sink.ts'

const soon: Bounds = { waiting: 8, atOnce: 2, tryMs: 150, pausesMs: [10, 10], logEveryMs: 60_000 }
const event = '{"specversion":"1.0"}'

/** An outbox, what it counted and what it logged. */
const start = (
  url: string,
  bounds: Partial<Bounds> = {},
  certificates: string | null = null,
): Outbox & { counts: () => Partial<Record<Fate, number>>; logged: object[]; add: (event: string) => void } => {
  const fates: Fate[] = []
  const logged: object[] = []
  const log = { warn: (details: object) => void logged.push(details) }
  const outbox = createOutbox({ url, extensions: {}, certificates }, (fate) => fates.push(fate), log as never, {
    ...soon,
    ...bounds,
  })
  const counts = (): Partial<Record<Fate, number>> =>
    Object.fromEntries([...new Set(fates)].map((fate) => [fate, fates.filter((one) => one === fate).length]))
  return { ...outbox, counts, logged }
}
const add = (outbox: Outbox, count: number): void => {
  for (let number = 0; number < count; number += 1) outbox.add(event)
}
const status = (code: number) => (response: ServerResponse) => void response.writeHead(code).end('and a reason')

t.test('events are sent, few at once, over connections that are kept', async (t) => {
  const ports = new Set<number | undefined>()
  const sink = await startSink(t, (response) => {
    ports.add(response.socket?.remotePort)
    setTimeout(() => response.writeHead(202).end(), 5)
  })
  const outbox = start(sink.url)
  add(outbox, 8)
  await outbox.flush(5_000)
  t.strictSame(outbox.counts(), { sent: 8 })
  t.equal(sink.atOnce(), 2)
  t.equal(ports.size, 2)
  t.match(sink.received[0], {
    path: '/default/broker',
    headers: { 'content-type': /^application\/cloudevents\+json/ },
    event: { specversion: '1.0' },
  })
  t.strictSame(outbox.logged, [])
})

t.test('an outbox that was empty takes more', async (t) => {
  const sink = await startSink(t)
  const outbox = start(sink.url)
  for (let round = 1; round <= 3; round += 1) {
    add(outbox, 3)
    await sink.wait(3 * round)
  }
  await outbox.flush(5_000)
  t.strictSame(outbox.counts(), { sent: 9 })
})

t.test('what a retry may mend is tried three times, what none mends once', async (t) => {
  const cases: Array<[number, Fate, number]> = [
    ...[500, 503, 429, 408, 404].map((code): [number, Fate, number] => [code, 'failed', 3]),
    ...[400, 401, 403, 413, 301].map((code): [number, Fate, number] => [code, 'refused', 1]),
  ]
  for (const [code, fate, tries] of cases) {
    const sink = await startSink(t, status(code))
    const outbox = start(sink.url)
    add(outbox, 1)
    await outbox.flush(5_000)
    t.strictSame(outbox.counts(), { [fate]: 1 }, String(code))
    t.equal(sink.received.length, tries, String(code))
    t.match(outbox.logged, [{ why: `status ${code}`, lost: 1, sink: /^http:\/\/localhost:\d+$/ }])
  }
  const mended = await startSink(t, (response, count) => status(count < 3 ? 503 : 202)(response))
  const outbox = start(mended.url)
  add(outbox, 1)
  await outbox.flush(5_000)
  t.strictSame(outbox.counts(), { sent: 1 })
})

t.test(
  'a sink that is down, hangs, never ends its reply or hangs up costs each event its time, and no more',
  async (t) => {
    const hanging = await startSink(t, () => undefined)
    const endless = await startSink(t, (response) => void response.writeHead(202).write('…'))
    const rude = await startSink(t, (response) => void response.socket?.destroy())
    for (const [url, why] of [
      [nowhere, /ECONNREFUSED/],
      [hanging.url, 'no reply within 0.15 s'],
      [endless.url, 'no reply within 0.15 s'],
      [rude.url, /socket hang up|ECONNRESET/],
    ] as const) {
      const outbox = start(url)
      const begun = performance.now()
      add(outbox, 2)
      await outbox.flush(20_000)
      t.ok(performance.now() - begun < 10_000, url)
      t.strictSame(outbox.counts(), { failed: 2 }, url)
      t.match(outbox.logged, [{ why, lost: 1 }, { lost: 1 }])
    }
  },
)

t.test('what there is no room for is dropped at once, and told once in a while', async (t) => {
  const hanging = await startSink(t, () => undefined)
  const outbox = start(hanging.url, { tryMs: 60_000 })
  const begun = performance.now()
  add(outbox, 1_000)
  t.ok(performance.now() - begun < 1_000)
  t.strictSame(outbox.counts(), { dropped: 990 }, '2 are being sent, and 8 wait')
  t.match(outbox.logged, [{ why: '8 of them wait already', lost: 1 }])
  await outbox.flush(50)
  t.strictSame(outbox.counts(), { dropped: 1_000 })
  t.match(outbox.logged[1], { why: 'the instance ended', lost: 999 })
  t.equal(outbox.logged.length, 2)
  outbox.add(event)
  t.strictSame(outbox.counts(), { dropped: 1_001 }, 'nothing is begun after the end')
  t.ok(performance.now() - begun < 10_000)
})

t.test('the end waits for what is on its way, also between two tries', async (t) => {
  const slow = await startSink(t, (response) => void setTimeout(() => status(202)(response), 80))
  const outbox = start(slow.url)
  add(outbox, 2)
  await outbox.flush(5_000)
  t.strictSame(outbox.counts(), { sent: 2 })
  const failing = await startSink(t, status(503))
  const pausing = start(failing.url, { pausesMs: [60_000] })
  add(pausing, 1)
  await failing.wait(1)
  await pausing.flush(50)
  t.strictSame(pausing.counts(), { dropped: 1 })
})

t.test('a sink with a certificate of its own is trusted by the authority that it names alone', async (t: Test) => {
  const file = (name: string): Buffer => readFileSync(join(root, 'test/fixtures/ollama', name))
  const sink = await startSink(t, undefined, { key: file('key.pem'), cert: file('cert.pem') })
  const send = async (certificates: string | null) => {
    const outbox = start(sink.url, { tryMs: 5_000 }, certificates)
    add(outbox, 1)
    await outbox.flush(20_000)
    return outbox
  }
  t.strictSame((await send(file('cert.pem').toString())).counts(), { sent: 1 })
  const strange = await send(null)
  t.strictSame(strange.counts(), { failed: 1 })
  t.match(strange.logged, [{ why: /self-signed certificate/ }])
  const none = await send('-----BEGIN CERTIFICATE-----\nnonsense')
  t.strictSame(none.counts(), { failed: 1 })
})
