import { CONTAINER_START_CASES, IMAGE_PULL_CASES } from '../cases/image.ts'
import { broken, ordinary, type ReasonInfo, rows, SITE, suspicious } from '../types.ts'

const PROBES = `${SITE}/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/`
const HOOKS = `${SITE}/concepts/containers/container-lifecycle-hooks/`
const IMAGES = `${SITE}/concepts/containers/images/`

/** The kubelet about containers (spec/events.md B.1). */
export const KUBELET_CONTAINER: readonly ReasonInfo[] = rows({ components: ['kubelet'], kinds: ['Pod'] }, [
  ordinary('Pulling', 'The kubelet began to pull the image.', 3),
  ordinary('Pulled', 'The image is on the node.', 3),
  ordinary('Created', 'The container was created.', 3),
  ordinary('Started', 'The container was started; a count above 1 means restarts.'),
  broken(
    'Failed',
    'The container could not be started.',
    'Read the message: it names the image, the configuration or the command.',
    {
      stage: 'start',
      closedBy: ['Started'],
      cases: [...IMAGE_PULL_CASES, ...CONTAINER_START_CASES],
      see: `${SITE}/tasks/debug/debug-application/debug-pods/`,
    },
  ),
  broken(
    'BackOff',
    'The container ends again and again, so the kubelet waits longer before each restart.',
    'Find out why it ended: its exit code, and the log of the run before (kubectl logs --previous).',
    {
      causeCode: 'crash',
      cases: [
        {
          name: 'image-pull-backoff',
          pattern: /^Back-off pulling image/,
          meaning: 'The image could not be pulled, and the kubelet waits before it tries again.',
          advice: 'Mend what the failed pull says; the kubelet then goes on by itself.',
          causeCode: 'image-pull',
          noise: 1,
          stage: 'image',
          closedBy: ['Pulled', 'Started'],
        },
      ],
      see: `${SITE}/concepts/workloads/pods/pod-lifecycle/`,
    },
  ),
  broken(
    'ErrImageNeverPull',
    'imagePullPolicy is Never, and the node does not have the image or may not use it for this pod.',
    'Load the image onto the node, or choose IfNotPresent.',
    { causeCode: 'image-never', stage: 'image', closedBy: ['Pulled', 'Started'], see: IMAGES },
  ),
  broken(
    'InspectFailed',
    'The image reference cannot be read, or the runtime cannot look at the image.',
    'Check the reference for upper case letters, two tags, spaces or a variable that was not replaced.',
    { causeCode: 'image-name', stage: 'image', closedBy: ['Pulled', 'Started'], see: IMAGES },
  ),
  suspicious(
    'Unhealthy',
    'A probe of the container failed.',
    'Compare the probe with what the application serves: kubectl probe-check shows it with its timing.',
    { see: PROBES },
  ),
  suspicious(
    'ProbeWarning',
    'The probe was redirected to another host, which counts as success without checking anything.',
    'Probe the final path directly.',
    { causeCode: 'http-redirect', unseen: true, see: PROBES },
  ),
  {
    ...ordinary('Killing', 'The container is stopped because its pod is deleted, evicted or replaced.'),
    cases: [
      {
        name: 'liveness-probe-killed',
        pattern: /failed liveness probe/,
        meaning: 'The container is restarted because its liveness probe failed too often.',
        advice: 'Compare the liveness probe with how long the application needs to start and to answer.',
        severity: 'Error',
        noise: 0,
      },
      {
        name: 'startup-probe-killed',
        pattern: /failed startup probe/,
        meaning: 'The container is restarted because its startup probe did not succeed in time.',
        advice: 'Give the startup probe more attempts, or find out why the start takes so long.',
        severity: 'Error',
        noise: 0,
      },
      {
        name: 'poststart-killed',
        pattern: /^FailedPostStartHook/,
        meaning: 'The container is killed because its postStart hook failed.',
        advice: 'Mend the hook, and make it harmless to run twice.',
        causeCode: 'poststart-failed',
        severity: 'Error',
        noise: 1,
      },
      {
        name: 'runtime-lost-container',
        pattern: /try killing it before|is in unknown state/,
        meaning: 'The runtime lost track of the container, so it is killed before a new one starts.',
        advice: 'Look at the health of the container runtime on the node if it repeats.',
        severity: 'Warning',
        noise: 1,
      },
      {
        name: 'container-changed',
        pattern: /definition changed|resize requires restart/,
        meaning: 'The container is restarted because its definition was changed in place.',
        advice: 'Nothing to do.',
        noise: 2,
      },
    ],
  },
  broken(
    'FailedPostStartHook',
    'The postStart hook failed, so the container is killed.',
    'Run the command of the hook by hand in the container, and make it harmless to run twice.',
    { causeCode: 'poststart-failed', closedBy: [], see: HOOKS },
  ),
  suspicious(
    'FailedPreStopHook',
    'The preStop hook failed, and the container was stopped without it.',
    'Check that the command of the hook exists in the image; the sleep action needs none.',
    { causeCode: 'prestop-failed', see: HOOKS },
  ),
  broken(
    'LifecycleHTTPFallback',
    'The lifecycle hook asked for HTTPS, but the server answered in plain HTTP.',
    'Set the scheme of the hook to HTTP.',
    { severity: 'Warning', unseen: true, see: HOOKS },
  ),
  broken(
    'Preempting',
    'The kubelet killed the pod to make room for a critical one.',
    'Leave room on the nodes for system pods, or give this pod a higher priority.',
    { causeCode: 'preempted', outlives: true },
  ),
  broken(
    'ExceededGracePeriod',
    'The runtime did not manage to end the pod within its grace period.',
    'Look for processes that hang in the kernel, and at the runtime of the node.',
    { causeCode: 'slow-stop', outlives: true },
  ),
])
