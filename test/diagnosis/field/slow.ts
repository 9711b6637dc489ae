import type { KubeObject } from '../../../src/model/kubernetes/objects.ts'
import { ago, condition, event, node, override, pod } from '../../helpers/builders.ts'
import type { FieldCase } from '../../helpers/findings.ts'
import {
  aliveWith,
  crashing,
  get,
  httpProbe,
  killed,
  killing,
  neverReady,
  neverStarted,
  podWith,
  unhealthy,
  unready,
} from '../../helpers/probes.ts'

const HEADERS = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
const DIAL = 'dial tcp 10.0.0.7:8080: i/o timeout'
const BODY = 'context deadline exceeded (Client.Timeout or context cancellation while reading body)'
const LIMITS = (cpu: string) => ({ resources: { limits: { cpu } } })
const TCP = { tcpSocket: { port: 8080 }, periodSeconds: 5, timeoutSeconds: 1, failureThreshold: 3 }

const policy = (app: string): KubeObject =>
  ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: 'shop', name: 'deny' },
    spec: { podSelector: { matchLabels: { app } }, policyTypes: ['Ingress'] },
  }) as KubeObject

/** A pod of another workload on the same node, whose probe runs into its timeout. */
const neighbour = (name: string, text = HEADERS): readonly KubeObject[] => [
  override(unready({ readinessProbe: httpProbe() }), { metadata: { name, uid: `uid-${name}` } }),
  override(unhealthy(`Readiness probe failed: ${get(text)}`, 108), {
    metadata: { name: `${name}.1` },
    involvedObject: { name, uid: `uid-${name}` },
  }),
]

/** Ready until 100 seconds ago, and since then no answer. */
const hung = (): readonly KubeObject[] => [
  override(unready({ readinessProbe: httpProbe() }), {
    status: {
      conditions: [condition('ContainersReady', { status: 'False', lastTransitionTime: ago(100) })],
    },
  }),
  event('Unhealthy', `Readiness probe failed: ${get(HEADERS)}`, {
    count: 22,
    firstTimestamp: ago(110),
    lastTimestamp: ago(5),
  }),
]

/** No answer in time: rows 6 to 10. */
export const SLOW_CASES: readonly FieldCase[] = [
  {
    row: 6,
    when: 'now and then, x44 over two days, with the default timeout',
    given: [
      override(podWith({ livenessProbe: httpProbe({}, { periodSeconds: 10 }) }), {
        status: {
          startTime: ago(200_000),
          containerStatuses: [
            { ...pod().status?.containerStatuses?.[0], state: { running: { startedAt: ago(200_000) } } },
          ],
        },
      }),
      event('Unhealthy', `Liveness probe failed: ${get(HEADERS)}`, {
        count: 44,
        firstTimestamp: ago(176_000),
        lastTimestamp: ago(30),
      }),
    ],
    finds: ['Warning timeout-too-short/liveness Likely None'],
  },
  ...['net/http: request canceled (Client.Timeout exceeded while awaiting headers)', HEADERS].map(
    (text): FieldCase => ({
      row: 6,
      when: `never in time: ${text}`,
      given: neverReady(`failed: ${get(text)}`),
      logs: 'http server listening on 0.0.0.0:8080',
      finds: ['Error timeout-too-short/readiness Likely Unready'],
    }),
  ),
  {
    row: 6,
    near: 'it had been well, and then answers nothing at all',
    given: hung(),
    finds: ['Error hang/readiness Likely Unready'],
  },
  {
    row: 6,
    near: 'the timeout is long enough for any health check',
    given: neverReady(`failed: ${get(HEADERS)}`, httpProbe({}, { timeoutSeconds: 10 })),
    finds: ['Error hang/readiness Possible Unready'],
  },
  {
    row: 7,
    when: 'the CPU limit is tiny',
    given: neverReady(`failed: ${get(HEADERS)}`, httpProbe(), LIMITS('50m')),
    finds: ['Error cpu-starved/readiness Possible Unready'],
  },
  {
    row: 7,
    when: 'the CPU limit is tiny, and the liveness probe kills',
    given: killed(`failed: ${get(HEADERS)}`, httpProbe(), LIMITS('20m')),
    finds: ['Error cpu-starved/liveness Possible Restarting'],
  },
  {
    row: 7,
    near: 'the CPU limit is ample',
    given: neverReady(`failed: ${get(HEADERS)}`, httpProbe(), LIMITS('2')),
    finds: ['Error timeout-too-short/readiness Possible Unready'],
  },
  {
    row: 8,
    when: 'pods of other workloads of the node are not connected either',
    given: [
      ...neverReady(`failed: ${get(DIAL)}`),
      ...[node(), ...neighbour('api-1', DIAL), ...neighbour('db-1', DIAL)],
    ],
    finds: [
      'Error unreachable/readiness Possible Unready',
      'Error unreachable/readiness Possible Unready',
      'Error unreachable/readiness Possible Unready',
    ],
    says: /node/,
  },
  {
    row: 8,
    near: 'others of the node get no answer either, and nothing tells that they are not slow',
    given: [...neverReady(`failed: ${get(HEADERS)}`), node(), ...neighbour('api-1'), ...neighbour('db-1')],
    finds: [
      'Error timeout-too-short/readiness Possible Unready',
      'Error timeout-too-short/readiness Possible Unready',
      'Error timeout-too-short/readiness Possible Unready',
    ],
    says: /2 other workloads on node n1 give no answer either/,
  },
  {
    row: 8,
    near: 'another pod of the node answers its probe',
    given: [
      ...neverReady(`failed: ${get(HEADERS)}`),
      ...[node(), ...neighbour('api-1', DIAL), ...neighbour('db-1', DIAL)],
      override(podWith({ readinessProbe: httpProbe() }), { metadata: { name: 'well-1', uid: 'uid-well' } }),
    ],
    finds: [
      'Error unreachable/readiness Possible Unready',
      'Error unreachable/readiness Possible Unready',
      'Error timeout-too-short/readiness Possible Unready',
    ],
  },
  {
    row: 8,
    near: 'one other workload of the node does',
    given: [...neverReady(`failed: ${get(HEADERS)}`), node(), ...neighbour('api-1')],
    finds: [
      'Error timeout-too-short/readiness Possible Unready',
      'Error timeout-too-short/readiness Possible Unready',
    ],
  },
  {
    row: 8,
    near: 'the node itself is not ready, which is the root of it all',
    given: [
      ...neverReady(`failed: ${get(HEADERS)}`),
      node({
        status: {
          conditions: [condition('Ready', { status: 'Unknown', reason: 'NodeStatusUnknown' })],
        },
      }),
    ],
    finds: ['Error node-not-ready Certain Unready'],
  },
  ...['errored', 'errored and resulted in failure state', 'errored and resulted in unknown state'].map(
    (verb): FieldCase => ({
      row: 9,
      when: `the body stalls (${verb})`,
      given: aliveWith(`${verb}: ${BODY}`),
      finds: ['Error timeout-too-short/liveness Likely Inert'],
      says: /never restarted/,
    }),
  ),
  {
    row: 9,
    when: 'the body stalls, so that the pod never becomes Ready',
    given: neverReady(`errored and resulted in unknown state: ${BODY}`),
    finds: ['Error timeout-too-short/readiness Likely Unready'],
    says: /never become Ready/,
  },
  {
    row: 9,
    when: 'the body stalls, and the startup probe never ends',
    given: [
      podWith(
        { startupProbe: httpProbe() },
        { ready: false, started: false },
        { status: { conditions: [condition('ContainersReady', { status: 'False' })] } },
      ),
      unhealthy(`Startup probe errored: ${BODY}`),
    ],
    finds: ['Error timeout-too-short/startup Likely NotStarted'],
    says: /never restarted/,
  },
  {
    row: 9,
    near: 'the body is shorter than announced',
    given: aliveWith('errored and resulted in failure state: unexpected EOF'),
    finds: ['Error connection-closed/liveness Likely Inert'],
    says: /never restarted/,
  },
  {
    row: 9,
    near: 'the headers do not come either, which does count',
    given: killed(`failed: ${get(HEADERS)}`),
    finds: ['Error timeout-too-short/liveness Possible Restarting'],
    saysNot: /thrown away|never counts/,
  },
  {
    row: 10,
    when: 'a network policy that selects the pod drops what the kubelet sends',
    given: [...neverReady(`failed: ${get(HEADERS)}`), policy('web')],
    finds: ['Error unreachable/readiness Possible Unready'],
    says: /network polic.*reads the same/,
  },
  {
    row: 10,
    when: 'the same, and not even a connection is made',
    given: [...neverReady(`failed: ${get(DIAL)}`), policy('web')],
    finds: ['Error unreachable/readiness Likely Unready'],
    says: /network polic/,
  },
  {
    row: 10,
    when: 'the same, and the startup probe kills the container for it',
    given: [...neverStarted(`failed: ${get(HEADERS)}`), policy('web')],
    finds: ['Error unreachable/startup Possible Restarting'],
    says: /network polic/,
  },
  ...[
    'dial tcp 10.0.0.7:8080: i/o timeout',
    get('dial tcp 10.0.0.7:8080: i/o timeout (Client.Timeout exceeded while awaiting headers)'),
    get(
      'net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    ),
  ].map(
    (text): FieldCase => ({
      row: 10,
      when: `not even connected: ${text}`,
      given: neverReady(`failed: ${text}`, text.startsWith('dial') ? TCP : httpProbe()),
      finds: ['Error unreachable/readiness Possible Unready'],
    }),
  ),
  {
    row: 10,
    near: 'the policy selects other pods',
    given: [...neverReady(`failed: ${get(HEADERS)}`), policy('other')],
    finds: ['Error timeout-too-short/readiness Possible Unready'],
  },
  {
    row: 10,
    near: 'the connection is refused, so that packets do arrive',
    given: [
      ...neverReady(`failed: ${get('dial tcp 10.0.0.7:8080: connect: connection refused')}`),
      policy('web'),
    ],
    finds: ['Error bound-to-localhost/readiness Possible Unready'],
  },
  {
    row: 10,
    near: 'a policy selects the pod, but it was Ready under it',
    given: [...hung(), policy('web')],
    finds: ['Error hang/readiness Likely Unready'],
  },
  {
    row: 31,
    when: 'a liveness command killed the container, in the words of kubelets from 1.31 on',
    given: [
      crashing({ livenessProbe: { exec: { command: ['cat', '/tmp/ok'] }, periodSeconds: 5 } }, 14),
      unhealthy('Liveness probe failed: command timed out: "cat /tmp/ok" timed out after 1s', 9, 21),
      killing('liveness'),
    ],
    finds: ['Error exec-timeout/liveness Certain Restarting'],
  },
]
