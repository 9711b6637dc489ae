import { condition } from '../../helpers/builders.ts'
import type { FieldCase } from '../../helpers/findings.ts'
import {
  aliveWith,
  execProbe,
  httpProbe,
  killed,
  neverReady,
  podWith,
  unhealthy,
} from '../../helpers/probes.ts'

/** Ports that the kubelet cannot resolve: rows 12 and 13. */
export const PORT_NAME_CASES: readonly FieldCase[] = [
  ...[
    'errored and resulted in unknown state: strconv.Atoi: parsing "controller": invalid syntax',
    'errored: strconv.Atoi: parsing "controller": invalid syntax',
  ].map(
    (text): FieldCase => ({
      row: 12,
      when: text,
      given: neverReady(text, httpProbe({ port: 'controller' })),
      finds: ['Error port-name-unknown/readiness Certain Unready'],
      says: /never become Ready/,
    }),
  ),
  {
    row: 12,
    when: 'of a liveness probe: nothing ever restarts it',
    given: aliveWith(
      'errored and resulted in unknown state: strconv.Atoi: parsing "controller": invalid syntax',
      httpProbe({ port: 'controller' }),
    ),
    finds: ['Error port-name-unknown/liveness Certain Inert'],
    says: /never restarted/,
  },
  {
    row: 12,
    when: 'of a startup probe: never started, never killed',
    given: [
      podWith(
        { startupProbe: httpProbe({ port: 'controller' }), livenessProbe: httpProbe() },
        { ready: false, started: false },
        { status: { conditions: [condition('ContainersReady', { status: 'False' })] } },
      ),
      unhealthy('Startup probe errored: strconv.Atoi: parsing "controller": invalid syntax'),
    ],
    finds: ['Error port-name-unknown/startup Certain NotStarted'],
    says: /never restarted/,
  },
  {
    row: 12,
    when: 'a container beside it declares the name',
    given: neverReady(
      'errored: strconv.Atoi: parsing "controller": invalid syntax',
      httpProbe({ port: 'controller' }),
      {},
      {
        spec: {
          containers: [
            {
              name: 'app',
              image: 'a:1',
              ports: [{ containerPort: 8080, name: 'http' }],
              readinessProbe: httpProbe({ port: 'controller' }),
            },
            { name: 'side', image: 'b:1', ports: [{ containerPort: 9000, name: 'controller' }] },
          ],
        },
      },
    ),
    finds: ['Error port-name-unknown/readiness Certain Unready'],
    says: /Container side declares/,
  },
  {
    row: 12,
    near: 'the container declares the name, and the server says no',
    given: neverReady('failed: HTTP probe failed with statuscode: 404', httpProbe({ port: 'http' })),
    finds: ['Error http-not-found/readiness Certain Unready'],
  },
  {
    row: 12,
    near: 'the number of the port is out of range',
    given: neverReady(
      'errored and resulted in unknown state: invalid port number: 99999',
      httpProbe({ port: '99999' }),
    ),
    finds: ['Error port-name-unknown/readiness Certain Unready'],
    says: /between 1 and 65535/,
  },
  {
    row: 13,
    when: 'the words of kubelets from 1.37 on',
    given: neverReady(
      'errored and resulted in unknown state: port "htpt" not found',
      httpProbe({ port: 'htpt' }),
    ),
    finds: ['Error port-name-unknown/readiness Certain Unready'],
  },
  {
    row: 13,
    near: 'a command says the same of its own',
    given: killed('failed: port "htpt" not found', execProbe('check')),
    finds: ['Error exec-exit-code/liveness Certain Restarting'],
  },
]
