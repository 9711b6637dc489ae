import { http, probed, type Situation, server, tcp } from './situation.ts'

const quick = (seconds: number) => http('/healthz', {}, { timeoutSeconds: seconds })

/** Probes that do not wait long enough, and applications that take too long. */
export const TIMING: readonly Situation[] = [
  probed(
    'slow-answer-readiness',
    server('--delay 2500ms', { readinessProbe: quick(1) }),
    { causes: ['timeout-too-short', 'hang'], probe: 'readiness' },
    { ci: true },
  ),
  probed('slow-answer-liveness', server('--delay 2500ms', { livenessProbe: quick(1) }), {
    causes: ['timeout-too-short', 'hang'],
    probe: 'liveness',
  }),
  probed('hangs', server('--hang-after 30s', { livenessProbe: quick(2) }), {
    causes: ['hang', 'timeout-too-short'],
    probe: 'liveness',
  }),
  probed('first-answer-only', server('--first-only', { readinessProbe: quick(2) }), {
    causes: ['hang', 'timeout-too-short'],
    probe: 'readiness',
  }),
  probed(
    'cpu-starved',
    server('--spin', { livenessProbe: quick(1), resources: { limits: { cpu: '20m', memory: '64Mi' } } }),
    { causes: ['cpu-starved'], probe: 'liveness', also: ['timeout-too-short', 'hang', 'slow-start'] },
  ),
  probed(
    'liveness-before-the-start',
    server('--start-delay 60s', {
      livenessProbe: http('/healthz', {}, { periodSeconds: 5, failureThreshold: 3 }),
    }),
    { causes: ['slow-start'], probe: 'liveness' },
    { ci: true, mended: true },
  ),
  probed(
    'tcp-liveness-before-the-start',
    server('--start-delay 60s', { livenessProbe: tcp(8080, { periodSeconds: 5, failureThreshold: 3 }) }),
    { causes: ['slow-start'], probe: 'liveness' },
    { mended: true },
  ),
  probed(
    'startup-budget-too-small',
    server('--start-delay 60s', {
      startupProbe: http('/healthz', {}, { periodSeconds: 5, failureThreshold: 4 }),
      livenessProbe: http(),
    }),
    { causes: ['startup-budget'], probe: 'startup' },
    { ci: true, mended: true },
  ),
]
