import { type OperatorStand, operatorStand } from '../../disruption/operators.ts'
import type { RemainingPod } from '../../simulation/drain-node.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'

/** What an operator does about a pod whose budget refuses; undefined where none is concerned. */
export function standOf({ start }: SimulationRun, remaining: RemainingPod): OperatorStand | undefined {
  if (remaining.why !== 'Refused') return undefined
  const { pod, budget } = remaining
  const { simulated, tallies } = start
  return operatorStand(pod, { simulated, budget, tally: tallies.get(budget) })
}

/** The operator that may let a pod go although its budget refuses; undefined where none does. */
export function liftedBy(run: SimulationRun, remaining: RemainingPod): OperatorStand | undefined {
  const stand = standOf(run, remaining)
  return stand?.does === 'Waits' ? undefined : stand
}
