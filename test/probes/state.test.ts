import { describe, expect, test } from '@jest/globals'
import type { Container, ContainerStatus, KubeObject } from '../../src/model/kubernetes/objects.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { ago, clusterOf } from '../helpers/builders.ts'
import { runningPod, unhealthyOf } from '../helpers/probes.ts'

const EVERYTHING = { targets: [], selector: [] }
const HTTP = { httpGet: { port: 8080 } }
const startup: Partial<Container> = { startupProbe: HTTP }
const readiness: Partial<Container> = { readinessProbe: HTTP }
const liveness: Partial<Container> = { livenessProbe: HTTP }

const running = (secondsAgo: number): Partial<ContainerStatus> => ({
  state: { running: { startedAt: ago(secondsAgo) } },
})

interface Case {
  readonly container: Partial<Container>
  readonly status?: Partial<ContainerStatus>
  readonly events?: readonly (readonly [message: string, secondsAgo: number, count?: number])[]
  readonly objects?: readonly KubeObject[]
  readonly metadata?: object
}

const stateOf = ({ container, status, events = [], objects = [], metadata = {} }: Case) => {
  const pod = runningPod(container, status, { metadata })
  const warnings = events.map(([message, secondsAgo, count = 3]) =>
    unhealthyOf(pod, message, { secondsAgo, count }),
  )
  const { workloads } = probeCheck(clusterOf([pod, ...warnings, ...objects]), { selection: EVERYTHING })
  return workloads[0]?.containers[0]?.probes.map(({ type, state }) => `${type} ${state}`).join(', ')
}

const node = (status: string) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1' },
  status: { conditions: [{ type: 'Ready', status }] },
})

describe('the state of a probe', () => {
  const unstarted = { started: false, ready: false }
  const unready = { ready: false }
  test.each<[string, Case, string]>([
    ['startup has succeeded', { container: startup }, 'startup Passing'],
    [
      'startup fails',
      { container: startup, status: unstarted, events: [['Startup probe failed: EOF', 5]] },
      'startup Failing',
    ],
    [
      'startup errors: the container is never killed and never starts',
      {
        container: startup,
        status: unstarted,
        events: [['Startup probe errored and resulted in unknown state: rpc error', 5]],
      },
      'startup Inert',
    ],
    [
      'startup has not been heard of',
      { container: startup, status: { ...unstarted, ...running(3) } },
      'startup Unknown',
    ],
    [
      'the others wait for startup',
      { container: { ...startup, ...readiness, ...liveness }, status: { ...unstarted, ...running(3) } },
      'startup Unknown, readiness NotStarted, liveness NotStarted',
    ],
    ['ready is passing', { container: readiness }, 'readiness Passing'],
    [
      'ready below the threshold is passing',
      { container: readiness, events: [['Readiness probe failed: EOF', 5]] },
      'readiness Passing',
    ],
    [
      'not ready with failures',
      { container: readiness, status: unready, events: [['Readiness probe failed: EOF', 5]] },
      'readiness Failing',
    ],
    [
      'not ready for an hour without an event',
      { container: readiness, status: unready },
      'readiness Failing',
    ],
    [
      'not ready for three seconds',
      { container: readiness, status: { ...unready, ...running(3) } },
      'readiness Unknown',
    ],
    [
      'ready, but all attempts error now',
      {
        container: readiness,
        events: [['Readiness probe errored: strconv.Atoi: parsing "web": invalid syntax', 5]],
      },
      'readiness Inert',
    ],
    ['nothing heard of liveness', { container: liveness }, 'liveness Passing'],
    [
      'liveness failed just now',
      { container: liveness, events: [['Liveness probe failed: EOF', 5]] },
      'liveness Failing',
    ],
    [
      'liveness failed four minutes ago, and each failure is heard',
      { container: liveness, events: [['Liveness probe failed: EOF', 240]] },
      'liveness Passing',
    ],
    [
      'liveness failed four minutes ago, and later ones may have been dropped',
      { container: liveness, events: [['Liveness probe failed: EOF', 240, 40]] },
      'liveness Failing',
    ],
    [
      'liveness failed ten minutes ago',
      { container: liveness, events: [['Liveness probe failed: EOF', 600, 40]] },
      'liveness Passing',
    ],
    [
      'liveness failed before a restart that has proved itself',
      { container: liveness, status: running(60), events: [['Liveness probe failed: EOF', 65]] },
      'liveness Passing',
    ],
    [
      'liveness failed before a restart that is too young to tell',
      { container: liveness, status: running(8), events: [['Liveness probe failed: EOF', 12]] },
      'liveness Failing',
    ],
    [
      'a redirect to another host is a success',
      {
        container: liveness,
        events: [['Liveness probe warning: Probe terminated redirects, Response body: x', 5]],
      },
      'liveness Passing',
    ],
    [
      'the words of another probe do not count',
      { container: { ...liveness, ...readiness }, events: [['Readiness probe failed: EOF', 5]] },
      'readiness Passing, liveness Passing',
    ],
    [
      'a command that found its container gone is no fault',
      {
        container: liveness,
        events: [
          [
            'Liveness probe errored: rpc error: code = Unknown desc = container is in CONTAINER_EXITED state',
            5,
          ],
        ],
      },
      'liveness Passing',
    ],
    [
      'the container waits for its next start',
      { container: liveness, status: { state: { waiting: { reason: 'CrashLoopBackOff' } }, ready: false } },
      'liveness NotRunning',
    ],
    [
      'the pod is being deleted',
      { container: readiness, status: unready, metadata: { deletionTimestamp: ago(2) } },
      'readiness NotRunning',
    ],
    ['the node is gone', { container: readiness, objects: [node('Unknown')] }, 'readiness Unknown'],
    ['the node is there', { container: readiness, objects: [node('True')] }, 'readiness Passing'],
  ])('%s', (_, example, states) => {
    expect(stateOf(example)).toBe(states)
  })
})

test('a combined event is not believed about one of two containers', () => {
  const pod = runningPod(
    { ...liveness },
    {},
    {
      spec: {
        containers: [
          { name: 'app', ...liveness },
          { name: 'b', ...liveness },
        ],
      },
    },
  )
  const combined = unhealthyOf(pod, '(combined from similar events): Liveness probe failed: EOF')
  const { workloads } = probeCheck(clusterOf([pod, combined]), { selection: EVERYTHING })
  expect(workloads[0]?.containers[0]?.probes[0]).toMatchObject({ state: 'Passing' })
})

test("a sidecar's probes are read from the status of the init containers", () => {
  const sidecar = { name: 'proxy', restartPolicy: 'Always', startupProbe: HTTP, livenessProbe: HTTP }
  const status = { name: 'proxy', started: false, ready: false, state: { running: { startedAt: ago(60) } } }
  const pod = runningPod(
    {},
    {},
    { spec: { initContainers: [sidecar] }, status: { initContainerStatuses: [status] } },
  )
  const said = unhealthyOf(pod, 'Startup probe failed: EOF', { container: 'proxy' })
  const { workloads } = probeCheck(clusterOf([pod, said]), { selection: EVERYTHING })
  expect(workloads[0]?.containers[0]).toMatchObject({
    name: 'proxy',
    type: 'sidecar',
    probes: [
      { type: 'startup', state: 'Failing' },
      { type: 'liveness', state: 'NotStarted' },
    ],
  })
})
