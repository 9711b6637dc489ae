import { matchesSelector } from '../model/selector.ts'
import { groupBy } from '../model/text.ts'
import { signatureOf } from './classes.ts'
import { type Amounts, add } from './requests.ts'
import type { State } from './state.ts'
import { usageOn } from './state.ts'
import { portsConflict, termMatches } from './terms.ts'
import type { SimPod } from './world.ts'

/** How a search follows what chance decides, and what it found out on the way. */
export interface Search {
  /** The options to follow: all of them, or a sample. */
  readonly choose: <T>(options: readonly T[]) => readonly T[]
  /** Placements that may still be tried; at 0 only the first option is followed. */
  effort: number
  /** False once options were left out. */
  complete: boolean
  /** Whether one course is enough: pods then go where the fewest are. */
  readonly rough: boolean
  /** True once a pod found no place, or one that others could have taken, or does not become Ready. */
  contended: boolean
  /** What was not read, and yet decides something. */
  readonly doubts: Set<string>
  /** All pods that may have to be placed: those that kubectl takes, and those that wait already. */
  readonly crowd: readonly SimPod[]
  /** Whether pods that have plenty of room are placed before those that have not. */
  readonly roomyFirst: boolean
  /**
   * Whether pods are gone before the scheduler looks at their replacements, and Jobs that back off make theirs only when
   * nothing else can be evicted; else the old pods are still there, and Jobs go on before the next eviction.
   */
  readonly late: boolean
}

/** The options that the search follows; fewer than there are make it incomplete. */
export const follow = <T>(search: Search, options: readonly T[]): readonly T[] => {
  if (options.length <= 1) return options
  const chosen = search.effort > 0 ? search.choose(options) : options.slice(0, 1)
  if (chosen.length < options.length) search.complete = false
  return chosen
}

const HOSTNAME = 'kubernetes.io/hostname'
/** With fewer candidates than this, each that could be in somebody's way is tried, however few pods compete. */
const FEW = 8

export interface NodeChoice {
  /** Nodes that make a difference, each standing for those like it. */
  readonly nodes: readonly number[]
  /** The pod finds a place whatever the others do, and no matter which it takes. */
  readonly roomy: boolean
}

/**
 * Which candidate nodes are worth telling apart. Nodes with room for the whole crowd are alike, but for the domains
 * of rules between the pod and another of the crowd. Where there are more candidates than pods, nobody can take them
 * all, and all are taken to be alike in this sense.
 */
export function nodesToTry(state: State, pod: SimPod, nodes: readonly number[], search: Search): NodeChoice {
  const many = search.rough || nodes.length > Math.max(FEW, search.crowd.length)
  const rules = rulesWithCrowd(pod, search)
  const keys = many ? rules.filter((key) => key !== HOSTNAME) : rules
  if (many && keys.length === 0) return { nodes: [leastLoaded(state, nodes)], roomy: true }
  const best = new Map<string, { readonly node: number; readonly load: number }>()
  let spare = true
  for (const node of nodes) {
    const labels = state.world.nodes[node]?.labels ?? {}
    const alike = many || hasRoomForAll(state, node, search)
    spare &&= alike
    const group = alike ? keys.map((key) => labels[key] ?? '').join('|') : `node ${node}`
    const load = loadOf(state, node)
    const known = best.get(group)
    if (known === undefined || load < known.load) best.set(group, { node, load })
  }
  return { nodes: [...best.values()].map(({ node }) => node), roomy: spare && best.size === 1 }
}

const loadOf = (state: State, node: number): number =>
  usageOn(state, node).pods / (state.world.nodes[node]?.allocatable['pods'] || 1)

interface Ranking {
  readonly order: readonly number[]
  readonly members: ReadonlySet<number>
}

const rankings = new WeakMap<readonly number[], Ranking | 'seen'>()

/** The node with the smallest share of its pods in use; lists that come again and again are ranked once. */
function leastLoaded(state: State, nodes: readonly number[]): number {
  const ranking = rankings.get(nodes)
  if (ranking === undefined) {
    rankings.set(nodes, 'seen')
    return leastOf(state, nodes)
  }
  const { order, members } = ranking === 'seen' ? ranked(state, nodes) : ranking
  const untouched = order.find((node) => !state.usage.has(node))
  const touched = [...state.usage.keys()].filter((node) => members.has(node)).sort((a, b) => a - b)
  const least = leastOf(state, touched)
  if (untouched === undefined || least === undefined) return untouched ?? least
  return leastOf(
    state,
    [untouched, least].sort((a, b) => a - b),
  )
}

/** By what is bound in the snapshot. */
function ranked({ world }: State, nodes: readonly number[]): Ranking {
  const load = (node: number) =>
    (world.usage[node]?.pods ?? 0) / (world.nodes[node]?.allocatable['pods'] || 1)
  const ranking = { order: [...nodes].sort((a, b) => load(a) - load(b) || a - b), members: new Set(nodes) }
  rankings.set(nodes, ranking)
  return ranking
}

/** The first of these with the smallest load. */
function leastOf(state: State, nodes: readonly number[]): number {
  let [best] = nodes as [number]
  let least = Number.POSITIVE_INFINITY
  for (const node of nodes) {
    const load = loadOf(state, node)
    if (load >= least) continue
    best = node
    least = load
  }
  return best
}

const totals = new WeakMap<readonly SimPod[], Amounts>()

function hasRoomForAll(state: State, index: number, { crowd }: Search): boolean {
  const total = totals.get(crowd) ?? crowd.map(({ requests }) => requests).reduce(add, {})
  totals.set(crowd, total)
  const { pods, requests } = usageOn(state, index)
  const allocatable = state.world.nodes[index]?.allocatable ?? {}
  return (
    pods + crowd.length <= (allocatable['pods'] ?? 0) &&
    Object.entries(total).every(
      ([resource, amount]) => amount + (requests[resource] ?? 0) <= (allocatable[resource] ?? 0),
    )
  )
}

interface CrowdRules {
  /** Two pods of each kind at most: a third one adds no rule. */
  readonly sample: readonly SimPod[]
  readonly withRules: readonly SimPod[]
  readonly bySignature: Map<string, readonly string[]>
}

const rules = new WeakMap<readonly SimPod[], CrowdRules>()

function crowdRules(crowd: readonly SimPod[]): CrowdRules {
  const known = rules.get(crowd)
  if (known !== undefined) return known
  const sample = [...groupBy(crowd, signatureOf).values()].flatMap((pods) => pods.slice(0, 2))
  const found = { sample, withRules: sample.filter(hasRules), bySignature: new Map() }
  rules.set(crowd, found)
  return found
}

const hasRules = ({ affinity, antiAffinity, spread, ports }: SimPod): boolean =>
  affinity.length + antiAffinity.length + spread.length + ports.length > 0

/** The topology keys of the rules by which this pod and another of the crowd can be in each other's way. */
function rulesWithCrowd(pod: SimPod, { crowd }: Search): readonly string[] {
  const { sample, withRules, bySignature } = crowdRules(crowd)
  const signature = signatureOf(pod)
  const known = bySignature.get(signature)
  if (known !== undefined) return known
  const keys = new Set<string>()
  for (const other of hasRules(pod) ? sample : withRules)
    if (other.origin !== pod.origin) {
      addRules(keys, pod, other)
      addRules(keys, other, pod)
    }
  const found = [...keys]
  bySignature.set(signature, found)
  return found
}

function addRules(keys: Set<string>, pod: SimPod, other: SimPod): void {
  for (const terms of [pod.affinity, pod.antiAffinity])
    for (const term of terms) if (termMatches(term, other.namespace, other.labels)) keys.add(term.topologyKey)
  for (const { namespace, selector, topologyKey } of pod.spread)
    if (namespace === other.namespace && matchesSelector(selector, other.labels)) keys.add(topologyKey)
  if (pod.ports.some((port) => other.ports.some((taken) => portsConflict(port, taken)))) keys.add(HOSTNAME)
}
