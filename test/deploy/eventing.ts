import { once } from 'node:events'
import t from 'tap'
import { freePort } from '../../build/warm.ts'
import { readConfig } from '../../function/config.ts'
import { parseEvent } from '../../function/http/event.ts'
import { run } from '../running.ts'
import { type Manifest, readManifests } from './manifests.ts'

const manifests = readManifests()
const ours = manifests.filter(({ path }) => path.startsWith('deploy/eventing/'))
const find = (kind: string, name: string): Manifest => {
  const found = ours.find((manifest) => manifest.kind === kind && manifest.metadata.name === name)
  if (found === undefined) throw new Error(`deploy/eventing/ has no ${kind} ${name}`)
  return found
}
const broker = find('Broker', 'rag-app')
const triggers = ours.filter(({ kind }) => kind === 'Trigger')
const log = find('Deployment', 'rag-app-events')

/** Milliseconds of a duration as Knative writes it. */
const milliseconds = (duration: string): number => Number(/^PT(\d+)S$/.exec(duration)?.[1]) * 1000

t.test('everything that is referred to is there', async (t) => {
  const references = [
    broker.spec.delivery.deadLetterSink.ref,
    ...triggers.map(({ spec }) => spec.subscriber.ref),
    find('SinkBinding', 'rag-app').spec.subject,
    find('SinkBinding', 'rag-app').spec.sink.ref,
  ]
  for (const { apiVersion, kind, name } of references)
    t.ok(
      manifests.some((one) => one.apiVersion === apiVersion && one.kind === kind && one.metadata.name === name),
      `${kind} ${name}`,
    )
  for (const { spec } of triggers) t.equal(spec.broker, broker.metadata.name)
  t.strictSame(find('Service', 'rag-app-events').spec.selector, log.spec.selector.matchLabels)
})

t.test('the function is sent questions, and nothing that it sends itself', async (t) => {
  const types = triggers.map(({ spec }) => [spec.subscriber.ref.name, spec.filter.attributes.type])
  t.strictSame(types, [
    ['rag-app', 'dev.ragfunction.question'],
    ['rag-app-events', 'dev.ragfunction.unanswered'],
  ])
  const ask = (type: string): unknown =>
    parseEvent({ 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/ann', 'ce-type': type }, 'What is a pod?')
  t.match(ask('dev.ragfunction.question'), { data: 'What is a pod?' })
  for (const type of ['dev.ragfunction.unanswered', 'dev.ragfunction.answer'])
    t.throws(() => ask(type), /not asked again/, 'nor where a Trigger has no filter')
})

t.test('one try of a delivery outlasts an answer', async (t) => {
  const { timeout, backoffDelay, backoffPolicy, retry } = broker.spec.delivery
  t.ok(milliseconds(timeout) > readConfig({}).answerTimeoutMs)
  t.ok(milliseconds(timeout) <= 300_000, "timeoutSeconds of the function's Service")
  t.ok(milliseconds(backoffDelay) > 0 && retry > 0)
  t.equal(backoffPolicy, 'exponential')
})

t.test('the log writes each event as one line, whatever it is sent, and ends when it is told to', async (t) => {
  const [container] = log.spec.template.spec.containers
  const [command, ...args] = container.command
  t.equal(command, 'node')
  const port = await freePort()
  const running = run(t, args, { PORT: String(port) })
  const send = async (path: string, headers: Record<string, string>, body: string): Promise<number | undefined> => {
    for (let tries = 0; tries < 500; tries += 1) {
      const reply = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body }).catch(
        () => undefined,
      )
      if (reply) return reply.status
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return undefined
  }
  const headers = { 'ce-type': 'dev.ragfunction.unanswered', 'content-type': 'application/json' }
  t.equal(await send('/unanswered', headers, '{"outcome":"not_in_documents"}'), 204, 'a reply would be an event')
  t.equal(await send('/dead-letters', { 'ce-type': 'dev.ragfunction.question' }, 'What\nis "that"?'), 204)
  t.equal(await send('/dead-letters', {}, ''), 204)
  while (running.stdout().split('\n').length < 4) await new Promise((resolve) => setTimeout(resolve, 5))
  t.strictSame(
    running
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      { to: '/unanswered', 'ce-type': 'dev.ragfunction.unanswered', data: { outcome: 'not_in_documents' } },
      { to: '/dead-letters', 'ce-type': 'dev.ragfunction.question', data: 'What\nis "that"?' },
      { to: '/dead-letters', data: '' },
    ],
  )
  const exited = once(running.child, 'exit')
  running.child.kill('SIGTERM')
  t.strictSame(await exited, [0, null])
})
