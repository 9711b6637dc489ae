import { compareText } from '../../model/text/sort.ts'
import {
  beforeCordon,
  type SimNode,
  type SimPod,
  type SimulatedCluster,
} from '../cluster/simulated-cluster.ts'
import { type Cached, changedSince, type State } from '../state/state.ts'
import type { FilterFailure, FilterRule, NodeCheck } from './filter.ts'
import { FILTERS, type FilterFailureCode, type FilterReason, wordsOf } from './filters/index.ts'

type Failure = FilterFailure<FilterReason>

const beyondNode = FILTERS.findIndex(({ scope }) => scope === 'Cluster')
/** The filters before the first one that looks beyond a node: only what is bound to a node changes their answers. */
const NODE_FILTERS = FILTERS.slice(0, beyondNode)
const OTHER_FILTERS = FILTERS.slice(beyondNode)

export interface FeasibleNodes {
  /** Indexes of the nodes that take the pod. */
  readonly nodes: readonly number[]
  /** Nodes where only other pods are in the way. */
  readonly resolvable: readonly number[]
  /** The scheduler's message where no node takes it. */
  readonly message: string
  /** What that message says, as codes. */
  readonly codes: ReadonlySet<FilterFailureCode>
  readonly uncertain?: string | undefined
}

/** Which nodes take a pod. Preemption asks about changed states and single nodes, with `only`. */
export function feasibleNodes(state: State, pod: SimPod, only?: readonly number[]): FeasibleNodes {
  if (only !== undefined || pod.ports.length > 0)
    return evaluated(state, pod, FILTERS, only ?? [...state.simulated.nodes.keys()])
  const first = firstAnswers(state, pod)
  if (first.nowhere !== undefined) return evaluated(state, pod, FILTERS, [])
  let found: FeasibleNodes | undefined
  const rest = () => {
    found ??= evaluated(state, pod, OTHER_FILTERS, first.nodes, first)
    return found
  }
  if (first.nodes.length > 0) return rest()
  // Pods that wait are asked about again and again, mostly only whether there is a node now.
  return {
    nodes: first.nodes,
    get resolvable() {
      return rest().resolvable
    },
    get message() {
      return rest().message
    },
    get codes() {
      return rest().codes
    },
    get uncertain() {
      return rest().uncertain
    },
  }
}

/** The filters' answers for these nodes; `first` are those of the filters before them. */
function evaluated(
  state: State,
  pod: SimPod,
  filters: readonly FilterRule<FilterReason>[],
  among: readonly number[],
  first?: FirstAnswers,
): FeasibleNodes {
  const answers = filters.flatMap(({ filter }) => filter(state, pod) ?? [])
  const uncertain = first?.uncertain ?? answers.find((answer) => answer.uncertain !== undefined)?.uncertain
  const doubt = uncertain === undefined ? {} : { uncertain }
  const nowhere = answers.find((answer) => answer.nowhere !== undefined)?.nowhere
  if (nowhere !== undefined)
    return {
      nodes: [],
      resolvable: [],
      message: wordsOf(nowhere),
      codes: new Set([nowhere.code]),
      ...doubt,
    }
  const checks = answers.flatMap(({ check }) => check ?? [])
  const later = new Map<number, Failure>()
  const nodes =
    checks.length === 0
      ? among
      : among.filter((index) => {
          const failure = firstFailure(checks, state.simulated.nodes[index])
          if (failure !== undefined) later.set(index, failure)
          return failure === undefined
        })
  // Most answers are only asked for their nodes, so that the rest is worked out on demand.
  let known: readonly (readonly [number, Failure])[] | undefined
  const failures = () => {
    known ??= [...state.simulated.nodes.keys()].flatMap((node): (readonly [number, Failure])[] => {
      const failure = first?.failure(node) ?? later.get(node)
      return failure === undefined ? [] : [[node, failure]]
    })
    return known
  }
  return {
    nodes,
    get resolvable() {
      return failures().flatMap(([node, failure]) => (failure.resolvable ? [node] : []))
    },
    get message() {
      return unavailable(
        failures().flatMap(([, { reasons }]) => reasons),
        state.simulated.nodes.length,
      )
    },
    get codes() {
      return new Set(failures().flatMap(([, { reasons }]) => reasons.map(({ code }) => code)))
    },
    ...doubt,
  }
}

/** The scheduler's words where no node takes a pod. */
function unavailable(reasons: readonly FilterReason[], total: number): string {
  const counts = new Map<string, number>()
  for (const words of reasons.map(wordsOf)) counts.set(words, (counts.get(words) ?? 0) + 1)
  const counted = [...counts].map(([words, count]) => `${count} ${words}`).sort(compareText)
  return `0/${total} nodes are available: ${counted.join(', ') || 'no nodes'}.`
}

/** What the filters up to the resources say about a pod, node by node. */
interface FirstAnswers {
  readonly nodes: readonly number[]
  readonly failure: (node: number) => Failure | undefined
  readonly nowhere?: FilterReason
  readonly uncertain?: string
}

const snapshotAnswers = new WeakMap<SimulatedCluster['nodes'], Map<string, FirstAnswers>>()

interface Course extends FirstAnswers {
  /** The answers for nodes that the drain has changed, which `failure` looks up first. */
  readonly failures: Map<number, Failure | undefined>
}

const courses = new WeakMap<readonly number[], Map<string, Cached<Course>>>()

/** Answers are kept; only the nodes that the drain has changed since are looked at again. */
function firstAnswers(state: State, pod: SimPod): FirstAnswers {
  const before = answersInSnapshot(state, pod)
  if (state.usage.size === 0 || before.nowhere !== undefined) return before
  const { usageLog: changes, simulated } = state
  const known = courses.get(changes.log) ?? new Map<string, Cached<Course>>()
  courses.set(changes.log, known)
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

function courseFrom(before: FirstAnswers): Course {
  const failures = new Map<number, Failure | undefined>()
  const failure = (node: number) => (failures.has(node) ? failures.get(node) : before.failure(node))
  return { ...before, failure, failures }
}

function answersInSnapshot(state: State, pod: SimPod): FirstAnswers {
  const { nodes } = state.simulated
  const cordon = beforeCordon(state.simulated)
  const known = snapshotAnswers.get(nodes) ?? new Map<string, FirstAnswers>()
  snapshotAnswers.set(nodes, known)
  const key = placementKey(pod)
  const found = known.get(key)
  if (found !== undefined) return found
  const untouched = { ...state, usage: new Map() }
  const answers = NODE_FILTERS.flatMap(({ filter }) => filter(untouched, pod) ?? [])
  const checks = answers.flatMap(({ check }) => check ?? [])
  const nowhere = answers.find((answer) => answer.nowhere !== undefined)?.nowhere
  const uncertain = answers.find((answer) => answer.uncertain !== undefined)?.uncertain
  let result: FirstAnswers
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
  before: Course,
  changed: Iterable<number>,
  failureOf: (node: number) => Failure | undefined,
): Course {
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

const keys = new WeakMap<SimPod, string>()

/** Equal for pods about which {@link NODE_FILTERS} say the same. */
function placementKey(given: SimPod): string {
  const pod = given.sameAs ?? given
  let key = keys.get(pod)
  if (key !== undefined) return key
  const { nodeSelector, affinity, tolerations, schedulerName, schedulingGates } = pod.spec
  key = JSON.stringify([
    pod.requests,
    nodeSelector,
    affinity?.nodeAffinity,
    tolerations,
    schedulerName,
    schedulingGates,
  ])
  keys.set(pod, key)
  return key
}

function firstFailure(
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
