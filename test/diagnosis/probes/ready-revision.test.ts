import { describe, expect, test } from '@jest/globals'
import type { KubeObject } from '../../../src/model/kubernetes/objects.ts'
import { ago, container, deployment, override, ownedBy, pod } from '../../helpers/builders.ts'
import { found, patched } from '../../helpers/findings.ts'
import { httpProbe, unhealthy, unready } from '../../helpers/probes.ts'

type Fields = Readonly<Record<string, unknown>>

const NOT_FOUND = 'HTTP probe failed with statuscode: 404'

const refused = (port: number) =>
  `Get "http://10.0.0.7:${port}/healthz": dial tcp 10.0.0.7:${port}: connect: connection refused`

describe('the revision before, whose pods are ready', () => {
  const PORTS = { ports: [{ containerPort: 8080, name: 'http' }] }

  /** Revision 3 with a ready pod, and revision 4 whose pod says this of its probe. */
  function revisions(then: Fields, now: Fields, message: string, ready = true): readonly KubeObject[] {
    const [top, replicaSet] = deployment({ containers: [container({ ...PORTS, ...now })] } as never)
    const old = override(replicaSet, {
      metadata: {
        name: 'web-old',
        uid: 'uid-old',
        annotations: { 'deployment.kubernetes.io/revision': '3' },
      },
      spec: { template: { spec: { containers: [container({ ...PORTS, ...then })] } } },
    })
    const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }]
    return [
      top,
      replicaSet,
      old,
      pod({ metadata: { name: 'web-old-1', uid: 'uid-o', ...ownedBy(old) }, status: { conditions } }),
      unready({ ...PORTS, ...now }, { metadata: ownedBy(replicaSet) }),
      unhealthy(message),
    ]
  }

  test('has the port and the scheme that worked', () => {
    const then = { readinessProbe: httpProbe({ port: 'http' }) }
    const now = { readinessProbe: httpProbe({ port: 8081, scheme: 'HTTPS' }) }
    const { title, change, finding } = patched(
      revisions(then, now, `Readiness probe failed: ${refused(8081)}`),
    )
    expect(finding?.code).toBe('port-closed')
    expect(title).toBe(
      'Put back port http and scheme HTTP of revision 3, with which pods are ready, in the readiness probe',
    )
    expect(change).toEqual({ name: 'app', readinessProbe: { httpGet: { port: 'http', scheme: 'HTTP' } } })
    expect(finding?.evidence).toContainEqual({
      source: 'Spec',
      object: 'ReplicaSet shop/web-old',
      path: 'spec.template.spec.containers[0].readinessProbe.httpGet.port',
      text: 'http',
    })
  })

  test('names a port by its number where the name is gone', () => {
    const then = {
      ports: [{ containerPort: 9090, name: 'admin' }],
      readinessProbe: httpProbe({ port: 'admin' }),
    }
    const now = { readinessProbe: httpProbe({ port: 8081 }) }
    const { change } = patched(revisions(then, now, `Readiness probe failed: ${refused(8081)}`))
    expect(change).toEqual({ name: 'app', readinessProbe: { httpGet: { port: 9090 } } })
  })

  test('has another handler, and the present one goes', () => {
    const then = { readinessProbe: { exec: { command: ['/bin/check'] } } }
    const { change } = patched(
      revisions(
        then,
        { readinessProbe: httpProbe({ path: '/new' }) },
        `Readiness probe failed: ${NOT_FOUND}`,
      ),
    )
    expect(change).toEqual({
      name: 'app',
      readinessProbe: { httpGet: null, exec: { command: ['/bin/check'] } },
    })
  })

  test('has the timeout that sufficed; a path is not put back for that', () => {
    const then = { readinessProbe: httpProbe({ path: '/old' }, { timeoutSeconds: 7 }) }
    const message =
      'Readiness probe failed: Get "http://10.0.0.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
    const { change } = patched(revisions(then, { readinessProbe: httpProbe() }, message))
    expect(change).toEqual({ name: 'app', readinessProbe: { timeoutSeconds: 7 } })
  })

  test('proves nothing where none of its pods is ready', () => {
    const then = { readinessProbe: httpProbe({ path: '/old' }) }
    const now = { readinessProbe: httpProbe({ path: '/new' }) }
    const { finding } = patched(revisions(then, now, `Readiness probe failed: ${NOT_FOUND}`, false))
    expect(finding?.code).toBe('http-not-found')
    expect(finding?.fixes.filter(({ patch }) => patch !== undefined)).toEqual([])
  })
})

describe('the way back', () => {
  const revision = (number: number, image: string, podStatus: Fields = {}): readonly KubeObject[] => {
    const spec = { containers: [container({ image })] }
    const [, base] = deployment(spec as never)
    const replicaSet = override(base, {
      metadata: {
        name: `web-${number}`,
        uid: `uid-rs-${number}`,
        annotations: { 'deployment.kubernetes.io/revision': `${number}` },
      },
    })
    const name = `web-${number}-a`
    return [
      replicaSet,
      pod({ metadata: { name, uid: `uid-${name}`, ...ownedBy(replicaSet) }, status: podStatus }),
    ]
  }
  const crashed = {
    conditions: [{ type: 'Ready', status: 'False' }],
    containerStatuses: [
      {
        name: 'app',
        ready: false,
        restartCount: 5,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1, startedAt: ago(40), finishedAt: ago(35) } },
      },
    ],
  }
  const back = (objects: readonly KubeObject[], changes: Fields = {}) => {
    const [top] = deployment({ containers: [container({ image: 'app:new' })] } as never, changes)
    return found([top, ...objects])
      .flatMap(({ fixes }) => fixes)
      .filter(({ title }) => title.startsWith('Go back'))
      .map(({ command }) => command)
  }

  test('is the newest revision whose pods are ready, which need not be the one before', () => {
    const objects = [
      ...revision(2, 'app:1'),
      ...revision(3, 'app:2', crashed),
      ...revision(10, 'app:3', crashed),
    ].filter(({ metadata }) => metadata.name !== 'web-3-a')
    expect(back(objects)).toEqual(['kubectl rollout undo deployment/web -n shop --to-revision=2'])
  })

  test('is none where the releases do not differ, nothing of the past is ready, or the Deployment is paused', () => {
    expect(back([...revision(2, 'app:1'), ...revision(3, 'app:1', crashed)])).toEqual([])
    expect(back([...revision(2, 'app:1', crashed), ...revision(3, 'app:2', crashed)])).toEqual([])
    expect(
      back([...revision(2, 'app:1'), ...revision(3, 'app:2', crashed)], { spec: { paused: true } }),
    ).toEqual([])
  })

  test('is none where pods of the earlier revision fail', () => {
    expect(back([...revision(2, 'app:1', crashed), ...revision(3, 'app:2')])).toEqual([])
  })
})
