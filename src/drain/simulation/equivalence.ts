import { derived } from '../cluster/derived.ts'
import { type PodField, podKey } from '../cluster/pod-fields.ts'
import type { SimPod, SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { CONTROLLER_READS } from '../controllers/decision.ts'
import { QUOTA_READS } from '../controllers/quota.ts'
import { REPLACEMENT_READS } from '../controllers/replacement-pod.ts'
import { ADMISSION_READS } from '../disruption/admission.ts'
import { BUDGET_READS } from '../disruption/coverage.ts'
import { EVICTION_READS } from '../disruption/eviction.ts'
import { OPERATOR_READS } from '../disruption/operators.ts'
import { GRACE_READS } from '../policy/policy.ts'
import { FILTERS } from '../scheduler/filters/index.ts'
import { PREEMPTION_READS } from '../scheduler/preemption.ts'
import type { State } from '../state/state.ts'
import { TERMINATION_READS } from '../state/terminating.ts'

/** All that the rules of a drain read of a pod, from the places where the rules are. */
export const RULE_READS: ReadonlySet<PodField> = new Set([
  ...FILTERS.flatMap(({ reads }) => reads),
  ...PREEMPTION_READS,
  ...EVICTION_READS,
  ...BUDGET_READS,
  ...OPERATOR_READS,
  ...ADMISSION_READS,
  ...QUOTA_READS,
  ...CONTROLLER_READS,
  ...TERMINATION_READS,
  ...GRACE_READS,
  ...REPLACEMENT_READS,
])

/** What differs even between pods of one controller; of these fields {@link distinctive} says what tells pods apart. */
const INDIVIDUAL: ReadonlySet<PodField> = new Set(['name', 'labels', 'origin.status.startTime'] as const)

const INDIVIDUAL_LABELS: ReadonlySet<string> = new Set([
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/job-completion-index',
])

/**
 * The name of a pod counts where its controller goes by it: a StatefulSet makes its pods in order. Elsewhere names and
 * start times only decide which of two pods comes first that are alike otherwise. A selector for one of the individual
 * labels of a Job's pods is taken for no difference: the pods of a Job would all be different, and too many to follow.
 */
const distinctive = ({ owner, name, labels }: SimPod): unknown => [
  owner === undefined || owner.kind === 'StatefulSet' ? name : '',
  Object.entries(labels)
    .filter(([key]) => !INDIVIDUAL_LABELS.has(key))
    .sort(([a], [b]) => (a < b ? -1 : 1)),
]

/** Equal for pods that the API server, the scheduler and the controllers treat alike: all rules read the same of them. */
export const equivalenceKey = podKey(
  [...RULE_READS].filter((field) => !INDIVIDUAL.has(field)),
  distinctive,
)

/** Small numbers for equivalence keys, for the keys of states; one list for all variants of a simulated cluster. */
const equivalenceIds = derived((_pods: SimulatedCluster['pods']) => {
  const ids = new Map<string, number>()
  return derived((pod: SimPod) => {
    const key = equivalenceKey(pod)
    const id = ids.get(key) ?? ids.size
    ids.set(key, id)
    return id
  })
})

const multiset = (ids: Iterable<string>): string => [...ids].sort().join(',')

/** Equal for states that go on alike; of those that all come from one state, only what is new needs to be looked at. */
export function stateKey(state: State, since?: State): string {
  const idOf = equivalenceIds(state.simulated.pods)
  const equivalenceId = (pod: SimPod) => idOf(pod.sameAs ?? pod)
  const goneNow = [...state.deleted].filter(
    (pod) => (!pod.created || since?.bound.has(pod)) && !since?.deleted.has(pod),
  )
  const placedNow = [...state.bound].filter(([pod]) => !state.deleted.has(pod) && !since?.bound.has(pod))
  const deleted = multiset(
    goneNow.map((pod) => `${equivalenceId(pod)}@${pod.boundTo ?? `made ${state.bound.get(pod)}`}`),
  )
  const terminating = multiset([...state.terminating].map((pod) => `${equivalenceId(pod)}`))
  const bound = multiset(
    placedNow.map(([pod, node]) => `${equivalenceId(pod)}@${node}${state.ready.has(pod) ? 'r' : ''}`),
  )
  const queue = multiset(
    state.queue.map((pod) => `${equivalenceId(pod)}${state.undecided.has(pod) ? 'p' : ''}`),
  )
  const backingOff = multiset(state.backingOff.map((pod) => `${equivalenceId(pod)}`))
  const quotaDenied = multiset(state.quotaDenied.map((pod) => `${equivalenceId(pod)}`))
  const budgets = [...state.budgetStatus.values()].map(
    ({ disruptionsAllowed, currentHealthy, desiredHealthy, observed }) =>
      `${disruptionsAllowed}/${currentHealthy}/${desiredHealthy}/${observed}`,
  )
  return [deleted, terminating, bound, queue, backingOff, quotaDenied, budgets.join(',')].join('|')
}

/** States that go on differently, each once. */
export function distinctStates(states: readonly State[]): readonly State[] {
  return states.length <= 1
    ? states
    : [...new Map(states.map((state) => [stateKey(state), state] as const)).values()]
}
