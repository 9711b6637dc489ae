import type { SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { type DrainPolicy, withSomeDeadline } from '../policy/policy.ts'
import { type JudgedNode, judgedNodes } from '../report/nodes/judged-nodes.ts'
import { QUICK_EFFORT, type SimulationRun, simulate } from '../simulation/simulate.ts'
import type { State } from '../state/state.ts'
import type { WaveOptions } from '../types/options.ts'

/** Up to this many nodes, waves are searched for thoroughly: several orders, node by node. */
export const THOROUGH_UP_TO = 12

/** One drain of some nodes, which may become a wave. */
export interface WaveTrial {
  readonly nodes: readonly string[]
  readonly run: SimulationRun
  readonly judged: readonly JudgedNode[]
}

/**
 * Simulates the drain of a group from where the waves before it ended, or from the snapshot; undefined once there is no
 * work left.
 */
export type TryWave = (group: readonly string[], from: State | undefined) => WaveTrial | undefined

/** Drains of single nodes that may still be simulated. */
export interface Work {
  left: number
}

/**
 * Simulates waves of these nodes, each group once for each place that it starts from.
 * @param nodes all that are to be drained in some wave
 */
export function waveTrials(
  simulated: SimulatedCluster,
  nodes: readonly string[],
  policy: DrainPolicy,
  { mode }: WaveOptions,
  work: Work,
): TryWave {
  const withDeadline = withSomeDeadline(policy)
  const atStart = new Map<string, WaveTrial>()
  let later: { readonly from: State; readonly known: Map<string, WaveTrial> } | undefined
  return (group, from) => {
    // Where a search has gone on from, it does not come back to, and what it knew there takes much memory.
    if (from !== undefined && later?.from !== from) later = { from, known: new Map() }
    const known = from === undefined ? atStart : (later?.known ?? atStart)
    const key = group.join('\n')
    const before = known.get(key)
    if (before !== undefined || work.left <= 0) return before
    work.left -= group.length
    const run = simulate(simulated, group, withDeadline, {
      budgetsOf: nodes,
      effort: nodes.length > THOROUGH_UP_TO ? 0 : QUICK_EFFORT,
      ...(mode === 'Removed' ? { closed: nodes } : {}),
      ...(from === undefined ? {} : { from }),
    })
    const trial = { nodes: group, run, judged: judgedNodes(run) }
    known.set(key, trial)
    return trial
  }
}
