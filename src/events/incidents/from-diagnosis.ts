import type { Effect, Finding, Subject } from '../../model/report/finding.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { millis, rfc3339 } from '../../model/text/time.ts'
import type { Fact } from '../facts/facts.ts'
import { type SubjectReference, subjectKey } from '../facts/subject.ts'
import type { Candidate } from './candidate.ts'
import { spanOf } from './event-lines.ts'
import { signsOf } from './signs.ts'
import { diagnosisStatement } from './statement.ts'

/** What a finding is about, as the events are sorted. */
export const referenceOf = ({ kind, namespace, name }: Subject): SubjectReference => ({
  kind,
  name,
  ...(namespace === undefined || kind === 'Node' ? {} : { namespace }),
})

/** What a pod is in, and not what happened to it: a finding of such goes on, however bad it is. */
const STATES: readonly Effect[] = ['NotStarted', 'Unready']

/** An incident whose cause the diagnosis has found, with the events that it explains. */
export function diagnosedCandidate(cluster: Cluster, finding: Finding, facts: readonly Fact[]): Candidate {
  const { namespace, kind, name, pods = [] } = finding.subject
  const recent = facts.some((fact) => fact.recent)
  const broken =
    (finding.severity === 'Error' && finding.effect !== 'None') || STATES.includes(finding.effect)
  const starts = finding.starting !== undefined
  const ongoing =
    starts || (finding.severity !== 'Info' && finding.recovered === undefined && (recent || broken))
  const own = kind === 'Pod' ? [name] : pods
  const nodes = own.map((pod) => cluster.find('pods', namespace, pod)?.spec?.nodeName)
  return {
    finding,
    subjectKey: subjectKey(referenceOf(finding.subject)),
    facts,
    statement: diagnosisStatement(finding, facts),
    diagnosed: true,
    // A start that is not over is no trouble yet, but who asks wants to know of it.
    ...(finding.severity === 'Info' && !starts
      ? { hidden: facts.some(isWarning) ? 'Over' : 'Ordinary' }
      : {}),
    ongoing,
    // The diagnosis knows how things are now.
    over: !ongoing,
    ...spanOfFinding(cluster, finding, facts),
    signs: signsOf(finding.code, facts),
    nodes: new Set([...(kind === 'Node' ? [name] : []), ...nodes.filter((node) => node !== undefined)]),
    pods: own.map((pod) => ({ name: pod, ...(namespace === undefined ? {} : { namespace }) })),
  }
}

const isWarning = ({ occurrence: { type } }: Fact): boolean => type === 'Warning'

/** Without events, the times of the evidence; without these, now. */
function spanOfFinding(cluster: Cluster, { evidence }: Finding, facts: readonly Fact[]) {
  const span = spanOf(facts)
  if (span.lastSeen !== '') return { ...span, firstSeen: span.firstSeen || span.lastSeen }
  const times = evidence.flatMap(({ time }) => millis(time) ?? [])
  const now = rfc3339(cluster.now)
  return { firstSeen: times.length === 0 ? now : rfc3339(Math.min(...times)), lastSeen: now }
}
