import { describe, expect, test } from '@jest/globals'
import { explainEvents } from '../../src/events/explain.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { Finding } from '../../src/model/report/finding.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { ago, clusterOf, condition, containerStatus, event } from '../helpers/builders.ts'
import { httpProbe, podWith } from '../helpers/probes.ts'

const EVERYTHING = { targets: [], selector: [] }
const HOUR = 3600

/** Up for two hours; Ready since these many seconds. */
const ready = (since: number) =>
  podWith(
    { readinessProbe: httpProbe(), livenessProbe: httpProbe() },
    containerStatus({ state: { running: { startedAt: ago(2 * HOUR) } } }) as never,
    {
      status: {
        startTime: ago(2 * HOUR),
        conditions: [
          condition('ContainersReady', { lastTransitionTime: ago(since) }),
          condition('Ready', { lastTransitionTime: ago(since) }),
        ],
      },
    },
  )

const failed = (count: number, first: number, last: number, type = 'Readiness') =>
  event('Unhealthy', `${type} probe failed: HTTP probe failed with statuscode: 503`, {
    count,
    firstTimestamp: ago(first),
    lastTimestamp: ago(last),
  })

const loud = (findings: readonly Finding[]) =>
  findings
    .filter(({ severity, configuration }) => severity !== 'Info' && !configuration)
    .map(
      ({ severity, code, subject, confidence, effect }) =>
        `${severity} ${code}/${subject.probe} ${confidence} ${effect}`,
    )

/** What both commands say. */
function said(items: readonly KubeObject[]) {
  const cluster = clusterOf(items)
  return {
    probes: loud(probeCheck(cluster, { selection: EVERYTHING }).findings),
    events: loud(explainEvents(cluster, { selection: EVERYTHING, all: false }).incidents),
  }
}

const READINESS = 'Warning http-server-error/readiness Likely None'
const LIVENESS = 'Warning http-server-error/liveness Likely None'

describe('a container that is Ready', () => {
  test.each<[string, readonly string[], KubeObject, KubeObject]>([
    [
      'fails now and then, never often enough in a row',
      [READINESS],
      ready(2 * HOUR - 5),
      failed(12, 3000, 20),
    ],
    ['lost Ready and fails again since', [READINESS], ready(400), failed(4, 900, 20)],
    ['is Ready and not in turns, just now Ready', [READINESS], ready(12), failed(18, 900, 15)],
    [
      'has a liveness probe that fails now and then',
      [LIVENESS],
      ready(2 * HOUR - 5),
      failed(12, 3000, 20, 'Liveness'),
    ],
    ['failed twice in two hours', [], ready(2 * HOUR - 5), failed(2, 5000, 20)],
    ['failed now and then, and has not for a while', [], ready(2 * HOUR - 5), failed(8, 700, 300)],
    [
      'failed for one stretch, and recovered from it a minute ago',
      [READINESS],
      ready(60),
      failed(18, 150, 62),
    ],
    [
      'failed for one stretch, and recovered from it nine minutes ago',
      [READINESS],
      ready(540),
      failed(6, 570, 545),
    ],
    ['failed for one stretch, and recovered from it a while ago', [], ready(660), failed(18, 750, 662)],
    ['failed too seldom in a row to be taken out of service', [], ready(60), failed(2, 70, 62)],
    ['failed half an hour ago, and recovered', [], ready(1800), failed(60, 2100, 1801)],
    ['failed only while it started', [], ready(2 * HOUR - 60), failed(10, 2 * HOUR - 5, 2 * HOUR - 60)],
    [
      'failed while it started, and once lately: how many of the failures are new is not known',
      [],
      ready(2 * HOUR - 60),
      failed(11, 2 * HOUR - 5, 30),
    ],
    ['has a liveness probe that failed once lately', [], ready(2 * HOUR - 5), failed(1, 30, 30, 'Liveness')],
  ])('%s', (_, expected, pod, told) => {
    expect(said([pod, told])).toEqual({ probes: expected, events: expected })
  })
})
