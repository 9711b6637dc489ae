import type { PodSpec } from '../../../model/kubernetes/objects.ts'
import { type Labels, meets, type Requirement } from '../../../model/kubernetes/selector.ts'
import { portsConflict } from '../../cluster/affinity-terms.ts'
import type { SimNode } from '../../cluster/simulated-cluster.ts'
import { tolerates, UNSCHEDULABLE, untolerated } from '../../cluster/taints.ts'
import { podsOn, usageOn } from '../../state/state.ts'
import type { Filter, FilterFailure } from '../filter.ts'

const unresolvable = (...reasons: string[]): FilterFailure => ({ reasons, resolvable: false })
const resolvable = (...reasons: string[]): FilterFailure => ({ reasons, resolvable: true })

/** spec/drain.md R2. */
export const nodeUnschedulable: Filter = (_state, { spec }) => {
  if (tolerates(spec, UNSCHEDULABLE)) return undefined
  const failure = unresolvable('node(s) were unschedulable')
  return { check: (node) => (node.unschedulable ? failure : undefined) }
}

/** spec/drain.md R3. */
export const taintToleration: Filter = (_state, { spec }) => {
  const failure = unresolvable('node(s) had untolerated taint(s)')
  return {
    check: (node) =>
      node.taints.length > 0 && untolerated(spec, node.taints) !== undefined ? failure : undefined,
  }
}

type NodeAffinity = NonNullable<NonNullable<PodSpec['affinity']>['nodeAffinity']>
type NodeSelector = NonNullable<NodeAffinity['requiredDuringSchedulingIgnoredDuringExecution']>
type Term = NodeSelector['nodeSelectorTerms'][number]
type Expression = NonNullable<Term['matchExpressions']>[number]

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

/** Whether a node selector, of a pod or of a volume, accepts a node; terms are alternatives (R4). */
export const nodeSelectorMatches = (
  selector: { readonly nodeSelectorTerms?: readonly Term[] },
  node: Pick<SimNode, 'labels' | 'name'>,
): boolean => (selector.nodeSelectorTerms ?? []).some((term) => termMatchesNode(term, node.labels, node.name))

/** nodeSelector and required node affinity together. */
export function wantsNode(spec: PodSpec, node: Pick<SimNode, 'labels' | 'name'>): boolean {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return (
    Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => node.labels[key] === value) &&
    (required == null || nodeSelectorMatches(required, node))
  )
}

/** spec/drain.md R4. */
export const nodeAffinity: Filter = (_state, { spec }) => {
  const failure = unresolvable("node(s) didn't match Pod's node affinity/selector")
  return { check: (node) => (wantsNode(spec, node) ? undefined : failure) }
}

/** spec/drain.md R5. */
export const nodePorts: Filter = (state, { ports }) => {
  if (ports.length === 0) return undefined
  const failure = resolvable("node(s) didn't have free ports for the requested pod ports")
  return {
    check: (node) => {
      for (const other of podsOn(state, node.index))
        for (const taken of other.ports)
          if (ports.some((wanted) => portsConflict(wanted, taken))) return failure
      return undefined
    },
  }
}

/** spec/drain.md R6. */
export const nodeResourcesFit: Filter = (state, { requests }) => {
  const wanted = Object.entries(requests).filter(([, amount]) => amount > 0)
  return {
    check: (node) => {
      const usage = usageOn(state, node.index)
      const reasons: string[] = []
      let possible = true
      if (usage.pods + 1 > (node.allocatable['pods'] ?? 0)) reasons.push('Too many pods')
      for (const [resource, amount] of wanted) {
        const all = node.allocatable[resource] ?? 0
        if (amount <= all - (usage.requests[resource] ?? 0)) continue
        reasons.push(`Insufficient ${resource}`)
        if (amount > all) possible = false
      }
      return reasons.length === 0 ? undefined : { reasons, resolvable: possible }
    },
  }
}

/** The region and zone labels of a node, under their present and former names. */
export const ZONE_LABELS: readonly string[] = [
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
]
