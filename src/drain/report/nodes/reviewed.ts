import { nameOf } from '../../../model/kubernetes/reference.ts'
import { type Reviewer, reviewersOf } from '../../disruption/admission.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'

/** One that is asked about evictions, with the pods of a node that it is asked about (`namespace/name`, sorted). */
export interface ReviewedPods {
  readonly reviewer: Reviewer
  readonly pods: readonly string[]
}

/** Webhooks and policies that may refuse evictions from this node, in their order. */
export function reviewedPods(
  { policy, decided, start }: SimulationRun,
  node: string,
): readonly ReviewedPods[] {
  if (policy.removal === 'Delete') return []
  const { cluster } = start.simulated
  const found = new Map<string, { readonly reviewer: Reviewer; readonly pods: Set<string> }>()
  for (const { pod, decision } of decided.get(node) ?? []) {
    if (decision.action !== 'Take') continue
    const { namespace = '', name, labels = {} } = pod.metadata
    for (const reviewer of reviewersOf(cluster, { namespace, name, labels })) {
      const key = `${reviewer.kind}/${reviewer.name}/${reviewer.webhook ?? ''}`
      const known = found.get(key) ?? { reviewer, pods: new Set() }
      known.pods.add(nameOf(pod))
      found.set(key, known)
    }
  }
  return [...found.values()].map(({ reviewer, pods }) => ({ reviewer, pods: [...pods].sort() }))
}
