import { eventEvidence } from '../../diagnosis/evidence.ts'
import type { Evidence, Finding } from '../../model/report/finding.ts'
import type { Fact } from '../facts/facts.ts'

/** Whether a fact of a finding was made from this event. */
export function citedBy(evidence: Evidence, { occurrence }: Fact): boolean {
  const own = eventEvidence(occurrence)
  return evidence.source === own.source && evidence.object === own.object && evidence.text === own.text
}

/** Whether a finding quotes this event among its evidence. */
export const cites = ({ evidence }: Finding, fact: Fact): boolean =>
  evidence.some((one) => citedBy(one, fact))
