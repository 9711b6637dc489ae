import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Container, Pod, PodSpec, Probe } from '../../src/model/kubernetes/objects.ts'
import {
  describeHandler,
  describeProbe,
  detectionWindow,
  effectiveProbes,
  killWindow,
  type ProbeTiming,
  probedContainers,
  resolvePort,
  safeStartSeconds,
} from '../../src/model/kubernetes/probe.ts'

const container = (fields: Partial<Container>): Container => ({ name: 'app', ...fields })
const only = (probe: Probe) => {
  const [effective] = effectiveProbes(container({ livenessProbe: probe }))
  if (effective === undefined) throw new Error('no probe')
  return effective
}

describe('effectiveProbes', () => {
  test('fills in what the API server would, and takes 0 for absent as it does', () => {
    expect(only({ httpGet: { port: 8080 } })).toMatchObject({
      type: 'liveness',
      handler: { kind: 'httpGet', scheme: 'HTTP', port: 8080, path: '/', headers: [] },
      initialDelaySeconds: 0,
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    })
    const zeros = { timeoutSeconds: 0, periodSeconds: 0, successThreshold: 0, failureThreshold: 0 }
    expect(only({ tcpSocket: { port: 1 }, ...zeros })).toMatchObject({
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    })
  })

  test('orders startup, readiness, liveness and leaves out what has no handler', () => {
    const exec = { exec: { command: ['true'] } }
    const types = (fields: Partial<Container>) => effectiveProbes(container(fields)).map(({ type }) => type)
    expect(types({ livenessProbe: exec, readinessProbe: exec, startupProbe: exec })).toEqual([
      'startup',
      'readiness',
      'liveness',
    ])
    expect(types({ livenessProbe: { periodSeconds: 5 } })).toEqual([])
  })

  test("keeps the probe's own grace period apart from the pod's", () => {
    expect(only({ tcpSocket: { port: 1 }, terminationGracePeriodSeconds: 5 })).toHaveProperty(
      'terminationGracePeriodSeconds',
      5,
    )
    expect(only({ tcpSocket: { port: 1 } })).not.toHaveProperty('terminationGracePeriodSeconds')
  })
})

test('a path of a report is as people write it', () => {
  const handler = { kind: 'httpGet', port: 8080, path: 'healthz?full=true&a=%20', scheme: 'HTTP' } as const
  expect(describeHandler(handler as never)).toBe('http-get http://:8080/healthz?full=true&a=%20')
})

describe('describeProbe', () => {
  const timing = 'delay=0s timeout=1s period=10s #success=1 #failure=3'
  test.each<[Probe, string]>([
    [{ httpGet: { port: 8080, path: '/healthz' } }, `http-get http://:8080/healthz ${timing}`],
    [{ httpGet: { port: 'web', path: 'x', scheme: 'HTTPS' } }, `http-get https://:web/x ${timing}`],
    [
      { httpGet: { port: 80, host: '::1', path: '/a?b=c d' } },
      `http-get http://[::1]:80/a%3Fb=c%20d ${timing}`,
    ],
    [{ tcpSocket: { port: 3306 } }, `tcp-socket :3306 ${timing}`],
    [{ tcpSocket: { port: 'db', host: 'db.shop' } }, `tcp-socket db.shop:db ${timing}`],
    [{ grpc: { port: 9000 } }, `grpc <pod>:9000  ${timing}`],
    [{ grpc: { port: 9000, service: 'ready' } }, `grpc <pod>:9000 ready ${timing}`],
    [{ exec: { command: ['sh', '-c', 'sleep 5; exit 0'] } }, `exec [sh -c sleep 5; exit 0] ${timing}`],
    [
      { exec: { command: [] }, initialDelaySeconds: 3, timeoutSeconds: 5, failureThreshold: 30 },
      'exec [] delay=3s timeout=5s period=10s #success=1 #failure=30',
    ],
  ])('%j', (probe, text) => {
    expect(describeProbe(only(probe))).toBe(text)
  })

  test('prints every probe of the recorded pods as kubectl did', () => {
    const corpus = join(import.meta.dirname, '..', 'corpus', 'failures')
    const read = (name: string, file: string) => readFileSync(join(corpus, name, file), 'utf8')
    const recorded = readdirSync(corpus).filter((name) =>
      readdirSync(join(corpus, name)).includes('describe.txt'),
    )
    const printed = recorded.flatMap((name) =>
      [...read(name, 'describe.txt').matchAll(/^ +(?:Liveness|Readiness|Startup): +(.*)$/gm)].map(
        ([, text]) => text,
      ),
    )
    const own = recorded.flatMap((name) => {
      const { items } = JSON.parse(read(name, 'snapshot.json')) as { items: readonly Pod[] }
      return items
        .filter(({ kind }) => kind === 'Pod')
        .flatMap(({ spec }) => [...probedContainers(spec as PodSpec)])
        .flatMap(({ container }) => effectiveProbes(container).map(describeProbe))
    })
    expect(own.length).toBeGreaterThan(30)
    expect(own.sort()).toEqual(printed.sort())
  })
})

describe('windows', () => {
  const timing = (fields: Partial<ProbeTiming>): ProbeTiming => ({
    initialDelaySeconds: 0,
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
    ...fields,
  })
  const REFUSED = 0

  // docs/reference/probes.md#examples
  test.each<[string, Partial<ProbeTiming>, number, number, number]>([
    ['startup 30x10s, refused', { failureThreshold: 30 }, REFUSED, 290, 300],
    ['startup 30x10s, hangs', { failureThreshold: 30 }, 1, 291, 301],
    ['all defaults, refused', {}, REFUSED, 20, 30],
    ['all defaults, hangs', {}, 1, 21, 31],
    ['delay 15, period 20', { initialDelaySeconds: 15, periodSeconds: 20 }, REFUSED, 55, 75],
  ])('from container start: %s', (_, fields, attempt, min, max) => {
    expect(killWindow(timing(fields), attempt)).toEqual({ min, max })
  })

  test.each<[string, Partial<ProbeTiming>, number, number, number]>([
    ['a hang after a delay that is long over', { initialDelaySeconds: 30 }, 1, 21, 31],
    ['readiness with 503', { periodSeconds: 5 }, REFUSED, 10, 15],
    ['a timeout longer than the period', { periodSeconds: 5, timeoutSeconds: 10 }, 10, 30, 35],
  ])('in a running container: %s', (_, fields, attempt, min, max) => {
    expect(detectionWindow(timing(fields), attempt)).toEqual({ min, max })
  })

  test('a start is safe for D+(F-1)P, not F×P', () => {
    expect(safeStartSeconds(timing({ failureThreshold: 30 }))).toBe(290)
    expect(safeStartSeconds(timing({ initialDelaySeconds: 15 }))).toBe(35)
  })
})

describe('resolvePort', () => {
  const web = container({
    ports: [
      { name: 'http', containerPort: 8080 },
      { name: 'http', containerPort: 9090 },
    ],
  })
  test.each<[number | string, number | undefined]>([
    [8081, 8081],
    ['http', 8080],
    ['8082', 8082],
    ['web', undefined],
    ['', undefined],
    [0, undefined],
    [99999, undefined],
    ['8082x', undefined],
  ])('%j is %j', (port, number) => {
    expect(resolvePort(web, port)).toBe(number)
  })
})

test('probedContainers says what kind of container it is and where it stands', () => {
  const spec: PodSpec = {
    initContainers: [{ name: 'migrate' }, { name: 'proxy', restartPolicy: 'Always' }],
    containers: [{ name: 'app' }],
  }
  expect(
    [...probedContainers(spec)].map(({ container: { name }, type, path }) => [name, type, path]),
  ).toEqual([
    ['migrate', 'init', 'spec.initContainers[0]'],
    ['proxy', 'sidecar', 'spec.initContainers[1]'],
    ['app', 'container', 'spec.containers[0]'],
  ])
})
