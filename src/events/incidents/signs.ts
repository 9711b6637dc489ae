import type { ProbeKill } from '../../diagnosis/messages/killing.ts'
import type { ProbeType } from '../../model/kubernetes/probe.ts'
import type { CaseId } from '../catalogue/cases/ids.ts'
import type { Fact } from '../facts/facts.ts'

/** What the rules of causality can ask an incident for. */
export interface Signs {
  readonly code: string
  /** The reasons of its events. */
  readonly reasons: ReadonlySet<string>
  /** The cases of the catalogue that its events are. */
  readonly cases: ReadonlySet<CaseId>
  /** Probes that its events say failed. */
  readonly failedProbes: ReadonlySet<ProbeType>
  /** Probes that its events say a container was killed for. */
  readonly killingProbes: ReadonlySet<ProbeKill['probe']>
  /** Its events say that nodes are tainted for their condition. */
  readonly nodeTaint: boolean
  /** Its events say that the pods give no figures to scale by. */
  readonly noPodMetrics: boolean
}

export const signsOf = (code: string, facts: readonly Fact[]): Signs => ({
  code,
  reasons: new Set(facts.map(({ occurrence }) => occurrence.reason)),
  cases: new Set(facts.flatMap(({ classification }) => classification.caseId ?? [])),
  failedProbes: new Set(
    facts.flatMap(({ occurrence, parsed }) =>
      occurrence.reason === 'Unhealthy' ? (parsed.probe?.probe ?? []) : [],
    ),
  ),
  killingProbes: new Set(
    facts.flatMap(({ occurrence, parsed }) =>
      occurrence.reason === 'Killing' ? (parsed.kill?.probe ?? []) : [],
    ),
  ),
  nodeTaint: facts.some(({ parsed }) => parsed.nodeTaint),
  noPodMetrics: facts.some(({ parsed }) => parsed.noPodMetrics),
})
