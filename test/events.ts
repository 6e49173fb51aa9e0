/** A server-sent event as it was received; `comment` for a heartbeat. */
export interface ServerSentEvent {
  readonly event: string
  readonly data: unknown
}

/** The events of a response as they arrive. */
export async function* readEvents(response: Response): AsyncGenerator<ServerSentEvent> {
  let text = ''
  if (response.body === null) return
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1] ?? 'comment'
      yield { event, data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null') }
    }
  }
  if (text !== '') throw new Error(`the stream ended within an event: ${text}`)
}
