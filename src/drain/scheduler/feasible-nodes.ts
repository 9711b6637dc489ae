import { compareText } from '../../model/text/sort.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import type { State } from '../state/state.ts'
import type { FilterRule } from './filter.ts'
import {
  FILTERS,
  type FilterFailureCode,
  type FilterReason,
  LATER_FILTERS,
  wordsOf,
} from './filters/index.ts'
import { type Failure, firstFailure, type NodeAnswers, nodeAnswers } from './node-answers.ts'

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
  if (only !== undefined) return evaluated(state, pod, FILTERS, only)
  const first = nodeAnswers(state, pod)
  if (first.nowhere !== undefined) return evaluated(state, pod, FILTERS, [])
  let found: FeasibleNodes | undefined
  const rest = () => {
    found ??= evaluated(state, pod, LATER_FILTERS, first.nodes, first)
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
  first?: NodeAnswers,
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
