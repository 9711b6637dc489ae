import type { LabelSelector } from '../../model/kubernetes/objects.ts'
import { matchesSelector } from '../../model/kubernetes/selector.ts'
import { type HostPort, portsConflict, termMatches } from '../cluster/affinity-terms.ts'
import { derived } from '../cluster/derived.ts'
import { byLabel, labelKeys, selectorKey } from '../cluster/label-index.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import { equivalenceKey } from './equivalence.ts'

export const HOSTNAME = 'kubernetes.io/hostname'

/** A rule of one competing pod about others: which it means, and the topology key of its domains. */
interface Rule {
  readonly holder: SimPod
  readonly topologyKey: string
  readonly selector: LabelSelector | undefined
  readonly means: (other: SimPod) => boolean
}

interface CompetingPods {
  /** Two pods of each kind at most, by what a rule can be looked up by: a third one adds no rule. */
  readonly pods: ReadonlyMap<string, readonly SimPod[]>
  /** Their rules, by the label that a pod must have for them. */
  readonly rules: ReadonlyMap<string, readonly Rule[]>
  readonly ports: readonly { readonly holder: SimPod; readonly port: HostPort }[]
  readonly byEquivalenceKey: Map<string, readonly string[]>
}

/** The topology keys of the rules by which this pod and another of the competing pods can be in each other's way. */
export function topologyKeysInCommon(pod: SimPod, competingPods: readonly SimPod[]): readonly string[] {
  const indexed = indexOf(competingPods)
  const key = equivalenceKey(pod)
  const known = indexed.byEquivalenceKey.get(key)
  if (known !== undefined) return known
  const keys = new Set<string>()
  const isOther = (other: SimPod) => other.origin !== pod.origin
  for (const label of labelKeys(pod.labels))
    for (const rule of indexed.rules.get(label) ?? [])
      if (isOther(rule.holder) && rule.means(pod)) keys.add(rule.topologyKey)
  for (const rule of rulesOf(pod))
    if (
      !keys.has(rule.topologyKey) &&
      (indexed.pods.get(selectorKey(rule.selector)) ?? []).some(
        (other) => isOther(other) && rule.means(other),
      )
    )
      keys.add(rule.topologyKey)
  if (
    pod.ports.some((port) =>
      indexed.ports.some((other) => isOther(other.holder) && portsConflict(port, other.port)),
    )
  )
    keys.add(HOSTNAME)
  const found = [...keys]
  indexed.byEquivalenceKey.set(key, found)
  return found
}

const indexOf = derived((competingPods: readonly SimPod[]): CompetingPods => {
  const sample = [...Map.groupBy(competingPods, equivalenceKey).values()].flatMap((pods) => pods.slice(0, 2))
  return {
    pods: byLabel(sample),
    rules: Map.groupBy(sample.flatMap(rulesOf), ({ selector }) => selectorKey(selector)),
    ports: sample.flatMap((holder) => holder.ports.map((port) => ({ holder, port }))),
    byEquivalenceKey: new Map(),
  }
})

function rulesOf(holder: SimPod): readonly Rule[] {
  const terms = [...holder.affinity, ...holder.antiAffinity].map(
    (term): Rule => ({
      ...term,
      holder,
      means: ({ namespace, labels }) => termMatches(term, namespace, labels),
    }),
  )
  const spread = holder.spread.map(
    ({ namespace, selector, topologyKey }): Rule => ({
      holder,
      topologyKey,
      selector,
      means: (other) => other.namespace === namespace && matchesSelector(selector, other.labels),
    }),
  )
  return [...terms, ...spread]
}
