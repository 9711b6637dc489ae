import { describe, expect, test } from '@jest/globals'
import type { KubeObject } from '../../../src/model/kubernetes/objects.ts'
import { container, deployment, logOf, override, ownedBy } from '../../helpers/builders.ts'
import { found, patched } from '../../helpers/findings.ts'
import { crashing, httpProbe, killing, unhealthy, unready } from '../../helpers/probes.ts'

type Fields = Readonly<Record<string, unknown>>

const refused = (port: number) =>
  `Get "http://10.0.0.7:${port}/healthz": dial tcp 10.0.0.7:${port}: connect: connection refused`

const service = (targetPort: number | string): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort }] },
  }) as unknown as KubeObject

describe('timeoutSeconds', () => {
  const fields = { readinessProbe: httpProbe() }
  const [top, replicaSet] = deployment({ containers: [container(fields)] } as never)
  const slow = [
    top,
    replicaSet,
    unready(fields, { metadata: ownedBy(replicaSet) }),
    unhealthy(
      'Readiness probe failed: Get "http://10.0.0.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    ),
  ]
  const raised = (log: string) => {
    const [finding] = found(slow, [logOf(log)])
    return finding?.fixes.find(({ patch }) => patch !== undefined)?.title
  }

  test('follows from the slowest answer that the log tells of', () => {
    const log = 'GET /healthz 200 1.2s\nGET /healthz 200 2345ms\nGET /healthz/deep 200 9s\nGET /api 200 12s'
    expect(raised(log)).toBe(
      'Raise timeoutSeconds of the readiness probe from 1 to 5, twice the 2.3s that its log tells of',
    )
  })

  test('is a guess where the log tells of none', () => {
    expect(raised('GET /healthz 200 12ms')).toBe('Raise timeoutSeconds of the readiness probe from 1 to 5')
  })
})

describe('a Service', () => {
  const PORTS = [
    { containerPort: 8080, name: 'http' },
    { containerPort: 9090, name: 'metrics' },
  ]
  const fields = { ports: PORTS, readinessProbe: httpProbe({ port: 8081 }) }
  const [top, replicaSet] = deployment({ containers: [container(fields)] } as never)
  const broken = [
    top,
    replicaSet,
    unready(fields, { metadata: ownedBy(replicaSet) }),
    unhealthy(`Readiness probe failed: ${refused(8081)}`),
  ]

  test('says which of two declared ports is the one that serves', () => {
    const { title, change, finding } = patched([...broken, service('http')])
    expect(title).toBe('Set port 8080 in place of 8081 in the readiness probe, as the Service has it')
    expect(change).toEqual({ name: 'app', readinessProbe: { httpGet: { port: 8080 } } })
    expect(finding?.evidence).toContainEqual({
      source: 'Spec',
      object: 'Service shop/web',
      path: 'spec.ports[0].targetPort',
      text: 'http (8080)',
    })
  })

  test('that sends to a port which is not there says nothing', () => {
    expect(patched([...broken, service('grpc')]).value).toBeUndefined()
    expect(patched(broken).value).toBeUndefined()
  })
})

describe('a mesh', () => {
  const RESET =
    'Readiness probe failed: Get "http://10.0.0.7:8080/healthz": read tcp 10.0.0.1:1->10.0.0.7:8080: read: connection reset by peer'
  const mesh = (annotations: Fields) => {
    const proxy = container({ name: 'istio-proxy' })
    const fields = { ports: [{ containerPort: 8080, name: 'http' }], readinessProbe: httpProbe() }
    const shape = { containers: [container(fields), proxy] }
    const [base, replicaSet] = deployment(shape as never)
    const top = override(base, { spec: { template: { metadata: { annotations } } } })
    const one = unready(fields, { metadata: { ...ownedBy(replicaSet), annotations }, spec: shape })
    return patched([top, replicaSet, one, unhealthy(RESET)])
  }

  test('whose probes are not rewritten is told to rewrite them', () => {
    const key = 'sidecar.istio.io/rewriteAppHTTPProbers'
    const { finding, value } = mesh({ [key]: 'false' })
    expect(finding?.evidence.map(({ text }) => text)).toContain('istio-proxy, the proxy of a service mesh')
    expect(value).toEqual({ spec: { template: { metadata: { annotations: { [key]: 'true' } } } } })
  })

  test('is evidence and no more where nothing says that it does not rewrite them', () => {
    const { finding, value } = mesh({})
    expect(finding?.evidence.map(({ text }) => text)).toContain('istio-proxy, the proxy of a service mesh')
    expect(value).toBeUndefined()
  })
})

describe('a liveness probe that asks for what the application depends on', () => {
  const ERROR = 'Liveness probe failed: HTTP probe failed with statuscode: 503'
  const broken = (fields: Fields): readonly KubeObject[] => {
    const [top, replicaSet] = deployment({ containers: [container(fields)] } as never)
    const first = override(crashing(fields, 400), { metadata: ownedBy(replicaSet) })
    const second = override(first, { metadata: { name: 'web-2', uid: 'uid-web-2' } })
    return [top, replicaSet, first, second, unhealthy(ERROR), killing('liveness')]
  }

  test('leaves that to the readiness probe which asks the same', () => {
    const { change, finding } = patched(broken({ livenessProbe: httpProbe(), readinessProbe: httpProbe() }))
    expect(change).toEqual({ name: 'app', livenessProbe: { httpGet: null, tcpSocket: { port: 8080 } } })
    expect(finding?.evidence.map(({ text }) => text)).toContain(
      'all 2 pods ended their last run within 0s: the reason lies outside of them',
    )
  })

  test('becomes the readiness probe where there is none', () => {
    const { change } = patched(broken({ livenessProbe: httpProbe() }))
    expect(change).toMatchObject({
      livenessProbe: { httpGet: null, tcpSocket: { port: 8080 } },
      readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5 },
    })
  })

  test('stays where the readiness probe asks something else', () => {
    const fields = { livenessProbe: httpProbe(), readinessProbe: httpProbe({ path: '/ready' }) }
    expect(patched(broken(fields)).value).toBeUndefined()
  })
})

test('restarts far apart are no common failure', () => {
  const fields = { livenessProbe: httpProbe(), readinessProbe: httpProbe() }
  const first = crashing(fields, 400)
  const late = override(crashing(fields, 400, {}, 600), { metadata: { name: 'web-2', uid: 'uid-web-2' } })
  const [top, replicaSet] = deployment(first.spec)
  const owned = [first, late].map((one) => override(one, { metadata: ownedBy(replicaSet) }))
  const objects = [
    top,
    replicaSet,
    ...owned,
    unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 503'),
    killing('liveness'),
  ]
  expect(found(objects)[0]?.evidence.map(({ text }) => text)).not.toContainEqual(
    expect.stringMatching(/^all 2/),
  )
})
