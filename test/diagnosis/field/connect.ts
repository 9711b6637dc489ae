import { ago, event } from '../../helpers/builders.ts'
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
} from '../../helpers/probes.ts'

const tcp = (port = 8080) => ({
  tcpSocket: { port },
  periodSeconds: 5,
  timeoutSeconds: 1,
  failureThreshold: 3,
})
const HTTP_4040 = httpProbe({ port: 4040 })

/** Nothing accepts the connection: rows 1 to 5. */
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
]
