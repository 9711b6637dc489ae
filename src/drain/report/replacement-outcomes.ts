import { compareText, groupBy, listed } from '../../model/text/text.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import { waitsForOrdinal } from '../controllers/controllers.ts'
import { quotaDoubt } from '../controllers/quota.ts'
import { placement } from '../scheduler/placement.ts'
import type { State, Successor } from '../state/state.ts'
import type { Fate, Replacement } from '../types.ts'

/** What became of one evicted pod on one path. `lost`: its place stays empty, although it was wanted. */
export interface PathFate {
  readonly fate: Fate
  /** The nodes that it could have landed on. */
  readonly nodes?: readonly string[]
  readonly why?: string
  readonly preempts?: readonly string[]
  readonly degraded: boolean
}

const podRef = ({ namespace, name }: SimPod): string => `${namespace}/${name}`

/** What came after each pod that went since `start`, or from one of these nodes, at the end of a path. */
export function pathFates(
  start: State,
  final: State,
  nodes: readonly string[],
): ReadonlyMap<SimPod, PathFate> {
  const fates = new Map<SimPod, PathFate>()
  const own = new Set(nodes.map((name) => start.world.nodeIndex.get(name)))
  const evicted = [...final.gone, ...final.leaving].filter(({ made }) => !made)
  for (const pod of evicted)
    if (!start.gone.has(pod) || own.has(pod.boundTo)) fates.set(pod, fateOf(final, pod))
    else if (isPending(final, pod)) fates.set(pod, { fate: 'Pending', degraded: true })
  exchangeEqualPods(start, final, evicted, fates)
  return fates
}

function isPending({ successors, placed, parked }: State, pod: SimPod): boolean {
  const made = successors.get(pod)?.made
  return made !== undefined && !placed.has(made) && !parked.has(made)
}

function fateOf(final: State, pod: SimPod): PathFate {
  const successor = lastSuccessor(final, pod)
  const made = successor?.made
  if (made === undefined) {
    const waits = pod.owner?.kind === 'StatefulSet' ? waitsForOrdinal(final, pod) : undefined
    if (pod.owner?.kind === 'StatefulSet' && successor === undefined && final.gone.has(pod))
      return {
        fate: 'None',
        why:
          waits === undefined
            ? `StatefulSet ${pod.owner.name} does not make it again`
            : `StatefulSet ${pod.owner.name} makes its pods in order, and ${waits} is not Ready`,
        degraded: true,
      }
    return {
      fate: 'None',
      ...(successor?.why === undefined ? {} : { why: successor.why }),
      degraded: successor?.lost ?? false,
    }
  }
  const node = final.placed.get(made)
  if (final.parked.has(made))
    // An operator that is not known is taken to do its job; a volume that is not known may well be out of reach.
    return successor?.why === undefined
      ? {
          fate: 'Either',
          why: placement(final, made).uncertain ?? quotaDoubt(final, made) ?? '',
          degraded: true,
        }
      : { fate: 'Either', why: successor.why, degraded: false }
  // Nobody knows whether an operator makes a pod again that had done its work.
  if (node === undefined && pod.finished && successor?.why !== undefined)
    return { fate: 'Either', why: successor.why, degraded: false }
  if (node === undefined) return { fate: 'Pending', why: placement(final, made).message, degraded: true }
  // Replacements that another replacement preempts were never there before: who lives now loses nothing.
  const victims = final.preempted.get(made)?.filter((victim) => !victim.made) ?? []
  return victims.length === 0
    ? { fate: 'Lands', nodes: candidates(final, made), degraded: false }
    : {
        fate: 'Preempts',
        nodes: candidates(final, made),
        preempts: victims.map(podRef).sort(),
        degraded: true,
      }
}

/** What is there now in the place of a pod: where its replacement was preempted, the replacement of that one. */
function lastSuccessor({ successors, gone }: State, pod: SimPod): Successor | undefined {
  let last = successors.get(pod)
  while (last?.made !== undefined && gone.has(last.made)) {
    const next = successors.get(last.made)
    if (next === undefined) break
    last = next
  }
  return last
}

const candidates = (final: State, pod: SimPod): readonly string[] => {
  const bound = final.placed.get(pod)
  const nodes = final.candidates.get(pod)
  return nodes === undefined ? namesOf(final, bound === undefined ? [] : [bound]) : namesOf(final, nodes)
}

const names = new WeakMap<readonly number[], readonly string[]>()

/** Names of nodes, in the order of their indexes. Most pods share one list, which is made only once. */
function namesOf({ world }: State, nodes: readonly number[]): readonly string[] {
  const known = names.get(nodes) ?? nodes.flatMap((index) => world.nodes[index]?.name ?? [])
  names.set(nodes, known)
  return known
}

/**
 * Equal pods are not told apart: where a pod that waited before took the place of a replacement, the two have
 * changed roles, and no more pods wait than before.
 */
function exchangeEqualPods(
  start: State,
  final: State,
  evicted: readonly SimPod[],
  fates: Map<SimPod, PathFate>,
): void {
  const landed = groupBy(
    start.queue.filter((pod) => final.placed.has(pod)),
    ownerOf,
  )
  const pending = groupBy(
    evicted.filter((pod) => fates.get(pod)?.fate === 'Pending'),
    ownerOf,
  )
  for (const [owner, pods] of pending)
    (landed.get(owner) ?? []).forEach((waiting, index) => {
      const pod = pods[index]
      if (pod !== undefined)
        fates.set(pod, { fate: 'Lands', nodes: candidates(final, waiting), degraded: false })
    })
}

const ownerOf = (pod: SimPod): string => `${pod.namespace}/${pod.owner?.uid}/${pod.owner?.name}`

/** The fates of one pod on all paths as one answer. */
export function combinedFate(fates: readonly PathFate[]): Replacement | undefined {
  const [first] = fates
  if (first === undefined) return undefined
  const kinds = new Set(fates.map(({ fate }) => fate))
  const lists = [...new Set(fates.flatMap((fate) => (fate.nodes === undefined ? [] : [fate.nodes])))]
  const nodes = lists.length === 1 ? (lists[0] ?? []) : [...new Set(lists.flat())].sort(compareText)
  const reasons = [...new Set(fates.flatMap(({ why }) => why ?? []))].sort(compareText)
  const preempts = [...new Set(fates.flatMap((fate) => fate.preempts ?? []))].sort(compareText)
  return {
    fate: kinds.size === 1 ? first.fate : 'Either',
    nodes,
    ...(reasons[0] === undefined ? {} : { why: kinds.size === 1 ? reasons[0] : listed(reasons, 'or') }),
    ...(preempts.length === 0 ? {} : { preempts }),
  }
}
