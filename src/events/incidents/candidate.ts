import type { Confidence, Effect, Evidence, Finding, Severity, Subject } from '../../model/report/finding.ts'
import type { Fact } from '../facts/facts.ts'
import type { SubjectReference } from '../facts/subject.ts'
import type { Statement } from '../statement.ts'
import type { Signs } from './signs.ts'

/** An incident on its way: what is known before causes and effects are told apart. */
export interface Candidate {
  readonly finding: Finding
  readonly subjectKey: string
  readonly facts: readonly Fact[]
  readonly statement: Statement
  /** Found by the diagnosis or by what several incidents share, not made of the events of one subject alone. */
  readonly diagnosed: boolean
  /** Why it is shown only when asked for; absent where it is shown. */
  readonly hidden?: Hidden
  readonly ongoing: boolean
  /** Whether something says that it is over. */
  readonly over: boolean
  /** RFC 3339; '' where no event has a time. */
  readonly firstSeen: string
  readonly lastSeen: string
  readonly signs: Signs
  /** Nodes that it happened on. */
  readonly nodes: ReadonlySet<string>
  readonly pods: readonly PodReference[]
}

/** `Ordinary`: a step of every day. `Over`: it was trouble, and is none any more, or has not been seen for long. */
export type Hidden = 'Ordinary' | 'Over'

export interface PodReference {
  readonly namespace?: string
  readonly name: string
}

/** How far an incident of events alone has got, as the fields of a finding say it. */
export interface Assessment {
  readonly severity: Severity
  readonly confidence: Confidence
  readonly effect: Effect
  readonly hidden?: Hidden
  /** It has failed a short time ago, and is over. */
  readonly recovered?: true
  readonly ongoing: boolean
}

/** Pods are told only where the subject is something else than one pod. */
export const subjectOf = (
  { kind, namespace, name }: SubjectReference,
  pods: readonly string[],
  container?: string,
): Subject => ({
  ...(namespace === undefined ? {} : { namespace }),
  kind,
  name,
  ...(pods.length === 0 || kind === 'Pod' ? {} : { pods }),
  ...(container === undefined ? {} : { container }),
})

export const withEvidence = (candidate: Candidate, evidence: Evidence): Candidate => ({
  ...candidate,
  finding: { ...candidate.finding, evidence: [...candidate.finding.evidence, evidence] },
})
