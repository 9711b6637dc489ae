import type { Finding } from '../../model/report/finding.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { Fact } from '../facts/facts.ts'
import { subjectKey } from '../facts/subject.ts'
import { accountsFor } from './attribution.ts'
import type { Candidate } from './candidate.ts'
import { cites } from './citation.ts'
import { diagnosedCandidate, referenceOf } from './from-diagnosis.ts'
import { eventCandidate } from './from-events.ts'

/** Every finding with the events that it explains, and every other event in a group of its own kind. */
export function candidatesOf(
  cluster: Cluster,
  findings: readonly Finding[],
  facts: readonly Fact[],
): readonly Candidate[] {
  const attributed = findings.map((finding) => ({ finding, own: [] as Fact[] }))
  const bySubject = Map.groupBy(attributed, ({ finding }) => subjectKey(referenceOf(finding.subject)))
  const left: Fact[] = []
  for (const fact of facts) {
    const possible = bySubject.get(fact.subjectKey) ?? []
    // The diagnosis quotes the event, so it belongs there whatever the rules say.
    const owner =
      possible.find(({ finding }) => cites(finding, fact)) ??
      possible.find(({ finding }) => accountsFor(finding, fact))
    if (owner === undefined) left.push(fact)
    else owner.own.push(fact)
  }
  return [
    ...attributed.map(({ finding, own }) => diagnosedCandidate(cluster, finding, own)),
    ...groupsOf(left).map((group) => eventCandidate(cluster, group)),
  ]
}

/** Events of one subject, cause and container. */
function groupsOf(facts: readonly Fact[]): readonly (readonly Fact[])[] {
  const containers = onlyContainers(facts)
  const groups = Map.groupBy(facts, (fact) =>
    [causeKey(fact), fact.container ?? containers.get(causeKey(fact))].join('\n'),
  )
  return [...groups.values()]
}

const causeKey = ({ subjectKey: key, classification }: Fact): string => `${key}\n${classification.code}`

/** For combined events, which name no container: the one that all others of the same cause are about. */
function onlyContainers(facts: readonly Fact[]): ReadonlyMap<string, string> {
  const named = Map.groupBy(
    facts.filter(({ container }) => container !== undefined),
    causeKey,
  )
  return new Map(
    [...named].flatMap(([key, [first, ...more]]) =>
      first?.container !== undefined && more.every(({ container }) => container === first.container)
        ? [[key, first.container] as const]
        : [],
    ),
  )
}
