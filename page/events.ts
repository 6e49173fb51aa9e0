/** Server-sent events, as they are read from the body of a reply. */
import type { StreamEvent } from '../function/contract/replies.ts'

/** A body -> the names of its events and their data. Comments are heartbeats, and left out. */
export async function* eventsOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<StreamEvent> {
  let rest = ''
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).replaceAll('\r', '').split('\n\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const fields = part.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line) ?? [])
      const data = fields.filter(([, name]) => name === 'data').map(([, , value]) => value)
      const event = fields.find(([, name]) => name === 'event')?.[2]
      if (event !== undefined && data.length > 0) yield [event, JSON.parse(data.join('\n'))] as unknown as StreamEvent
    }
  }
}
