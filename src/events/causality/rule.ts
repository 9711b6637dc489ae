import type { Code } from '../../diagnosis/codes/codes.ts'
import type { ProbeKill } from '../../diagnosis/messages/killing.ts'
import type { ProbeType } from '../../model/kubernetes/probe.ts'
import type { CaseId } from '../catalogue/cases/ids.ts'
import type { Candidate } from '../incidents/candidate.ts'

/** How an effect has to be related to its cause. */
export type Relation =
  /** They happened on the same node. */
  | 'Node'
  /** The effect's pods could not be scheduled because of taints that nodes get for their condition. */
  | 'NodeTaint'
  /** They use the same claim, or are it. */
  | 'Claim'
  /** A pod on the cause's node uses a claim of the effect. */
  | 'ClaimNode'
  /** The same subject and container. */
  | 'Container'
  | 'Subject'
  /** The effect is an autoscaler, and the cause is what it scales. */
  | 'ScaleTarget'
  /** The events of the effect name the cause. */
  | 'Dependency'

/** Incidents that a rule is about: of this kind of subject, and with at least one of the other signs. */
export interface IncidentPattern {
  readonly kind?: string
  readonly codes?: readonly Code[]
  /** It has an event of one of these reasons. */
  readonly reasons?: readonly string[]
  readonly cases?: readonly CaseId[]
  /** An event says that such a probe failed, or any. */
  readonly failedProbes?: readonly ProbeType[]
  /** An event says that a container was killed for such a probe. */
  readonly killingProbes?: readonly ProbeKill['probe'][]
}

/** One causal chain: which incidents explain which others. */
export interface CausalRule {
  /** `AnyRootCause`: whatever is shown and nothing else explains. */
  readonly cause: IncidentPattern | 'AnyRootCause'
  readonly effect: IncidentPattern
  readonly relation: Relation
  /** The events of the effect say that pods give no figures to scale by. */
  readonly noPodMetrics?: true
  /**
   * The effect is the same fact told of the pods. Its events may be older than what the node says, whose condition
   * changes again from False to Unknown.
   */
  readonly anyTime?: true
  /** Why this is a consequence: the end of a sentence that begins with what the cause is about. */
  readonly because: string
}

export function matches(pattern: IncidentPattern, { finding, signs }: Candidate): boolean {
  const { kind, codes = [], reasons = [], cases = [], failedProbes = [], killingProbes = [] } = pattern
  if (kind !== undefined && finding.subject.kind !== kind) return false
  return (
    codes.some((code) => signs.code === code) ||
    reasons.some((reason) => signs.reasons.has(reason)) ||
    cases.some((id) => signs.cases.has(id)) ||
    failedProbes.some((probe) => signs.failedProbes.has(probe)) ||
    killingProbes.some((probe) => signs.killingProbes.has(probe))
  )
}

/** Whether an incident can be the cause of this rule. What is over or ordinary explains only as the state of a node. */
export function canCause({ cause }: CausalRule, candidate: Candidate): boolean {
  const { hidden, finding } = candidate
  if (cause === 'AnyRootCause') return finding.rootCause && hidden === undefined
  return (hidden === undefined || finding.subject.kind === 'Node') && matches(cause, candidate)
}
