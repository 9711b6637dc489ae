import type { ReasonCase } from '../types.ts'

/** What stands behind `Failed to pull image`, by the text of the runtime (spec/events.md B.1.1). */
export const IMAGE_PULL_CASES: readonly ReasonCase[] = [
  {
    name: 'image-pull-echo',
    pattern:
      /^Error: (ErrImagePull|ImagePullBackOff|ImageInspectError|RegistryUnavailable|SignatureValidationFailed)/,
    meaning: 'The container waits because its image could not be pulled.',
    advice: 'Read the event that names the error of the registry.',
    noise: 3,
  },
  {
    name: 'image-never-echo',
    pattern: /^Error: ErrImageNeverPull/,
    meaning: 'The container waits for an image that may not be pulled.',
    advice: 'Put the image on the node, or let the kubelet pull it.',
    causeCode: 'image-never',
    noise: 3,
  },
  {
    name: 'image-name-echo',
    pattern: /^Error: InvalidImageName/,
    meaning: 'The container waits because its image reference cannot be read.',
    advice: 'Correct the image reference.',
    causeCode: 'image-name',
    noise: 3,
  },
  {
    name: 'image-platform',
    pattern: /^Failed to pull image.*(no match for platform|no matching manifest)/s,
    meaning: 'The image exists, but not for the processor or the operating system of the node.',
    advice: 'Publish the image for this platform, or place the pod on nodes of another one.',
  },
  {
    name: 'registry-rate-limit',
    pattern: /^Failed to pull image.*(toomanyrequests|\b429\b|rate limit)/s,
    meaning: 'The registry refuses because too many pulls came from here.',
    advice: 'Pull with an account, or from a mirror, and wait for the limit to pass.',
  },
  {
    name: 'registry-credentials',
    pattern:
      /^Failed to pull image.*(pull access denied|insufficient_scope|authorization failed|unauthorized|no basic auth credentials|\b40[13]\b)/is,
    meaning: 'The registry does not let this pod have the image.',
    advice: 'Check imagePullSecrets and the spelling of the name: a wrong public name gives the same answer.',
  },
  {
    name: 'registry-certificate',
    pattern: /^Failed to pull image.*x509:/s,
    meaning: 'The node does not trust the certificate of the registry.',
    advice: "Add the registry's CA to the container runtime of the nodes.",
  },
  {
    name: 'registry-plain-http',
    pattern: /^Failed to pull image.*server gave HTTP response to HTTPS client/s,
    meaning: 'The registry speaks HTTP where the runtime expects HTTPS.',
    advice: 'Serve the registry over TLS, or list it as insecure in the runtime configuration.',
  },
  {
    name: 'image-disk-full',
    pattern: /^Failed to pull image.*no space left on device/s,
    meaning: 'The disk of the node has no room for the image.',
    advice: 'Free or enlarge the image disk of the node.',
  },
  {
    name: 'image-pull-throttled',
    pattern: /^Failed to pull image.*pull QPS exceeded/s,
    meaning: 'The kubelet delays pulls because too many were asked for at once.',
    advice: 'Wait, or raise registryPullQPS of the kubelet.',
  },
  {
    name: 'image-signature',
    pattern: /^Failed to pull image.*SignatureValidationFailed/s,
    meaning: 'The signature policy of the node refuses the image.',
    advice: 'Sign the image, or correct the policy of the runtime.',
  },
  {
    name: 'image-not-found',
    pattern: /^Failed to pull image.*(not found|manifest unknown|does not exist|name unknown)/is,
    meaning: 'The registry does not have this repository or tag.',
    advice: 'Check the name and the tag of the image, and that it was pushed.',
  },
  {
    name: 'registry-unreachable',
    pattern:
      /^Failed to pull image.*(no such host|i\/o timeout|connection refused|TLS handshake timeout|network is unreachable|no route to host|registry is unavailable)/s,
    meaning: 'The node cannot reach the registry.',
    advice: 'Check DNS, the proxy and the network of the node, and whether the registry is up.',
  },
  {
    name: 'image-pull-slow',
    pattern: /^Failed to pull image.*(context canceled|context deadline exceeded|DeadlineExceeded)/s,
    meaning: 'The pull was given up before it was complete.',
    advice: 'Look for a slow network or a very large image.',
  },
  {
    name: 'image-pull-other',
    pattern: /^Failed to pull image/,
    meaning: 'The image could not be pulled.',
    advice: 'Read the error of the registry in the message.',
  },
].map(
  (one) =>
    ({ causeCode: 'image-pull', stage: 'image', closedBy: ['Pulled', 'Started'], ...one }) as ReasonCase,
)

/** What stands behind `Error: ...` of the reason Failed (spec/events.md B.1.2). */
export const CONTAINER_START_CASES: readonly ReasonCase[] = [
  {
    name: 'config-object-missing',
    pattern: /^Error: (secret|configmap) "[^"]*" not found/,
    meaning: 'The environment of the container refers to a Secret or ConfigMap that does not exist.',
    advice:
      'Create the object in the namespace of the pod, or correct the reference; the pod then starts by itself.',
    causeCode: 'config-missing',
  },
  {
    name: 'config-key-missing',
    pattern: /^Error: (couldn't find key|references non-existent|environment variable key)/,
    meaning: 'The environment of the container refers to a key that does not exist.',
    advice: 'Add the key, or correct the reference; the pod then starts by itself.',
    causeCode: 'config-missing',
  },
  {
    name: 'run-as-root-forbidden',
    pattern: /^Error: container has runAsNonRoot/,
    meaning: 'The image would run as root, or its user is no number, and runAsNonRoot forbids that.',
    advice: 'Set runAsUser to a number other than 0, or build the image with one.',
    causeCode: 'run-as-root',
  },
  {
    name: 'command-wrong-architecture',
    pattern: /^Error: .*exec format error/s,
    meaning: 'The executable is for another processor, or a script without an interpreter line.',
    advice: 'Use an image for the platform of the node, or add the interpreter line.',
    causeCode: 'container-command-missing',
  },
  {
    name: 'mount-onto-file',
    pattern: /^Error: .*(trying to mount a directory onto a file|not a directory)/s,
    meaning:
      'A volume is mounted over something that is not of its kind, a directory over a file or the reverse.',
    advice: 'Check mountPath and subPath of the volume mounts.',
    causeCode: 'container-create-failed',
  },
  {
    name: 'command-not-found',
    pattern: /^Error: .*(executable file not found|exec: "[^"]*": (stat .*: )?no such file or directory)/s,
    meaning: 'The command of the container is not in the image.',
    advice: 'Check command and args against what the image contains.',
    causeCode: 'container-command-missing',
  },
  {
    name: 'command-not-permitted',
    pattern: /^Error: .*exec: .*permission denied/s,
    meaning: 'The command of the container may not be executed.',
    advice: 'Make the file executable in the image, for the user that the container runs as.',
    causeCode: 'container-command-missing',
  },
  {
    name: 'memory-limit-too-low-to-start',
    pattern: /^Error: .*(OOM-killed|memory limit too low)/s,
    meaning: 'The memory limit is too low even for starting the container.',
    advice: 'Raise the memory limit; a missing unit (128 in place of 128Mi) is the usual reason.',
    causeCode: 'oom-killed',
  },
  {
    name: 'runtime-slow',
    pattern: /^Error: .*(failed to reserve container name|context deadline exceeded)/s,
    meaning: 'The container runtime is still busy with the attempt before.',
    advice: 'Look at the load and the disk of the node if it does not pass.',
    causeCode: 'container-create-failed',
    noise: 1,
  },
  {
    name: 'debug-target-missing',
    pattern: /^Error: .*unable to find target container/s,
    meaning: 'The debug container names a target container that does not run.',
    advice: 'Give kubectl debug --target a container that is running.',
    causeCode: 'container-create-failed',
    severity: 'Warning',
  },
  {
    name: 'pod-directories-failed',
    pattern: /^error making pod data directories/,
    meaning: 'The kubelet cannot create the directories of the pod.',
    advice: 'Check that the kubelet directory of the node is writable and has room.',
    causeCode: 'container-create-failed',
  },
  {
    name: 'container-create-other',
    pattern: /^(Error: |Internal Pre(Create|Start)Container hook failed)/,
    meaning: 'The container could not be created or started.',
    advice: 'Read the error of the container runtime in the message.',
    causeCode: 'container-create-failed',
  },
].map((one) => ({ stage: 'start', closedBy: ['Started'], ...one }) as ReasonCase)
