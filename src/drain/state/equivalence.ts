import type { SimPod } from '../cluster/simulated-cluster.ts'
import type { State } from './state.ts'

const signatures = new WeakMap<SimPod, string>()

/** Labels that differ from pod to pod of one controller. */
const INDIVIDUAL = new Set([
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/job-completion-index',
])

/**
 * Equal for pods that the API server, the scheduler and the controllers treat alike. Members of a StatefulSet
 * differ by their ordinal, on which the order of their return depends.
 */
export function equivalenceKey(given: SimPod): string {
  const pod = given.sameAs ?? given
  const known = signatures.get(pod)
  if (known !== undefined) return known
  const { spec } = pod
  const named = pod.owner === undefined || pod.owner.kind === 'StatefulSet'
  const claims = (spec.volumes ?? []).flatMap(
    ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
  )
  const signature = JSON.stringify([
    pod.namespace,
    pod.owner?.uid,
    pod.owner?.name,
    named ? pod.name : '',
    Object.entries(pod.labels)
      .filter(([key]) => !INDIVIDUAL.has(key))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    pod.priority,
    pod.requests,
    pod.ports,
    [spec.nodeSelector, spec.affinity, spec.tolerations, spec.topologySpreadConstraints],
    [spec.schedulerName, spec.schedulingGates, spec.preemptionPolicy],
    claims,
    [pod.finished, pod.starting, pod.ready, pod.terminating],
    pod.origin.metadata.finalizers,
  ])
  signatures.set(pod, signature)
  return signature
}

const ids = new Map<string, number>()
const idsOfPods = new WeakMap<SimPod, number>()

/** A small number for a signature, for keys of states. */
function equivalenceId(given: SimPod): number {
  const pod = given.sameAs ?? given
  const known = idsOfPods.get(pod)
  if (known !== undefined) return known
  const signature = equivalenceKey(pod)
  const id = ids.get(signature) ?? ids.size
  ids.set(signature, id)
  idsOfPods.set(pod, id)
  return id
}

const multiset = (ids: Iterable<string>): string => [...ids].sort().join(',')

/** Equal for states that go on alike; of those that all come from one state, only what is new needs to be looked at. */
export function stateKey(state: State, since?: State): string {
  const goneNow = [...state.deleted].filter(
    (pod) => (!pod.created || since?.bound.has(pod)) && !since?.deleted.has(pod),
  )
  const placedNow = [...state.bound].filter(([pod]) => !state.deleted.has(pod) && !since?.bound.has(pod))
  const deleted = multiset(
    goneNow.map((pod) => `${equivalenceId(pod)}@${pod.boundTo ?? `made ${state.bound.get(pod)}`}`),
  )
  const terminating = multiset([...state.terminating].map((pod) => `${equivalenceId(pod)}`))
  const bound = multiset(placedNow.map(([pod, node]) => `${equivalenceId(pod)}@${node}`))
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
