import { parseProbeMessage } from '../../diagnosis/messages/probe.ts'
import type { Pod } from '../../model/kubernetes/objects.ts'
import { effectiveProbes, probedContainers } from '../../model/kubernetes/probe.ts'
import { atLeast, type Effect, type Severity } from '../../model/report/finding.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { Fact } from '../facts/facts.ts'
import { workloadIsWell } from '../facts/resolution.ts'
import type { Judgement } from './candidate.ts'

/** A reason that matters when it repeats has repeated from here on. */
const REPEATED = 3

/** How bad a group of events of one cause is now. `telling` is the one that says most. */
export function judge(cluster: Cluster, facts: readonly Fact[], telling: Fact): Judgement {
  const { what } = telling
  const open = facts.filter(({ standing, what: { noise } }) => standing !== 'Over' && noise <= what.noise)
  const holds = open.some(({ standing }) => standing === 'Holds')
  const ongoing = open.some(({ recent }) => recent)
  const confidence =
    what.info === undefined ? 'Possible' : what.refined || what.noise >= 2 ? 'Certain' : 'Likely'
  const known = { confidence, effect: ongoing || holds ? effectOf(telling) : 'None' } as const
  const silent = (severity: Severity, quiet: boolean): Judgement => ({
    ...known,
    severity,
    effect: 'None',
    quiet,
    ongoing: false,
  })

  if (what.noise >= 2) return silent('Info', true)
  if (what.info?.outlives) return lost(cluster, facts, known, telling, ongoing)
  if (open.length === 0) return silent('Info', true)
  const count = open.reduce((sum, { occurrence }) => sum + occurrence.count, 0)
  // What was not counted to its end may well have repeated.
  const repeated = count >= REPEATED || open.some(({ occurrence }) => occurrence.countIsLowerBound)
  if (what.noise === 1 && (!ongoing || !repeated)) return silent('Info', true)
  // The diagnosis has judged the probes of pods that are there: what it leaves is past, or belongs to a start or stop.
  if (open.every(isProbeOfPresentPod)) return silent('Info', true)
  const ready = readyNow(open)
  if (ready && (!repeated || open.every((fact) => hasStopped(fact, cluster.now)))) return silent('Info', true)
  const severity = what.noise === 1 || ready ? milder(what.severity, 'Warning') : what.severity
  // Ready pods get their traffic: what still fails now and then has not acted.
  const effect = ready ? 'None' : known.effect
  if (holds || ongoing) return { ...known, effect, severity, quiet: severity === 'Info' && !ongoing, ongoing }
  // Nobody says that it is over, but nothing was heard of it for a while.
  return silent(severity === 'Error' ? 'Warning' : 'Info', ready)
}

/** Pods that are lost: an incident as long as the workload misses them, then history worth knowing. */
function lost(
  cluster: Cluster,
  facts: readonly Fact[],
  known: Pick<Judgement, 'confidence' | 'effect'>,
  { what, root }: Fact,
  ongoing: boolean,
): Judgement {
  const pod = facts.map(({ object }) => object as Pod | undefined).find((object) => object !== undefined)
  const workload =
    pod?.kind === 'Pod'
      ? cluster.workloadOf(pod)
      : cluster
          .workloads()
          .find(
            ({ kind, namespace, name }) =>
              kind === root.kind && namespace === root.namespace && name === root.name,
          )
  const well = workloadIsWell(cluster, workload)
  if (well === true)
    return { ...known, severity: 'Info', effect: 'None', quiet: what.noise > 0, ongoing: false }
  return { ...known, severity: milder(what.severity, 'Warning'), quiet: false, ongoing }
}

/** The severity, but no worse than a limit. */
export const milder = (severity: Severity, limit: Severity): Severity =>
  atLeast(severity, limit) ? limit : severity

function isProbeOfPresentPod({ object, occurrence: { message } }: Fact): boolean {
  const probe = parseProbeMessage(message)?.probe
  const { spec, status } = (object?.kind === 'Pod' ? object : {}) as Partial<Pod>
  if (probe === undefined || spec === undefined || status?.containerStatuses === undefined) return false
  return [...probedContainers(spec)].some(({ container }) =>
    effectiveProbes(container).some(({ type }) => type === probe),
  )
}

/** All pods that the events are about are ready, so that they cannot be broken for good. */
const readyNow = (facts: readonly Fact[]): boolean =>
  facts.every(
    ({ object, what }) =>
      object?.kind === 'Pod' &&
      !what.info?.unseen &&
      (object as Pod).status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  )

/** A writer sends its first 25 events at once (spec/events.md A.3), so that a silence among these means something. */
const PROMPT = 20
const SILENCE_MS = 90_000

/** Seen only a few times, and for longer not at all than it took between them. */
function hasStopped({ occurrence: { count, countIsLowerBound }, first, last }: Fact, now: number): boolean {
  if (countIsLowerBound || count >= PROMPT) return false
  const interval = count > 1 ? (last - first) / (count - 1) : 0
  return now - last > Math.max(SILENCE_MS, 3 * interval)
}

function effectOf({ what, occurrence }: Fact): Effect {
  if (what.stage !== undefined || ['quota-exceeded', 'pod-security', 'admission-denied'].includes(what.code))
    return 'NotStarted'
  if (occurrence.reason === 'BackOff' || occurrence.reason === 'Killing') return 'Restarting'
  return occurrence.reason === 'Unhealthy' ? 'Unready' : 'None'
}
