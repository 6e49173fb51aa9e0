import t from 'tap'
import { eventsOf } from '../../page/events.ts'

const read = async (pieces: readonly string[]): Promise<unknown[]> => {
  const bytes = pieces.map((piece) => new TextEncoder().encode(piece))
  const events: unknown[] = []
  for await (const event of eventsOf(ReadableStream.from(bytes))) events.push(event)
  return events
}

t.test('events come out whole, however the bytes were cut; heartbeats are left out', async (t) => {
  const body =
    'event: token\ndata: {"text":"ä\\n"}\n\n: still here\n\nevent: error\r\ndata: {"title":\r\ndata: "b"}\r\n\r\n'
  const expected = [
    ['token', { text: 'ä\n' }],
    ['error', { title: 'b' }],
  ]
  t.strictSame(await read([body]), expected)
  t.strictSame(await read([...body]), expected, 'one character at a time')
})

t.test('what broke off in the middle of an event is no event', async (t) => {
  t.strictSame(await read(['event: token\ndata: {"text":"a"}\n\nevent: answer\ndata: {"ans']), [
    ['token', { text: 'a' }],
  ])
})
