/**
 * How much processor time the analyses take on clusters of three sizes, after reading: `npm run bench`. Where the
 * cost is about linear, the last column stays about the same. Where a kubectl is on PATH, also how long the start-up
 * takes in relation to kubectl's own.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eachNodePlan } from '../src/drain/each-node.ts'
import { drainPlan } from '../src/drain/plan.ts'
import type { WaveOptions } from '../src/drain/types/options.ts'
import type { DrainPlan } from '../src/drain/types/plan.ts'
import { explainEvents } from '../src/events/explain.ts'
import { readFiles } from '../src/kube/files/files.ts'
import { type Resource, resourceOf } from '../src/model/kubernetes/kinds.ts'
import type { KubeObject } from '../src/model/kubernetes/objects.ts'
import { indexCluster } from '../src/model/snapshot/cluster.ts'
import { noObjects, type Snapshot } from '../src/model/snapshot/snapshot.ts'
import { probeCheck } from '../src/probes/check.ts'
import { cluster, NOW } from './clusters.ts'

const say = (text: string) => process.stdout.write(`${text}\n`)
const selection = { targets: [], selector: [] }
const drainOptions = {
  force: false,
  ignoreDaemonsets: true,
  deleteEmptydirData: true,
  disableEviction: false,
  gracePeriodSeconds: -1,
  timeoutSeconds: 0,
  skipWaitForDeleteTimeoutSeconds: 0,
  podSelector: [],
}

function snapshotOf(items: readonly KubeObject[]): Snapshot {
  const objects = noObjects() as unknown as Record<Resource, KubeObject[]>
  for (const item of items) objects[resourceOf(item.apiVersion, item.kind) as Resource].push(item)
  return {
    now: NOW,
    nowFrom: 'flag',
    source: { type: 'Files', name: 'bench' },
    objects: objects as never,
    others: [],
    logs: [],
    gaps: [],
    origins: {},
  }
}

function milliseconds(work: () => unknown): number {
  const started = performance.now()
  work()
  return performance.now() - started
}

/** Milliseconds of this process on a processor, which a busy machine does not change much. */
function processorTime(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function poolPlan(snapshot: Snapshot, waves: WaveOptions): DrainPlan {
  const cluster = indexCluster(snapshot)
  const names = cluster.objects.nodes.map(({ metadata }) => metadata.name)
  const pool = names.filter((_, index) => index % 10 === 0)
  return drainPlan(cluster, pool, { ...drainOptions, timeoutSeconds: 60 }, waves)
}

const SIZES = [1, 2, 4]
const ANALYSES = [
  {
    name: 'probe-check, 1,000 pods and 10,000 events per unit',
    size: (unit: number) => ({ nodes: 100 * unit, pods: 1000 * unit, eventsPerPod: 10 }),
    run: (snapshot: Snapshot) => probeCheck(indexCluster(snapshot), { selection }),
  },
  {
    name: 'explain-events, 1,000 pods and 10,000 events per unit',
    size: (unit: number) => ({ nodes: 100 * unit, pods: 1000 * unit, eventsPerPod: 10 }),
    run: (snapshot: Snapshot) => explainEvents(indexCluster(snapshot), { selection, all: false }),
  },
  {
    name: 'drain-plan of one node, 250 nodes and 7,500 pods per unit',
    size: (unit: number) => ({ nodes: 250 * unit, pods: 7500 * unit, eventsPerPod: 0 }),
    run: (snapshot: Snapshot) => drainPlan(indexCluster(snapshot), ['node-1'], drainOptions),
  },
  {
    name: 'drain-plan --all-nodes, 250 nodes, 7,500 pods and 750 budgets per unit',
    size: (unit: number) => ({ nodes: 250 * unit, pods: 7500 * unit, eventsPerPod: 0, brokenEvery: 97 }),
    run: (snapshot: Snapshot) => {
      const cluster = indexCluster(snapshot)
      const names = cluster.objects.nodes.map(({ metadata }) => metadata.name)
      return eachNodePlan(cluster, names, drainOptions)
    },
  },
  {
    name: 'drain-plan of a pool, 25 of 250 nodes per unit',
    size: (unit: number) => ({ nodes: 250 * unit, pods: 7500 * unit, eventsPerPod: 0, brokenEvery: 97 }),
    run: (snapshot: Snapshot) => poolPlan(snapshot, { mode: 'Rolling' }),
  },
  {
    name: 'drain-plan of a pool in waves of 10 nodes at most, 25 of 250 nodes per unit',
    size: (unit: number) => ({ nodes: 250 * unit, pods: 7500 * unit, eventsPerPod: 0, brokenEvery: 97 }),
    run: (snapshot: Snapshot) => poolPlan(snapshot, { mode: 'Rolling', maxParallel: 10 }),
  },
]

/** Reads and explains a recording, in a process of its own, so that its memory is that of nothing else. */
async function explainFile(path: string): Promise<void> {
  const snapshot = await readFiles([path], { stdin: process.stdin, clock: NOW })
  const read = performance.now()
  const { incidents, eventsRead } = explainEvents(indexCluster(snapshot), { selection, all: false })
  const taken = performance.now() - read
  const peak = process.resourceUsage().maxRSS / 1024
  say(
    `explain-events -f, ${eventsRead} events of ${snapshot.objects.pods.length} pods: ${incidents.length} incidents, ${taken.toFixed(0)} ms after ${read.toFixed(0)} ms of start-up and reading, ${peak.toFixed(0)} MiB with Node itself`,
  )
}

function explainMany(): void {
  const folder = mkdtempSync(join(tmpdir(), 'rollout-safety-bench-'))
  try {
    const path = join(folder, 'snapshot.json')
    const items = cluster({ nodes: 500, pods: 5000, eventsPerPod: 10 })
    writeFileSync(
      path,
      JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items }),
    )
    const self = join(import.meta.dirname, 'run.ts')
    spawnSync(process.execPath, [...process.execArgv, self, path], { stdio: 'inherit' })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const [recording] = process.argv.slice(2)
if (recording !== undefined) {
  await explainFile(recording)
  process.exit()
}
explainMany()

for (const { name, size, run } of ANALYSES) {
  say(name)
  for (const unit of SIZES) {
    const snapshot = snapshotOf(cluster(size(unit)))
    const taken = processorTime(() => run(snapshot))
    const peak = process.resourceUsage().maxRSS / 1024
    say(
      `  ${unit} unit${unit === 1 ? ' ' : 's'}  ${taken.toFixed(0).padStart(6)} ms  ${(taken / unit).toFixed(0).padStart(6)} ms per unit  ${peak.toFixed(0).padStart(5)} MiB at most so far`,
    )
  }
}

function startUp(command: string, args: readonly string[]): number | undefined {
  const times = Array.from({ length: 7 }, () => {
    let status: number | null = null
    const taken = milliseconds(() => {
      status = spawnSync(command, args, { stdio: 'ignore' }).status
    })
    return status === 0 ? taken : Number.NaN
  }).sort((a, b) => a - b)
  return Number.isNaN(times[3]) ? undefined : times[3]
}

const own = startUp(join(import.meta.dirname, '..', 'bin', 'kubectl-probe_check'), ['--help'])
const kubectl = startUp('kubectl', ['version', '--client'])
if (own !== undefined && kubectl !== undefined)
  say(
    `start-up from source: --help takes ${(own / kubectl).toFixed(1)} times as long as kubectl version --client`,
  )
