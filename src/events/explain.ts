import { diagnose, diagnoseNodes } from '../diagnosis/diagnose.ts'
import { EXIT, type ExitCode } from '../model/report/exit.ts'
import { atLeast, SEVERITIES, type Severity } from '../model/report/finding.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import { groupBy, sortedBy } from '../model/text/sort.ts'
import { millis } from '../model/text/time.ts'
import { type Linked, link } from './causality/causality.ts'
import { culpritDrafts } from './causality/shared-causes.ts'
import { commonCauses } from './causality/shared-node.ts'
import { factsOf } from './facts/facts.ts'
import type { Draft } from './incidents/candidate.ts'
import { eventLines } from './incidents/event-lines.ts'
import { draftsOf } from './incidents/grouping.ts'
import type { EventOptions, EventReport, Incident } from './report.ts'
import { scopeOf } from './scope.ts'

/**
 * Turns what the cluster recorded into incidents: the causes that the diagnosis finds, with their events, and what is
 * left of the events, explained by the catalogue of reasons.
 * @throws UserError where a named object does not exist
 */
export function explainEvents(cluster: Cluster, options: EventOptions): EventReport {
  const { snapshot } = cluster
  const scope = scopeOf(cluster, options.selection, options.node)
  const facts = factsOf(cluster)
  const findings = [...diagnoseNodes(cluster), ...diagnose(cluster, cluster.workloads())]
  const drafts = draftsOf(cluster, findings, facts)
  const linked = link(cluster, [...drafts, ...commonCauses(drafts), ...culpritDrafts(drafts)])
  const inScope = withCauses(linked, new Set(linked.filter(({ draft }) => scope.covers(draft))))
  const covered = inScope.filter(({ draft }) => isWanted(draft, options, cluster.now))
  const shown = covered.filter(({ draft }) => isShown(draft, options))
  const { namespace } = options.selection
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
    quiet: covered.length - shown.length,
    filteredOut:
      inScope.filter(({ draft }) => !draft.quiet).length - covered.filter(({ draft }) => !draft.quiet).length,
    eventsRead: facts.filter((fact) => scope.coversFact(fact)).length,
  }
}

/** 1 where an incident is as bad as `failOn` says, or worse. */
export const eventExitCode = ({ incidents }: EventReport, failOn: Severity | 'none'): ExitCode =>
  failOn !== 'none' && incidents.some(({ severity }) => atLeast(severity, failOn)) ? EXIT.findings : EXIT.ok

/** What explains something that was asked for belongs to it: a node, a webhook, a quota. In the order of `linked`. */
function withCauses(linked: readonly Linked[], covered: ReadonlySet<Linked>): readonly Linked[] {
  const wanted = new Set(covered)
  for (const one of covered) for (let at = one.cause; at !== undefined; at = at.cause) wanted.add(at)
  return linked.filter((one) => wanted.has(one))
}

/** The filters of the command line. */
function isWanted(
  { finding, facts, lastSeen, ongoing }: Draft,
  { sinceSeconds, types, reasons, causes }: EventOptions,
  now: number,
): boolean {
  const some = (test: (one: (typeof facts)[number]['occurrence']) => boolean) =>
    facts.some(({ occurrence }) => test(occurrence))
  if (types !== undefined && !some(({ type }) => types.includes(type))) return false
  if (reasons !== undefined && !some(({ reason }) => isOneOf(reason, reasons))) return false
  if (causes !== undefined && !isOneOf(finding.code, causes)) return false
  if (sinceSeconds === undefined || ongoing) return true
  return now - (millis(lastSeen) ?? 0) <= sinceSeconds * 1000
}

const isOneOf = (word: string, words: readonly string[]): boolean =>
  words.some((one) => one.toLowerCase() === word.toLowerCase())

const isShown = ({ quiet }: Draft, { all, reasons, causes }: EventOptions): boolean =>
  all || !quiet || reasons !== undefined || causes !== undefined

/** Roots first, the worst of those that go on at the top; what follows from one right after it. */
function inOrder(shown: readonly Linked[]): readonly Incident[] {
  const present = new Set(shown)
  const nearest = (one: Linked): Linked | undefined => {
    let cause = one.cause
    while (cause !== undefined && !present.has(cause)) cause = cause.cause
    return cause
  }
  const sorted = sortedBy(shown, ({ draft: { finding, ongoing, firstSeen, rootKey } }) => [
    finding.rootCause ? 0 : 1,
    -SEVERITIES.indexOf(finding.severity),
    ongoing ? 0 : 1,
    -(millis(firstSeen) ?? 0),
    rootKey,
    finding.subject.container ?? '',
    finding.code,
    finding.subject.probe ?? '',
    finding.summary,
  ])
  const children = new Map<Linked | undefined, Linked[]>()
  for (const one of sorted) {
    const cause = nearest(one)
    children.set(cause, [...(children.get(cause) ?? []), one])
  }
  const list: { readonly linked: Linked; readonly causedBy: number | null }[] = []
  const add = (linked: Linked, causedBy: number | null) => {
    const index = list.push({ linked, causedBy }) - 1
    for (const child of children.get(linked) ?? []) add(child, index)
  }
  for (const root of children.get(undefined) ?? []) add(root, null)
  const effects = groupBy(
    list.map(({ causedBy }, index) => ({ causedBy, index })),
    ({ causedBy }) => `${causedBy}`,
  )
  return list.map(({ linked: { draft }, causedBy }, index) =>
    incidentOf(
      draft,
      causedBy,
      (effects.get(`${index}`) ?? []).map((effect) => effect.index),
    ),
  )
}

const incidentOf = (
  { finding, facts, firstSeen, lastSeen, ongoing }: Draft,
  causedBy: number | null,
  effects: readonly number[],
): Incident => ({
  ...finding,
  events: eventLines(facts),
  firstSeen,
  lastSeen,
  ongoing,
  causedBy,
  effects,
})

/** What the report takes for granted and a reader might not. */
function assumptionsOf(cluster: Cluster): readonly string[] {
  const { nowFrom, now, notes = [] } = cluster.snapshot
  return [
    ...notes,
    ...(nowFrom === 'newest timestamp' ? [`Now is ${now}, the newest time in the input.`] : []),
    'Events are kept for an hour after their last write, unless the cluster is set up otherwise; that none is there proves nothing.',
  ]
}
