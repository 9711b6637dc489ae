import { ownerKey, type Readiness, type SimPod } from '../cluster/simulated-cluster.ts'
import type { State } from '../state/state.ts'

const TEMPLATE_HASHES = ['pod-template-hash', 'controller-revision-hash']

const sameTemplate = (a: SimPod, b: SimPod): boolean =>
  TEMPLATE_HASHES.every((key) => a.labels[key] === b.labels[key])

const judged = new WeakMap<State['simulated']['byOwner'], Map<string, Readiness>>()

/**
 * What a new pod of this template will become once it is bound: Ready, unless pods of the same template are bound
 * and none of them is (assumption A1 of spec/drain.md O8).
 */
export function readiness(state: State, pod: SimPod): Readiness {
  const { byOwner } = state.simulated
  const known = judged.get(byOwner) ?? new Map<string, Readiness>()
  judged.set(byOwner, known)
  const own = pod.owner === undefined ? `${pod.namespace}/${pod.name}` : ownerKey(pod.namespace, pod.owner)
  const key = [own, ...TEMPLATE_HASHES.map((hash) => pod.labels[hash] ?? '')].join('|')
  let result = known.get(key)
  if (result === undefined) {
    const siblings = (pod.owner === undefined ? [] : (byOwner.get(own) ?? [])).filter(
      (one) => one.boundTo !== undefined && !one.finished && !one.terminating && sameTemplate(one, pod),
    )
    if (siblings.length === 0 || siblings.some(({ ready }) => ready)) result = 'Ready'
    else result = siblings.every(({ starting }) => starting) ? 'Pending' : 'Unready'
    known.set(key, result)
  }
  return result
}
