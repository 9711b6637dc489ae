import { matchesSelector } from '../../../model/kubernetes/selector.ts'
import type { SpreadConstraint } from '../../cluster/affinity-terms.ts'
import { derived } from '../../cluster/derived.ts'
import { podKey } from '../../cluster/pod-fields.ts'
import type { SimNode, SimPod, SimulatedCluster } from '../../cluster/simulated-cluster.ts'
import { untolerated } from '../../cluster/taints.ts'
import type { State } from '../../state/state.ts'
import { type Filter, resolvable, unresolvable } from '../filter.ts'
import { NODE_SELECTION_READS, wantsNode } from '../node-selector.ts'
import { matchesByNode } from '../pod-counts.ts'

const SKEWED = resolvable({ code: 'TopologySpreadSkew' } as const)
const NO_LABEL = unresolvable({ code: 'TopologyLabelMissing' } as const)

interface Domains {
  readonly constraint: SpreadConstraint
  readonly counts: ReadonlyMap<string, number>
  readonly minimum: number
  readonly self: 0 | 1
  /** Whether every node has the label. */
  readonly labelled: boolean
}

const isEmpty = ({ selector }: SpreadConstraint): boolean =>
  selector !== undefined &&
  Object.keys(selector.matchLabels ?? {}).length === 0 &&
  (selector.matchExpressions ?? []).length === 0

/** Pods per domain, over the nodes that count as domains (docs/reference/scheduler.md#R9). */
function domains(state: State, pod: SimPod, constraint: SpreadConstraint): Domains {
  const { selector, namespace } = constraint
  const byNode = isEmpty(constraint)
    ? new Map<number, number>()
    : matchesByNode(state, {
        key: constraint.key,
        namespaces: new Set([namespace]),
        matches: (other) => other.namespace === namespace && matchesSelector(selector, other.labels),
        selector,
        liveOnly: true,
      })
  const places = domainByNode(state, pod, constraint)
  const counts = new Map(places.empty)
  for (const [node, count] of byNode) {
    const domain = places.byNode[node]
    if (domain !== undefined) counts.set(domain, (counts.get(domain) ?? 0) + count)
  }
  return {
    constraint,
    counts,
    labelled: places.labelled,
    minimum: counts.size < constraint.minDomains ? 0 : Math.min(...counts.values()),
    self: matchesSelector(selector, pod.labels) ? 1 : 0,
  }
}

interface DomainByNode {
  /** By index of the node; undefined for a node that counts in no domain. */
  readonly byNode: readonly (string | undefined)[]
  /** Each domain with a count of 0. */
  readonly empty: ReadonlyMap<string, number>
  readonly labelled: boolean
}

const placesIn = derived((_nodes: SimulatedCluster['nodes']) => new Map<string, DomainByNode>())

const selectionKey = podKey(NODE_SELECTION_READS)
const tolerationsKey = podKey(['spec.tolerations'])

/** Which nodes count as which domain, worked out once for all pods that are alike in this. */
function domainByNode({ simulated }: State, pod: SimPod, constraint: SpreadConstraint): DomainByNode {
  const { nodes } = simulated
  const uncordoned = simulated.cordon?.before.nodes ?? nodes
  const { topologyKey, honorsAffinity, honorsTaints } = constraint
  const keys = pod.spread.map((each) => each.topologyKey)
  // A cordon changes taints, and nothing else that counts here.
  const asked = honorsTaints ? nodes : uncordoned
  const known = placesIn(asked)
  const key = JSON.stringify([
    topologyKey,
    keys,
    honorsAffinity && selectionKey(pod),
    honorsTaints && tolerationsKey(pod),
  ])
  const found = known.get(key)
  if (found !== undefined) return found
  const byNode = nodes.map((node) =>
    keys.every((one) => Object.hasOwn(node.labels, one)) && isDomain(pod, node, constraint)
      ? node.labels[topologyKey]
      : undefined,
  )
  const empty = new Map(byNode.flatMap((domain) => (domain === undefined ? [] : [[domain, 0] as const])))
  const result = { byNode, empty, labelled: nodes.every(({ labels }) => Object.hasOwn(labels, topologyKey)) }
  known.set(key, result)
  return result
}

/** Cordoned and tainted nodes are domains, too, unless the constraint honours taints. */
const isDomain = (pod: SimPod, node: SimNode, constraint: SpreadConstraint): boolean =>
  (!constraint.honorsAffinity || wantsNode(pod.spec, node)) &&
  (!constraint.honorsTaints || untolerated(pod.spec, node.taints) === undefined)

/** Whether no node can fail: each has the label, and the fullest domain may take one more. */
const acceptsAll = ({ constraint, counts, minimum, self, labelled }: Domains): boolean =>
  labelled && Math.max(0, ...counts.values()) + self - minimum <= constraint.maxSkew

/** docs/reference/scheduler.md#R9, only `DoNotSchedule`. */
export const podTopologySpread: Filter<{ readonly code: 'TopologySpreadSkew' | 'TopologyLabelMissing' }> = {
  name: 'PodTopologySpread',
  reads: [
    'spread',
    'namespace',
    'labels',
    'finished',
    'boundTo',
    'terminating',
    ...NODE_SELECTION_READS,
    'spec.tolerations',
  ],
  scope: 'Cluster',
  concerns: (_state, { spread }) => spread.length > 0,
  words: {
    TopologySpreadSkew: "node(s) didn't match pod topology spread constraints",
    TopologyLabelMissing: "node(s) didn't match pod topology spread constraints (missing required label)",
  },
  filter: (state, pod) => {
    if (pod.spread.length === 0) return undefined
    const all = pod.spread
      .map((constraint) => domains(state, pod, constraint))
      .filter((one) => !acceptsAll(one))
    if (all.length === 0) return undefined
    return {
      check: (node) => {
        for (const { constraint, counts, minimum, self } of all) {
          const domain = node.labels[constraint.topologyKey]
          if (domain === undefined) return NO_LABEL
          if ((counts.get(domain) ?? 0) + self - minimum > constraint.maxSkew) return SKEWED
        }
        return undefined
      },
    }
  },
}
