import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../test/running.ts'
import { type Bench, launch, ready, type Server, times, type Wrap } from './bench.ts'
import type { Group } from './chart.ts'
import { type Figure, median } from './figures.ts'

export interface Start {
  /** From spawn to the first 200 on readiness, and to the first answer whole; in ms. */
  readonly ready: number[]
  readonly answer: number[]
}

/** Starts the servers in turn, round after round, so that whatever else the machine does meets them all alike. */
export async function measureStarts(
  bench: Bench,
  what: string,
  servers: readonly Server[],
  rounds: number,
  wrap?: Wrap,
): Promise<Start[]> {
  const starts = servers.map((): Start => ({ ready: [], answer: [] }))
  // The first round, which fills the page cache, is not counted.
  for (let round = -1; round < rounds; round += 1) {
    if (round >= 0) bench.say(`${what}: round ${round + 1} of ${rounds}`)
    for (const [index, server] of servers.entries()) {
      const begun = performance.now()
      const running = await launch(bench, server, wrap)
      await ready(running, server.readyPath)
      const readyMs = performance.now() - begun
      await ready(running, server.askPath)
      const answerMs = performance.now() - begun
      await running.stop()
      if (round < 0) continue
      starts[index]?.ready.push(readyMs)
      starts[index]?.answer.push(answerMs)
    }
  }
  return starts
}

/** Cold starts on whole processors and on half of one: the figures, and the groups of the chart. */
export async function benchStart(bench: Bench): Promise<{ figures: Figure[]; groups: Group[] }> {
  const whole = await compare(bench, 'cold start', times(bench, 20))
  const limit = limitCpu(bench, 0.5)
  if (limit === undefined) {
    bench.say('starts on half a CPU: not run, since no CPU limit can be set here (it takes root and cgroups)')
    return whole
  }
  const half = await compare(bench, 'on half a CPU', times(bench, 8), limit)
  return { figures: [...whole.figures, ...half.figures], groups: [...whole.groups, ...half.groups] }
}

async function compare(
  bench: Bench,
  part: string,
  rounds: number,
  wrap?: Wrap,
): Promise<{ figures: Figure[]; groups: Group[] }> {
  const { ours, stock, bare } = bench
  const starts = await measureStarts(bench, part, [bare, stock, ours], rounds, wrap)
  const [bareStart, stockStart, ourStart] = starts.map((start) => ({
    ready: median(start.ready),
    answer: median(start.answer),
  }))
  if (bareStart === undefined || stockStart === undefined || ourStart === undefined) throw new Error('nothing started')
  const figure = (what: string, key: keyof Start, server: Server, beside: Record<keyof Start, number>): Figure => ({
    ...{ part, what, unit: 'ms', value: ourStart[key] },
    beside: { what: server.name, value: beside[key] },
    target: server === stock ? { kind: 'times', atMost: key === 'ready' ? 0.95 : 1.15 } : null,
  })
  const group = (title: string, key: keyof Start): Group => ({
    title: `${title}${wrap === undefined ? '' : ', on half a CPU'}`,
    bars: [
      { label: bare.name, ours: false, value: bareStart[key], text: `${bareStart[key].toFixed(0)} ms` },
      { label: stock.name, ours: false, value: stockStart[key], text: `${stockStart[key].toFixed(0)} ms` },
      {
        ...{ label: 'ragfunction, with its table', ours: true, value: ourStart[key] },
        text: `${ourStart[key].toFixed(0)} ms, ${(ourStart[key] / stockStart[key]).toFixed(2)} ×`,
      },
    ],
  })
  return {
    figures: [
      figure('ready', 'ready', stock, stockStart),
      figure('first answer', 'answer', stock, stockStart),
      figure('ready', 'ready', bare, bareStart),
      figure('first answer', 'answer', bare, bareStart),
    ],
    groups: [group('Ready', 'ready'), group('First answer', 'answer')],
  }
}

/** Runs commands under a share of one CPU; undefined where that cannot be had. A kernel has its groups in one tree, or in one for each resource. */
function limitCpu(bench: Bench, share: number): Wrap | undefined {
  const periodUs = 100_000
  const trees: ReadonlyArray<{ readonly folder: string; readonly limits: Readonly<Record<string, string>> }> = [
    { folder: '/sys/fs/cgroup/cpu', limits: { 'cpu.cfs_quota_us': String(share * periodUs) } },
    { folder: '/sys/fs/cgroup', limits: { 'cpu.max': `${share * periodUs} ${periodUs}` } },
  ]
  for (const { folder, limits } of trees) {
    const group = join(folder, `ragfunction-bench-${process.pid}`)
    try {
      mkdirSync(group)
    } catch {
      continue
    }
    // Only empty groups can be removed, and what was killed a moment ago may still be in it.
    bench.teardown(async () => {
      await sleep(200)
      rmdirSync(group)
    })
    try {
      for (const [file, value] of Object.entries(limits)) writeFileSync(join(group, file), value)
      return (command) => ['/bin/sh', '-c', `echo $$ > ${join(group, 'cgroup.procs')} && exec "$@"`, 'sh', ...command]
    } catch {}
  }
  return undefined
}

const phases = [
  ['process', 'Node itself, until it runs anything'],
  ['load', "reading the bundle and Node's cache of it"],
  ['evaluate', 'evaluating the modules in it'],
  ['native', "of that, loading LanceDB's native library"],
  ['open', 'opening the table, its smoke query, and setting up the runtime'],
  ['server', 'the server, until it listens'],
  ['answered', 'the first 200'],
] as const

/** Where the milliseconds of a start go: the median of each phase. */
export async function benchPhases(bench: Bench): Promise<Figure[]> {
  const samples = new Map<string, number[]>()
  const [node = '', ...args] = bench.ours.command
  const output = join(bench.folder, 'phases.json')
  const profiled: Server = {
    ...bench.ours,
    command: [node, '--require', join(root, 'bench', 'phases.cjs'), ...args],
    environment: { ...bench.ours.environment, PHASES_FILE: output },
  }
  for (let round = 0; round < times(bench, 12); round += 1) {
    const running = await launch(bench, profiled)
    await ready(running, profiled.readyPath)
    // A second reply, so that what is written after the first is there.
    await ready(running, profiled.readyPath)
    await running.stop()
    for (const [name, ms] of Object.entries<number>(JSON.parse(readFileSync(output, 'utf8'))))
      samples.set(name, [...(samples.get(name) ?? []), ms])
  }
  return phases.map(([name, what]) => ({
    ...{ part: 'where it goes', what, unit: 'ms', value: median(samples.get(name) ?? []) },
    ...{ beside: null, target: null },
  }))
}
