import { describe, expect, test } from '@jest/globals'
import type { Gap } from '../../src/model/snapshot/snapshot.ts'
import { findings, told } from '../helpers/both-commands.ts'
import { ago, event } from '../helpers/builders.ts'
import { crashing, httpProbe, podWith, unready } from '../helpers/probes.ts'

const FORBIDDEN: readonly Gap[] = [
  { resource: 'events', namespace: 'shop', reason: 'Forbidden', message: 'events is forbidden' },
]

describe('events that are not there', () => {
  const killedBefore = crashing({ livenessProbe: httpProbe() }, 13)

  test('lost: the length of the runs is that of a kill, and no more than possible', () => {
    const [finding] = findings([killedBefore])
    expect(told(finding ? [finding] : [])).toEqual([
      'probe-kill-unexplained/liveness @ app Possible Restarting',
    ])
    expect(finding?.explanation).toMatch(/are not there, although they are too young to have expired/)
  })

  test('lost: a run that is too short for the probe is no kill by it', () => {
    expect(told(findings([crashing({ livenessProbe: httpProbe() }, 5, { exitCode: 1 })]))).toEqual([
      'crash @ app Certain Restarting',
    ])
  })

  test('forbidden: the same, and it says that they could not be read', () => {
    const [finding] = findings([killedBefore], FORBIDDEN)
    expect(told(finding ? [finding] : [])).toEqual([
      'probe-kill-unexplained/liveness @ app Possible Restarting',
    ])
    expect(finding?.explanation).toMatch(/could not be read/)
    expect(`${finding?.summary} ${finding?.explanation}`).not.toMatch(/are gone|no event is left/)
  })

  test('forbidden: not ready, and nothing is claimed to be the cause', () => {
    const [finding] = findings([unready({ readinessProbe: httpProbe() })], FORBIDDEN)
    expect(told(finding ? [finding] : [])).toEqual(['not-ready-unexplained/readiness @ app Possible Unready'])
    expect(finding?.summary).toMatch(/could not be read/)
    expect(finding?.summary).not.toMatch(/no event is left/)
  })

  test('forbidden: killed by a signal, which a probe may have sent', () => {
    const [finding] = findings([crashing({ livenessProbe: httpProbe() }, 300, { exitCode: 137 })], FORBIDDEN)
    expect(told(finding ? [finding] : [])).toEqual(['crash @ app Possible Restarting'])
    expect(finding?.explanation).toMatch(/could not be read/)
  })

  test('forbidden: a clean end may be a kill by the probe', () => {
    const [finding] = findings([crashing({ livenessProbe: httpProbe() }, 300, { exitCode: 0 })], FORBIDDEN)
    expect(told(finding ? [finding] : [])).toEqual(['completed-restart @ app Possible Restarting'])
    expect(finding?.explanation).toMatch(/could not be read/)
  })

  test('forbidden: what the state says by itself stays certain', () => {
    expect(told(findings([unready({ readinessProbe: httpProbe({ port: 'nope' }) })], FORBIDDEN))).toEqual([
      'port-name-unknown/readiness @ app Certain Unready',
    ])
  })

  test('forbidden: a pod without containers yet', () => {
    const creating = podWith(
      {},
      { ready: false, started: false, state: { waiting: { reason: 'ContainerCreating' } } },
      { status: { phase: 'Pending' } },
    )
    const [finding] = findings([creating], FORBIDDEN)
    expect(finding?.code).toBe('not-started-unexplained')
    expect(finding?.summary).toMatch(/could not be read/)
  })

  test('only a series is left, which is written every half an hour', () => {
    const series = event(
      'Unhealthy',
      'Liveness probe errored: context deadline exceeded (Client.Timeout or context cancellation while reading body)',
      {
        count: undefined,
        firstTimestamp: null,
        lastTimestamp: null,
        eventTime: ago(580),
        series: { count: 60, lastObservedTime: ago(500) },
      },
    )
    expect(told(findings([podWith({ livenessProbe: httpProbe() }), series]))).toEqual([
      'timeout-too-short/liveness @ app Likely Inert',
    ])
  })
})
