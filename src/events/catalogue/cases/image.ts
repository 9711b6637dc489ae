import { casesWith } from './case.ts'

/** What stands behind `Failed to pull image`, by the text of the runtime (docs/reference/events.md#B1.1). */
export const IMAGE_PULL_CASES = casesWith(
  { causeCode: 'image-pull', stage: 'image', resolvedBy: ['Pulled', 'Started'] },
  [
    {
      id: 'image-pull-echo',
      pattern:
        /^Error: (ErrImagePull|ImagePullBackOff|ImageInspectError|RegistryUnavailable|SignatureValidationFailed)/,
      meaning: 'The container waits because its image could not be pulled',
      advice: 'Read the event that names the error of the registry',
      attention: 'HardlyEver',
    },
    {
      id: 'image-never-echo',
      pattern: /^Error: ErrImageNeverPull/,
      meaning: 'The container waits for an image that may not be pulled',
      advice: 'Put the image on the node, or let the kubelet pull it',
      causeCode: 'image-never',
      attention: 'HardlyEver',
    },
    {
      id: 'image-name-echo',
      pattern: /^Error: InvalidImageName/,
      meaning: 'The container waits because its image reference cannot be read',
      advice: 'Correct the image reference',
      causeCode: 'image-name',
      attention: 'HardlyEver',
    },
    {
      id: 'image-platform',
      pattern: /^Failed to pull image.*(no match for platform|no matching manifest)/s,
      meaning: 'The image exists, but not for the processor or the operating system of the node',
      advice: 'Publish the image for this platform, or place the pod on nodes of another one',
    },
    {
      id: 'registry-rate-limit',
      pattern: /^Failed to pull image.*(toomanyrequests|\b429\b|rate limit)/s,
      meaning: 'The registry refuses because too many pulls came from here',
      advice: 'Pull with an account, or from a mirror, and wait for the limit to pass',
    },
    {
      id: 'registry-credentials',
      pattern:
        /^Failed to pull image.*(pull access denied|insufficient_scope|authorization failed|unauthorized|no basic auth credentials|\b40[13]\b)/is,
      meaning: 'The registry does not let this pod have the image',
      advice:
        'Check imagePullSecrets and the spelling of the name: a wrong public name gives the same answer',
    },
    {
      id: 'registry-certificate',
      pattern: /^Failed to pull image.*x509:/s,
      meaning: 'The node does not trust the certificate of the registry',
      advice: "Add the registry's CA to the container runtime of the nodes",
    },
    {
      id: 'registry-plain-http',
      pattern: /^Failed to pull image.*server gave HTTP response to HTTPS client/s,
      meaning: 'The registry speaks HTTP where the runtime expects HTTPS',
      advice: 'Serve the registry over TLS, or list it as insecure in the runtime configuration',
    },
    {
      id: 'image-disk-full',
      pattern: /^Failed to pull image.*no space left on device/s,
      meaning: 'The disk of the node has no room for the image',
      advice: 'Free or enlarge the image disk of the node',
    },
    {
      id: 'image-pull-throttled',
      pattern: /^Failed to pull image.*pull QPS exceeded/s,
      meaning: 'The kubelet delays pulls because too many were asked for at once',
      advice: 'Wait, or raise registryPullQPS of the kubelet',
    },
    {
      id: 'image-signature',
      pattern: /^Failed to pull image.*SignatureValidationFailed/s,
      meaning: 'The signature policy of the node refuses the image',
      advice: 'Sign the image, or correct the policy of the runtime',
    },
    {
      id: 'registry-unreachable',
      pattern:
        /^Failed to pull image.*(RegistryUnavailable|registry is unavailable|no such host|i\/o timeout|connection refused|TLS handshake timeout|network is unreachable|no route to host)/s,
      meaning: 'The node cannot reach the registry, or the registry is down',
      advice: 'Check DNS, the proxy and the network of the node, and whether the registry is up',
    },
    {
      id: 'image-not-found',
      pattern: /^Failed to pull image.*(not found|manifest unknown|does not exist|name unknown)/is,
      meaning: 'The registry does not have this repository or tag',
      advice: 'Check the name and the tag of the image, and that it was pushed',
    },
    {
      id: 'image-pull-slow',
      pattern: /^Failed to pull image.*(context canceled|context deadline exceeded|DeadlineExceeded)/s,
      meaning: 'The pull was given up before it was complete',
      advice: 'Look for a slow network or a very large image',
    },
    {
      id: 'image-pull-other',
      pattern: /^Failed to pull image/,
      meaning: 'The image could not be pulled',
      advice: 'Read the error of the registry in the message',
    },
  ],
)

/** What stands behind `Back-off ...`: of the image, or of a container, which is the row's own meaning. */
export const BACK_OFF_CASES = casesWith({}, [
  {
    id: 'image-pull-backoff',
    pattern: /^Back-off pulling image/,
    meaning: 'The image could not be pulled, and the kubelet waits before it tries again',
    advice: 'Mend what the failed pull says; the kubelet then goes on by itself',
    causeCode: 'image-pull',
    attention: 'WhenRepeated',
    stage: 'image',
    resolvedBy: ['Pulled', 'Started'],
  },
])
