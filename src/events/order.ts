import { SEVERITIES } from '../model/report/finding.ts'
import { sortedBy } from '../model/text/sort.ts'
import { millis } from '../model/text/time.ts'
import type { CandidateWithCause } from './causality/with-cause.ts'
import type { Candidate } from './incidents/candidate.ts'
import { eventLines } from './incidents/event-lines.ts'
import type { Incident } from './report.ts'

/** Root causes first, the worst of those that go on at the top; what follows from one right after it. */
export function inOrder(shown: readonly CandidateWithCause[]): readonly Incident[] {
  const children = childrenOf(shown)
  const list: {
    readonly candidate: Candidate
    readonly causedBy: number | null
    readonly effects: number[]
  }[] = []
  const add = (one: CandidateWithCause, causedBy: number | null) => {
    const index = list.push({ candidate: one.candidate, causedBy, effects: [] }) - 1
    if (causedBy !== null) list[causedBy]?.effects.push(index)
    for (const child of children.get(one) ?? []) add(child, index)
  }
  for (const root of children.get(undefined) ?? []) add(root, null)
  return list.map(({ candidate, causedBy, effects }) => incidentOf(candidate, causedBy, effects))
}

/** By the nearest cause that is shown, each list in the order of the report; undefined for those without one. */
function childrenOf(
  shown: readonly CandidateWithCause[],
): ReadonlyMap<CandidateWithCause | undefined, readonly CandidateWithCause[]> {
  const present = new Set(shown)
  const sorted = sortedBy(shown, ({ candidate: { finding, ongoing, firstSeen, subjectKey } }) => [
    finding.rootCause ? 0 : 1,
    -SEVERITIES.indexOf(finding.severity),
    ongoing ? 0 : 1,
    -(millis(firstSeen) ?? 0),
    subjectKey,
    finding.subject.container ?? '',
    finding.code,
    finding.subject.probe ?? '',
    finding.summary,
  ])
  const children = new Map<CandidateWithCause | undefined, CandidateWithCause[]>()
  for (const one of sorted) {
    let cause = one.cause
    while (cause !== undefined && !present.has(cause)) cause = cause.cause
    children.set(cause, [...(children.get(cause) ?? []), one])
  }
  return children
}

const incidentOf = (
  { finding, facts, statement, firstSeen, lastSeen, ongoing, over }: Candidate,
  causedBy: number | null,
  effects: readonly number[],
): Incident => ({
  ...finding,
  statement,
  events: eventLines(facts),
  firstSeen,
  lastSeen,
  ongoing,
  over,
  causedBy,
  effects,
})
