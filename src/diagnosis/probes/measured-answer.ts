import type { EffectiveProbe } from '../../model/kubernetes/probe.ts'
import { sortedBy } from '../../model/text/sort.ts'
import type { ContainerInfo } from '../pod-info.ts'
import { replayOf } from './replay.ts'

/** How long the answer took that the probe did not wait for. */
export interface MeasuredAnswer {
  /** Of the slowest, without the way through the API server; of one that never came, how long was waited. */
  readonly seconds: number
  readonly attempts: number
  /** `Passes`: a longer timeout lets it pass. `Fails`: it would fail then. `None`: nobody has seen the answer. */
  readonly answer: 'Passes' | 'Fails' | 'None'
  /** The answer in words: `HTTP status 200`. */
  readonly message: string
}

/**
 * What a replay has measured of a probe that runs into its timeout; undefined where none was run, or it was answered in
 * time. One that waited no longer than the kubelet knows no more.
 */
export function measuredAnswer(container: ContainerInfo, probe: EffectiveProbe): MeasuredAnswer | undefined {
  const replay = replayOf(container, probe)
  if (replay === undefined) return undefined
  const way = replay.roundTripMilliseconds
  const late = replay.attempts.filter((attempt) => attempt.late !== undefined)
  const slowest = sortedBy(late, ({ milliseconds = 0 }) => [-milliseconds])[0]
  if (slowest?.late !== undefined && slowest.milliseconds !== undefined) {
    const fails = late.find(
      (attempt) => attempt.late?.outcome !== 'Passed' && attempt.late?.outcome !== 'Warned',
    )
    return {
      seconds: Math.max(slowest.milliseconds - way, 0) / 1000,
      attempts: late.length,
      answer: fails === undefined ? 'Passes' : 'Fails',
      message: (fails ?? slowest).late?.message ?? '',
    }
  }
  const silent = replay.attempts.filter(({ outcome }) => outcome === 'TimedOut')
  const waited = Math.max(0, ...silent.map(({ milliseconds = 0 }) => milliseconds)) / 1000
  const isLonger = waited > probe.timeoutSeconds + way / 1000 + 1
  return silent.length > 0 && silent.length === replay.attempts.length && isLonger
    ? { seconds: Math.round(waited), attempts: silent.length, answer: 'None', message: '' }
    : undefined
}
