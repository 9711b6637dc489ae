import { join } from 'node:path'
import type { DrainPlan } from '../../../src/drain/types.ts'
import type { Pod } from '../../../src/model/kubernetes.ts'
import { type DrainOutcome, judgeDrain } from '../../helpers/drain-judge.ts'
import { outcomeOf } from '../harness/outcome.ts'
import { sleep } from '../harness/processes.ts'
import type { Draft } from './draft.ts'
import type { Plane } from './plane.ts'
import { isReady, podsOf, rest, setUp } from './setup.ts'

/** One random drain: what was planned, what came, and how they disagree. */
export interface Played {
  readonly draft: Draft
  readonly plan: DrainPlan
  readonly outcome: DrainOutcome
  /** Disagreements; none where all is well. */
  readonly notes: readonly string[]
  /** True where plan and cluster agreed only after a further wait for the scheduler. */
  readonly late: boolean
  readonly timeoutSeconds: number
  readonly log: string
  readonly seconds: number
}

/** Evictions that a client repeats because of `Retry-After` keep it busy for this time (spec/drain.md E8). */
const SILENCE_SECONDS = 110
const RETRY_SECONDS = 6

/** Makes the cluster, plans the drain, drains with the real kubectl, and compares. `folder` gets the recording. */
export async function play(plane: Plane, draft: Draft, folder: string): Promise<Played> {
  const started = performance.now()
  await setUp(plane, draft)
  const before = await podsOf(plane, draft)
  const timeoutSeconds = patience(draft, before)
  const args = [...draft.drain, ...draft.flags, `--timeout=${timeoutSeconds}s`]

  const planned = await plane.kubectl(
    ['drain-plan', ...args, '-o', 'json', '--save', join(folder, 'recording')],
    60,
  )
  if (planned.code > 1 || planned.code < 0)
    throw new Error(`drain-plan exits ${planned.code}: ${planned.stderr}`)
  const plan = JSON.parse(planned.stdout) as DrainPlan

  const limit = (timeoutSeconds + SILENCE_SECONDS) * draft.drain.length
  const drained = await plane.kubectl(['drain', ...args], limit)
  const look = async () => {
    await rest(plane, draft).catch(() => undefined)
    return outcomeOf(before, await podsOf(plane, draft), draft.drain, drained.killed ? 1 : drained.code)
  }
  if (before.some(({ metadata }) => metadata.ownerReferences?.some(({ kind }) => kind === 'Job')))
    // The Job controller waits before it makes a pod again.
    await sleep(11_000)
  let outcome = await look()
  let notes = disagreements(draft, plan, outcome, before)
  const late = notes.length > 0
  if (late) {
    await sleep(12_000)
    outcome = await look()
    notes = disagreements(draft, plan, outcome, before)
  }
  return {
    draft,
    plan,
    outcome,
    notes,
    late,
    timeoutSeconds,
    log: drained.stdout + drained.stderr,
    seconds: (performance.now() - started) / 1000,
  }
}

/** Seconds that the drain of a node may take, with each of its pods waiting for the one before. */
function patience(draft: Draft, pods: readonly Pod[]): number {
  const busiest = Math.max(
    ...draft.drain.map((node) => pods.filter((pod) => pod.spec?.nodeName === node && isReady(pod)).length),
  )
  const slowest = Math.max(
    0,
    ...draft.workloads.map(({ annotations }) => Number.parseInt(annotations['test/ready-after'] ?? '0', 10)),
  )
  return 14 + busiest * (RETRY_SECONDS + slowest)
}

function disagreements(
  draft: Draft,
  plan: DrainPlan,
  outcome: DrainOutcome,
  before: readonly Pod[],
): readonly string[] {
  const verdicts = plan.nodes.map(({ verdict }) => verdict)
  if (verdicts.includes('Unknown') && draft.unknowable) return []
  const fair = withoutVictims(plan, outcome, before)
  return judgeDrain(plan, { seed: 0, drain: draft.drain, flags: draft.flags }, fair).notes
}

/** The outcome without the waiting pods that take the places of those the plan says are preempted. */
function withoutVictims(plan: DrainPlan, outcome: DrainOutcome, before: readonly Pod[]): DrainOutcome {
  const victims = new Set(
    plan.nodes.flatMap(({ pods }) => pods.flatMap(({ replacement }) => replacement?.preempts ?? [])),
  )
  const pending = [...outcome.pending]
  for (const { metadata } of before) {
    if (!victims.has(`${metadata.namespace}/${metadata.name}`)) continue
    const owner = metadata.ownerReferences?.find(({ controller }) => controller)
    const place = pending.findIndex((pod) => pod.owner === `${owner?.kind}/${owner?.name}`)
    if (owner !== undefined && place >= 0) pending.splice(place, 1)
  }
  return { ...outcome, pending }
}
