import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import t from 'tap'
import { letGoIdleReader } from '../../../function/http/runtime.ts'

t.test('who reads nothing is let go, who reads slowly is not', async (t) => {
  const piece = 'x'.repeat(1 << 20)
  const server = createServer((_, response) => {
    letGoIdleReader(response, 200)
    for (let sent = 0; sent < 16; sent += 1) response.write(piece)
    response.end()
  }).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const ask = (): ReturnType<typeof connect> => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    return socket
  }
  const idle = ask().pause()
  const [, response] = await once(server, 'request')
  await once(response, 'close')
  t.notOk(response.writableFinished, 'the rest was not kept for the idle reader')
  idle.destroy()

  let read = 0
  for await (const bytes of ask()) {
    read += bytes.length
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  t.ok(read > 16 * piece.length, 'all of it')
})
