import { derived } from '../cluster/derived.ts'
import { podKey } from '../cluster/pod-fields.ts'
import type { SimNode, SimPod, SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { type Cached, changedSince, type State } from '../state/state.ts'
import type { FilterFailure, NodeCheck } from './filter.ts'
import { type FilterReason, NODE_FILTERS } from './filters/index.ts'

export type Failure = FilterFailure<FilterReason>

/** What {@link NODE_FILTERS} say about a pod, node by node. */
export interface NodeAnswers {
  /** Indexes of the nodes that pass. */
  readonly nodes: readonly number[]
  readonly failure: (node: number) => Failure | undefined
  readonly nowhere?: FilterReason
  readonly uncertain?: string
}

/** Equal for pods about which {@link NODE_FILTERS} say the same. */
const placementKey = podKey(NODE_FILTERS.flatMap(({ reads }) => reads))

const answersOfSnapshot = derived((_nodes: SimulatedCluster['nodes']) => new Map<string, NodeAnswers>())

interface AnswersOnCourse extends NodeAnswers {
  /** The answers for nodes that the drain has changed, which `failure` looks up first. */
  readonly failures: Map<number, Failure | undefined>
}

const answersOfCourse = derived((_log: readonly number[]) => new Map<string, Cached<AnswersOnCourse>>())

/** Answers are kept; only the nodes that the drain has changed since are looked at again. */
export function nodeAnswers(state: State, pod: SimPod): NodeAnswers {
  const before = answersInSnapshot(state, pod)
  if (state.usage.size === 0 || before.nowhere !== undefined) return before
  const { usageLog: changes, simulated } = state
  const known = answersOfCourse(changes.log)
  const key = placementKey(pod)
  const last = known.get(key)
  const changed = changedSince(state, last)
  if (last !== undefined && last.usageLog.length === changes.length && changed !== undefined)
    return last.value
  const checks = NODE_FILTERS.flatMap(({ filter }) => filter(state, pod)?.check ?? [])
  const value = withNodes(
    changed === undefined ? courseFrom(before) : (last?.value ?? courseFrom(before)),
    changed ?? state.usage.keys(),
    (node) => firstFailure(checks, simulated.nodes[node]),
  )
  known.set(key, { nodes: simulated.nodes, usageLog: changes, value })
  return value
}

function courseFrom(before: NodeAnswers): AnswersOnCourse {
  const failures = new Map<number, Failure | undefined>()
  const failure = (node: number) => (failures.has(node) ? failures.get(node) : before.failure(node))
  return { ...before, failure, failures }
}

/** A state in which nothing was bound, and nothing has ended, since the snapshot. */
const untouched = (state: State): State => ({
  ...state,
  usage: new Map(),
  ended: new Set(),
  boundByNode: new Map(),
})

function answersInSnapshot(state: State, pod: SimPod): NodeAnswers {
  const { nodes, cordon } = state.simulated
  const known = answersOfSnapshot(nodes)
  const key = placementKey(pod)
  const found = known.get(key)
  if (found !== undefined) return found
  const before = untouched(state)
  const answers = NODE_FILTERS.flatMap(({ filter }) => filter(before, pod) ?? [])
  const checks = answers.flatMap(({ check }) => check ?? [])
  const nowhere = answers.find((answer) => answer.nowhere !== undefined)?.nowhere
  const uncertain = answers.find((answer) => answer.uncertain !== undefined)?.uncertain
  let result: NodeAnswers
  if (nowhere === undefined && cordon !== undefined) {
    const base = answersInSnapshot({ ...state, simulated: cordon.before }, pod)
    result = withNodes(courseFrom(base), cordon.nodes, (node) => firstFailure(checks, nodes[node]))
  } else {
    const failures = nodes.map((node) => firstFailure(checks, node))
    result = {
      failure: (node) => failures[node],
      nodes: [...nodes.keys()].filter((node) => failures[node] === undefined),
      ...(nowhere === undefined ? {} : { nowhere }),
      ...(uncertain === undefined ? {} : { uncertain }),
    }
  }
  known.set(key, result)
  return result
}

/** The answers with those of some nodes replaced; the same list of nodes where none comes or goes. */
function withNodes(
  before: AnswersOnCourse,
  changed: Iterable<number>,
  failureOf: (node: number) => Failure | undefined,
): AnswersOnCourse {
  const { failure, failures } = before
  const remaining = new Set<number>()
  const joined: number[] = []
  for (const node of changed) {
    const fitted = failure(node) === undefined
    const now = failureOf(node)
    failures.set(node, now)
    if (fitted && now !== undefined) remaining.add(node)
    if (!fitted && now === undefined) joined.push(node)
  }
  if (remaining.size + joined.length === 0) return before
  const nodes = [...before.nodes, ...joined].filter((node) => !remaining.has(node))
  return { ...before, nodes: joined.length === 0 ? nodes : nodes.sort((a, b) => a - b) }
}

/** What the first filter that rejects a node says about it. */
export function firstFailure(
  checks: readonly NodeCheck<FilterReason>[],
  node: SimNode | undefined,
): Failure | undefined {
  if (node === undefined) return undefined
  for (const check of checks) {
    const failure = check(node)
    if (failure !== undefined) return failure
  }
  return undefined
}
