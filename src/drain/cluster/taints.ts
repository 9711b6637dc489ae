import type { Node, PodSpec } from '../../model/kubernetes/objects.ts'

export type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number]
export type Toleration = NonNullable<PodSpec['tolerations']>[number]

/** What `kubectl cordon` leads to: the node lifecycle controller adds it to an unschedulable node. */
export const UNSCHEDULABLE: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

const toleratesOne = (toleration: Toleration, taint: Taint): boolean => {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (toleration.key && toleration.key !== taint.key) return false
  if (toleration.operator === 'Exists') return true
  if (!toleration.key) return false
  return (toleration.value ?? '') === (taint.value ?? '')
}

export const tolerates = (spec: PodSpec, taint: Taint): boolean =>
  spec.tolerations?.some((toleration) => toleratesOne(toleration, taint)) ?? false

/** The first taint that keeps the pod off a node (docs/reference/scheduler.md#R3). */
export const untolerated = (spec: PodSpec, taints: readonly Taint[]): Taint | undefined =>
  taints.find(
    (taint) => (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') && !tolerates(spec, taint),
  )
