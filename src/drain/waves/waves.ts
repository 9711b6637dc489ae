import { groupBy } from '../../model/text/sort.ts'
import type { SimulatedCluster } from '../cluster/simulated-cluster.ts'
import type { JudgedNode } from '../report/nodes/judged-nodes.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import type { WaveOptions } from '../types/options.ts'
import type { PlannedWave } from '../types/wave.ts'
import { waveAssumptions } from './assumptions.ts'
import { plannedWave } from './planned-wave.ts'
import { proposed, type WaveProposal } from './proposal.ts'
import { THOROUGH_UP_TO, waveTrials } from './trial.ts'

export interface Waves {
  readonly details: readonly PlannedWave[]
  /** Nodes that drain in no wave. */
  readonly without: readonly string[]
  readonly assumptions: readonly string[]
  /** The run of the last wave; absent without waves. */
  readonly last?: SimulationRun
}

/** Drains of single nodes that a proposal of waves may cost; more for a whole pool, each of which is rough. */
const workFor = (nodes: number): number => Math.max(300, nodes * 12)

/**
 * An order and groups in which every node drains, as few groups as were found: each is one `kubectl drain`. With
 * `Rolling` its nodes are uncordoned before the next one starts; with `Removed` all nodes stay cordoned from the
 * first to the last (spec/drain.md O5). A node that drains in no group is left out.
 * @param whole the run of one command for all the nodes, of which `judged` tells
 */
export function wavesOf(
  simulated: SimulatedCluster,
  whole: SimulationRun,
  judged: readonly JudgedNode[],
  waveOptions: WaveOptions,
): Waves {
  const { nodes } = whole
  if (nodes.length === 0) return { details: [], without: [], assumptions: [] }
  const most = Math.min(waveOptions.maxParallel ?? nodes.length, nodes.length)
  const labelOf = (node: string) => labelValue(simulated, node, waveOptions.by)
  const values = groupBy(nodes, labelOf)
  const inOneGo = most >= nodes.length && values.size === 1
  if (inOneGo && judged.every(({ verdict }) => verdict === 'Drains'))
    return { details: [plannedWave(whole, judged)], without: [], assumptions: [], last: whole }
  const work = { left: workFor(nodes.length) }
  const attempt = waveTrials(simulated, nodes, whole.policy, waveOptions, work)
  const fewest = Math.max(
    [...values.values()].reduce((sum, group) => sum + Math.ceil(group.length / most), 0),
    inOneGo ? 2 : 1,
  )
  let best: WaveProposal | undefined
  for (const order of ordersOf(nodes, judged)) {
    const proposal = proposed(order, { most, labelOf, attempt })
    if (best === undefined || isBetter(proposal, best)) best = proposal
    if (best.without.length === 0 && best.waves.length <= fewest) break
    if (work.left <= 0) break
  }
  const { waves, without } = best ?? { waves: [], without: nodes }
  const last = waves.at(-1)?.run
  return {
    details: waves.map((wave) => plannedWave(wave.run, wave.judged)),
    without,
    assumptions: waveAssumptions(waveOptions, {
      count: waves.length,
      without,
      surelyFewest: waves.length <= fewest,
      complete: work.left > 0,
    }),
    ...(last === undefined ? {} : { last }),
  }
}

const labelValue = (simulated: SimulatedCluster, node: string, label: string | undefined): string =>
  label === undefined ? '' : (simulated.nodes[simulated.nodeIndex.get(node) ?? -1]?.labels[label] ?? '')

const isBetter = (one: WaveProposal, other: WaveProposal): boolean =>
  one.without.length < other.without.length ||
  (one.without.length === other.without.length && one.waves.length < other.waves.length)

/** The order of the command, backwards, and those that do not drain in one command first. */
function ordersOf(nodes: readonly string[], judged: readonly JudgedNode[]): readonly (readonly string[])[] {
  if (nodes.length > THOROUGH_UP_TO) return [nodes]
  const stuck = new Set(judged.filter(({ verdict }) => verdict !== 'Drains').map(({ name }) => name))
  const stuckFirst = [...nodes.filter((node) => stuck.has(node)), ...nodes.filter((node) => !stuck.has(node))]
  const orders = [nodes, nodes.toReversed(), stuckFirst]
  return [...new Map(orders.map((order) => [order.join('\n'), order])).values()]
}
