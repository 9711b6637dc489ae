import type { Pod } from '../../../src/model/kubernetes/objects.ts'
import { controllerOf } from '../../../src/model/kubernetes/reference.ts'
import type { DrainOutcome } from '../../helpers/drain-judge.ts'

/** What came of a drain of these nodes, in the form of the recordings, from the pods before and after. */
export function outcomeOf(
  before: readonly Pod[],
  after: readonly Pod[],
  nodes: readonly string[],
  exit: number,
): DrainOutcome {
  const uids = new Set(after.map(({ metadata }) => metadata.uid))
  const known = new Set(before.map(({ metadata }) => metadata.uid))
  const there = before.filter(({ spec }) => nodes.includes(spec?.nodeName ?? ''))
  const recorded = (pod: Pod) => {
    const owner = controllerOf(pod)
    return {
      namespace: pod.metadata.namespace ?? '',
      name: pod.metadata.name,
      node: pod.spec?.nodeName ?? null,
      owner: owner === undefined ? '/' : `${owner.kind}/${owner.name}`,
    }
  }
  const isPending = ({ status, spec }: Pod) => status?.phase === 'Pending' && spec?.nodeName === undefined
  return {
    exit,
    gone: there.filter(({ metadata }) => !uids.has(metadata.uid)).map(recorded),
    remain: there.filter(({ metadata }) => uids.has(metadata.uid)).map(recorded),
    pendingBefore: before.filter(isPending).map(recorded),
    pending: after.filter(isPending).map(recorded),
    landed: after
      .filter((pod) => !known.has(pod.metadata.uid) && pod.spec?.nodeName !== undefined)
      .map(recorded),
  }
}
