import { parseKilling, parseProbeMessage } from '../../diagnosis/messages/probe.ts'
import type { Confidence, Effect, Evidence, Finding, Severity, Subject } from '../../model/report/finding.ts'
import type { Fact } from '../facts/facts.ts'

/** An incident on its way: what is known before causes and effects are told apart. */
export interface Draft {
  readonly finding: Finding
  readonly rootKey: string
  readonly facts: readonly Fact[]
  /** Found by the diagnosis, not made of events alone. */
  readonly diagnosed: boolean
  /** Over or ordinary: shown only when asked for. */
  readonly quiet: boolean
  readonly ongoing: boolean
  readonly firstSeen: string
  readonly lastSeen: string
  /** What a rule of links.ts can ask for: see {@link signsOf}. */
  readonly signs: ReadonlySet<string>
  /** Nodes that it happened on. */
  readonly nodes: ReadonlySet<string>
  /** `namespace/name` of its pods. */
  readonly pods: ReadonlySet<string>
}

/** How far an incident of events alone has got, as the fields of a finding say it. */
export interface Judgement {
  readonly severity: Severity
  readonly confidence: Confidence
  readonly effect: Effect
  readonly quiet: boolean
  readonly ongoing: boolean
}

/** Pods are told only where the subject is something else than one pod. */
export const subjectOf = (
  root: { readonly kind: string; readonly namespace?: string; readonly name: string },
  pods: readonly string[],
  container?: string,
): Subject => ({
  ...(root.namespace === undefined ? {} : { namespace: root.namespace }),
  kind: root.kind,
  name: root.name,
  ...(pods.length === 0 || root.kind === 'Pod' ? {} : { pods }),
  ...(container === undefined ? {} : { container }),
})

export const withEvidence = (draft: Draft, evidence: Evidence): Draft => ({
  ...draft,
  finding: { ...draft.finding, evidence: [...draft.finding.evidence, evidence] },
})

/** The code, the reasons of the events, and `Unhealthy/liveness`, `Killing/startup` for events about a probe. */
export const signsOf = (code: string, facts: readonly Fact[]): ReadonlySet<string> =>
  new Set([
    code,
    ...facts.flatMap(({ occurrence: { reason, message } }) => {
      const probe = reason === 'Unhealthy' ? parseProbeMessage(message)?.probe : parseKilling(message)?.probe
      return probe === undefined ? [reason] : [reason, `${reason}/${probe}`]
    }),
  ])
