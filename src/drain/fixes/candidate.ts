import type { Fix } from '../../model/report/finding.ts'
import type { SimulatedCluster } from '../cluster/simulated-cluster.ts'
import type { DrainPolicy } from '../policy/policy.ts'
import type { PlannedFix } from '../types/fix.ts'

/** What a simulation starts from. */
export interface Scenario {
  readonly simulated: SimulatedCluster
  readonly policy: DrainPolicy
}

/** A fix, and the setting as it is once the fix is applied; without that it can't be tried. */
export interface FixCandidate {
  readonly fix: Fix & Pick<PlannedFix, 'code' | 'flags'>
  /** Equal for fixes of one problem, of which one is enough. */
  readonly problem: string
  readonly apply?: (scenario: Scenario) => Scenario
  /** Why it can't be tried, where it has no `apply`. */
  readonly untried?: string
}
