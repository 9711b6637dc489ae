import type { LabelSelector } from '../../model/kubernetes/objects.ts'
import { type AffinityTerm, termMatches } from '../cluster/affinity-terms.ts'
import { derived } from '../cluster/derived.ts'
import { podKey } from '../cluster/pod-fields.ts'
import type { SimPod, SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { podsThatMayMatch } from '../disruption/coverage.ts'
import type { HeldTerm, State } from '../state/state.ts'
import { heldTermsAbout, isTerminating } from '../state/state.ts'

/** Which pods are counted, and a key that is equal for equal questions. */
export interface PodCountQuery {
  readonly key: string
  readonly namespaces: ReadonlySet<string> | 'all'
  readonly matches: (pod: SimPod) => boolean
  /** One that all pods that match are selected by. */
  readonly selector: LabelSelector | undefined
  /** Leave terminating pods out. */
  readonly liveOnly: boolean
}

const bump = (counts: Map<number, number>, node: number, by: number): void => {
  const count = (counts.get(node) ?? 0) + by
  if (count === 0) counts.delete(node)
  else counts.set(node, count)
}

function* podsInScope(
  simulated: SimulatedCluster,
  { namespaces, selector }: PodCountQuery,
): Generator<SimPod> {
  if (namespaces === 'all') yield* simulated.pods
  else for (const namespace of namespaces) yield* podsThatMayMatch(simulated, namespace, selector)
}

function snapshotCounts(simulated: SimulatedCluster, question: PodCountQuery): ReadonlyMap<number, number> {
  const key = `${question.liveOnly}|${question.key}`
  const known = simulated.counts.get(key)
  if (known !== undefined) return known
  const counts = new Map<number, number>()
  for (const pod of podsInScope(simulated, question))
    if (
      pod.boundTo !== undefined &&
      !pod.finished &&
      !(question.liveOnly && pod.terminating) &&
      question.matches(pod)
    )
      bump(counts, pod.boundTo, 1)
  simulated.counts.set(key, counts)
  return counts
}

function* changedPods(
  { changedPods: changed }: State,
  namespaces: PodCountQuery['namespaces'],
): Generator<SimPod> {
  for (const namespace of namespaces === 'all' ? changed.keys() : namespaces)
    yield* changed.get(namespace) ?? []
}

/** How many pods that match are bound to each node now; nodes with none are left out. */
export function matchesByNode(state: State, question: PodCountQuery): ReadonlyMap<number, number> {
  const counts = new Map(snapshotCounts(state.simulated, question))
  const counted = (pod: SimPod): boolean => !pod.finished && question.matches(pod)
  for (const pod of changedPods(state, question.namespaces)) {
    if (!counted(pod)) continue
    const remaining = state.ended.has(pod) || (question.liveOnly && state.terminating.has(pod))
    if (remaining && pod.boundTo !== undefined && !(question.liveOnly && pod.terminating))
      bump(counts, pod.boundTo, -1)
    const node = state.bound.get(pod)
    if (node !== undefined && !state.ended.has(pod) && !(question.liveOnly && isTerminating(state, pod)))
      bump(counts, node, 1)
  }
  return counts
}

const termsByPod = derived(
  (_antiAffinity: SimulatedCluster['antiAffinity']) =>
    new Map<string, readonly (readonly [string, HeldTerm])[]>(),
)

/** Equal for pods that the same terms mean. */
const meantKey = podKey(['namespace', 'labels'])

/** Those of the snapshot, looked up once for pods that are alike in this. */
function termsInSnapshot(
  { simulated: { antiAffinity } }: State,
  pod: SimPod,
): readonly (readonly [string, HeldTerm])[] {
  if (antiAffinity.size === 0) return []
  const known = termsByPod(antiAffinity)
  const key = meantKey(pod)
  const found =
    known.get(key) ?? [...antiAffinity].filter(([, { term }]) => termMatches(term, pod.namespace, pod.labels))
  known.set(key, found)
  return found
}

/** The required anti-affinity that bound pods hold against this pod, with the nodes that they are on. */
export function termsAgainst(state: State, pod: SimPod): readonly HeldTerm[] {
  const against = (term: AffinityTerm) => termMatches(term, pod.namespace, pod.labels)
  const held = new Map<string, { term: AffinityTerm; nodes: Map<number, number> }>()
  for (const [key, { term, nodes }] of termsInSnapshot(state, pod))
    held.set(key, { term, nodes: new Map(nodes) })
  for (const [key, { term, nodes }] of heldTermsAbout(state, pod.namespace)) {
    if (!against(term)) continue
    const entry = held.get(key) ?? { term, nodes: new Map<number, number>() }
    for (const [node, by] of nodes) bump(entry.nodes, node, by)
    held.set(key, entry)
  }
  return [...held.values()]
}
