import type { SimulatedCluster } from '../../cluster/simulated-cluster.ts'
import type { DrainPolicy } from '../../policy/policy.ts'
import { judgedNodes } from '../../report/nodes/judged-nodes.ts'
import { QUICK_EFFORT, simulate } from '../../simulation/simulate.ts'
import type { PlannedFix } from '../../types/fix.ts'
import type { WaveOptions } from '../../types/options.ts'
import { type Waves, wavesOf } from '../../waves/waves.ts'
import type { ProvableFix, Scenario } from '../candidate.ts'
import { addedPodWaits } from '../trial.ts'

/** What is asked: the plan as things are, and the fixes that were found for one command. */
export interface RemedyRequest {
  readonly simulated: SimulatedCluster
  readonly nodes: readonly string[]
  readonly policy: DrainPolicy
  readonly waveOptions: WaveOptions
  readonly waves: Waves
  readonly fixes: readonly PlannedFix[]
}

/** The waves with a set of fixes applied. */
export interface WavesTrial {
  readonly scenario: Scenario
  readonly waves: Waves
  /** Whether a pod that a fix adds, or one of its siblings, finds no place at the end. */
  readonly addedPodWaits: boolean
}

/** Plans waves with a set of fixes; undefined once no more sets may be tried. */
export type TrySet = (set: readonly ProvableFix[]) => WavesTrial | undefined

/** Plans waves with sets of fixes, each set once, `most` of them at the most; `left` are those that may still be tried. */
export function setTrials(
  request: RemedyRequest,
  waveOptions: WaveOptions,
  most: number,
): { readonly attempt: TrySet; readonly left: () => number } {
  const { simulated, policy } = request
  const known = new Map<string, WavesTrial>()
  const attempt: TrySet = (set) => {
    const key = set.map(({ fix }) => fix.key).join('\n')
    const before = known.get(key)
    if (before !== undefined || known.size >= most) return before
    const scenario = set.reduce<Scenario>((now, { apply }) => apply(now), { simulated, policy })
    const trial = wavesTrial(scenario, request, waveOptions)
    known.set(key, trial)
    return trial
  }
  return { attempt, left: () => most - known.size }
}

export function wavesTrial(
  scenario: Scenario,
  { simulated: before, nodes }: RemedyRequest,
  waveOptions: WaveOptions,
): WavesTrial {
  const { simulated, policy } = scenario
  const run = simulate(simulated, nodes, policy, { effort: QUICK_EFFORT })
  const waves = wavesOf(simulated, run, judgedNodes(run), waveOptions)
  const waits = waves.last !== undefined && addedPodWaits(waves.last, before)
  return { scenario, waves, addedPodWaits: waits }
}

/** Whether all nodes drain, and the pods that a fix adds have a place at the end. */
export const allNodesDrain = (trial: WavesTrial | undefined): boolean =>
  trial !== undefined && trial.waves.without.length === 0 && !trial.addedPodWaits

/** An added node is lost where a later fix counts the cluster anew. */
export const inApplicationOrder = (set: readonly ProvableFix[]): readonly ProvableFix[] => [
  ...set.filter(({ problem }) => problem.code !== 'no-room'),
  ...set.filter(({ problem }) => problem.code === 'no-room'),
]
