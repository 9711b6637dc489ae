import type { PodSpec } from '../../model/kubernetes/objects.ts'
import { type Labels, meets, type Requirement } from '../../model/kubernetes/selector.ts'
import type { PodField } from '../cluster/pod-fields.ts'
import type { SimNode } from '../cluster/simulated-cluster.ts'

type NodeAffinity = NonNullable<NonNullable<PodSpec['affinity']>['nodeAffinity']>
type NodeSelector = NonNullable<NodeAffinity['requiredDuringSchedulingIgnoredDuringExecution']>
type Term = NodeSelector['nodeSelectorTerms'][number]
type Expression = NonNullable<Term['matchExpressions']>[number]
type NamedNode = Pick<SimNode, 'labels' | 'name'>

const asRequirement = ({ key, operator, values }: Expression): Requirement => ({
  key,
  operator: operator as Requirement['operator'],
  values: values ?? [],
})

const termMatchesNode = (term: Term, labels: Labels, name: string): boolean => {
  const expressions = term.matchExpressions ?? []
  const fields = term.matchFields ?? []
  return (
    expressions.length + fields.length > 0 &&
    expressions.every((expression) => meets(labels, asRequirement(expression))) &&
    fields.every((field) => meets({ 'metadata.name': name }, asRequirement(field)))
  )
}

/**
 * Whether a node selector, of a pod or of a volume, accepts a node; terms are alternatives
 * (docs/reference/scheduler.md#R4).
 */
export const nodeSelectorMatches = (
  selector: { readonly nodeSelectorTerms?: readonly Term[] },
  node: NamedNode,
): boolean => (selector.nodeSelectorTerms ?? []).some((term) => termMatchesNode(term, node.labels, node.name))

/** What {@link wantsNode} reads of a pod. */
export const NODE_SELECTION_READS: readonly PodField[] = [
  'spec.nodeSelector',
  'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution',
]

/** nodeSelector and required node affinity together. */
export function wantsNode(spec: PodSpec, node: NamedNode): boolean {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return (
    Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => node.labels[key] === value) &&
    (required == null || nodeSelectorMatches(required, node))
  )
}
