import { setImmediate } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { readBody } from '../../../function/http/body.ts'

const pieces = async function* (count: number, bytes: number): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < count; piece += 1) {
    await setImmediate()
    yield Buffer.alloc(bytes, 'x')
  }
}

t.test('a body is read whole, up to its size', async (t) => {
  t.equal(await readBody({}, pieces(2, 10)), 'x'.repeat(20))
  t.equal((await readBody({ 'content-length': '65536' }, pieces(1, 65_536))).length, 65_536)
  const tooLarge = { name: 'CallerError', kind: 'body-too-large', message: /larger than 65536 bytes/ }
  await t.rejects(readBody({ 'content-length': '65537' }, pieces(1, 1)), tooLarge, 'at its announcement')
  await t.rejects(readBody({}, pieces(3, 30_000)), tooLarge, 'as it comes')
})

t.test('a body that is no UTF-8 text is refused with what to send', async (t) => {
  const gzip = async function* (): AsyncGenerator<Uint8Array> {
    yield gzipSync('{"question": "What is Kubernetes?"}')
  }
  await t.rejects(readBody({ 'content-encoding': 'gzip' }, gzip()), {
    kind: 'unsupported-body',
    message: /Send it uncompressed/,
  })
  await t.rejects(readBody({}, gzip()), { kind: 'unusable-question', message: /Send it as UTF-8/ })
  t.equal(await readBody({ 'content-encoding': 'gzip' }, pieces(0, 0)), '')
})

t.test('a body that is not UTF-8 is read as its header says', async (t) => {
  const sent = async function* (bytes: Buffer): AsyncGenerator<Uint8Array> {
    yield bytes
  }
  const cases: Array<[string, BufferEncoding, string]> = [
    ['application/json; charset=ISO-8859-1', 'latin1', 'Où est le café ?'],
    ['text/plain;charset="windows-1252"', 'latin1', 'Où est le café ?'],
    ['application/json; charset=utf-16', 'utf16le', '{"question": "What is Kubernetes?"}'],
    ['application/json; charset=utf-16', 'utf8', '{"question": "What is Kubernetes?"}'],
    ['application/json; charset=iso-8859-1', 'utf8', 'Où est le café ?'],
  ]
  for (const [type, encoding, text] of cases)
    t.equal(await readBody({ 'content-type': type }, sent(Buffer.from(text, encoding))), text, `${type} as ${encoding}`)
  for (const type of ['application/json', 'application/json; charset=utf-8', 'text/plain; charset=nonsense'])
    await t.rejects(readBody({ 'content-type': type }, sent(Buffer.from('café', 'latin1'))), {
      kind: 'unusable-question',
      message: /Send it as UTF-8/,
    })
})

t.test('the bodies of many callers are bounded together, and the memory is free again after', async (t) => {
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(60_000)
    await stop.promise
  }
  const stop = Promise.withResolvers<void>()
  const reading = Array.from({ length: 400 }, () => readBody({}, endless()))
  const outcomes = Promise.allSettled(reading)
  await new Promise((resolve) => setTimeout(resolve, 50))
  stop.resolve()
  const refused = (await outcomes).filter(({ status }) => status === 'rejected')
  t.equal(refused.length, 400 - Math.floor((16 << 20) / 60_000))
  for (const { reason } of refused as PromiseRejectedResult[]) t.match(reason, { kind: 'too-many' })
  t.equal((await readBody({}, pieces(1, 60_000))).length, 60_000)
})
