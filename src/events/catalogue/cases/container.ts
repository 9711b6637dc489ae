import { NOTHING_TO_DO } from '../attention.ts'
import { casesWith } from './case.ts'

/** What stands behind `Error: ...` of the reason Failed (docs/reference/events.md#B1.2). */
export const CONTAINER_START_CASES = casesWith({ stage: 'start', resolvedBy: ['Started'] }, [
  {
    id: 'config-object-missing',
    pattern: /^Error: (secret|configmap) "[^"]*" not found/,
    meaning: 'The environment of the container refers to a Secret or ConfigMap that does not exist',
    advice:
      'Create the object in the namespace of the pod, or correct the reference; the pod then starts by itself',
    causeCode: 'config-missing',
  },
  {
    id: 'config-key-missing',
    pattern: /^Error: (couldn't find key|references non-existent|environment variable key)/,
    meaning: 'The environment of the container refers to a key that does not exist',
    advice: 'Add the key, or correct the reference; the pod then starts by itself',
    causeCode: 'config-missing',
  },
  {
    id: 'run-as-root-forbidden',
    pattern: /^Error: container has runAsNonRoot/,
    meaning: 'The image would run as root, or its user is no number, and runAsNonRoot forbids that',
    advice: 'Set runAsUser to a number other than 0, or build the image with one',
    causeCode: 'run-as-root',
  },
  {
    id: 'command-wrong-architecture',
    pattern: /^Error: .*exec format error/s,
    meaning: 'The executable is for another processor, or a script without an interpreter line',
    advice: 'Use an image for the platform of the node, or add the interpreter line',
    causeCode: 'container-command-missing',
  },
  {
    id: 'mount-onto-file',
    pattern: /^Error: .*(trying to mount a directory onto a file|not a directory)/s,
    meaning:
      'A volume is mounted over something that is not of its kind, a directory over a file or the reverse',
    advice: 'Check mountPath and subPath of the volume mounts',
    causeCode: 'container-create-failed',
  },
  {
    id: 'command-not-found',
    pattern: /^Error: .*(executable file not found|exec: "[^"]*": (stat .*: )?no such file or directory)/s,
    meaning: 'The command of the container is not in the image',
    advice: 'Check command and args against what the image contains',
    causeCode: 'container-command-missing',
  },
  {
    id: 'command-not-permitted',
    pattern: /^Error: .*exec: .*permission denied/s,
    meaning: 'The command of the container may not be executed',
    advice: 'Make the file executable in the image, for the user that the container runs as',
    causeCode: 'container-command-missing',
  },
  {
    id: 'memory-limit-too-low-to-start',
    pattern: /^Error: .*(OOM-killed|memory limit too low)/s,
    meaning: 'The memory limit is too low even for starting the container',
    advice: 'Raise the memory limit; a missing unit (128 in place of 128Mi) is the usual reason',
    causeCode: 'oom-killed',
  },
  {
    id: 'runtime-slow',
    pattern: /^Error: .*(failed to reserve container name|context deadline exceeded)/s,
    meaning: 'The container runtime is still busy with the attempt before',
    advice: 'Look at the load and the disk of the node if it does not pass',
    causeCode: 'container-create-failed',
    attention: 'WhenRepeated',
  },
  {
    id: 'debug-target-missing',
    pattern: /^Error: .*unable to find target container/s,
    meaning: 'The debug container names a target container that does not run',
    advice: 'Give kubectl debug --target a container that is running',
    causeCode: 'container-create-failed',
    severity: 'Warning',
  },
  {
    id: 'pod-directories-failed',
    pattern: /^error making pod data directories/,
    meaning: 'The kubelet cannot create the directories of the pod',
    advice: 'Check that the kubelet directory of the node is writable and has room',
    causeCode: 'container-create-failed',
  },
  {
    id: 'container-create-other',
    pattern: /^(Error: |Internal Pre(Create|Start)Container hook failed)/,
    meaning: 'The container could not be created or started',
    advice: 'Read the error of the container runtime in the message',
    causeCode: 'container-create-failed',
  },
])

/** Why the kubelet stops a container, other than that its pod goes away. */
export const KILLING_CASES = casesWith({}, [
  {
    id: 'liveness-probe-killed',
    pattern: /failed liveness probe/,
    meaning: 'The container is restarted because its liveness probe failed too often',
    advice: 'Compare the liveness probe with how long the application needs to start and to answer',
    severity: 'Error',
    attention: 'AtOnce',
  },
  {
    id: 'startup-probe-killed',
    pattern: /failed startup probe/,
    meaning: 'The container is restarted because its startup probe did not succeed in time',
    advice: 'Give the startup probe more attempts, or find out why the start takes so long',
    severity: 'Error',
    attention: 'AtOnce',
  },
  {
    id: 'poststart-killed',
    pattern: /^FailedPostStartHook/,
    meaning: 'The container is killed because its postStart hook failed',
    advice: 'Mend the hook, and make it harmless to run twice',
    causeCode: 'poststart-failed',
    severity: 'Error',
    attention: 'WhenRepeated',
  },
  {
    id: 'runtime-lost-container',
    pattern: /try killing it before|is in unknown state/,
    meaning: 'The runtime lost track of the container, so it is killed before a new one starts',
    advice: 'Look at the health of the container runtime on the node if it repeats',
    severity: 'Warning',
    attention: 'WhenRepeated',
  },
  {
    id: 'restart-rule-killed',
    // All of the message. Since 1.35.
    pattern: /^killing$/i,
    meaning:
      'All containers of the pod are restarted, because one of them ended and its restart rule says so',
    advice: 'Find out why the container with the restart rule ended: its exit code, and its log',
    severity: 'Warning',
    attention: 'WhenRepeated',
  },
  {
    id: 'container-changed',
    pattern: /definition changed|resize requires restart/,
    meaning: 'The container is restarted because its definition was changed in place',
    advice: NOTHING_TO_DO,
    attention: 'Step',
  },
])
