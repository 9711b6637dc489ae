import { join } from 'node:path'
import type { DrainPlanDocument } from '../../../src/drain/document.ts'
import type { Pod } from '../../../src/model/kubernetes/objects.ts'
import { outcomeOf } from '../harness/outcome.ts'
import { sleep } from '../harness/processes.ts'
import { isReady } from '../harness/stable.ts'
import type { Draft } from './draft.ts'
import { disagreements, type Observed } from './judge.ts'
import { startOperator } from './operator.ts'
import type { Plane } from './plane.ts'
import { budgetsOf, podsOf, prepareForDrain, setUp, waitUntilStable } from './setup.ts'

/** One random drain: what was planned, what came, and how they disagree. */
export interface DrainRun {
  readonly draft: Draft
  readonly plan: DrainPlanDocument
  readonly observed: Observed
  /** Disagreements; none where all is well. */
  readonly notes: readonly string[]
  /** True where they did not agree at once and were compared again, after a further wait for the scheduler. */
  readonly comparedTwice: boolean
  readonly log: string
  readonly seconds: number
}

/**
 * Evictions that a client repeats because of `Retry-After` keep it busy for this time
 * (docs/reference/kubectl-drain.md#E8).
 */
const RETRY_AFTER_SECONDS = 110
const EVICTION_RETRY_SECONDS = 6

/** Makes the cluster, plans the drain, drains with the real kubectl, and compares. `folder` gets the recording. */
export async function runDrain(plane: Plane, draft: Draft, folder: string): Promise<DrainRun> {
  const started = performance.now()
  await setUp(plane, draft)
  const operator = startOperator(plane, draft)
  try {
    return await drainAndCompare(plane, draft, folder, started)
  } finally {
    operator.stop()
  }
}

async function drainAndCompare(
  plane: Plane,
  draft: Draft,
  folder: string,
  started: number,
): Promise<DrainRun> {
  await prepareForDrain(plane, draft)
  const before = await podsOf(plane, draft)
  const timeoutSeconds = timeoutFor(draft, before)
  const args = [...draft.drain, ...draft.flags]

  const planned = await plane.kubectl(
    ['drain-plan', ...args, PLAN_TIMEOUT, '-o', 'json', '--save', join(folder, 'recording')],
    180,
  )
  if (planned.code > 1 || planned.code < 0)
    throw new Error(`drain-plan exits ${planned.code}: ${planned.stderr}`)
  const plan = JSON.parse(planned.stdout) as DrainPlanDocument

  const limit = (timeoutSeconds + RETRY_AFTER_SECONDS) * draft.drain.length
  const done = await plane.kubectl(['drain', ...args, `--timeout=${timeoutSeconds}s`], limit)
  const look = () => observe(plane, draft, before, done.killed ? 1 : done.code)
  const judge = (observed: Observed) =>
    draft.mayBeUnknown && plan.nodes.some(({ verdict }) => verdict === 'Unknown')
      ? []
      : disagreements(plan, before, observed)
  if (before.some(({ metadata }) => metadata.ownerReferences?.some(({ kind }) => kind === 'Job')))
    // The Job controller waits before it makes a pod again.
    await sleep(11_000)
  let observed = await look()
  const comparedTwice = judge(observed).length > 0
  if (comparedTwice) {
    await sleep(12_000)
    observed = await look()
  }
  return {
    draft,
    plan,
    observed,
    notes: judge(observed),
    comparedTwice,
    log: done.stdout + done.stderr,
    seconds: (performance.now() - started) / 1000,
  }
}

/**
 * A deadline that no grace period reaches: pods end at once here, which a plan can't know, and with the deadline of the
 * drain it would say so of every pod that may take longer.
 */
export const PLAN_TIMEOUT = '--timeout=48h'

/** Seconds that the drain of a node may take, with each of its pods waiting for the one before. */
function timeoutFor(draft: Draft, pods: readonly Pod[]): number {
  const busiest = Math.max(
    ...draft.drain.map((node) => pods.filter((pod) => pod.spec?.nodeName === node && isReady(pod)).length),
  )
  const slowest = Math.max(
    0,
    ...draft.workloads.map(({ annotations }) => Number.parseInt(annotations['test/ready-after'] ?? '0', 10)),
  )
  return 14 + busiest * (EVICTION_RETRY_SECONDS + slowest)
}

async function observe(plane: Plane, draft: Draft, before: readonly Pod[], exit: number): Promise<Observed> {
  await waitUntilStable(plane, draft).catch(() => undefined)
  const after = await podsOf(plane, draft)
  const uids = new Set(after.map(({ metadata }) => metadata.uid))
  return {
    outcome: outcomeOf(before, after, draft.drain, exit),
    budgets: await budgetsOf(plane, draft),
    goneElsewhere: before
      .filter(
        ({ metadata, spec }) =>
          !uids.has(metadata.uid) && spec?.nodeName !== undefined && !draft.drain.includes(spec.nodeName),
      )
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
  }
}
