import type { Code } from '../../diagnosis/codes/codes.ts'
import { RECOVERY_SECONDS } from '../../diagnosis/pod-info.ts'
import type { Pod } from '../../model/kubernetes/objects.ts'
import { effectiveProbes, probedContainers } from '../../model/kubernetes/probe.ts'
import { atLeast, type Confidence, type Effect, type Severity } from '../../model/report/finding.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { Workload } from '../../model/snapshot/workload.ts'
import { attentionRank, isOrdinary } from '../catalogue/attention.ts'
import type { Fact } from '../facts/facts.ts'
import { conditionStatus, workloadIsWell } from '../facts/object-status.ts'
import type { SubjectReference } from '../facts/subject.ts'
import type { Assessment } from './candidate.ts'

/** A reason that matters when it repeats has repeated from here on. */
const REPEATED = 3

const PAST = { severity: 'Info', effect: 'None', ongoing: false } as const

/** How bad a group of events of one cause is now. `leading` is the one that says most. */
export function assess(cluster: Cluster, facts: readonly Fact[], leading: Fact): Assessment {
  const { attention, row, severity } = leading.classification
  const confidence = confidenceOf(leading)
  if (isOrdinary(attention)) return { ...PAST, confidence, hidden: 'Ordinary' }

  const open = facts.filter(
    (fact) =>
      fact.resolution !== 'Resolved' &&
      attentionRank(fact.classification.attention) <= attentionRank(attention),
  )
  const active = open.some(({ resolution }) => resolution === 'Active')
  const ongoing = open.some(({ recent }) => recent)
  const effect = ongoing || active ? effectOf(leading) : 'None'
  if (row?.losesPod) return { confidence, effect, ...lostPods(cluster, facts, leading, ongoing) }
  if (open.length === 0) return { ...PAST, confidence, ...recovered(cluster, facts) }

  // The diagnosis has judged the probes of pods that are there: what it leaves is past, or belongs to a start or stop.
  if (open.every(isProbeOfPresentPod)) return { ...PAST, confidence, hidden: 'Over' }
  const ready = readyNow(open)
  const repeated = hasRepeated(open)
  const fresh = isFresh(cluster, open)
  if (ready && (!repeated || open.every((fact) => hasStopped(fact, cluster.now)))) {
    const told = fresh && attention === 'AtOnce'
    return { ...PAST, confidence, ...(told ? { severity: milder(severity, 'Warning') } : OVER) }
  }
  if (attention === 'WhenRepeated') {
    // What only matters when it repeats, and did not, is a remark for as long as it may still do so.
    if (!repeated) return { ...PAST, confidence, ...(isWarning(open) ? (fresh ? {} : OVER) : ORDINARY) }
    if (!ongoing && !active && !isWarning(open)) return { ...PAST, confidence, hidden: 'Over' }
  }
  // Nobody says that it is over, but nothing was heard of it for a while.
  if (!active && !ongoing) {
    if (ready && !fresh) return { ...PAST, confidence, hidden: 'Over' }
    const present =
      fresh || (severity === 'Error' && attention === 'AtOnce') ? milder(severity, 'Warning') : 'Info'
    return { ...PAST, confidence, severity: present }
  }
  const mild = ready || attention === 'WhenRepeated'
  const present = mild ? milder(severity, 'Warning') : severity
  return {
    severity: present,
    confidence,
    // Ready pods get their traffic: what still fails now and then has not acted.
    effect: ready ? 'None' : effect,
    ongoing,
    ...(present === 'Info' && !ongoing ? OVER : {}),
  }
}

const ORDINARY = { hidden: 'Ordinary' } as const
const OVER = { hidden: 'Over' } as const
const RECOVERED = { severity: 'Warning', recovered: true } as const

/** A start that took no longer than this, for all that failed on its way, was an ordinary one. */
const DELAY_MS = 5 * 60_000

/** All of it is over: a Warning as long as it is news, and nobody meant it to happen. */
function recovered(cluster: Cluster, facts: readonly Fact[]): typeof RECOVERED | typeof OVER {
  const told = facts.filter(
    ({ classification: { attention, stage, row }, parsed, object, gone, first, last, closedAt = last }) =>
      !isOrdinary(attention) &&
      !gone &&
      object?.metadata.deletionTimestamp == null &&
      // Of probes the diagnosis tells; what it leaves belongs to a start.
      parsed.probe === undefined &&
      row?.reason !== 'Killing' &&
      (stage === undefined || closedAt - first > DELAY_MS),
  )
  const serious =
    told.some(({ classification: { attention } }) => attention === 'AtOnce') || hasRepeated(told)
  return told.length > 0 && serious && isFresh(cluster, told) ? RECOVERED : OVER
}

const isFresh = ({ now }: Cluster, facts: readonly Fact[]): boolean =>
  facts.some(({ last }) => now - last <= RECOVERY_SECONDS * 1000)

/** What was not counted to its end may well have repeated. */
const hasRepeated = (facts: readonly Fact[]): boolean =>
  facts.reduce((sum, { occurrence }) => sum + occurrence.count, 0) >= REPEATED ||
  facts.some(({ occurrence }) => occurrence.countIsLowerBound)

const isWarning = (facts: readonly Fact[]): boolean =>
  facts.some(({ occurrence: { type } }) => type === 'Warning')

/** Without a row in the catalogue, nothing is known but the words. */
function confidenceOf({ classification: { row, specific, attention }, mayBeEndedBy }: Fact): Confidence {
  if (row === undefined || mayBeEndedBy !== undefined) return 'Possible'
  return specific || isOrdinary(attention) ? 'Certain' : 'Likely'
}

/** Pods that are lost: an incident as long as the workload misses them, then history worth knowing. */
function lostPods(
  cluster: Cluster,
  facts: readonly Fact[],
  { classification: { attention, severity }, subject }: Fact,
  ongoing: boolean,
): Omit<Assessment, 'confidence' | 'effect'> & Partial<Assessment> {
  if (workloadIsWell(cluster, workloadOf(cluster, facts, subject)) !== true)
    return { severity: milder(severity, 'Warning'), ongoing }
  if (isFresh(cluster, facts)) return { ...PAST, ...RECOVERED }
  return { ...PAST, ...(attention === 'AtOnce' ? {} : OVER) }
}

function workloadOf(
  cluster: Cluster,
  facts: readonly Fact[],
  { kind, namespace, name }: SubjectReference,
): Workload | undefined {
  const object = facts.map((fact) => fact.object).find((one) => one !== undefined)
  if (object?.kind === 'Pod') return cluster.workloadOf(object as Pod)
  return cluster
    .workloads()
    .find((one) => one.kind === kind && one.namespace === namespace && one.name === name)
}

/** The severity, but no worse than a limit. */
export const milder = (severity: Severity, limit: Severity): Severity =>
  atLeast(severity, limit) ? limit : severity

function isProbeOfPresentPod({ object, parsed: { probe } }: Fact): boolean {
  const { spec, status } = (object?.kind === 'Pod' ? object : {}) as Partial<Pod>
  if (probe === undefined || spec === undefined || status?.containerStatuses === undefined) return false
  return [...probedContainers(spec)].some(({ container }) =>
    effectiveProbes(container).some(({ type }) => type === probe.probe),
  )
}

/** All pods that the events are about are ready, so that they cannot be broken for good. */
const readyNow = (facts: readonly Fact[]): boolean =>
  facts.every(
    ({ object, classification: { row } }) =>
      object?.kind === 'Pod' &&
      row !== undefined &&
      !row.notInStatus &&
      conditionStatus(object, 'Ready') === 'True',
  )

/**
 * A writer sends its first 25 events at once (docs/reference/events.md#A3), so that a silence among these means
 * something.
 */
const PROMPT = 20
const SILENCE_MS = 90_000

/** Seen only a few times, and for longer not at all than it took between them. */
function hasStopped({ occurrence: { count, countIsLowerBound }, first, last }: Fact, now: number): boolean {
  if (countIsLowerBound || count >= PROMPT) return false
  const interval = count > 1 ? (last - first) / (count - 1) : 0
  return now - last > Math.max(SILENCE_MS, 3 * interval)
}

/** Causes that keep pods from being created. */
const NOT_CREATED: ReadonlySet<string> = new Set<Code>(['quota-exceeded', 'pod-security', 'admission-denied'])

const EFFECT_OF_REASON: ReadonlyMap<string, Effect> = new Map([
  ['BackOff', 'Restarting'],
  ['Killing', 'Restarting'],
  ['Unhealthy', 'Unready'],
])

function effectOf({ classification: { stage, code }, occurrence: { reason } }: Fact): Effect {
  if (stage !== undefined || NOT_CREATED.has(code)) return 'NotStarted'
  return EFFECT_OF_REASON.get(reason) ?? 'None'
}
