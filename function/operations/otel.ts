// OpenTelemetry's own tracing SDK, and its exporter for OTLP over HTTP: loaded where a collector is named, a file of its own in the bundle.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingHttpHeaders } from 'node:http'
import {
  type Context,
  DiagLogLevel,
  defaultTextMapGetter,
  diag,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Environment } from '../config.ts'
import type { Tracer } from './traces.ts'

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const

/**
 * Sends spans in batches to the collector that the environment names; the exporter reads `OTEL_EXPORTER_OTLP_…` by itself, the
 * resource `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`. What the collector does not take is dropped, and `warn` hears of it.
 */
export function createTracer(environment: Environment, version: string, warn: (message: string) => void): Tracer {
  const say = (message: string): void => warn(`traces are not sent: ${message}`)
  const silent = (): void => undefined
  diag.setLogger(
    { error: say, warn: say, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
  const own = resourceFromAttributes({
    'service.name': environment.K_SERVICE ?? 'ragfunction',
    'service.version': version,
  })
  const delay = Number(environment.OTEL_BSP_SCHEDULE_DELAY)
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(own)
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: toSampler(environment),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter(),
        ...(delay > 0 ? { scheduledDelayMillis: delay } : {}),
      }),
    ],
  })
  const tracer = provider.getTracer('ragfunction', version)
  const propagator = new W3CTraceContextPropagator()
  const current = new AsyncLocalStorage<Context>()
  return {
    begin({ name, kind, attributes }, caller) {
      const parent =
        caller === undefined
          ? (current.getStore() ?? ROOT_CONTEXT)
          : propagator.extract(ROOT_CONTEXT, { ...fromEvent(caller), ...caller }, defaultTextMapGetter)
      const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, parent)
      const { traceId, spanId, traceFlags } = span.spanContext()
      const flags = isSpanContextValid(span.spanContext()) && traceFlags & TraceFlags.SAMPLED ? '01' : '00'
      let ended = false
      return {
        note: (more) => void span.setAttributes(more),
        end(error) {
          if (ended) return
          ended = true
          if (error !== undefined) span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR })
          span.end()
        },
        within: (work) => current.run(trace.setSpan(parent, span), work),
        traceparent: `00-${traceId}-${spanId}-${flags}`,
      }
    },
    async end(atMostMs) {
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, atMostMs)
      const failed = (error: unknown): void => say(String(error))
      await Promise.race([late, provider.shutdown().catch(failed)])
      clearTimeout(timer)
    },
  }
}

/** The distributed tracing extension of an event that comes in headers. */
function fromEvent(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(
    ['traceparent', 'tracestate'].flatMap((name) => {
      const value = headers[`ce-${name}`]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** OTEL_TRACES_SAMPLER and its argument, as the specification has them. */
function toSampler({ OTEL_TRACES_SAMPLER: name = '', OTEL_TRACES_SAMPLER_ARG: share }: Environment): Sampler {
  const ratio = Number(share ?? 1)
  const roots: Readonly<Record<string, Sampler>> = {
    always_on: new AlwaysOnSampler(),
    always_off: new AlwaysOffSampler(),
    traceidratio: new TraceIdRatioBasedSampler(Number.isNaN(ratio) ? 1 : ratio),
  }
  const root = roots[name.replace('parentbased_', '')] ?? new AlwaysOnSampler()
  return name in roots ? root : new ParentBasedSampler({ root })
}
