import { diagnose, diagnoseNodes } from '../diagnosis/diagnose.ts'
import { EXIT, type ExitCode, isMissing } from '../model/report/exit.ts'
import { atLeast, type Severity } from '../model/report/finding.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import { millis } from '../model/text/time.ts'
import { findCauses } from './causality/causality.ts'
import { sharedCauseCandidates } from './causality/shared-causes.ts'
import { sharedNodeCandidates } from './causality/shared-node.ts'
import type { CandidateWithCause } from './causality/with-cause.ts'
import { type Fact, factsOf } from './facts/facts.ts'
import { checkFilters } from './filters.ts'
import type { Candidate } from './incidents/candidate.ts'
import { candidatesOf } from './incidents/grouping.ts'
import { inOrder } from './order.ts'
import type { EventOptions, EventReport } from './report.ts'
import { scopeOf } from './scope.ts'

/**
 * Turns what the cluster recorded into incidents: the causes that the diagnosis finds, with their events, and what is
 * left of the events, explained by the catalogue of reasons.
 * @throws UserError where a named object, or what a filter names, does not exist
 */
export function explainEvents(cluster: Cluster, options: EventOptions): EventReport {
  const { snapshot } = cluster
  const { namespace } = options.selection
  const scope = scopeOf(cluster, options.selection, options.node)
  const facts = factsOf(cluster)
  const all = allIncidents(cluster, facts)
  checkFilters(
    cluster,
    options,
    all.map(({ candidate }) => candidate.finding.code),
  )
  const inScope = withCauses(all, new Set(all.filter(({ candidate }) => scope.covers(candidate))))
  const wanted = inScope.filter(({ candidate }) => isWanted(candidate, options, cluster.now))
  const shown = wanted.filter(({ candidate }) => isShown(candidate, options))
  const over = overOf(wanted.filter((one) => !shown.includes(one)))
  return {
    apiVersion: 'rollout-safety/v1',
    kind: 'EventReport',
    now: snapshot.now,
    source: snapshot.source,
    ...(snapshot.serverVersion === undefined ? {} : { serverVersion: snapshot.serverVersion }),
    ...(namespace === undefined ? {} : { namespace }),
    incidents: inOrder(shown),
    gaps: cluster.gaps,
    assumptions: assumptionsOf(cluster),
    quiet: wanted.length - shown.length,
    ...(over === undefined ? {} : { over }),
    filteredOut: loud(inScope).length - loud(wanted).length,
    eventsRead: facts.filter((fact) => scope.coversFact(fact)).length,
  }
}

/** 1 where an incident is as bad as `failOn` says, or worse; else 2 where no event could be looked at. */
export function eventExitCode(report: EventReport, failOn: Severity | 'none'): ExitCode {
  if (failOn === 'none') return EXIT.ok
  if (report.incidents.some(({ severity }) => atLeast(severity, failOn))) return EXIT.findings
  return isMissing(report, 'events') ? EXIT.failed : EXIT.ok
}

/** The report as `-o json` and `-o yaml` print it. */
export const eventReportJson = (report: EventReport): object => ({
  ...report,
  incidents: report.incidents.map(({ statement: _, ...incident }) => incident),
})

/** Whatever is asked for, all is explained by all. */
function allIncidents(cluster: Cluster, facts: readonly Fact[]): readonly CandidateWithCause[] {
  const findings = [...diagnoseNodes(cluster), ...diagnose(cluster, cluster.workloads())]
  const candidates = candidatesOf(cluster, findings, facts)
  return findCauses(cluster, [
    ...candidates,
    ...sharedNodeCandidates(candidates),
    ...sharedCauseCandidates(candidates),
  ])
}

/** Those that are over, among what is left out. */
function overOf(left: readonly CandidateWithCause[]): EventReport['over'] {
  const ended = left.flatMap(({ candidate: { hidden, facts, lastSeen } }) =>
    hidden === 'Over' && facts.length > 0 ? [lastSeen] : [],
  )
  const times = ended.filter((time) => time !== '').sort()
  const [oldest, newest] = [times[0], times.at(-1)]
  if (ended.length === 0) return undefined
  return {
    incidents: ended.length,
    ...(oldest === undefined || newest === undefined ? {} : { oldest, newest }),
  }
}

const loud = (incidents: readonly CandidateWithCause[]): readonly CandidateWithCause[] =>
  incidents.filter(({ candidate }) => candidate.hidden === undefined)

/** What explains something that was asked for belongs to it: a node, a webhook, a quota. In the order of `all`. */
function withCauses(
  all: readonly CandidateWithCause[],
  covered: ReadonlySet<CandidateWithCause>,
): readonly CandidateWithCause[] {
  const wanted = new Set(covered)
  for (const one of covered) for (let at = one.cause; at !== undefined; at = at.cause) wanted.add(at)
  return all.filter((one) => wanted.has(one))
}

/** The filters of the command line. */
function isWanted(
  { finding, facts, lastSeen, ongoing }: Candidate,
  { sinceSeconds, types, reasons, causes }: EventOptions,
  now: number,
): boolean {
  const hasEvent = (test: (one: Fact['occurrence']) => boolean) =>
    facts.some(({ occurrence }) => test(occurrence))
  if (types !== undefined && !hasEvent(({ type }) => types.includes(type))) return false
  if (reasons !== undefined && !hasEvent(({ reason }) => isOneOf(reason, reasons))) return false
  if (causes !== undefined && !isOneOf(finding.code, causes)) return false
  if (sinceSeconds === undefined || ongoing) return true
  return now - (millis(lastSeen) ?? 0) <= sinceSeconds * 1000
}

/** Whether it is among what the user typed, in any case. */
const isOneOf = (word: string, words: readonly string[]): boolean =>
  words.some((one) => one.toLowerCase() === word.toLowerCase())

const isShown = ({ hidden }: Candidate, { all, reasons, causes }: EventOptions): boolean =>
  all || hidden === undefined || reasons !== undefined || causes !== undefined

/** What the report takes for granted and a reader might not. */
function assumptionsOf(cluster: Cluster): readonly string[] {
  const { nowFrom, now, notes = [] } = cluster.snapshot
  return [
    ...notes,
    ...(nowFrom === 'newest timestamp' ? [`Now is ${now}, the newest time in the input.`] : []),
    'Events are kept for an hour after their last write, unless the cluster is set up otherwise; that none is there proves nothing.',
  ]
}
