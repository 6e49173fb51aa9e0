import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { z } from 'zod'
import { createAdmission } from '../../function/admission.ts'
import { createObserver } from '../../function/operations/observe.ts'
import { manifest } from '../fixtures/manifest.ts'
import { root } from '../running.ts'

const panelSchema = z.object({
  id: z.number(),
  title: z.string(),
  type: z.enum(['row', 'timeseries', 'table']),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(z.object({ expr: z.string(), refId: z.string() })).default([]),
})
const dashboard = z
  .object({ uid: z.string(), schemaVersion: z.number(), panels: z.array(panelSchema) })
  .parse(JSON.parse(readFileSync(join(root, 'deploy/observability/dashboard.json'), 'utf8')))
const expressions = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })))

/** What Prometheus adds of the pod it scrapes, and a histogram of its buckets. */
const others = ['namespace', 'pod', 'le']

t.test('every metric and label that the dashboard asks for is there, and no metric is left out', async (t) => {
  const observer = createObserver(
    { logLevel: 'silent', sink: null, unansweredText: false },
    manifest,
    createAdmission(1, 1),
  )
  const { text } = await observer.metrics()
  const names = new Set([...text.matchAll(/^# HELP (ragfunction_\w+)/gm)].map(([, name]) => name))
  const source = readFileSync(join(root, 'function/operations/observe.ts'), 'utf8')
  const labels = new Set(
    [...source.matchAll(/labelNames: \[([^\]]+)\]/g)].flatMap(([, list = '']) =>
      [...list.matchAll(/'(\w+)'/g)].map(([, label]) => label),
    ),
  )
  const asked = new Set<string>()
  for (const { title, expr } of expressions) {
    for (const [name] of expr.matchAll(/ragfunction_\w+/g)) {
      const family = name.replace(/_bucket$/, '')
      t.ok(names.has(family), `${title}: ${name}`)
      asked.add(family)
    }
    const used = [
      ...[...expr.matchAll(/(?:by|on|group_left) \(([^)]+)\)/g)].flatMap(([, list = '']) => list.split(', ')),
      ...[...expr.matchAll(/[{,] ?(\w+)=/g)].map(([, label]) => label ?? ''),
    ]
    for (const label of used) t.ok(labels.has(label) || others.includes(label), `${title}: ${label}`)
  }
  t.strictSame(
    [...names].filter((name) => !asked.has(name ?? '')),
    [],
  )
})

t.test('two versions of the documents stand side by side', async (t) => {
  const byVersion = expressions.filter(({ expr }) => /by \((le, )?(index_)?version/.test(expr))
  t.ok(byVersion.length >= 7, `${byVersion.length} panels`)
})

t.test('no panel covers another', async (t) => {
  for (const one of dashboard.panels)
    for (const other of dashboard.panels) {
      if (one.id >= other.id) continue
      const [a, b] = [one.gridPos, other.gridPos]
      const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y
      t.ok(apart, `${one.title} and ${other.title}`)
    }
  t.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length)
})
