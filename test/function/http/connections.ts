import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import t, { type Test } from 'tap'
import { type Connections, watchConnections } from '../../../function/http/connections.ts'

type Answer = (response: ServerResponse) => void

/** A server whose connections are watched, and a way to ask it over one that is kept. */
const start = async (
  t: Test,
  answer: Answer = (response) => response.end('answer'),
): Promise<{
  connections: Connections
  url: string
  port: number
  ask: (agent?: Agent) => Promise<IncomingMessage>
  kept: Agent
}> => {
  const connections = watchConnections()
  const server = createServer(({ socket }, response) => {
    connections.begin(socket, response)
    response.setHeader('late', String(connections.hear(socket)))
    answer(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const kept = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => {
    kept.destroy()
    server.closeAllConnections()
    server.close()
  })
  const ask = async (agent: Agent = kept): Promise<IncomingMessage> => {
    const [response] = await once(request(url, { agent }).end(), 'response')
    response.resume()
    await once(response, 'end')
    return response
  }
  return { connections, url, port, ask, kept }
}

t.test('a connection is kept for longer than whatever stands before the function keeps it', async (t) => {
  const { ask } = await start(t)
  const [, seconds] = /timeout=(\d+)/.exec(String((await ask()).headers['keep-alive'])) ?? []
  t.ok(Number(seconds) > 3_600, `${seconds} s`)
})

t.test(
  'what is asked on a kept connection while draining is answered, and told to go; then the drain is over',
  async (t) => {
    const { connections, ask, kept } = await start(t)
    t.equal((await ask()).headers.connection, 'keep-alive')
    const [socket] = Object.values(kept.freeSockets).flat()
    const drained = connections.drain(60_000, 60_000)
    const again = await ask()
    t.match([again.statusCode, again.headers], [200, { connection: 'close', late: 'false' }])
    t.equal(again.socket, socket, 'over the same connection')
    await drained
  },
)

t.test('a stream that began before is whole, and its connection is answered once more', async (t) => {
  const held: ServerResponse[] = []
  const { connections, ask } = await start(t, (response) => {
    if (connections.isDraining()) return void response.end('answer')
    response.write('half ')
    held.push(response)
  })
  const streaming = ask()
  while (held.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  const drained = connections.drain(60_000, 60_000)
  held[0]?.end('whole')
  t.equal((await streaming).headers.connection, 'keep-alive', 'its head had left before')
  t.equal((await ask()).headers.connection, 'close')
  await drained
})

t.test('an idle connection is closed after its rest, one that is being answered is not', async (t) => {
  const held: ServerResponse[] = []
  const { connections, port, ask } = await start(t, (response) => void held.push(response))
  const idle = connect(port, '127.0.0.1')
  await once(idle, 'connect')
  const asked = ask()
  while (held.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  const drained = connections.drain(60_000, 50)
  idle.resume()
  await once(idle, 'end')
  held[0]?.end('answer')
  t.match([(await asked).statusCode, (await asked).headers.connection], [200, 'close'])
  await drained
})

t.test('a stream that ends late leaves its caller the whole rest to ask once more', async (t) => {
  const held: ServerResponse[] = []
  const { connections, ask, kept } = await start(t, (response) => {
    if (connections.isDraining()) return void response.end('answer')
    response.write('half ')
    held.push(response)
  })
  const streaming = ask()
  while (held.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  const drained = connections.drain(60_000, 2_000)
  await new Promise((resolve) => setTimeout(resolve, 1_900))
  held[0]?.end('whole')
  await streaming
  const [socket] = Object.values(kept.freeSockets).flat()
  // Past the rest since the drain began, far from the rest since the stream ended.
  await new Promise((resolve) => setTimeout(resolve, 300))
  const again = await ask()
  t.match([again.headers.connection, again.socket === socket], ['close', true])
  await drained
})

t.test('whoever connects when everybody was long told to go comes late', async (t) => {
  const held: ServerResponse[] = []
  const { connections, ask } = await start(t, (response) => {
    if (held.length > 0) return void response.end()
    held.push(response)
  })
  const asked = ask()
  while (held.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  const drained = connections.drain(60_000, 50)
  await new Promise((resolve) => setTimeout(resolve, 100))
  t.match((await ask(new Agent())).headers, { late: 'true', connection: 'close' })
  held[0]?.end()
  t.equal((await asked).headers.late, 'false')
  await drained
})

t.test('a drain ends after its limit, whoever is still there, and a second one is the first', async (t) => {
  const { connections, ask } = await start(t, () => undefined)
  const asked = ask().catch((error: unknown) => error)
  await new Promise((resolve) => setTimeout(resolve, 50))
  const drained = connections.drain(50, 0)
  t.equal(connections.drain(60_000, 60_000), drained)
  await drained
  t.pass('it is over')
  void asked
})

t.test('with no connection at all, nothing is waited for', async (t) => {
  const { connections } = await start(t)
  await connections.drain(60_000, 1)
  t.ok(connections.isDraining())
})
