import type { FilterAnswer, FilterRule } from '../filter.ts'
import { dynamicResources } from './dynamic-resources.ts'
import { interPodAffinity } from './inter-pod-affinity.ts'
import { nodeAffinity } from './node-affinity.ts'
import { nodePorts } from './node-ports.ts'
import { nodeResourcesFit } from './node-resources-fit.ts'
import { nodeUnschedulable } from './node-unschedulable.ts'
import { podTopologySpread } from './pod-topology-spread.ts'
import { schedulerName } from './scheduler-name.ts'
import { schedulingGates } from './scheduling-gates.ts'
import { taintToleration } from './taint-toleration.ts'
import { nodeVolumeLimits } from './volumes/node-volume-limits.ts'
import { volumeBinding } from './volumes/volume-binding.ts'
import { volumeRestrictions } from './volumes/volume-restrictions.ts'
import { volumeZone } from './volumes/volume-zone.ts'

/**
 * The default profile's filters, in its order (docs/reference/scheduler.md#R1): a node reports its first failure
 * only.
 */
const DEFAULT_PROFILE = [
  schedulerName,
  schedulingGates,
  nodeUnschedulable,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  volumeRestrictions,
  nodeVolumeLimits,
  volumeBinding,
  volumeZone,
  podTopologySpread,
  interPodAffinity,
  dynamicResources,
] as const

type ReasonOf<One> = One extends { filter: (...args: never) => FilterAnswer<infer Reason> | undefined }
  ? Reason
  : never

/** Why a pod does not fit: of all filters, what each can say. */
export type FilterReason = ReasonOf<(typeof DEFAULT_PROFILE)[number]>
export type FilterFailureCode = FilterReason['code']

/** All filters; their words are in {@link wordsOf}. */
export const FILTERS: readonly FilterRule<FilterReason>[] = DEFAULT_PROFILE

const beyondNode = FILTERS.findIndex(({ scope }) => scope === 'Cluster')

/** The filters before the first that looks beyond a node: only what is bound to a node changes their answers. */
export const NODE_FILTERS = FILTERS.slice(0, beyondNode)
export const LATER_FILTERS = FILTERS.slice(beyondNode)

type Word = string | ((reason: never) => string)

const WORDS = Object.assign({}, ...DEFAULT_PROFILE.map(({ words }) => words)) as Readonly<
  Record<FilterFailureCode, Word>
>

/** What the scheduler says of a node, or of the pod, that has this reason. */
export function wordsOf(reason: FilterReason): string {
  const words = WORDS[reason.code]
  return typeof words === 'string' ? words : words(reason as never)
}
