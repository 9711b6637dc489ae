import { type EffectiveProbe, killWindow, type ProbeType, type Window } from '../../model/kubernetes/probe.ts'
import type { Occurrence } from '../../model/snapshot/occurrence.ts'
import { secondsBetween } from '../../model/text/time.ts'
import { parseKilling } from '../messages/killing.ts'
import type { ProbeMessageClass } from '../messages/probe-classes.ts'
import { type ContainerInfo, graceSeconds, lastTermination, type Terminated } from '../pod-info.ts'
import { type Attempts, attemptSeconds } from './attempts.ts'

/** Exit codes after a kill: a clean handler, SIGKILL, SIGTERM (docs/reference/probes.md#kill-grace). */
export const KILL_EXIT_CODES: readonly number[] = [0, 137, 143]

/** The events that say that a container is killed for a probe, or for this one. */
export const killsOf = (container: ContainerInfo, type?: ProbeType): readonly Occurrence[] =>
  container.podInfo.events.filter(({ reason, message }) => {
    const kill = reason === 'Killing' ? parseKilling(message) : undefined
    return (
      kill !== undefined && kill.container === container.name && (type === undefined || kill.probe === type)
    )
  })

/**
 * As many kills as ends. The event comes before the status: where a kill is younger than the last end that the status
 * tells of, the kill of that end is among the older ones, whose times the event no longer has.
 */
export function wasEachEndAKill({ status }: ContainerInfo, kills: readonly Occurrence[]): boolean {
  const ends = status?.restartCount ?? 0
  return ends > 0 && kills.reduce((sum, { count }) => sum + count, 0) >= ends
}

/** Whether a run ended within the grace period, in seconds, of this kill, and not an earlier one. */
export function ends(
  kill: Occurrence | undefined,
  { startedAt, finishedAt }: Terminated,
  grace: number,
): boolean {
  const between = secondsBetween(kill?.lastSeen, finishedAt)
  const before = secondsBetween(kill?.lastSeen, startedAt) ?? 0
  return between !== undefined && between >= -3 && between <= grace + 10 && before <= 2
}

/** From container start to the end of the process, if the probe never passes. */
export function deathWindow(
  container: ContainerInfo,
  probe: EffectiveProbe,
  name: ProbeMessageClass,
): Window {
  const window = killWindow(probe, attemptSeconds(probe, name))
  // Two seconds for the clock's whole seconds and the kubelet's own work.
  return { min: window.min - 2, max: window.max + graceSeconds(container, probe) + 2 }
}

/**
 * A kill of the last run by a probe: proven by an event, or likely because of how long the run lasted, or because it
 * ended right after enough failures.
 */
export type Killed = 'proven' | 'likely' | 'no'

/** Whether these attempts of the probe killed the last run. */
export function killedBy(
  container: ContainerInfo,
  probe: EffectiveProbe,
  { class: name, message, count, lastSeen }: Attempts,
  kills: readonly Occurrence[],
): Killed {
  if (probe.type === 'readiness') return 'no'
  const last = lastTermination(container.status)
  const kill = kills.at(-1)
  if (kill !== undefined && last?.finishedAt === undefined) return 'proven'
  if (last === undefined || last.reason === 'OOMKilled') return 'no'
  if (ends(kill, last, graceSeconds(container, probe))) return 'proven'
  if (KILL_EXIT_CODES.includes(last.exitCode) && wasEachEndAKill(container, kills)) return 'proven'
  const life = secondsBetween(last.startedAt, last.finishedAt)
  const window = deathWindow(container, probe, name)
  const fits = life !== undefined && life >= window.min && life <= window.max
  // The attempt that is one too many is followed by the end, within the grace period.
  const untilEnd = secondsBetween(lastSeen, last.finishedAt)
  const gaveUp =
    count >= probe.failureThreshold &&
    untilEnd !== undefined &&
    untilEnd >= -1 &&
    untilEnd <= graceSeconds(container, probe) + 2
  return message.counted && (fits || gaveUp) && KILL_EXIT_CODES.includes(last.exitCode) ? 'likely' : 'no'
}
