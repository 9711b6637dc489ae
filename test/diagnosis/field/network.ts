import { ago, event, pod } from '../../helpers/builders.ts'
import type { FieldCase } from '../../helpers/findings.ts'
import {
  get,
  httpProbe,
  killed,
  killing,
  neverReady,
  podWith,
  refused,
  unhealthy,
  unready,
} from '../../helpers/probes.ts'

const tcp = (port = 8080) => ({
  tcpSocket: { port },
  periodSeconds: 5,
  timeoutSeconds: 1,
  failureThreshold: 3,
})
const IPV6 = { status: { podIP: 'fd00:10:244:2::5b', podIPs: [{ ip: 'fd00:10:244:2::5b' }] } }
const V6_REFUSED =
  'failed: Get "http://[fd00:10:244:2::5b]:8080/healthz": dial tcp [fd00:10:244:2::5b]:8080: connect: connection refused'

/** Packets that do not arrive, and connections that go elsewhere: rows 11, 21 and 39 to 42. */
export const NETWORK_CASES: readonly FieldCase[] = [
  {
    row: 39,
    when: 'the pod has an IPv6 address first, and the application listens on IPv4',
    given: neverReady(V6_REFUSED, httpProbe(), {}, IPV6),
    logs: 'listening on 0.0.0.0:8080',
    finds: ['Error port-closed/readiness Likely Unready'],
    says: /IPv6/,
  },
  {
    row: 39,
    near: 'the pod has an IPv6 address first, and the log says loopback',
    given: neverReady(V6_REFUSED, httpProbe(), {}, IPV6),
    logs: 'listening on [::1]:8080',
    finds: ['Error bound-to-localhost/readiness Certain Unready'],
  },
  {
    row: 42,
    when: 'the process ignores SIGTERM, so that each kill by the probe takes the whole grace period',
    given: killed(
      'failed: HTTP probe failed with statuscode: 500',
      httpProbe(),
      {},
      { exitCode: 137, startedAt: ago(65), finishedAt: ago(20) },
    ).map((object) =>
      object.kind === 'Event' && (object as { reason?: string }).reason === 'Killing'
        ? killing('liveness', 50)
        : object,
    ),
    finds: ['Error http-server-error/liveness Certain Restarting'],
  },
  {
    row: 42,
    near: 'it stops when it is asked to',
    given: killed('failed: HTTP probe failed with statuscode: 500'),
    finds: ['Error http-server-error/liveness Certain Restarting'],
  },
  {
    row: 40,
    when: 'the pod is being deleted',
    given: [
      unready({ readinessProbe: httpProbe() }, { metadata: { deletionTimestamp: ago(-20) } }),
      unhealthy(`Readiness probe failed: ${refused()}`, 3),
      event('Killing', 'Stopping container app', { type: 'Normal' }),
    ],
    finds: [],
  },
  {
    row: 40,
    near: 'the same texts, and nobody deletes the pod',
    given: [...neverReady(`failed: ${refused()}`), event('Killing', 'Stopping container app')],
    finds: ['Error bound-to-localhost/readiness Possible Unready'],
  },
  {
    row: 21,
    when: 'host names a Service, which the node does not know',
    given: neverReady(
      'failed: Get "http://website-a:80/watcher.html": dial tcp: lookup website-a: no such host',
      httpProbe({ host: 'website-a', port: 80 }),
    ),
    finds: ['Error probe-host/readiness Certain Unready'],
  },
  {
    row: 21,
    when: 'the same in the words of old kubelets, with the resolver of the node',
    given: neverReady(
      'failed: Get http://website-a:80/: dial tcp: lookup website-a on 10.96.0.10:53: server misbehaving',
      httpProbe({ host: 'website-a', port: 80 }),
    ),
    finds: ['Error probe-host/readiness Certain Unready'],
  },
  {
    row: 21,
    when: 'host of a tcpSocket is 127.0.0.1, which is the node',
    given: neverReady('failed: dial tcp 127.0.0.1:8080: connect: connection refused', {
      ...tcp(),
      tcpSocket: { port: 8080, host: '127.0.0.1' },
    }),
    finds: ['Error probe-host/readiness Certain Unready'],
  },
  {
    row: 21,
    near: 'host is 127.0.0.1 on the network of the node, which is where the pod is',
    given: neverReady(
      'failed: Get "http://127.0.0.1:4040/healthz": dial tcp 127.0.0.1:4040: connect: connection refused',
      httpProbe({ host: '127.0.0.1', port: 4040 }),
      {},
      { spec: { hostNetwork: true } },
    ),
    finds: ['Error port-closed/readiness Likely Unready'],
  },
  {
    row: 41,
    when: 'a command meets a container that has just ended',
    given: [
      podWith({ livenessProbe: { exec: { command: ['true'] } } }),
      unhealthy(
        'Liveness probe errored: rpc error: code = Unknown desc = failed to exec in container: container is in CONTAINER_EXITED state',
        1,
      ),
    ],
    finds: [],
  },
  {
    row: 41,
    when: 'the same in the words of CRI-O',
    given: [
      podWith({ livenessProbe: { exec: { command: ['true'] } } }),
      unhealthy(
        'Liveness probe errored and resulted in unknown state: rpc error: code = NotFound desc = container is not created or running: checking if PID of 8f4b is running failed: container process not found',
        1,
      ),
    ],
    finds: [],
  },
  {
    row: 41,
    when: 'the same in the words of Docker',
    given: [
      podWith({ livenessProbe: { exec: { command: ['true'] } } }),
      unhealthy(
        'Liveness probe errored: rpc error: code = Unknown desc = Error response from daemon: Container 8f4b is not running',
        1,
      ),
    ],
    finds: [],
  },
  {
    row: 41,
    near: 'the command itself is not there',
    given: [
      podWith({ livenessProbe: { exec: { command: ['nope'] } } }),
      unhealthy(
        'Liveness probe errored: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "0fd9a7c1d1b8e2f30fd9a7c1d1b8e2f30fd9a7c1d1b8e2f30fd9a7c1d1b8e2f3": OCI runtime exec failed: exec failed: unable to start container process: exec: "nope": executable file not found in $PATH: unknown',
      ),
    ],
    finds: ['Error exec-command-missing/liveness Certain Inert'],
  },
  {
    row: 11,
    when: 'the network plugin left no route',
    given: neverReady('failed: dial tcp 10.0.0.7:8080: connect: invalid argument', tcp()),
    finds: ['Error unreachable/readiness Likely Unready'],
  },
  ...['no route to host', 'network is unreachable', 'permission denied', 'host is unreachable'].map(
    (text): FieldCase => ({
      row: 11,
      when: text,
      given: neverReady(`failed: ${get(`dial tcp 10.0.0.7:8080: connect: ${text}`)}`),
      finds: ['Error unreachable/readiness Likely Unready'],
    }),
  ),
  {
    row: 11,
    near: 'the pod has no address yet, and the node itself was asked',
    given: [
      pod({ spec: { containers: [{ name: 'app', image: 'a:1', readinessProbe: httpProbe() }] } }),
      unhealthy(
        'Readiness probe failed: Get "http://:8080/healthz": dial tcp :8080: connect: connection refused',
        1,
      ),
    ],
    finds: [],
  },
  {
    row: 11,
    near: 'the application inside says so of another host',
    given: neverReady('failed: dial tcp 10.9.9.9:5432: connect: no route to host', {
      exec: { command: ['check-db'] },
    }),
    finds: ['Error exec-exit-code/readiness Certain Unready'],
  },
]
