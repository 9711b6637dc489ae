import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import {
  foreignController,
  foreignOwner,
  operatorName,
  operatorOfOwner,
  operatorOfPod,
} from '../../model/managers/operator.ts'
import type { RefusedPodRule } from '../../model/managers/operator-types.ts'
import type { PodField } from '../cluster/pod-fields.ts'
import type { SimPod, SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { mayBeReviewedBy } from './admission.ts'
import { storedStatus, syncedStatus, type Tally } from './budget.ts'

/** What decides what an operator does about a pod of its. */
export const OPERATOR_READS: readonly PodField[] = ['namespace', 'name', 'labels', 'owner', 'terminating']

/** What an operator makes of a budget that refuses one of its pods (docs/reference/managed-objects.md#operators). */
export interface OperatorStand {
  /** `CloudNativePG`. */
  readonly operator: string
  /**
   * `Lifts`: it is documented to let the pod go, under conditions that can't be seen. `Waits`: it is documented to wait
   * for a person. `NotKnown`: nobody knows.
   */
  readonly does: 'Lifts' | 'Waits' | 'NotKnown'
  /** What is documented; absent where nothing is known. */
  readonly rule?: RefusedPodRule
}

/** What a stand depends on beside the pod. */
interface Refusal {
  readonly simulated: SimulatedCluster
  readonly budget: PodDisruptionBudget
  /** The counts of the budget at the start. */
  readonly tally: Tally | undefined
}

/** Undefined where the budget decides alone: no operator is known to do anything about it, and none is in doubt. */
export function operatorStand(pod: SimPod, refusal: Refusal): OperatorStand | undefined {
  const known = operatorOfPod(pod)
  if (known !== undefined) {
    const rule = known.refused.find((one) => applies(one, pod, refusal))
    return rule === undefined ? undefined : { operator: known.name, does: rule.outcome, rule }
  }
  const maker = foreignController(refusal.budget)
  const owner = foreignOwner(pod.owner) ?? maker
  if (owner === undefined || operatorOfOwner(owner) !== undefined) return undefined
  // What a person has written, and no controller can count, refuses whatever the operator does.
  if (maker === undefined && isBroken(refusal)) return undefined
  return { operator: operatorName(pod.namespace, owner), does: 'NotKnown' }
}

/** Whether the disruption controller can't work the budget out (docs/reference/disruption-budgets.md#B4). */
const isBroken = ({ budget, tally }: Refusal): boolean =>
  tally !== undefined && syncedStatus(budget, tally, storedStatus(budget)).condition?.reason === 'SyncFailed'

function applies(rule: RefusedPodRule, pod: SimPod, { simulated, budget, tally }: Refusal): boolean {
  const { about, peers, ownBudget, wantsAll, reviewer } = rule
  if (!about(pod.labels)) return false
  if (peers !== undefined && hasPeer(simulated, pod, peers.label) !== (peers.expected === 'Some'))
    return false
  if (ownBudget && !isOwnBudget(pod, budget)) return false
  if (reviewer !== undefined && !mayBeReviewedBy(simulated.cluster, pod, reviewer)) return false
  return (
    !wantsAll || tally === undefined || syncedStatus(budget, tally, undefined).desiredHealthy >= tally.pods
  )
}

const hasPeer = (
  { byNamespace }: SimulatedCluster,
  { origin, namespace, labels }: SimPod,
  label: string,
): boolean =>
  (byNamespace.get(namespace) ?? []).some(
    (other) =>
      other.origin !== origin &&
      !other.finished &&
      !other.terminating &&
      other.labels[label] !== undefined &&
      other.labels[label] === labels[label],
  )

function isOwnBudget(pod: SimPod, budget: PodDisruptionBudget): boolean {
  const maker = foreignController(budget)
  return maker !== undefined && operatorOfOwner(maker) === operatorOfPod(pod)
}
