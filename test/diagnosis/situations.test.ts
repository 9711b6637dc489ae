import { describe, expect, test } from '@jest/globals'
import { explainEvents } from '../../src/events/explain.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { about, CRASHED, findings, several, told } from '../helpers/both-commands.ts'
import {
  ago,
  clusterOf,
  container,
  containerStatus,
  deployment,
  EVERYTHING,
  event,
  override,
  ownedBy,
  pod,
} from '../helpers/builders.ts'
import {
  crashing,
  execProbe,
  get,
  httpProbe,
  killing,
  podWith,
  refused,
  unhealthy,
  unready,
} from '../helpers/probes.ts'

describe('a rollout', () => {
  test('of which only the new pods are broken', () => {
    const spec = { containers: [container({ readinessProbe: httpProbe({ path: '/new' }) })] }
    const [deploy, fresh] = deployment(spec as never)
    const old = override(fresh, {
      metadata: { name: 'web-old', uid: 'uid-old' },
      spec: { template: { spec: { containers: [container({ readinessProbe: httpProbe() })] } } },
    })
    const oldPod = override(podWith({ readinessProbe: httpProbe() }), {
      metadata: { name: 'web-old-1', uid: 'uid-old-1', ...ownedBy(old) },
    })
    const items = [
      deploy,
      fresh,
      old,
      oldPod,
      unready({ readinessProbe: httpProbe({ path: '/new' }) }, { metadata: ownedBy(fresh) }),
      unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404'),
      override(
        event('Unhealthy', `Readiness probe failed: ${refused()}`, {
          firstTimestamp: ago(595),
          lastTimestamp: ago(590),
        }),
        {
          metadata: { name: 'old.1' },
          involvedObject: { name: 'web-old-1', uid: 'uid-old-1' },
        },
      ),
    ]
    const all = findings(items)
    expect(told(all)).toEqual(['http-not-found/readiness @ app Certain Unready'])
    expect(all[0]?.subject.pods).toEqual(['web-1'])
    expect(JSON.stringify(all[0]?.evidence)).toContain('/healthz')
  })

  test('whose old pods are on their way out is quiet about these', () => {
    const leaving = unready({ readinessProbe: httpProbe() }, { metadata: { deletionTimestamp: ago(-20) } })
    expect(
      told(
        findings([
          leaving,
          unhealthy(`Readiness probe failed: ${refused()}`, 3),
          event('Killing', 'Stopping container app', { type: 'Normal' }),
          pod({ metadata: { name: 'web-2', uid: 'uid-web-2' } }),
        ]),
      ),
    ).toEqual([])
  })
})

describe('defaults that are left out', () => {
  test('a liveness probe of ten seconds and three attempts', () => {
    const probe = { httpGet: { port: 8080 } }
    const items = [
      crashing({ livenessProbe: probe }, 25),
      unhealthy(
        `Liveness probe failed: ${get('dial tcp 10.0.0.7:8080: connect: connection refused')}`,
        9,
        21,
      ),
    ]
    expect(told(findings(items))).toEqual(['slow-start/liveness @ app Likely Restarting'])
    // Too short a run for these numbers: the process ended by itself.
    expect(
      told(findings([crashing({ livenessProbe: probe }, 6, { exitCode: 1 }), ...items.slice(1)])),
    ).toEqual(['crash @ app Certain Restarting'])
  })
})

describe('what a probe that cannot run leads to', () => {
  const missing =
    'errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "e8": OCI runtime exec failed: exec failed: unable to start container process: exec: "nope": executable file not found in $PATH: unknown'
  const probe = execProbe('nope')
  const notStarted = { ready: false, started: false }

  test.each([
    ['Liveness', podWith({ livenessProbe: probe }), 'Inert', /never restarted/],
    ['Readiness', podWith({ readinessProbe: probe }), 'Inert', /stays Ready/],
    ['Readiness', unready({ readinessProbe: probe }), 'Unready', /never become Ready/],
    [
      'Startup',
      override(unready({ startupProbe: probe }), {
        status: { containerStatuses: [containerStatus(notStarted)] },
      }),
      'NotStarted',
      /never taken for started, and never restarted/,
    ],
  ] as const)('%s', (type, broken, effect, words) => {
    const [finding] = findings([broken, unhealthy(`${type} probe ${missing}`)])
    expect(finding).toMatchObject({ code: 'exec-command-missing', effect, rootCause: true })
    expect(finding?.explanation).toMatch(words)
  })
})

describe('noise', () => {
  test('is shown on demand as what it is', () => {
    const shown = (items: readonly KubeObject[]) =>
      explainEvents(clusterOf(items), { ...EVERYTHING, all: true }).incidents
    const early = event('Unhealthy', `Readiness probe failed: ${refused()}`, {
      count: 3,
      firstTimestamp: ago(597),
      lastTimestamp: ago(596),
    })
    const [start] = shown([podWith({ readinessProbe: httpProbe() }), early])
    expect(start).toMatchObject({ severity: 'Info', effect: 'None', ongoing: false })
    expect(start?.explanation).toMatch(/while the container started/)
    const leaving = unready({ readinessProbe: httpProbe() }, { metadata: { deletionTimestamp: ago(-20) } })
    const end = shown([leaving, unhealthy(`Readiness probe failed: ${refused()}`, 3)]).find(
      ({ events }) => events[0]?.reason === 'Unhealthy',
    )
    expect(end).toMatchObject({ severity: 'Info', effect: 'None' })
    expect(end?.explanation).toMatch(/being deleted/)
  })
})

test('a kill that the probe is proven for stays certain although another container is killed, too', () => {
  const both = several([
    [
      { name: 'app', livenessProbe: httpProbe() },
      {
        ready: false,
        restartCount: 3,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 143, startedAt: ago(33), finishedAt: ago(20) } },
      },
    ],
    [{ name: 'side', livenessProbe: httpProbe({ port: 9090 }) }, CRASHED],
  ])
  const items = [
    both,
    about('app', unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 500', 9, 21)),
    about('app', killing('liveness')),
  ]
  expect(told(findings(items))).toEqual([
    'crash @ side Certain Restarting',
    'http-server-error/liveness @ app Certain Restarting',
  ])
})
