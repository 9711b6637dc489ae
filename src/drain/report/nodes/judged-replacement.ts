import { compareText } from '../../../model/text/sort.ts'
import { listed } from '../../../model/text/words.ts'
import type { SimulatedCluster } from '../../cluster/simulated-cluster.ts'
import type { FilterFailureCode } from '../../scheduler/filters/index.ts'
import type { Replacement } from '../../types/node.ts'
import type { ReplacementOutcome } from './replacement-outcomes.ts'

/** What becomes of the replacement of a pod, over all courses. */
export interface JudgedReplacement extends Replacement {
  /** The scheduler's codes for `why`, where that is in its words. */
  readonly blockedBy: ReadonlySet<FilterFailureCode>
}

/** Names of nodes, in the order of their indexes. */
export type NodeNames = (nodes: readonly number[]) => readonly string[]

/** Makes each list of names once: most pods of a run share one. */
export function nodeNamesIn({ nodes }: SimulatedCluster): NodeNames {
  const known = new Map<readonly number[], readonly string[]>()
  return (indexes) => {
    const names = known.get(indexes) ?? indexes.flatMap((index) => nodes[index]?.name ?? [])
    known.set(indexes, names)
    return names
  }
}

/** The outcomes of one pod on all courses as one answer; undefined where it goes on none. */
export function judgedReplacement(
  outcomes: readonly ReplacementOutcome[],
  nodeNames: NodeNames,
): JudgedReplacement | undefined {
  const [first] = outcomes
  if (first === undefined) return undefined
  const fates = new Set(outcomes.map(({ fate }) => fate))
  const lists = [...new Set(outcomes.flatMap(({ nodes }) => (nodes === undefined ? [] : [nodes])))]
  const [only, ...others] = lists
  const reasons = sorted(outcomes.flatMap(({ why }) => why ?? []))
  // Where all courses end alike, one of their reasons is enough.
  const told = fates.size === 1 ? reasons.slice(0, 1) : reasons
  const preempts = sorted(outcomes.flatMap((outcome) => outcome.preempts ?? []))
  return {
    fate: fates.size === 1 ? first.fate : 'Either',
    nodes: only !== undefined && others.length === 0 ? nodeNames(only) : sorted(lists.flatMap(nodeNames)),
    ...(told.length === 0 ? {} : { why: listed(told, 'or') }),
    ...(preempts.length === 0 ? {} : { preempts }),
    blockedBy: new Set(
      outcomes.flatMap(({ why, blockedBy = [] }) => (told.includes(why ?? '') ? [...blockedBy] : [])),
    ),
  }
}

const sorted = (items: readonly string[]): readonly string[] => [...new Set(items)].sort(compareText)
