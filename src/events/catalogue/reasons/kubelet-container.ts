import { CONTAINER_START_CASES, KILLING_CASES } from '../cases/container.ts'
import { BACK_OFF_CASES, IMAGE_PULL_CASES } from '../cases/image.ts'
import { broken, ordinary, type ReasonRow, rows, SITE, suspicious } from '../types.ts'

const PROBES = `${SITE}/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/`
const HOOKS = `${SITE}/concepts/containers/container-lifecycle-hooks/`
const PULLED: Partial<ReasonRow> = { resolvedBy: ['Pulled', 'Started'] }
const IMAGES = `${SITE}/concepts/containers/images/`

/** The kubelet about containers (docs/reference/events.md#B1). */
export const KUBELET_CONTAINER: readonly ReasonRow[] = rows({ components: ['kubelet'], kinds: ['Pod'] }, [
  ordinary('Pulling', 'The kubelet began to pull the image', 'HardlyEver'),
  ordinary('Pulled', 'The image is on the node', 'HardlyEver'),
  ordinary('Created', 'The container was created', 'HardlyEver'),
  ordinary('Started', 'The container was started; a count above 1 means restarts'),
  broken(
    'Failed',
    'The container could not be started',
    'Read the message: it names the image, the configuration or the command',
    {
      stage: 'start',
      part: 'Container',
      resolvedBy: ['Started'],
      cases: [...IMAGE_PULL_CASES, ...CONTAINER_START_CASES],
      docs: `${SITE}/tasks/debug/debug-application/debug-pods/`,
    },
  ),
  broken(
    'BackOff',
    'The container ends again and again, so the kubelet waits longer before each restart',
    'Find out why it ended: its exit code, and the log of the run before (kubectl logs --previous)',
    {
      causeCode: 'crash',
      part: 'Container',
      cases: BACK_OFF_CASES,
      docs: `${SITE}/concepts/workloads/pods/pod-lifecycle/`,
    },
  ),
  broken(
    'ErrImageNeverPull',
    'imagePullPolicy is Never, and the node does not have the image or may not use it for this pod',
    'Load the image onto the node, or choose IfNotPresent',
    { causeCode: 'image-never', stage: 'image', part: 'Container', ...PULLED, docs: IMAGES },
  ),
  broken(
    'InspectFailed',
    'The image reference cannot be read, or the runtime cannot look at the image',
    'Check the reference for upper case letters, two tags, spaces or a variable that was not replaced',
    { causeCode: 'image-name', stage: 'image', part: 'Container', ...PULLED, docs: IMAGES },
  ),
  suspicious(
    'Unhealthy',
    'A probe of the container failed',
    'Compare the probe with what the application serves: kubectl probe-check shows it with its timing',
    { docs: PROBES },
  ),
  suspicious(
    'ProbeWarning',
    'The probe was redirected to another host, which counts as success without checking anything',
    'Probe the final path directly',
    { causeCode: 'http-redirect', notInStatus: true, docs: PROBES },
  ),
  {
    ...ordinary('Killing', 'The container is stopped because its pod is deleted, evicted or replaced'),
    cases: KILLING_CASES,
  },
  broken(
    'FailedPostStartHook',
    'The postStart hook failed, so the container is killed',
    'Run the command of the hook by hand in the container, and make it harmless to run twice',
    { causeCode: 'poststart-failed', resolvedBy: [], docs: HOOKS },
  ),
  suspicious(
    'FailedPreStopHook',
    'The preStop hook failed, and the container was stopped without it',
    'Check that the command of the hook exists in the image; the sleep action needs none',
    { causeCode: 'prestop-failed', docs: HOOKS },
  ),
  broken(
    'LifecycleHTTPFallback',
    'The lifecycle hook asked for HTTPS, but the server answered in plain HTTP',
    'Set the scheme of the hook to HTTP',
    { severity: 'Warning', notInStatus: true, docs: HOOKS },
  ),
  broken(
    'Preempting',
    'The kubelet killed the pod to make room for a critical one',
    'Leave room on the nodes for system pods, or give this pod a higher priority',
    { causeCode: 'preempted', losesPod: true },
  ),
  broken(
    'ExceededGracePeriod',
    'The runtime did not manage to end the pod within its grace period',
    'Look for processes that hang in the kernel, and at the runtime of the node',
    { causeCode: 'slow-stop', losesPod: true },
  ),
])
