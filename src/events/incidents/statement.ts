import type { Finding } from '../../model/report/finding.ts'
import { withoutFigures } from '../../model/text/words.ts'
import type { Fact } from '../facts/facts.ts'
import type { EventMeaning, Statement } from '../statement.ts'
import { citedBy } from './citation.ts'

/** What the summary of an incident of events alone says. */
export function eventStatement(fact: Fact): Statement {
  const { reason, message } = fact.occurrence
  return fact.classification.row === undefined
    ? { type: 'UnknownReason', reason, message: withoutFigures(message) }
    : { type: 'Event', ...meaningOf(fact) }
}

/** What the summary of a finding says, by what the finding rests on. `facts` are the events that it explains. */
export function diagnosisStatement(finding: Finding, facts: readonly Fact[]): Statement {
  const cited = finding.evidence.filter(({ source }) => source === 'Event')
  const first = cited.flatMap((evidence) => facts.find((fact) => citedBy(evidence, fact)) ?? [])[0]
  return {
    type: 'Diagnosis',
    spec: finding.evidence.flatMap(({ source, path, text }) =>
      source === 'Spec' && path !== undefined ? [{ path, value: text }] : [],
    ),
    ...(first === undefined ? {} : { event: meaningOf(first) }),
  }
}

const meaningOf = ({ classification: { caseId, probeClass }, parsed, occurrence }: Fact): EventMeaning => ({
  reason: occurrence.reason,
  ...(caseId === undefined ? {} : { caseId }),
  ...(parsed.probe === undefined ? {} : { probe: parsed.probe.probe }),
  ...(probeClass === undefined ? {} : { probeClass }),
})
