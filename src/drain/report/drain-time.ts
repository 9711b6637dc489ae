import { refOf } from '../cluster/reference.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import type { DrainCost, NodeCost, Seconds } from '../types/duration.ts'
import { succeeds } from '../verdict.ts'
import { drainedPods } from './interruptions.ts'
import { sumOf, timeOf } from './node-time.ts'
import type { JudgedNode } from './nodes/judged-nodes.ts'
import type { NodeReason } from './nodes/reason.ts'

const ASSUMED = [
  'Times: a pod ends at once or takes its whole grace period; how long an application takes to stop is not in the cluster.',
  'Times: a replacement becomes Ready as fast as the pods of its workload did; a pod that never became Ready without a restart gives no upper limit.',
  'Times: what a PDB refuses is tried again every 5 seconds, as soon as a replacement is Ready; minReadySeconds only holds up StatefulSets.',
  'Times: nodes are drained one after the other, as kubectl does it; the work on a node, its return and image pulls on a new node are not counted.',
]

/** How long an operator takes, nobody knows. */
const hasNoTime = (reason: NodeReason): boolean =>
  reason.code === 'not-reached' || (reason.code === 'operator-decides' && reason.about === 'Eviction')

/**
 * How long the drain takes, node by node, by wave and together. Nodes that do not drain have no time: kubectl would
 * wait for ever, or until `--timeout`.
 */
export function drainCost(
  run: SimulationRun,
  judged: readonly JudgedNode[],
  waves: readonly (readonly string[])[],
): DrainCost {
  const nodes = judged.map(({ name, verdict, reasons }): NodeCost => {
    if (succeeds(verdict) === false || reasons.some(hasNoTime)) return { name, pods: 0 }
    const drained = drainedPods(run, name)
    const { seconds, groups } = timeOf(run, drained)
    const longest = groups[0]?.pods[0]
    return {
      name,
      pods: drained.length,
      seconds,
      ...(longest === undefined ? {} : { longest: refOf(longest) }),
    }
  })
  const byName = new Map(nodes.map((node) => [node.name, node.seconds]))
  const total = (names: readonly string[]): { readonly seconds?: Seconds } => {
    const parts = names.flatMap((name) => byName.get(name) ?? [])
    return parts.length < names.length ? {} : { seconds: sumOf(parts) }
  }
  return {
    ...total(nodes.map(({ name }) => name)),
    nodes,
    waves: waves.map((names) => ({ nodes: names, ...total(names) })),
    assumptions: nodes.some(({ pods }) => pods > 0) ? ASSUMED : [],
  }
}
