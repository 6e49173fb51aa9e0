import t from 'tap'
import { readConfig } from '../../function/config.ts'

t.test('a sink is what a SinkBinding writes, and nowhere without one', async (t) => {
  t.equal(readConfig({}).sink, null)
  t.equal(readConfig({ K_SINK: '', K_CE_OVERRIDES: '' }).sink, null, 'a SinkBinding without overrides sets none')
  const url = 'http://broker-ingress.knative-eventing.svc.cluster.local/default/default'
  t.strictSame(readConfig({ K_SINK: url, K_CE_OVERRIDES: '' }).sink, { url, extensions: {}, certificates: null })
  const certificate = '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n'
  t.strictSame(
    readConfig({
      K_SINK: url,
      K_CE_OVERRIDES: '{"extensions":{"team":"docs","Stage":"two"}}',
      K_CA_CERTS: certificate,
    }).sink,
    { url, extensions: { team: 'docs', stage: 'two' }, certificates: certificate.trim() },
  )
  t.equal(readConfig({}).unansweredText, false)
  t.equal(readConfig({ UNANSWERED_TEXT: 'true' }).unansweredText, true)
})

t.test('what is no sink ends the start, with the reason', async (t) => {
  const K_SINK = 'http://sink'
  const overrides = /^K_CE_OVERRIDES is ".*": it must be \{"extensions": \{"name": "value"\}\}/
  const cases: Array<[Record<string, string>, RegExp]> = [
    [{ K_SINK: 'broker' }, /^K_SINK is "broker": it must be an address with http:\/\/ or https:\/\/, or none\.$/],
    [{ K_SINK: 'ftp://broker' }, /^K_SINK is "ftp:/],
    [{ K_SINK: 'http://ann:s3cret@' }, /^K_SINK is "http:\/\/…@"/],
    ...[
      'team=docs',
      '"docs"',
      'null',
      '{"extensions":"docs"}',
      '{"extensions":{"type":"other"}}',
      '{"extensions":{"a-b":"c"}}',
      '{"extensions":{"a":1}}',
    ].map((given): [Record<string, string>, RegExp] => [{ K_SINK, K_CE_OVERRIDES: given }, overrides]),
    [{ K_SINK, K_CA_CERTS: '/etc/ca.pem' }, /^K_CA_CERTS is "\/etc\/ca\.pem": it must be certificates in PEM, or none/],
    [{ UNANSWERED_TEXT: 'yes' }, /^UNANSWERED_TEXT is "yes": it must be one of false, true/],
  ]
  for (const [environment, message] of cases) t.throws(() => readConfig(environment), { message })
  t.strictSame(readConfig({ K_SINK, K_CE_OVERRIDES: '{}' }).sink?.extensions, {})
})
