import type { StatefulSet } from '../../model/kubernetes/objects.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import { createPod, isTerminating, type State } from '../state/state.ts'
import { podsOfOwner } from './owned-pods.ts'
import { quotaRefusal } from './quota.ts'
import { readiness, replacementPod } from './replacement-pod.ts'

const ordinalOf = (name: string): number => Number(/-(\d+)$/.exec(name)?.[1] ?? Number.NaN)

const isUp = (state: State, pod: SimPod): boolean =>
  !isTerminating(state, pod) &&
  (pod.boundTo !== undefined ? pod.ready : state.bound.has(pod) && readiness(state, pod) === 'Ready')

/** Whether a pod that is not of the set has the name: the API server makes no second one, and the set waits. */
const isTaken = (state: State, { namespace, owner }: SimPod, name: string): boolean =>
  (state.simulated.byNamespace.get(namespace) ?? []).some(
    (pod) => pod.name === name && pod.owner?.uid !== owner?.uid && !state.deleted.has(pod),
  )

/**
 * Lets a StatefulSet make its missing pods: all of them with Parallel, else only the first one, and only while all
 * lower ordinals are up (docs/reference/controllers.md#R0). Returns the pods it made.
 */
export function fillStatefulSet(state: State, member: SimPod): readonly SimPod[] {
  const set = state.simulated.cluster.owner(member.namespace, member.owner) as StatefulSet | undefined
  const known = new Map(podsOfOwner(state, member).map((pod) => [pod.name, pod]))
  const parallel = set?.spec?.podManagementPolicy === 'Parallel'
  const first = set?.spec?.ordinals?.start ?? 0
  const made: SimPod[] = []
  const add = (name: string) => {
    if (isTaken(state, member, name)) return
    const before = [...state.deleted].find(
      (pod) =>
        pod.name === name && pod.namespace === member.namespace && pod.owner?.uid === member.owner?.uid,
    )
    const refusal = quotaRefusal(state, before ?? member)
    if (refusal !== undefined) {
      if (before !== undefined)
        state.replacements.set(before, { why: { code: 'quota', message: refusal }, lost: true })
      return
    }
    const pod = replacementPod(state, before ?? member, name)
    createPod(state, pod)
    made.push(pod)
  }
  if (set === undefined) {
    if (!known.has(member.name)) add(member.name)
    return made
  }
  for (let ordinal = first; ordinal < first + (set.spec?.replicas ?? 1); ordinal++) {
    const name = `${set.metadata.name}-${ordinal}`
    const pod = known.get(name)
    if (pod === undefined) add(name)
    if (!parallel && (pod === undefined || !isUp(state, pod))) break
  }
  return made
}

/** Why an OrderedReady StatefulSet does not make this pod again: the lower ordinal that it waits for. */
export function waitsForOrdinal(state: State, member: SimPod): string | undefined {
  const lower = podsOfOwner(state, member)
    .filter((pod) => ordinalOf(pod.name) < ordinalOf(member.name) && !isUp(state, pod))
    .sort((a, b) => ordinalOf(a.name) - ordinalOf(b.name))[0]
  return lower?.name
}
