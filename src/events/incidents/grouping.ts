import { eventEvidence } from '../../diagnosis/evidence.ts'
import { UNNAMED } from '../../model/kubernetes/reference.ts'
import type { Finding, Fix } from '../../model/report/finding.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { shellCommand } from '../../model/text/shell.ts'
import { groupBy, sortedBy } from '../../model/text/sort.ts'
import { millis, rfc3339 } from '../../model/text/time.ts'
import { lowerFirst } from '../facts/classify.ts'
import type { Fact } from '../facts/facts.ts'
import { probeNoise } from '../facts/past-probe-failure.ts'
import { type Root, rootKey } from '../facts/subject.ts'
import { judge } from './assessment.ts'
import { explains } from './attribution.ts'
import { type Draft, signsOf, subjectOf } from './candidate.ts'
import { spanOf } from './event-lines.ts'

/** Events quoted as evidence of an incident that rests on events alone. */
const QUOTED = 5

/** Every finding with the events that it explains, and every other event in a group of its own kind. */
export function draftsOf(
  cluster: Cluster,
  findings: readonly Finding[],
  facts: readonly Fact[],
): readonly Draft[] {
  const byRoot = groupBy(findings, ({ subject }) => rootKey(subjectRoot(subject)))
  const attached = new Map<Finding, Fact[]>(findings.map((finding) => [finding, []]))
  const left: Fact[] = []
  for (const fact of facts) {
    const candidates = byRoot.get(fact.rootKey) ?? []
    const finding =
      candidates.find((one) => cites(one, fact)) ?? candidates.find((one) => explains(one, fact))
    if (finding === undefined) left.push(fact)
    else attached.get(finding)?.push(fact)
  }
  const containers = onlyContainers(left)
  const groups = groupBy(left, (fact) =>
    [causeKey(fact), fact.container ?? containers.get(causeKey(fact))].join('\n'),
  )
  return [
    ...[...attached].map(([finding, own]) => diagnosed(cluster, finding, own)),
    ...[...groups.values()].map((group) => reported(cluster, group)),
  ]
}

const causeKey = ({ rootKey: key, what }: Fact): string => `${key}\n${what.code}`

/** For combined events, which name no container: the one that all others of the same cause are about. */
function onlyContainers(facts: readonly Fact[]): ReadonlyMap<string, string> {
  const named = groupBy(
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

const subjectRoot = ({ kind, namespace, name }: Finding['subject']): Root => ({
  kind,
  name,
  ...(namespace === undefined || kind === 'Node' ? {} : { namespace }),
})

/** The diagnosis quotes the event, so it belongs there whatever the rules say. */
const cites = ({ evidence }: Finding, { occurrence: { regarding, reason, message } }: Fact): boolean =>
  evidence.some(
    ({ source, object, text }) =>
      source === 'Event' && object.endsWith(regarding.name) && text === `${reason}: ${message}`,
  )

/** An incident whose cause the diagnosis has found. */
function diagnosed(cluster: Cluster, finding: Finding, facts: readonly Fact[]): Draft {
  const { namespace, kind, name, pods = [] } = finding.subject
  const recent = facts.some((fact) => fact.recent)
  const broken = finding.severity === 'Error' && finding.effect !== 'None'
  const own = kind === 'Pod' ? [name] : pods
  const nodes = own.map((pod) => cluster.find('pods', namespace, pod)?.spec?.nodeName)
  return {
    finding,
    rootKey: rootKey(subjectRoot(finding.subject)),
    facts,
    diagnosed: true,
    quiet: finding.severity === 'Info',
    ongoing: finding.severity !== 'Info' && (recent || broken),
    ...diagnosedSpan(cluster, finding, facts),
    signs: signsOf(finding.code, facts),
    nodes: new Set([...(kind === 'Node' ? [name] : []), ...nodes.filter((node) => node !== undefined)]),
    pods: new Set(own.map((pod) => `${namespace ?? ''}/${pod}`)),
  }
}

/** Without events, the times of the evidence; without these, now. */
function diagnosedSpan(cluster: Cluster, { evidence }: Finding, facts: readonly Fact[]) {
  const span = spanOf(facts)
  if (span.lastSeen !== '') return { ...span, firstSeen: span.firstSeen || span.lastSeen }
  const times = evidence.flatMap(({ time }) => millis(time) ?? [])
  const now = rfc3339(cluster.now)
  return { firstSeen: times.length === 0 ? now : rfc3339(Math.min(...times)), lastSeen: now }
}

/** An incident that only events tell of, explained by the catalogue. */
function reported(cluster: Cluster, facts: readonly Fact[]): Draft {
  const telling = mostTelling(facts)
  const { what, root, container } = telling
  const judgement = judge(cluster, facts, telling)
  const pods = [
    ...new Set(
      facts.flatMap(({ occurrence: { regarding } }) => (regarding.kind === 'Pod' ? [regarding.name] : [])),
    ),
  ].sort()
  return {
    finding: {
      code: what.code,
      severity: judgement.severity,
      confidence: judgement.confidence,
      rootCause: !judgement.quiet,
      subject: subjectOf(root, pods, container),
      summary: summaryOf(telling),
      explanation: explanationOf(telling, judgement.quiet),
      evidence: evidenceOf(facts),
      effect: judgement.effect,
      fixes: fixesOf(telling),
      docs: what.docs,
    },
    rootKey: telling.rootKey,
    facts,
    diagnosed: false,
    quiet: judgement.quiet,
    ongoing: judgement.ongoing,
    ...spanOf(facts),
    signs: signsOf(what.code, facts),
    nodes: new Set(facts.flatMap(({ node }) => node ?? [])),
    pods: new Set(pods.map((pod) => `${root.namespace ?? ''}/${pod}`)),
  }
}

/** The loudest of the events; of those, a Warning, one that says why, and the newest. */
const mostTelling = (facts: readonly Fact[]): Fact =>
  sortedBy(facts, ({ what, occurrence, standing, last }) => [
    what.noise,
    standing === 'Over' ? 1 : 0,
    occurrence.type === 'Warning' ? 0 : 1,
    what.refined ? 0 : 1,
    -last,
    occurrence.message,
  ])[0] as Fact

const withoutStop = (text: string): string => text.replace(/\.$/, '')

/** As the diagnosis writes them, about the subject; the words of others stay as they are. */
const summaryOf = ({ what }: Fact): string =>
  what.info === undefined ? what.meaning : withoutStop(lowerFirst(what.meaning))

function explanationOf(fact: Fact, quiet: boolean): string {
  const { what, occurrence } = fact
  const { reason, message, type } = occurrence
  if (what.info === undefined)
    return `${type === 'Warning' ? 'A Warning' : 'An event'} of a reason that is not in the catalogue. ${what.advice}`
  const noise = quiet ? probeNoise(fact) : undefined
  return [what.meaning, `${reason} says: ${withoutStop(message.trim())}.`, ...(noise ? [noise] : [])].join(
    ' ',
  )
}

const evidenceOf = (facts: readonly Fact[]) =>
  sortedBy(facts, ({ what, last, occurrence }) => [
    what.noise,
    occurrence.type === 'Warning' ? 0 : 1,
    what.refined ? 0 : 1,
    -last,
    occurrence.regarding.name,
    occurrence.message,
  ])
    .slice(0, QUOTED)
    .map(({ occurrence }) => eventEvidence(occurrence))

function fixesOf({ what, occurrence: { regarding, type } }: Fact): readonly Fix[] {
  if (what.advice === 'Nothing to do.' || (type === 'Normal' && what.severity === 'Info' && what.noise > 1))
    return []
  const { kind, namespace, name } = regarding
  const place = namespace === undefined || kind === 'Node' ? [] : ['-n', namespace]
  return [
    {
      title: withoutStop(what.advice),
      risk: 'Inspect',
      ...(kind === '' || name === '' || name === UNNAMED
        ? {}
        : { command: shellCommand(['kubectl', 'describe', kind.toLowerCase(), name, ...place]) }),
    },
  ]
}
