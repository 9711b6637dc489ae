import { derived } from '../cluster/derived.ts'
import { add } from '../cluster/resources.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import { leastLoaded, loadOf } from '../scheduler/least-loaded.ts'
import type { State } from '../state/state.ts'
import { usageOn } from '../state/state.ts'
import { HOSTNAME, topologyKeysInCommon } from './competing-pods.ts'

/** How a search explores what chance decides, and what it found out on the way. */
export interface Search {
  /** The options to explore: all of them, or a sample. */
  readonly choose: <T>(options: readonly T[]) => readonly T[]
  /** Placements that may still be tried; at 0 only the first option is explored. */
  effort: number
  /** False once options were left out. */
  complete: boolean
  /** Whether one course is enough: pods then go where the fewest are. */
  readonly rough: boolean
  /** True once a pod found no place, or one that others could have taken, or does not become Ready. */
  contended: boolean
  /** What was not read, and yet decides something. */
  readonly doubts: Set<string>
  /** All pods that may have to be placed: those that the drainer takes, and those that wait already. */
  readonly competingPods: readonly SimPod[]
  /** Whether pods that have plenty of room are placed before those that have not. */
  readonly roomyFirst: boolean
  /**
   * Whether pods are gone before the scheduler looks at their replacements, and Jobs that back off make theirs only when
   * nothing else can be evicted; else the old pods are still there, and Jobs go on before the next eviction.
   */
  readonly schedulerComesLate: boolean
}

/** The options that the search explores; fewer than there are make it incomplete. */
export const explore = <T>(search: Search, options: readonly T[]): readonly T[] => {
  if (options.length <= 1) return options
  const chosen = search.effort > 0 ? search.choose(options) : options.slice(0, 1)
  if (chosen.length < options.length) search.complete = false
  return chosen
}

/** With fewer candidates than this, each that could be in somebody's way is tried, however few pods compete. */
const FEW = 8

export interface NodeChoice {
  /** Nodes that make a difference, each standing for those like it. */
  readonly nodes: readonly number[]
  /** The pod finds a place whatever the others do, and no matter which it takes. */
  readonly roomy: boolean
}

/**
 * Which candidate nodes are worth telling apart. Nodes with room for all competing pods are alike, but for the domains
 * of rules between the pod and another of the competing pods. Where there are more candidates than pods, nobody can take them
 * all, and all are taken to be alike in this sense.
 */
export function nodesToTry(state: State, pod: SimPod, nodes: readonly number[], search: Search): NodeChoice {
  const many = search.rough || nodes.length > Math.max(FEW, search.competingPods.length)
  const rules = topologyKeysInCommon(pod, search.competingPods)
  const keys = many ? rules.filter((key) => key !== HOSTNAME) : rules
  if (many && keys.length === 0) return { nodes: [leastLoaded(state, nodes)], roomy: true }
  const best = new Map<string, { readonly node: number; readonly load: number }>()
  let spare = true
  for (const node of nodes) {
    const labels = state.simulated.nodes[node]?.labels ?? {}
    const alike = many || hasRoomForAll(state, node, search)
    spare &&= alike
    const group = alike ? keys.map((key) => labels[key] ?? '').join('|') : `node ${node}`
    const load = loadOf(state, node)
    const known = best.get(group)
    if (known === undefined || load < known.load) best.set(group, { node, load })
  }
  return { nodes: [...best.values()].map(({ node }) => node), roomy: spare && best.size === 1 }
}

const totalOf = derived((pods: readonly SimPod[]) => pods.map(({ requests }) => requests).reduce(add, {}))

function hasRoomForAll(state: State, index: number, { competingPods }: Search): boolean {
  const total = totalOf(competingPods)
  const { pods, requests } = usageOn(state, index)
  const allocatable = state.simulated.nodes[index]?.allocatable ?? {}
  return (
    pods + competingPods.length <= (allocatable['pods'] ?? 0) &&
    Object.entries(total).every(
      ([resource, amount]) => amount + (requests[resource] ?? 0) <= (allocatable[resource] ?? 0),
    )
  )
}
