import { ago, condition, containerStatus, event } from '../../helpers/builders.ts'
import type { FieldCase } from '../../helpers/findings.ts'
import { crashing, httpProbe, killing, podWith, unhealthy, unready } from '../../helpers/probes.ts'

const GATE = { spec: { readinessGates: [{ conditionType: 'target-health.elbv2.k8s.aws/web' }] } }
const postStart = { lifecycle: { postStart: { exec: { command: ['sh', '-c', 'exit 1'] } } } }

/** What conditions, hooks and the configuration tell: rows 43 to 45. */
export const STATE_CASES: readonly FieldCase[] = [
  {
    row: 43,
    when: 'nobody ever set the condition of the readiness gate',
    given: [
      podWith(
        { readinessProbe: httpProbe() },
        {},
        {
          ...GATE,
          status: {
            conditions: [
              condition('ContainersReady', { lastTransitionTime: ago(500) }),
              condition('Ready', {
                status: 'False',
                reason: 'ReadinessGatesNotReady',
                message:
                  'corresponding condition of pod readiness gate "target-health.elbv2.k8s.aws/web" does not exist.',
              }),
            ],
          },
        },
      ),
    ],
    finds: ['Error readiness-gate Certain Unready'],
  },
  {
    row: 43,
    near: 'a gate is there, and it is the probe that fails',
    given: [
      unready({ readinessProbe: httpProbe() }, GATE),
      unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 503'),
    ],
    finds: ['Error http-server-error/readiness Certain Unready'],
  },
  {
    row: 44,
    when: 'the postStart hook fails',
    given: [
      podWith(
        { ...postStart, livenessProbe: httpProbe() },
        {
          ready: false,
          started: false,
          restartCount: 3,
          state: { waiting: { reason: 'PostStartHookError', message: 'PostStartHook failed' } },
        },
      ),
      event('FailedPostStartHook', 'PostStartHook failed', { count: 4 }),
      event('Killing', 'FailedPostStartHook', { type: 'Normal', count: 4 }),
    ],
    finds: ['Error poststart-failed Certain Restarting'],
  },
  {
    row: 44,
    when: 'the same between two tries',
    given: [
      crashing({ ...postStart, livenessProbe: httpProbe() }, 2, { exitCode: 137 }),
      event('FailedPostStartHook', 'PostStartHook failed', { count: 4, lastTimestamp: ago(21) }),
    ],
    finds: ['Error poststart-failed Certain Restarting'],
  },
  {
    row: 44,
    near: 'the hook is fine, and the liveness probe kills',
    given: [
      crashing({ ...postStart, livenessProbe: httpProbe() }, 13),
      unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 500', 12, 21),
      killing('liveness'),
    ],
    finds: ['Error http-server-error/liveness Certain Restarting'],
  },
  {
    row: 44,
    near: 'it is the preStop hook, which only the stop misses',
    given: [
      podWith(
        { lifecycle: { preStop: { exec: { command: ['nope'] } } } },
        { state: { running: { startedAt: ago(30) } } },
      ),
      event('FailedPreStopHook', 'PreStopHook failed'),
    ],
    finds: [],
  },
  {
    row: 45,
    when: 'a single failure of the liveness probe restarts it',
    given: [podWith({ livenessProbe: httpProbe({}, { failureThreshold: 1 }) })],
    finds: ['configuration failure-threshold-one'],
  },
  {
    row: 45,
    near: 'three do',
    given: [podWith({ livenessProbe: httpProbe() }, { ...containerStatus() })],
    finds: [],
  },
]
