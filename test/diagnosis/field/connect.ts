import { ago, event, pod } from '../../helpers/builders.ts'
import type { FieldCase } from '../../helpers/findings.ts'
import {
  crashing,
  get,
  httpProbe,
  killed,
  killing,
  neverReady,
  neverStarted,
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
const HTTP_4040 = httpProbe({ port: 4040 })
const IPV6 = { status: { podIP: 'fd00:10:244:2::5b', podIPs: [{ ip: 'fd00:10:244:2::5b' }] } }
const V6_REFUSED =
  'failed: Get "http://[fd00:10:244:2::5b]:8080/healthz": dial tcp [fd00:10:244:2::5b]:8080: connect: connection refused'

/** Nothing accepts the connection: rows 1 to 5, 39, 42 and what stands next to them. */
export const CONNECT_CASES: readonly FieldCase[] = [
  {
    row: 1,
    when: 'the number of the port is wrong',
    given: neverReady(`failed: ${refused(4040)}`, HTTP_4040),
    finds: ['Error port-closed/readiness Likely Unready'],
    says: /8080/,
  },
  {
    row: 1,
    when: 'the same in the words of old kubelets',
    given: neverReady(
      'failed: Get http://10.0.0.7:4040/ready: dial tcp 10.0.0.7:4040: getsockopt: connection refused',
      HTTP_4040,
    ),
    finds: ['Error port-closed/readiness Likely Unready'],
  },
  {
    row: 1,
    when: 'the same with tcpSocket',
    given: neverReady('failed: dial tcp 10.0.0.7:4040: connect: connection refused', tcp(4040)),
    finds: ['Error port-closed/readiness Likely Unready'],
  },
  {
    row: 1,
    when: 'the same from a release that says more before the colon',
    given: neverReady(`failed (1/3, will be ignored): ${refused(4040)}`, HTTP_4040),
    finds: ['Error port-closed/readiness Likely Unready'],
  },
  {
    row: 1,
    when: 'the log names the port that the application listens on',
    given: neverReady(`failed: ${refused(4040)}`, HTTP_4040),
    logs: 'http server listening on 0.0.0.0:8080',
    finds: ['Error port-closed/readiness Certain Unready'],
  },
  {
    row: 1,
    near: 'the port is declared, so that only the address can be wrong',
    given: neverReady(`failed: ${refused()}`),
    finds: ['Error bound-to-localhost/readiness Possible Unready'],
  },
  {
    row: 1,
    near: 'another container of the pod declares the port: it may just not be up',
    given: neverReady(
      `failed: ${refused(4040)}`,
      HTTP_4040,
      {},
      {
        spec: {
          containers: [
            {
              name: 'app',
              image: 'a:1',
              ports: [{ containerPort: 8080 }],
              readinessProbe: HTTP_4040,
            },
            { name: 'side', image: 'b:1', ports: [{ containerPort: 4040 }] },
          ],
        },
      },
    ),
    finds: ['Error port-closed/readiness Possible Unready'],
    says: /container side declares/,
  },
  {
    row: 2,
    when: 'the log says that it listens on 127.0.0.1',
    given: neverReady(`failed: ${refused()}`),
    logs: 'Listening on http://127.0.0.1:8080',
    finds: ['Error bound-to-localhost/readiness Certain Unready'],
  },
  {
    row: 2,
    when: 'no log, and only the state speaks',
    given: neverReady('failed: dial tcp 10.0.0.7:8080: connect: connection refused', tcp()),
    finds: ['Error bound-to-localhost/readiness Possible Unready'],
  },
  {
    row: 2,
    near: 'the log says that it listens on every address',
    given: neverReady(`failed: ${refused()}`),
    logs: 'Listening on http://0.0.0.0:8080',
    finds: ['Error port-closed/readiness Possible Unready'],
    saysNot: /127\.0\.0\.1 only|binds 127/,
  },
  {
    row: 3,
    when: 'the liveness probe kills it before it listens',
    given: killed(`failed: ${refused()}`),
    finds: ['Error slow-start/liveness Likely Restarting'],
  },
  {
    row: 3,
    near: 'refused only in the first seconds, Ready now',
    given: [
      podWith({ readinessProbe: httpProbe() }),
      event('Unhealthy', `Readiness probe failed: ${refused()}`, {
        count: 3,
        firstTimestamp: ago(597),
        lastTimestamp: ago(585),
      }),
    ],
    finds: [],
  },
  {
    row: 3,
    near: 'each run had been well for much longer than the probe takes',
    given: [
      crashing({ livenessProbe: httpProbe() }, 400),
      unhealthy(`Liveness probe failed: ${refused()}`, 9, 21),
      killing('liveness'),
    ],
    finds: ['Error port-closed/liveness Likely Restarting'],
    says: /open before/,
  },
  {
    row: 4,
    when: 'the startup probe gives up too early',
    given: neverStarted(`failed: ${refused()}`),
    finds: ['Error startup-budget/startup Likely Restarting'],
  },
  {
    row: 4,
    when: 'nothing answers in time while it starts',
    given: neverStarted(
      `failed: ${get('context deadline exceeded (Client.Timeout exceeded while awaiting headers)')}`,
    ),
    finds: ['Error startup-budget/startup Likely Restarting'],
  },
  {
    row: 4,
    near: 'the startup probe asks for a path that does not exist',
    given: neverStarted('failed: HTTP probe failed with statuscode: 404'),
    finds: ['Error http-not-found/startup Certain Restarting'],
  },
  {
    row: 4,
    near: 'started at last, and Ready',
    given: [
      podWith({ startupProbe: httpProbe({}, { failureThreshold: 30 }) }),
      event('Unhealthy', `Startup probe failed: ${refused()}`, {
        count: 9,
        firstTimestamp: ago(595),
        lastTimestamp: ago(555),
      }),
    ],
    finds: [],
  },
  {
    row: 5,
    when: 'the process crashes, and its probes are refused',
    given: [
      crashing({ livenessProbe: httpProbe(), readinessProbe: httpProbe() }, 4, { exitCode: 139 }),
      unhealthy(`Readiness probe failed: ${refused()}`),
      unhealthy(`Liveness probe failed: ${refused()}`, 2),
      event('BackOff', 'Back-off restarting failed container app in pod web-1_shop(uid-web-1)'),
    ],
    finds: ['Error crash Certain Restarting'],
    says: /segmentation fault|ended by itself/,
  },
  {
    row: 5,
    when: 'it runs out of memory, and its probes are refused',
    given: [
      crashing({ livenessProbe: httpProbe() }, 12, { exitCode: 137, reason: 'OOMKilled' }),
      unhealthy(`Liveness probe failed: ${refused()}`, 2),
    ],
    finds: ['Error oom-killed Certain Restarting'],
  },
  {
    row: 5,
    near: 'the kubelet killed it for its liveness probe',
    given: killed(`failed: ${refused()}`, httpProbe(), {}, { exitCode: 137, finishedAt: ago(10) }),
    finds: ['Error slow-start/liveness Likely Restarting'],
  },
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
