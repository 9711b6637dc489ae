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
export function signatureOf(given: SimPod): string {
  const pod = given.like ?? given
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
function classId(given: SimPod): number {
  const pod = given.like ?? given
  const known = idsOfPods.get(pod)
  if (known !== undefined) return known
  const signature = signatureOf(pod)
  const id = ids.get(signature) ?? ids.size
  ids.set(signature, id)
  idsOfPods.set(pod, id)
  return id
}

const multiset = (ids: Iterable<string>): string => [...ids].sort().join(',')

/** Equal for states that go on alike; of those that all come from one state, only what is new needs to be looked at. */
export function stateKey(state: State, since?: State): string {
  const goneNow = [...state.gone].filter(
    (pod) => (!pod.made || since?.placed.has(pod)) && !since?.gone.has(pod),
  )
  const placedNow = [...state.placed].filter(([pod]) => !state.gone.has(pod) && !since?.placed.has(pod))
  const gone = multiset(
    goneNow.map((pod) => `${classId(pod)}@${pod.boundTo ?? `made ${state.placed.get(pod)}`}`),
  )
  const leaving = multiset([...state.leaving].map((pod) => `${classId(pod)}`))
  const placed = multiset(placedNow.map(([pod, node]) => `${classId(pod)}@${node}`))
  const queue = multiset(state.queue.map((pod) => `${classId(pod)}${state.parked.has(pod) ? 'p' : ''}`))
  const delayed = multiset(state.delayed.map((pod) => `${classId(pod)}`))
  const refused = multiset(state.refused.map((pod) => `${classId(pod)}`))
  const budgets = [...state.numbers.values()].map(
    ({ disruptionsAllowed, currentHealthy, desiredHealthy, observed }) =>
      `${disruptionsAllowed}/${currentHealthy}/${desiredHealthy}/${observed}`,
  )
  return [gone, leaving, placed, queue, delayed, refused, budgets.join(',')].join('|')
}

/** States that go on differently, each once. */
export function distinctStates(states: readonly State[]): readonly State[] {
  return states.length <= 1
    ? states
    : [...new Map(states.map((state) => [stateKey(state), state] as const)).values()]
}
