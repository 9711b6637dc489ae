import { type AffinityTerm, termMatches } from '../../cluster/affinity-terms.ts'
import type { SimNode, SimPod } from '../../cluster/simulated-cluster.ts'
import type { State } from '../../state/state.ts'
import { type Filter, resolvable, unresolvable } from '../filter.ts'
import { matchesByNode, termsAgainst } from '../pod-counts.ts'

const AFFINITY = unresolvable({ code: 'PodAffinityMismatch' } as const)
const ANTI_AFFINITY = resolvable({ code: 'PodAntiAffinityConflict' } as const)
const EXISTING = resolvable({ code: 'ExistingPodAntiAffinityConflict' } as const)

/** The values of a topology key on the nodes that hold a pod. */
function domainsOf(state: State, nodes: ReadonlyMap<number, number>, topologyKey: string): Set<string> {
  const found = new Set<string>()
  for (const index of nodes.keys()) {
    const value = state.simulated.nodes[index]?.labels[topologyKey]
    if (value !== undefined) found.add(value)
  }
  return found
}

const inDomains = (node: SimNode, topologyKey: string, values: ReadonlySet<string>): boolean => {
  const value = node.labels[topologyKey]
  return value !== undefined && values.has(value)
}

const matching = (state: State, key: string, terms: readonly AffinityTerm[]): ReadonlyMap<number, number> =>
  matchesByNode(state, {
    key,
    namespaces: terms.some(({ namespaces }) => namespaces === 'all')
      ? 'all'
      : new Set(terms.flatMap(({ namespaces }) => (namespaces === 'all' ? [] : [...namespaces]))),
    matches: (other) => terms.every((term) => termMatches(term, other.namespace, other.labels)),
    selector: terms[0]?.selector,
    liveOnly: false,
  })

/**
 * Affinity counts only pods that match all terms; the first of a self-affine group may go anywhere
 * (docs/reference/scheduler.md#R8).
 */
function affinityCheck(state: State, pod: SimPod): (node: SimNode) => boolean {
  const terms = pod.affinity
  const holders = matching(state, `affinity|${terms.map(({ key }) => key).join('&')}`, terms)
  const domains = terms.map((term) => ({
    key: term.topologyKey,
    values: domainsOf(state, holders, term.topologyKey),
  }))
  const nobody = domains.every(({ values }) => values.size === 0)
  const first = nobody && terms.every((term) => termMatches(term, pod.namespace, pod.labels))
  return (node) =>
    terms.every(({ topologyKey }) => Object.hasOwn(node.labels, topologyKey)) &&
    (first || domains.every(({ key, values }) => inDomains(node, key, values)))
}

/** docs/reference/scheduler.md#R8: the pod's own required terms, and those of pods that are there already. */
export const interPodAffinity: Filter<{
  readonly code: 'PodAffinityMismatch' | 'PodAntiAffinityConflict' | 'ExistingPodAntiAffinityConflict'
}> = {
  name: 'InterPodAffinity',
  reads: ['affinity', 'antiAffinity', 'namespace', 'labels', 'finished', 'boundTo'],
  scope: 'Cluster',
  concerns: (state, pod) =>
    pod.affinity.length + pod.antiAffinity.length > 0 || termsAgainst(state, pod).length > 0,
  words: {
    PodAffinityMismatch: "node(s) didn't match pod affinity rules",
    PodAntiAffinityConflict: "node(s) didn't match pod anti-affinity rules",
    ExistingPodAntiAffinityConflict: "node(s) didn't satisfy existing pods anti-affinity rules",
  },
  filter: (state, pod) => {
    const accepts = pod.affinity.length === 0 ? undefined : affinityCheck(state, pod)
    const own = pod.antiAffinity.map((term) => ({
      key: term.topologyKey,
      values: domainsOf(state, matching(state, `anti|${term.key}`, [term]), term.topologyKey),
    }))
    const existing = termsAgainst(state, pod).map(({ term, nodes }) => ({
      key: term.topologyKey,
      values: domainsOf(state, nodes, term.topologyKey),
    }))
    if (accepts === undefined && own.length === 0 && existing.length === 0) return undefined
    return {
      check: (node) => {
        if (accepts !== undefined && !accepts(node)) return AFFINITY
        if (own.some(({ key, values }) => inDomains(node, key, values))) return ANTI_AFFINITY
        return existing.some(({ key, values }) => inDomains(node, key, values)) ? EXISTING : undefined
      },
    }
  },
}
