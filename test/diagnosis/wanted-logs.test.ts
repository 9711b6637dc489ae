import { describe, expect, test } from '@jest/globals'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import { wantedLogs } from '../../src/diagnosis/logs/wanted.ts'
import type { Pod } from '../../src/model/kubernetes/objects.ts'
import type { Finding } from '../../src/model/report/finding.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import type { ContainerLog, Gap, LogReference, Snapshot } from '../../src/model/snapshot/snapshot.ts'
import {
  ago,
  clusterOf,
  deployment,
  event,
  override,
  ownedBy,
  podNamed,
  snapshotOf,
} from '../helpers/builders.ts'
import { crashing, get, httpProbe, unhealthy, unready } from '../helpers/probes.ts'
import { recordedFailures } from '../helpers/recordings.ts'
import { FIELD_CASES } from './field/cases.ts'

const keyOf = ({ namespace, pod, container, previous }: LogReference) =>
  `${namespace}/${pod}/${container}/${previous}`

/** What is found with the logs that are asked for, and no other. */
function foundAsLive(snapshot: Snapshot): readonly Finding[] {
  const bare = indexCluster({ ...snapshot, logs: [] })
  const wanted = new Set(wantedLogs(bare, bare.workloads()).map(keyOf))
  const cluster = indexCluster({ ...snapshot, logs: snapshot.logs.filter((log) => wanted.has(keyOf(log))) })
  return diagnose(cluster, cluster.workloads())
}

function foundWithAll(snapshot: Snapshot): readonly Finding[] {
  const cluster = indexCluster(snapshot)
  return diagnose(cluster, cluster.workloads())
}

const verdicts = (findings: readonly Finding[]) =>
  findings.map(({ code, confidence, severity, rootCause, subject }) => ({
    ...{ code, confidence, severity, rootCause, subject },
  }))

/** So many replicas, all answered with 400 by a server that wants TLS. */
function tlsReplicas(count: number) {
  const probe = { readinessProbe: httpProbe() }
  const pod = unready({ ...probe })
  const [top, replicaSet] = deployment(pod.spec)
  const names = Array.from({ length: count }, (_, index) => `web-${index}`)
  const one = [pod, unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 400')]
  return {
    objects: [
      top,
      replicaSet,
      ...names.flatMap((name) => podNamed(name, one, { metadata: ownedBy(replicaSet) })),
    ],
    logs: names.map(
      (name): ContainerLog => ({
        ...{ namespace: 'shop', pod: name, container: 'app', previous: false },
        text: 'http: TLS handshake error from 10.0.0.1:1: client sent an HTTP request to an HTTPS server\n',
      }),
    ),
  }
}

describe('the logs that are asked for', () => {
  test.each(recordedFailures())('tell of $name what all of them tell', ({ snapshot }) => {
    expect(verdicts(foundAsLive(snapshot))).toEqual(verdicts(foundWithAll(snapshot)))
  })

  const logged = FIELD_CASES.filter(({ logs }) => logs !== undefined)
  test.each(logged.map((one) => [`${one.row}: ${one.when ?? one.near}`, one] as const))(
    'tell of row %s what all of them tell',
    (_name, { given, logs = '' }) => {
      const pod = given.find(({ kind }) => kind === 'Pod') as Pod
      const log = { namespace: 'shop', pod: pod.metadata.name, container: 'app', text: logs }
      const snapshot = snapshotOf(given, {
        logs: [
          { ...log, previous: false },
          { ...log, previous: true },
        ],
      })
      expect(verdicts(foundAsLive(snapshot))).toEqual(verdicts(foundWithAll(snapshot)))
    },
  )

  test('are those of two replicas where all fail alike, and hold for the others', () => {
    const { objects, logs } = tlsReplicas(6)
    const bare = clusterOf(objects)
    expect(wantedLogs(bare, bare.workloads()).map(keyOf)).toEqual([
      'shop/web-0/app/false',
      'shop/web-1/app/false',
    ])
    const found = foundAsLive(snapshotOf(objects, { logs }))
    expect(
      found
        .filter(({ rootCause }) => rootCause)
        .map(({ code, confidence, subject }) => [code, confidence, subject.pods?.length]),
    ).toEqual([['scheme-mismatch', 'Certain', 6]])
    expect(verdicts(found)).toEqual(verdicts(foundWithAll(snapshotOf(objects, { logs }))))
  })

  test('hold for replicas of the same revision only', () => {
    const { objects, logs } = tlsReplicas(3)
    const other = objects.map((object) =>
      object.kind === 'Pod' && object.metadata.name === 'web-2'
        ? override(object, {
            metadata: { ownerReferences: undefined, labels: { 'controller-revision-hash': 'b' } },
          })
        : object,
    )
    const roots = foundWithAll(snapshotOf(other, { logs: logs.slice(0, 2) })).filter(
      ({ rootCause }) => rootCause,
    )
    expect(roots.map(({ code, subject }) => [code, subject.pods])).toEqual([
      ['scheme-mismatch', ['web-0', 'web-1']],
      ['http-status', ['web-2']],
    ])
  })

  test('begin with what decides a cause, however many containers crash', () => {
    const crashes = Array.from({ length: 60 }, (_, index) =>
      podNamed(`crash-${index}`, [
        crashing({}, 3, { exitCode: 1 }),
        event('BackOff', 'Back-off restarting failed container'),
      ]),
    )
    const refused = podNamed('zebra', [
      unready({ readinessProbe: httpProbe() }),
      unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 400'),
    ])
    const cluster = clusterOf([...crashes.flat(), ...refused])
    const wanted = wantedLogs(cluster, cluster.workloads())
    expect(wanted[0]).toEqual({
      ...{ workload: 'Pod shop/zebra', namespace: 'shop', pod: 'zebra', container: 'app', previous: false },
    })
    // None of the crashed containers runs: what they said is in the log of the run before.
    expect(wanted.slice(1).map(({ previous }) => previous)).toEqual(Array(60).fill(true))
  })

  test('are also those of a container that is not ready yet and of which nothing is said', () => {
    const young = override(unready({ readinessProbe: httpProbe() }), {
      status: {
        containerStatuses: [
          {
            name: 'app',
            ready: false,
            started: true,
            restartCount: 0,
            state: { running: { startedAt: ago(5) } },
          },
        ],
      },
    })
    const cluster = clusterOf([young])
    expect(wantedLogs(cluster, cluster.workloads())).toHaveLength(1)
  })

  test('are none of what is well', () => {
    const restarted = override(crashing({}, 900, { exitCode: 0, reason: 'Completed' }, 90_000), {
      status: {
        containerStatuses: [
          {
            name: 'app',
            ready: true,
            started: true,
            restartCount: 3,
            state: { running: { startedAt: ago(89_000) } },
          },
        ],
      },
    })
    const cluster = clusterOf([restarted])
    expect(wantedLogs(cluster, cluster.workloads())).toEqual([])
  })
})

describe('a log that was asked for and not read', () => {
  const objects = [
    unready({ readinessProbe: httpProbe() }),
    unhealthy(`Readiness probe failed: HTTP probe failed with statuscode: 400`),
  ]
  const said = (gap: Partial<Gap>, logs: readonly ContainerLog[] = []) => {
    const gaps: readonly Gap[] = [{ resource: 'pods/log', reason: 'OutOfTime', message: 'x', ...gap }]
    return foundWithAll(snapshotOf(objects, { gaps, logs }))[0]?.explanation
  }
  const reference = { namespace: 'shop', pod: 'web-1', container: 'app', previous: false }

  test.each([
    ['OutOfTime', /The log, which may tell why the server refuses, was not read in time\.$/],
    ['Forbidden', /may not be read by this user\.$/],
    ['Unreadable', /could not be read\.$/],
  ] as const)('is named in the finding that needs it: %s', (reason, words) => {
    expect(said({ reason, logs: [reference] })).toMatch(words)
  })

  test('is not named where it is that of another container, or where it was read', () => {
    expect(said({ logs: [{ ...reference, pod: 'web-2' }] })).not.toMatch(/The log/)
    expect(said({ namespace: 'other', reason: 'Forbidden' })).not.toMatch(/The log/)
    expect(said({ logs: [reference] }, [{ ...reference, text: 'hello' }])).not.toMatch(/The log,/)
  })

  test('says nothing where no log can help', () => {
    const gaps: readonly Gap[] = [{ resource: 'pods/log', reason: 'Forbidden', message: 'x' }]
    const missing = [
      unready({ readinessProbe: httpProbe() }),
      unhealthy(`Readiness probe failed: ${get('x509')} HTTP probe failed with statuscode: 404`),
    ]
    expect(foundWithAll(snapshotOf(missing, { gaps }))[0]?.explanation).not.toMatch(/The log/)
  })
})
