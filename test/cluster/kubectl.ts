// kubectl as a careful person runs it: every call ends, a cluster that stutters is asked again, one that is gone is said to be.
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** The cluster cannot be used any further: nothing else is tried. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError'
}

/** One check does not hold; the others are still made. */
export class CheckError extends Error {
  override readonly name = 'CheckError'
}

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  /** What it said on its error output, in one line. */
  readonly said: string
}

export interface Kubectl {
  /** Runs it once, to its end or to the end of the time; never throws for what it says. */
  readonly try: (args: readonly string[], input?: string) => Promise<Outcome>
  /** Runs it until it works. Throws CheckError for what it refuses, ClusterError where the cluster stays away. */
  readonly run: (args: readonly string[], input?: string) => Promise<string>
  /** The same with `--output json`, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: what the API says is looked at field by field.
  readonly json: (args: readonly string[]) => Promise<any>
  /** Throws CheckError with what was seen last where `look` gives nothing within the time. */
  readonly until: <Seen>(what: string, seconds: number, look: () => Promise<Seen | string>) => Promise<Seen>
}

/** What passes by itself: a server that starts again, a webhook that is not up yet, two writers at once. */
const passing =
  /was refused|connection refused|EOF$|connection reset|connection lost|i\/o timeout|TLS handshake timeout|deadline exceeded|timed out|unable to connect|unexpected EOF|no such host|network is unreachable|no route to host|http2: |etcdserver|ServiceUnavailable|InternalError|Internal error|currently unable to handle|TooManyRequests|Too Many Requests|failed calling webhook|no endpoints available|object has been modified|AlreadyExists.*being deleted/i

export interface KubectlOptions {
  readonly context: string | undefined
  readonly namespace: string | undefined
  /** Ends what runs, and lets nothing else begin. */
  readonly signal: AbortSignal
  readonly callTimeoutMs?: number
  /** How long a cluster may be away. */
  readonly patienceMs?: number
  readonly pollMs?: number
}

export function createKubectl(options: KubectlOptions): Kubectl {
  const { signal, callTimeoutMs = 30_000, patienceMs = 60_000, pollMs = 1_000 } = options
  const before = [
    ...(options.context === undefined ? [] : ['--context', options.context]),
    ...(options.namespace === undefined ? [] : ['--namespace', options.namespace]),
  ]
  const once = (args: readonly string[], input?: string): Promise<Outcome> =>
    execute('kubectl', [...before, ...args], {
      signal,
      timeoutMs: callTimeoutMs,
      ...(input === undefined ? {} : { input }),
    })

  const kubectl: Kubectl = {
    try: once,
    async run(args, input) {
      const givenUp = performance.now() + patienceMs
      for (;;) {
        const { code, stdout, said } = await once(args, input)
        if (code === 0) return stdout
        const command = `kubectl ${args.slice(0, 3).join(' ')}`
        if (code !== null && !passing.test(said)) throw new CheckError(`${command}: ${said || `exit ${code}`}`)
        if (performance.now() > givenUp)
          throw new ClusterError(
            `The cluster has not answered for ${Math.round(patienceMs / 1000)} s. ${command}: ${said || 'no answer'}`,
          )
        await sleep(pollMs, undefined, { signal })
      }
    },
    async json(args) {
      const text = await kubectl.run([...args, '--output', 'json'])
      try {
        return JSON.parse(text)
      } catch {
        throw new CheckError(`kubectl ${args.join(' ')} printed something that is not JSON: ${text.slice(0, 200)}`)
      }
    },
    async until(what, seconds, look) {
      const end = performance.now() + seconds * 1000
      for (;;) {
        const seen = await look()
        if (typeof seen !== 'string') return seen
        if (performance.now() > end) throw new CheckError(`${what}: not within ${seconds} s; last seen: ${seen}`)
        await sleep(pollMs, undefined, { signal })
      }
    },
  }
  return kubectl
}

/** Runs a program to its end, or kills it when its time is up or the signal fires; `code` is then null. */
export async function execute(
  command: string,
  args: readonly string[],
  options: { readonly signal: AbortSignal; readonly timeoutMs: number; readonly input?: string; readonly cwd?: string },
): Promise<Outcome> {
  options.signal.throwIfAborted()
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })
  const kill = (): unknown => child.kill('SIGKILL')
  const timer = setTimeout(kill, options.timeoutMs)
  options.signal.addEventListener('abort', kill)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  // It may end without having read its input.
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  try {
    return await new Promise<Outcome>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => {
        const said = stderr
          .trim()
          .split('\n')
          .filter((line) => !/^(Warning|I\d{4}|W\d{4})/.test(line))
          .join('; ')
        resolve({
          code,
          stdout,
          said: code === null && said === '' ? `no answer within ${options.timeoutMs / 1000} s` : said,
        })
      })
    })
  } finally {
    clearTimeout(timer)
    options.signal.removeEventListener('abort', kill)
    options.signal.throwIfAborted()
  }
}
