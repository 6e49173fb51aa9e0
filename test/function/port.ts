import { once } from 'node:events'
import { createServer } from 'node:net'
import t from 'tap'
import { freePort } from '../../build/warm.ts'
import { ConfigError } from '../../function/errors.ts'
import { checkPort } from '../../function/port.ts'

t.test('a port that is free stays free', async (t) => {
  const port = await freePort()
  await checkPort(port)
  const server = createServer().listen(port)
  await once(server, 'listening')
  t.equal(server.listening, true)
  server.close()
})

t.test('a port that another program has is named, with the next one', async (t) => {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await t.rejects(
    checkPort(port),
    new ConfigError(
      `Nothing can listen on port ${port}: another program has it. Take another: FUNC_PORT=${port + 1} npm start`,
    ),
  )
  server.close()
})
