// The port, looked at before the runtime takes it.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { ConfigError } from './errors.ts'
import { listenWithoutIpv6 } from './http/runtime.ts'

/** Throws ConfigError where nothing can listen on the port; the runtime would print a stack trace. */
export async function checkPort(port: number, host = '::'): Promise<void> {
  const listening = createServer().listen(port, host)
  const failure: NodeJS.ErrnoException | undefined = await once(listening, 'listening').then(
    () => undefined,
    (error) => error,
  )
  if (failure === undefined) {
    listening.close()
    await once(listening, 'close')
    return
  }
  if (host === '::' && withoutIpv6.has(failure.code)) {
    listenWithoutIpv6()
    return await checkPort(port, '0.0.0.0')
  }
  const why = failure.code === 'EADDRINUSE' ? 'another program has it' : failure.message
  throw new ConfigError(`Nothing can listen on port ${port}: ${why}. Take another: FUNC_PORT=${port + 1} npm start`, {
    cause: failure,
  })
}

/** What a kernel says that has no IPv6 at all, or no address of it. */
const withoutIpv6: ReadonlySet<string | undefined> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EPROTONOSUPPORT'])
