import { matchesSelector } from '../model/selector.ts'
import { matchesByNode } from './counts.ts'
import type { Failure, Plugin } from './placement.ts'
import { wantsNode } from './placement-node.ts'
import type { State } from './state.ts'
import { untolerated } from './taints.ts'
import type { SpreadConstraint } from './terms.ts'
import type { SimNode, SimPod } from './world.ts'

const SKEWED: Failure = {
  reasons: ["node(s) didn't match pod topology spread constraints"],
  resolvable: true,
}
const NO_LABEL: Failure = {
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  resolvable: false,
}

interface Domains {
  readonly constraint: SpreadConstraint
  readonly counts: ReadonlyMap<string, number>
  readonly minimum: number
  readonly self: 0 | 1
}

const isEmpty = ({ selector }: SpreadConstraint): boolean =>
  selector !== undefined &&
  Object.keys(selector.matchLabels ?? {}).length === 0 &&
  (selector.matchExpressions ?? []).length === 0

/** Pods per domain, over the nodes that count as domains (spec/drain.md R9). */
function domains(state: State, pod: SimPod, constraint: SpreadConstraint): Domains {
  const { selector, namespace, topologyKey } = constraint
  const byNode = isEmpty(constraint)
    ? new Map<number, number>()
    : matchesByNode(state, {
        key: constraint.key,
        namespaces: new Set([namespace]),
        matches: (other) => other.namespace === namespace && matchesSelector(selector, other.labels),
        liveOnly: true,
      })
  const keys = pod.spread.map((each) => each.topologyKey)
  const counts = new Map<string, number>()
  for (const node of state.world.nodes) {
    if (!keys.every((key) => Object.hasOwn(node.labels, key)) || !isDomain(pod, node, constraint)) continue
    const domain = node.labels[topologyKey] ?? ''
    counts.set(domain, (counts.get(domain) ?? 0) + (byNode.get(node.index) ?? 0))
  }
  return {
    constraint,
    counts,
    minimum: counts.size < constraint.minDomains ? 0 : Math.min(...counts.values()),
    self: matchesSelector(selector, pod.labels) ? 1 : 0,
  }
}

/** Cordoned and tainted nodes are domains, too, unless the constraint honours taints. */
const isDomain = (pod: SimPod, node: SimNode, constraint: SpreadConstraint): boolean =>
  (!constraint.honorsAffinity || wantsNode(pod.spec, node)) &&
  (!constraint.honorsTaints || untolerated(pod.spec, node.taints) === undefined)

/** spec/drain.md R9, only `DoNotSchedule`. */
export const topologySpread: Plugin = (state, pod) => {
  if (pod.spread.length === 0) return undefined
  const all = pod.spread.map((constraint) => domains(state, pod, constraint))
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
}
