import { compareKeys } from '../../model/text/sort.ts'
import { refOf } from '../cluster/reference.ts'
import { ownerKey, type SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { type JudgedNode, type JudgedRun, judgedRun } from '../report/nodes/judged-nodes.ts'
import { QUICK_EFFORT, type SimulationRun } from '../simulation/simulate.ts'
import { succeeds, VERDICTS } from '../verdict.ts'
import type { Scenario } from './candidate.ts'

/** What a simulation with fixes applied found. */
export interface Trial extends JudgedRun {
  /** Whether a replica that a fix adds, or one of its siblings, finds no place on some course. */
  readonly addedPodWaits: boolean
}

/** Simulates a scenario; undefined once no more simulations may be made. */
export type Try = (scenario: Scenario) => Trial | undefined

/**
 * Simulates the drain of these nodes again and again, `most` times at the most.
 * @param before the cluster without any fix
 * @param quick false where a quick search finds nothing in the way of `before` itself, and so proves no fix
 */
export function trials(
  before: SimulatedCluster,
  nodes: readonly string[],
  most: number,
  quick: boolean,
): Try {
  let remaining = most
  return ({ simulated, policy }) => {
    remaining -= 1
    if (remaining < 0) return undefined
    const trial = judgedRun(simulated, nodes, policy, quick ? { effort: QUICK_EFFORT } : {})
    return { ...trial, addedPodWaits: addedPodWaits(trial.run, before) }
  }
}

export const allDrain = ({ judged, addedPodWaits: waits }: Trial): boolean =>
  !waits && judged.every(({ verdict }) => verdict === 'Drains')

/** What keeps a fix from being proven with which the drain ends, in a few words. */
export const DEGRADED = 'the drain ends with it, but not every pod comes back'

/** Whether nodes that did not drain do so after all, though not every pod comes back. */
export const endsDegraded = (
  { judged, addedPodWaits: waits }: Trial,
  before: readonly JudgedNode[],
): boolean =>
  !waits &&
  before.some(({ verdict }) => succeeds(verdict) !== true) &&
  judged.every(({ verdict }) => succeeds(verdict) === true)

/** What keeps any other fix from being proven, in a few words. */
export function whyNotProven({ judged }: Trial): string {
  const worst = judged.find(({ verdict }) => verdict !== 'Drains')
  return worst === undefined
    ? 'not all replicas find a place'
    : `${worst.name} still has the verdict ${worst.verdict}`
}

/** How bad a plan is: pods that stay, nodes that fail, pods that reasons name, verdicts. Lower is better. */
export function severityOf(judged: readonly JudgedNode[]): readonly [remaining: number, ...number[]] {
  const pods = judged.flatMap((node) => node.pods)
  return [
    pods.filter(({ outcome, action }) => action !== 'Skip' && outcome !== 'Gone').length,
    judged.filter(({ verdict }) => succeeds(verdict) !== true).length,
    judged.flatMap(({ reasons }) => reasons.flatMap((reason) => reason.pods)).length,
    judged.reduce((sum, { verdict }) => sum + VERDICTS.indexOf(verdict), 0),
  ]
}

export const isBetter = (one: readonly JudgedNode[], other: readonly JudgedNode[]): boolean =>
  compareKeys(severityOf(one), severityOf(other)) < 0

/**
 * Whether a pod that was not in the cluster before finds no place, or one of its siblings. Of pods that wait before the
 * drain and after it a plan says nothing: to them it is no loss.
 */
export function addedPodWaits({ start, courses }: SimulationRun, { waiting }: SimulatedCluster): boolean {
  const known = new Set(waiting.map(refOf))
  const owners = new Set(
    start.simulated.waiting.flatMap((pod) =>
      pod.owner === undefined || known.has(refOf(pod)) ? [] : [ownerKey(pod.namespace, pod.owner)],
    ),
  )
  return courses.some(({ final }) =>
    final.queue.some(({ namespace, owner }) => owner !== undefined && owners.has(ownerKey(namespace, owner))),
  )
}
